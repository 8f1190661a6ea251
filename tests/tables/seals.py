"""Permissions on seals: admins see heads, keys and publications; what is published where is an admin's edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Cast
from tests.tables.row import ADA, ADA_METHOD, API_ADA, API_ADA_METHOD, NOBODY, Row, admin_rows


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


def a_decision(cast: Cast) -> tuple[str, str]:
    """Something that was decided and sealed: its subject's id and the event's."""
    from audit.sealing import sealer
    from portal import trail
    from portal.ids import uuid7

    with cast.ada.inside():
        subject = str(uuid7())
        made = trail.record(trail.Event("question.answered", trail.Subject("question", subject), verdict="pass"))
        sealer.seal(sweep=True)
    return subject, str(made)


def the_event(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_decision(cast)[1]}


def the_subject(cast: Cast) -> Mapping[str, Any]:
    return {"kind": "question", "subject_id": a_decision(cast)[0]}


def the_subject_of_the_api(cast: Cast) -> Mapping[str, Any]:
    return {"kind": "question", "pk": a_decision(cast)[0]}


ROUTES = {
    **admin_rows("audit_head", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY, make=a_head),
    "admin:audit_head_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_head_checkpoint": Row(get=ADA, post=ADA_METHOD, make=the_head),
    "admin:audit_head_key": Row(get=ADA, post=ADA_METHOD, make=the_key),
    "admin:audit_event_receipt": Row(get=ADA, post=ADA_METHOD, make=the_event),
    "admin:audit_event_receipt_file": Row(get=ADA, post=ADA_METHOD, make=the_event),
    "admin:audit_event_receipts": Row(get=ADA, post=ADA_METHOD, make=the_subject),
    "audit_api:receipt": Row(get=API_ADA, post=API_ADA_METHOD, make=the_event),
    "audit_api:decisions": Row(get=API_ADA, post=API_ADA_METHOD, make=the_subject_of_the_api),
    **admin_rows("audit_publication", see=ADA, add=NOBODY, change=ADA, save=NOBODY, remove=NOBODY, make=a_publication),
    "admin:audit_publication_token": Row(get=ADA, post=ADA_METHOD, make=the_publication),
    **admin_rows("audit_publicationpolicy", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_policy),
}
