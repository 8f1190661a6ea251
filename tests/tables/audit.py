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

ROUTES = {
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
    "admin:audit_event_erase": Row(get=ADA_METHOD, post=ADA_LED),
}
