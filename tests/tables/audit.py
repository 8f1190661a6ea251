"""Permissions on the trail: admins read, export and erase texts; nobody adds, changes or removes an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import Cast
from tests.tables.row import ADA, ADA_LED, ADA_METHOD, METHOD, NOBODY, Row, admin_rows


def a_hold(cast: Cast) -> Mapping[str, Any]:
    from audit import hold
    from audit.models import LegalHold

    with cast.ada.inside():
        made = hold.place(LegalHold(name="Case 7", reason="the court's order"))
    return {"object_id": str(made.pk)}


def the_hold(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_hold(cast)["object_id"]}


ADA_FINDS_NOTHING = "404 403 403 403 302"


def a_pack(cast: Cast) -> Mapping[str, Any]:
    """A pack that waits; without a sealed head there is none to ask for."""
    from django.utils import timezone

    from audit.models import EvidencePack

    with cast.ada.inside():
        now = timezone.now()
        made = EvidencePack(since=now, until=now, sealed_at=now, head_number=1, head_size=1, asked_by_name="Ada")
        made.save(force_insert=True)
    return {"object_id": str(made.pk)}


def the_pack(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_pack(cast)["object_id"]}


def a_schedule(cast: Cast) -> Mapping[str, Any]:
    from audit.models import EvidenceSchedule

    with cast.ada.inside():
        made = EvidenceSchedule.objects.create()
    return {"object_id": str(made.pk)}


def a_sample(cast: Cast) -> Mapping[str, Any]:
    from django.utils import timezone

    from audit.models import Sample

    with cast.ada.inside():
        now = timezone.now()
        facts = {"head_number": 1, "head_size": 1, "size": 1, "population": 1, "seed": "1"}
        made = Sample.objects.create(since=now, until=now, **facts)
    return {"object_id": str(made.pk)}


def the_sample(cast: Cast) -> Mapping[str, Any]:
    return {"pk": a_sample(cast)["object_id"]}


def _told(cast: Cast) -> dict[str, Any]:
    from portal import trail

    with cast.ada.inside():
        trail.record(trail.Event("person.signed_out", trail.Subject("person", str(cast.ana.user.pk))))
    return {"kind": "person", "subject_id": str(cast.ana.user.pk)}


ROUTES = {
    **admin_rows("audit_sample", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY, make=a_sample),
    "admin:audit_sample_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_sample_draw": Row(get=ADA_METHOD, post="400 403 403 403 302"),  # without a period
    "admin:audit_sample_csv": Row(get=ADA, post=ADA_METHOD, make=the_sample),
    **admin_rows("audit_evidencepack", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY, make=a_pack),
    "admin:audit_evidencepack_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_evidencepack_make": Row(get=ADA_METHOD, post="400 403 403 403 302"),  # without a period
    "admin:audit_evidencepack_download": Row(get=NOBODY, post=ADA_METHOD, make=the_pack),  # without a link of one's own
    "admin:audit_controls": Row(get=ADA, post=ADA_METHOD),
    **admin_rows("audit_evidenceschedule", see=ADA, add=ADA, change=ADA, remove=NOBODY, make=a_schedule),
    "audit:reviews": Row(get=ADA, post=METHOD),
    "audit:start_review": Row(get=METHOD, post="400 403 403 403 302"),
    "audit:review": Row(get=ADA_FINDS_NOTHING, post=METHOD),
    "audit:decide_items": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "audit:include_review": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "audit:close_review": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "audit:decide_item": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    **admin_rows("audit_retentionpolicy", see=ADA, add=NOBODY, change=ADA, remove=NOBODY),
    **admin_rows("audit_legalhold", see=ADA, add=ADA, change=ADA, save=NOBODY, remove=NOBODY, make=a_hold),
    "admin:audit_legalhold_release": Row(get=ADA_METHOD, post=ADA_LED, make=the_hold),
    **admin_rows("audit_event", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY),
    "admin:audit_event_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_event_export": Row(get=ADA_METHOD, post=ADA_LED),
    "admin:audit_event_export_ready": Row(get=NOBODY, post=ADA_METHOD),  # without a link of one's own
    "admin:audit_event_export_file": Row(get=NOBODY, post=ADA_METHOD),
    "admin:audit_event_story": Row(get=ADA, post=ADA_METHOD, make=_told),
    "admin:audit_event_erase": Row(get=ADA_METHOD, post=ADA_LED),
}
