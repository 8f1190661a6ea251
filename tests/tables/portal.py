"""Permissions on the ground floor: sign-in, tokens, one's own account, people, and what every admin site has."""

from __future__ import annotations

from tests.tables.row import ADA, ADA_LED, ADA_METHOD, METHOD, NOBODY, Row, admin_rows, first

OPEN = "200 200 200 200 200"
NOT_SO = "405 405 405 405 405"
SAYS_WHAT_IS_MISSING = "400 400 400 400 400"
ADA_SHOWN_ERRORS = "400 403 403 403 302"
ADA_FINDS_NOTHING = "404 403 403 403 302"
SIGNED_IN = "200 200 200 200 302"

ROUTES = {
    "portal:home": Row(get="302 302 302 302 302", post=METHOD),
    "portal:sign_in": Row(get="302 302 302 302 200", post="302 302 302 302 200"),
    "portal:sign_out": Row(get=METHOD, post="302 302 302 302 302"),
    "portal:password": Row(get=SIGNED_IN, post=SIGNED_IN),
    "portal:switch": Row(get=METHOD, post="403 403 403 403 302"),
    "portal:access": Row(get=ADA, post=METHOD),
    "portal:visits": Row(get=SIGNED_IN, post=METHOD),
    "portal:ask_access": Row(get=METHOD, post=ADA_SHOWN_ERRORS),
    "portal:grant_auditor": Row(get=METHOD, post=ADA_SHOWN_ERRORS),
    "portal:leave": Row(get=METHOD, post="302 302 302 302 302"),
    "portal:confirm_access": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "portal:refuse_access": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "portal:end_access": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "portal:enter_access": Row(get=METHOD, post=NOBODY),  # one's own alone, which nobody here has
    "portal:changes": Row(get=ADA, post=METHOD),
    "portal:confirm_change": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "portal:recall_change": Row(get=METHOD, post=ADA_FINDS_NOTHING),
    "portal:healthz": Row(get=OPEN, post=NOT_SO),
    "portal:readyz": Row(get=OPEN, post=NOT_SO),
    "portal:metrics": Row(get="401 401 401 401 401", post=NOT_SO),  # nobody of them shows the token or is this machine
    "api:token": Row(get=NOT_SO, post=SAYS_WHAT_IS_MISSING),
    "api:token_refresh": Row(get=NOT_SO, post=SAYS_WHAT_IS_MISSING),
    "api:token_revoke": Row(get=NOT_SO, post=SAYS_WHAT_IS_MISSING),
    "api:me": Row(get="200 200 200 200 401", post="405 405 405 405 401"),
    "api:openapi": Row(get="200 200 200 200 401", post="405 405 405 405 401"),
    "admin:index": Row(get=ADA, post=ADA),
    "admin:search": Row(get=ADA, post=ADA),
    "admin:app_list": Row(get=ADA, post=ADA),
    "admin:login": Row(get=ADA_LED, post=ADA_LED),
    "admin:logout": Row(get=ADA_METHOD, post=ADA_LED),
    "admin:password_change": Row(get=ADA_LED, post=ADA_LED),
    "admin:password_change_done": Row(get=ADA_LED, post=ADA_LED),
    "admin:autocomplete": Row(get=NOBODY, post=ADA_METHOD),  # names no field: refused even to admins
    "admin:jsi18n": Row(get=ADA, post=ADA_METHOD),
    "admin:view_on_site": Row(get="404 403 403 403 302", post="404 403 403 403 302"),
    **admin_rows("portal_membership", see=ADA, add=ADA, change=ADA, remove=NOBODY),
    **admin_rows("portal_accesspolicy", see=ADA, add=NOBODY, change=ADA, remove=NOBODY),
    **admin_rows(
        "portal_organization", see=ADA, add=NOBODY, change=ADA, remove=NOBODY, make=first("portal.Organization")
    ),
}
