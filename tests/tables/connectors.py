"""Permissions on connectors: admins set up, probe and grant; everybody lists what is granted to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Cast
from tests.tables.row import ADA, ADA_LED, ADA_METHOD, API_ADA, API_ADA_METHOD, NOBODY, Row, absent, admin_rows

ADA_ALONE_ABSENT = "404 403 403 403 302"


def a_connector(cast: Cast) -> Mapping[str, Any]:
    from tests.connectors.doors import make_source

    with cast.ada.inside():
        return {"object_id": str(make_source().pk)}


def named_pk(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_connector(cast)["object_id"]}


def a_shop(cast: Cast) -> Mapping[str, Any]:
    """Make a shop that signs in by itself: there is nobody to send out to."""
    from connectors import set_up
    from connectors.models import Connector

    with cast.ada.inside():
        settings = {"shop": "northlight-test.myshopify.com", "sign_in": "token"}
        shop = Connector(name=f"Shop {Connector.objects.count()}", role="store", adapter="shopify", settings=settings)
        return {"pk": str(set_up.set_up(shop, secret="no-token").pk)}


def ruled(cast: Cast, model: str) -> Mapping[str, Any]:
    """Make a connector with one rule of the kind; nothing answers at its other end."""
    from connectors.models import ColumnRule, Connector, RowFilter
    from tests.connectors.doors import make_source

    with cast.ada.inside():
        shared = {
            "connector": make_source(f"Source {Connector.objects.count()}"),
            "schema_name": "public",
            "table_name": "customers",
        }
        made: Any = (
            ColumnRule(column_name="email", **shared)
            if model == "columnrule"
            else RowFilter(condition="region = 'EU'", **shared)
        )
        made.save(force_insert=True)
        return {"connector": str(made.connector_id), "pk": str(made.pk), "object_id": str(made.pk)}


def of_api(model: str) -> Any:
    return lambda cast: {name: value for name, value in ruled(cast, model).items() if name != "object_id"}


def of_list(model: str) -> Any:
    return lambda cast: {"connector": ruled(cast, model)["connector"]}


def of_admin(model: str) -> Any:
    return lambda cast: {"object_id": ruled(cast, model)["object_id"]}


def rule_rows(model: str, name: str) -> dict[str, Row]:
    return {
        f"connectors_api:{name}-list": Row(get=API_ADA, post="400 403 403 403 401", make=of_list(model)),
        f"connectors_api:{name}-detail": Row(
            get=API_ADA_METHOD,
            post=API_ADA_METHOD,
            patch="400 403 403 403 401",  # the source cannot be read, so no rule can be judged
            delete=API_ADA,
            make=of_api(model),
        ),
        **admin_rows(f"connectors_{model}", see=ADA, add=ADA, change=ADA, remove=ADA, make=of_admin(model)),
    }


ROUTES = {
    # signed by the feed: who is signed in does not matter
    "connectors_api:risk-webhook": Row(get="405 405 405 405 405", post="401 401 401 401 401"),
    **admin_rows("connectors_riskhook", see=ADA, add=ADA, change=ADA_LED, remove=NOBODY, make=absent),
    "connectors_api:connector-list": Row(get="200 200 200 200 401", post="400 403 403 403 401"),
    "connectors_api:connector-detail": Row(
        get="200 200 404 404 401",  # analysts and members need a grant, and learn nothing without one
        patch="200 403 403 403 401",
        post="403 403 403 403 401",
        make=named_pk,
    ),
    # nothing answers at the other end: the probe says so
    "connectors_api:connector-probe": Row(get="403 403 403 403 401", post="200 403 403 403 401", make=named_pk),
    "connectors_api:data-policy-list": Row(get=API_ADA, post=API_ADA_METHOD, make=of_list("columnrule")),
    "admin:connectors_connector_data_policy": Row(get=ADA, post=ADA_METHOD, make=named_pk),
    **rule_rows("columnrule", "column-rule"),
    **rule_rows("rowfilter", "row-filter"),
    "admin:connectors_connector_probe": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    "admin:connectors_connector_grants": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    "admin:connectors_connector_accept": Row(get=ADA_METHOD, post=ADA_ALONE_ABSENT),
    "admin:connectors_connector_connect_shop": Row(get=ADA_METHOD, post="302 403 403 403 302", make=a_shop),
    "admin:connectors_connector_shop_connected": Row(get="403 403 403 403 302", post=ADA_METHOD),
    "admin:connectors_connector_guard": Row(get=ADA, post=ADA_METHOD, make=named_pk),
    "admin:connectors_connector_guard_run": Row(get=ADA_METHOD, post=ADA, make=named_pk),
    "admin:connectors_connector_guard_try": Row(get=ADA_METHOD, post=ADA, make=named_pk),
    **admin_rows("connectors_connector", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_connector),
    **admin_rows("connectors_recipient", see=ADA, add=ADA, change=ADA_LED, remove=NOBODY, make=absent),
    **admin_rows("portal_outboxmessage", see=ADA, add=NOBODY, change=ADA_LED, save=NOBODY, remove=NOBODY, make=absent),
    **admin_rows("connectors_modelprice", see=ADA, add=ADA, change=ADA, remove=ADA),
}
