"""Permissions on tickets: admins, and power users and analysts to whom the queue was granted (none is, here)."""

from __future__ import annotations

from tests.tables.row import (
    ADA,
    ADA_LED,
    ADA_METHOD,
    API_ADA,
    API_ADA_METHOD,
    METHOD,
    NOBODY,
    Row,
    absent,
    admin_rows,
)

API_ABSENT = "404 403 403 403 401"
API_INCOMPLETE = "400 403 403 403 401"
ABSENT = "404 403 403 403 302"
INCOMPLETE = "400 403 403 403 302"
VERB = Row(get=METHOD, post=ABSENT)
API_VERB = Row(get=API_ADA_METHOD, post=API_ABSENT)
API_VERB_WITH_FIELDS = Row(get=API_ADA_METHOD, post=API_INCOMPLETE)
EDITED = {"see": ADA, "add": ADA, "change": ADA_LED, "remove": ADA_LED, "make": absent}
KEPT = {"see": ADA, "add": ADA, "change": ADA_LED, "remove": NOBODY, "make": absent}
WRITTEN_BY_VERBS = {"see": ADA, "add": NOBODY, "change": ADA_LED, "save": NOBODY, "remove": NOBODY, "make": absent}

ROUTES = {
    # signed by the sender: who is signed in does not matter
    "tickets_api:webhook": Row(get="405 405 405 405 405", post="401 401 401 401 401"),
    "tickets_api:ticket-list": Row(get=API_ADA, post=API_INCOMPLETE),
    "tickets_api:ticket-detail": Row(get=API_ABSENT, post=API_ADA_METHOD),
    "tickets_api:ticket-receipt": Row(get=API_ABSENT, post=API_ADA_METHOD),
    "tickets_api:ticket-propose": API_VERB_WITH_FIELDS,
    "tickets_api:ticket-resume": API_VERB_WITH_FIELDS,
    "tickets_api:ticket-correct": API_VERB,
    "tickets_api:ticket-forget-correction": API_VERB,
    "tickets_api:action-list": Row(get=API_ADA, post=API_ADA_METHOD),
    "tickets_api:action-detail": Row(get=API_ABSENT, post=API_ADA_METHOD),
    "tickets_api:action-settle": API_VERB,
    "tickets_api:approval-list": Row(get=API_ADA, post=API_ADA_METHOD),
    "tickets_api:approval-detail": Row(get=API_ABSENT, post=API_ADA_METHOD),
    "tickets_api:approval-approve": API_VERB,
    "tickets_api:approval-claim": API_VERB,
    "tickets_api:approval-lower": API_VERB,
    "tickets_api:approval-reject": API_VERB,
    "tickets_api:approval-release": API_VERB,
    "tickets_api:approval-edit-reply": API_VERB_WITH_FIELDS,
    "tickets_api:approval-choose": API_VERB,
    "tickets_api:approval-assign": API_VERB,
    "tickets_api:approval-numbers": Row(get=API_ADA, post=API_ADA_METHOD),
    "tickets_api:approval-reject-many": Row(get=API_ADA_METHOD, post=API_INCOMPLETE),
    "tickets:approvals": Row(get=ADA, post=METHOD),
    "tickets:approval": Row(get=ABSENT, post=METHOD),
    "tickets:claim": VERB,
    "tickets:release": VERB,
    "tickets:approve": VERB,
    "tickets:reject": VERB,
    "tickets:lower": VERB,
    "tickets:edit_reply": VERB,
    "tickets:choose": VERB,
    "tickets:assign": VERB,
    "tickets:reject_selected": Row(get=METHOD, post=INCOMPLETE),
    "tickets:save_view": Row(get=METHOD, post=INCOMPLETE),
    "tickets:view": Row(get=ABSENT, post=METHOD),
    "tickets:remove_view": VERB,
    "tickets:watch": Row(get=ADA, post=METHOD),
    "tickets:plant_test": Row(get=METHOD, post=INCOMPLETE),
    "tickets:tickets": Row(get=ADA, post=METHOD),
    "tickets:ticket": Row(get=ABSENT, post=METHOD),
    "tickets:ticket_status": Row(get=ABSENT, post=METHOD),
    "tickets:receipt": Row(get=ABSENT, post=METHOD),
    "tickets:actions": Row(get=ADA, post=METHOD),
    "tickets:differences": Row(get=ADA, post=METHOD),
    "tickets:propose": VERB,
    "tickets:by_hand": VERB,
    "tickets_api:ticket-by-hand": API_VERB,
    "tickets:shadow": Row(get=ADA, post=METHOD),
    "tickets:imports": Row(get=ADA, post="400 403 403 403 302"),
    "tickets:health": Row(get=ADA, post=METHOD),
    "tickets:rehearsals": Row(get=ADA, post=METHOD),
    "tickets:rehearsal": Row(get=ABSENT, post=METHOD),
    "tickets:save_rehearsed": VERB,
    "tickets:all_versions": Row(get=ADA, post=METHOD),
    "tickets:versions": Row(get=ABSENT, post=METHOD),
    "tickets:revert": VERB,
    "tickets:ask_live": Row(get=METHOD, post="400 403 403 403 302"),
    "tickets:back_to_shadow": Row(get=METHOD, post="400 403 403 403 302"),
    "tickets:confirm_live": VERB,
    "tickets:recall_live": VERB,
    "tickets:resume": VERB,
    "tickets:settle": VERB,
    "tickets:resolve_difference": VERB,
    "tickets:correct": VERB,
    "tickets:forget_correction": VERB,
    **admin_rows("tickets_replymacro", **EDITED),
    "admin:tickets_replymacro_import": Row(get=ADA, post=ADA),
    "admin:tickets_replymacro_process_import": Row(get=ADA_METHOD, post=ADA),
    "admin:tickets_replymacro_export": Row(get=ADA, post=ADA),
    **admin_rows("tickets_flaggedcustomer", **EDITED),
    **admin_rows("tickets_intake", **KEPT),
    **admin_rows("tickets_ticket", see=ADA, add=ADA, change=ADA_LED, save=NOBODY, remove=NOBODY, make=absent),
    **admin_rows("tickets_action", **WRITTEN_BY_VERBS),
    **admin_rows("tickets_approval", **WRITTEN_BY_VERBS),
    **admin_rows("tickets_difference", **WRITTEN_BY_VERBS),
}
