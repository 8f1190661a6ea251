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
