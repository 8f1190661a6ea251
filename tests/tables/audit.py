"""Permissions on the trail: admins read, export and erase texts; nobody adds, changes or removes an event."""

from __future__ import annotations

from tests.tables.row import ADA, ADA_LED, ADA_METHOD, NOBODY, Row, admin_rows

ROUTES = {
    **admin_rows("audit_event", see=ADA, add=NOBODY, change=ADA, save=ADA_METHOD, remove=NOBODY),
    "admin:audit_event_changelist": Row(get=ADA, post=ADA_METHOD),
    "admin:audit_event_export": Row(get=ADA_METHOD, post=ADA),
    "admin:audit_event_erase": Row(get=ADA_METHOD, post=ADA_LED),
}
