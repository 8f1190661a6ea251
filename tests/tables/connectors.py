"""Permissions on connectors: admins set up, probe and grant; everybody lists what is granted to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Cast
from tests.tables.row import ADA, ADA_METHOD, NOBODY, Row, admin_rows

ADA_ALONE_ABSENT = "404 403 403 403 302"


def a_connector(cast: Cast) -> Mapping[str, Any]:
    from tests.connectors.doors import make_source

    with cast.ada.inside():
        return {"object_id": str(make_source().pk)}


def named_pk(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_connector(cast)["object_id"]}


ROUTES = {
    "connectors_api:connector-list": Row(get="200 200 200 200 401", post="400 403 403 403 401"),
    "connectors_api:connector-detail": Row(
        get="200 200 404 404 401",  # analysts and members need a grant, and learn nothing without one
        patch="200 403 403 403 401",
        post="403 403 403 403 401",
        make=named_pk,
    ),
    # nothing answers at the other end: the probe says so
    "connectors_api:connector-probe": Row(get="403 403 403 403 401", post="200 403 403 403 401", make=named_pk),
    "admin:connectors_connector_probe": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    "admin:connectors_connector_grants": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    "admin:connectors_connector_accept": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    **admin_rows("connectors_connector", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_connector),
    **admin_rows("connectors_modelprice", see=ADA, add=ADA, change=ADA, remove=ADA),
}
