"""Permissions on seals: admins see heads, keys and publications; what is published where is an admin's edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Cast
from tests.tables.row import ADA, ADA_METHOD, NOBODY, Row, admin_rows


def a_head(cast: Cast) -> Mapping[str, Any]:
    from audit.models import Head
    from audit.sealing import sealer

    with cast.ada.inside():
        sealer.seal(sweep=True)
        return {"object_id": str(Head.objects.order_by("-number").first().pk)}


def the_head(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_head(cast)["object_id"]}


def the_key(cast: Cast) -> Mapping[str, Any]:
    a_head(cast)
    return {}


def a_publication(cast: Cast) -> Mapping[str, Any]:
    from audit.models import Publication

    head = a_head(cast)["object_id"]
    with cast.ada.inside():
        made = Publication(head_id=head, way="timestamp", token=b"0")
        made.save(force_insert=True)
    return {"object_id": str(made.pk)}


def the_publication(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_publication(cast)["object_id"]}


def a_policy(cast: Cast) -> Mapping[str, Any]:
    from audit.models import PublicationPolicy

    with cast.ada.inside():
        return {"object_id": str(PublicationPolicy.objects.create().pk)}


ROUTES = {
    **admin_rows("audit_head", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY, make=a_head),
    "admin:audit_head_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_head_checkpoint": Row(get=ADA, post=ADA_METHOD, make=the_head),
    "admin:audit_head_key": Row(get=ADA, post=ADA_METHOD, make=the_key),
    **admin_rows("audit_publication", see=ADA, add=NOBODY, change=ADA, save=NOBODY, remove=NOBODY, make=a_publication),
    "admin:audit_publication_token": Row(get=ADA, post=ADA_METHOD, make=the_publication),
    **admin_rows("audit_publicationpolicy", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_policy),
}
