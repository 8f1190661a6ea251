"""The events of the doors, declared once. Grants are `grant.given` and `grant.revoked` of the ground floor."""

from __future__ import annotations

from portal.trail import declare

declare(
    "connector.probed",
    "a connector and its credential were probed",
    fields="engine version findings code is_encrypted",
    promises=("Q02", "A02"),
)
declare(
    "warning.raised",
    "a warning was raised on a connector",
    fields="code severity warning",
    promises=("Q02", "A02"),
)
declare(
    "warning.fixed",
    "a warning on a connector was found fixed",
    fields="code severity warning",
    promises=("Q02", "A02"),
)
declare(
    "warning.accepted",
    "a warning on a connector was accepted with a reason",
    fields="code severity warning reason",
    promises=("Q02", "A02"),
)
declare(
    "action.first_executed",
    "an action was executed through a connector for the first time",
    fields="action fingerprint",
    promises=("T11", "A03"),
)
declare(
    "connector.shop_connected",
    "a shop was connected: its owner said yes to the scopes",
    fields="shop scopes",
    promises=("T22", "A02"),
)
declare(
    "connector.token_renewed",
    "an access token was renewed before it expired",
    fields="generation",
    promises=("S04",),
)
declare(
    "connector.token_failed",
    "an access token could not be renewed",
    fields="generation code",
    promises=("S04",),
)
declare(
    "guard.self_tested",
    "the guard's own attack list was put to it under a connector's settings; nothing ran",
    fields="dialect role attacks through schema rules",
    promises=("Q03", "A02"),
)
declare(
    "guard.statement_tried",
    "an officer asked the guard about one statement under a connector's settings; nothing ran",
    fields="dialect role codes",
    promises=("Q03", "A02"),
)
declare(
    "connector.tripped",
    "a connector failed again and again; it is left alone for a while",
    fields="failures code wait_s",
    promises=("S07", "A07"),
)
declare("connector.recovered", "a connector answers again", fields="after_s", promises=("S07", "A07"))
declare(
    "risk.signalled",
    "a risk feed told of a dispute or a fraud warning",
    fields="kind code level customers",
    promises=("T06", "A03"),
)
declare("risk.refused", "an event for a risk feed's webhook was refused", fields="reason", promises=("T06",))
declare("notice.sent", "a notice was sent", fields="topic recipient tries reason", promises=("A03",))
declare(
    "notice.resent",
    "a notice that could not be delivered is sent again",
    fields="topic recipient tries reason",
    promises=("A03",),
)
declare("notice.tested", "a test notice was asked for", fields="topic recipient tries reason", promises=("A03",))
declare("notice.failed", "a notice could not be delivered", fields="topic recipient tries reason", promises=("A03",))
