"""Permissions on questions, answers, reports and AI memory: everybody asks, only some see SQL, admins keep memory."""

from __future__ import annotations

from tests.tables.guardrails import sheet_rows
from tests.tables.row import ADA, ADA_LED, ADA_METHOD, API_ADA, API_ADA_METHOD, NOBODY, Row, absent, admin_rows

API_ALL = "200 200 200 200 401"
API_METHOD = "405 405 405 405 401"
API_ABSENT = "404 404 404 404 401"
API_EMPTY = "400 400 400 400 401"  # for everybody, and an empty body names nothing
API_EDIT_SQL = "400 400 403 403 401"
API_SAVE = "400 400 400 403 401"
API_SHARE = "404 404 403 403 401"
API_SAVED = "404 404 404 403 401"
ALL = "200 200 200 200 302"
EDITORS = "200 200 403 403 302"
METHOD = "405 405 405 405 302"
ABSENT = "404 404 404 404 302"
VERB = Row(get=METHOD, post=ABSENT)
API_VERB = Row(get=API_METHOD, post=API_ABSENT)
WRITTEN_BY_VERBS = {"see": ADA, "add": NOBODY, "change": ADA_LED, "save": NOBODY, "remove": NOBODY, "make": absent}

ROUTES: dict[str, Row] = {
    # a token alone opens it, whoever is signed in by a session; tests/questions/test_mcp.py asks with tokens
    "questions:mcp": Row(get="401 401 401 401 401", post="401 401 401 401 401"),
    "questions:ask": Row(get=ALL, post="400 400 400 400 302"),
    "questions:banner": Row(get=ALL, post=METHOD),
    "questions:question": Row(get=ABSENT, post=METHOD),
    "questions:progress": Row(get=ABSENT, post=METHOD),
    "questions:cancel": VERB,
    "questions:again": VERB,
    "questions:count": VERB,
    "questions:counted": Row(get=ABSENT, post=METHOD),
    "questions:save": Row(get=METHOD, post="404 404 404 403 302"),
    "questions:judge": VERB,
    "questions:keep": Row(get=METHOD, post="404 403 403 403 302"),
    "questions:live": Row(get=EDITORS, post="400 400 403 403 302"),
    "questions:live_schema": Row(get="400 400 403 403 302", post="405 405 405 405 302"),
    "questions:live_check": Row(get=METHOD, post=EDITORS),
    "questions:reports": Row(get=ALL, post=METHOD),
    "questions:report": Row(get=ABSENT, post=METHOD),
    "questions:run_report": VERB,
    "questions:share": Row(get=METHOD, post="404 404 403 403 302"),
    "questions:unshare": Row(get=METHOD, post="404 404 403 403 302"),
    "questions:rename_report": Row(get=METHOD, post="404 404 404 403 302"),
    "questions:schedule_report": Row(get=METHOD, post="404 404 403 403 302"),
    "questions:unschedule_report": Row(get=METHOD, post="404 404 403 403 302"),
    "questions:remove_report": Row(get=METHOD, post="404 404 404 403 302"),
    "questions_api:question-list": Row(get=API_ALL, post=API_EMPTY),
    "questions_api:question-detail": Row(get=API_ABSENT, post=API_METHOD),
    "questions_api:question-cancel": API_VERB,
    "questions_api:question-again": API_VERB,
    "questions_api:question-count": API_VERB,
    "questions_api:question-judge": API_VERB,
    "questions_api:question-keep": Row(get=API_METHOD, post="404 403 403 403 401"),
    "questions_api:question-sql": Row(get=API_METHOD, post=API_EDIT_SQL),
    # nobody holds a grant on what is not there
    "questions_api:schema": Row(get="404 404 404 404 401", post=API_METHOD),
    "questions_api:guard_check": Row(get="405 405 403 403 401", post=API_EDIT_SQL),
    "questions_api:verified_query-list": Row(get=API_ADA, post="400 403 403 403 401"),
    "questions_api:verified_query-detail": Row(
        get="404 403 403 403 401", patch="404 403 403 403 401", post=API_ADA_METHOD, put=API_ADA_METHOD
    ),
    "questions_api:verified_query-countersign": Row(get=API_ADA_METHOD, post="404 403 403 403 401"),
    "questions_api:metric-list": Row(get=API_ADA, post=API_ADA_METHOD),
    "questions_api:metric-detail": Row(get="404 403 403 403 401", post=API_ADA_METHOD),
    "questions_api:evaluation_run-list": Row(get=API_ADA, post="400 403 403 403 401"),
    "questions_api:evaluation_run-detail": Row(get="404 403 403 403 401", post=API_ADA_METHOD),
    "questions_api:report-list": Row(get=API_ALL, post=API_SAVE),
    "questions_api:report-detail": Row(get=API_ABSENT, delete=API_SAVED, patch=API_SAVED, post=API_METHOD),
    "questions_api:report-run": API_VERB,
    "questions_api:report-unshare": Row(get=API_METHOD, post=API_SHARE),
    "questions_api:report-schedule": Row(get=API_METHOD, put=API_SHARE, delete=API_SHARE, post=API_METHOD),
    "questions_api:report-runs": Row(get=API_ABSENT, post=API_METHOD),
    "questions_api:report-share": Row(get=API_METHOD, post=API_SHARE),
    **admin_rows("questions_verifiedquery", see=ADA, add=ADA, change=ADA_LED, remove=NOBODY, make=absent),
    **admin_rows("questions_memoryentry", see=ADA, add=ADA, change=ADA_LED, remove=ADA_LED, make=absent),
    **sheet_rows("questions_verifiedquery"),
    "admin:questions_verifiedquery_countersign": Row(get=ADA_METHOD, post="404 403 403 403 302"),
    **sheet_rows("questions_memoryentry"),
    **admin_rows("questions_metric", see=ADA, add=ADA, change=ADA_LED, remove=ADA_LED, make=absent),
    **sheet_rows("questions_metric"),
    **admin_rows("questions_evaluationcase", see=ADA, add=ADA, change=ADA_LED, remove=NOBODY, make=absent),
    **sheet_rows("questions_evaluationcase"),
    **admin_rows("questions_evaluationplan", see=ADA, add=ADA, change=ADA_LED, remove=NOBODY, make=absent),
    "admin:questions_evaluationplan_run": Row(get=ADA_METHOD, post="404 403 403 403 302"),
    **admin_rows("questions_evaluationrun", **WRITTEN_BY_VERBS),
    **admin_rows("questions_memorychange", **WRITTEN_BY_VERBS),
    "admin:questions_memorychange_approve": Row(get=ADA_METHOD, post="404 403 403 403 302"),
    "admin:questions_memorychange_reject": Row(get=ADA_METHOD, post="404 403 403 403 302"),
    **admin_rows("questions_question", **WRITTEN_BY_VERBS),
    **admin_rows("questions_feedback", **WRITTEN_BY_VERBS),
    **admin_rows("questions_report", **WRITTEN_BY_VERBS),
}
