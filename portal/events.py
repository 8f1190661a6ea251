"""The events of the ground floor, declared once."""

from __future__ import annotations

from portal.trail import declare

declare("person.signed_in", "a person signed in", fields="way", promises=("A02", "I05"))
declare("person.signed_out", "a person signed out", promises=("A02",))
declare("person.sign_in_refused", "a sign-in was refused", fields="way", text="email", promises=("A02", "I05"))
declare("person.locked_out", "sign-ins were locked out", fields="way", text="email", promises=("A02", "I05"))
declare("person.switched_organization", "a person switched organization", fields="", promises=("A02",))
declare(
    "access.refused",
    "an act was refused for lack of permission",
    fields="where reason capability",
    promises=("A02", "A07"),
)
declare("person.password_changed", "a person changed their password", promises=("A02",))
declare("token.issued", "an API token was issued", fields="family", promises=("A02", "I05"))
declare("token.revoked", "API tokens were revoked", fields="family cause", promises=("A02", "I05"))
declare(
    "grant.given",
    "a capability was granted",
    fields="capability person role connector",
    promises=("A02", "I03"),
)
declare(
    "grant.revoked",
    "a capability was revoked",
    fields="capability person role connector",
    promises=("A02", "I03"),
)
declare(
    "rate.reached",
    "a burst of requests reached a rate limit",
    fields="kind scope limit window_s",
    promises=("S06", "A07"),
)
declare("sheet.imported", "a sheet of policies was imported", fields="kind added changed", promises=("A02",))
declare("sheet.exported", "a sheet of policies was exported", fields="kind format", promises=("A02", "A05"))
for _verb, _sentence in (
    ("asked", "platform staff asked to look into the organization"),
    ("confirmed", "timed access was confirmed by a second person"),
    ("refused", "a request for timed access was refused or lapsed"),
    ("ended", "timed access ended"),
):
    declare(
        f"timed_access.{_verb}", _sentence, fields="kind person minutes until cause", text="reason",
        promises=("I07", "A02"),
    )  # fmt: skip
declare(
    "timed_access.viewed",
    "somebody from outside looked at a page",
    fields="kind route path of",
    text="query",
    promises=("I07", "A02"),
)
declare(
    "pending_change.proposed",
    "an edit that loosens was proposed to a second officer",
    fields="kind of verb loosens digest",
    promises=("A02",),
)
declare("pending_change.confirmed", "a second officer confirmed an edit", fields="kind of digest", promises=("A02",))
declare(
    "pending_change.recalled", "a proposed edit was taken back or refused", fields="kind of digest", promises=("A02",)
)
