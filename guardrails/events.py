"""The events of the policies, declared once. Edits of a policy are declared where it is governed."""

from __future__ import annotations

from portal.trail import declare

declare(
    "policy.defaults_made",
    "an organization was given its safe default policies",
    fields="policies",
    promises=("A02", "T24"),
)
declare(
    "cap.reached",
    "a cap refused a model call or an action",
    fields="scope which action cap used resets_at",
    promises=("T10", "Q16", "A07"),
)
declare(
    "spend.settled",
    "the cost of a model call was settled",
    fields="reservation cycle estimate_microusd user",
    promises=("Q16", "A01"),
)
declare(
    "spend.expired",
    "a model call was never settled; its estimate keeps counting",
    fields="reservation cycle estimate_microusd user",
    promises=("Q16",),
)
declare("killswitch.engaged", "all AI work was halted in every organization", fields="reason", promises=("T01", "A02"))
declare("killswitch.released", "AI work was released again", fields="reason", promises=("T01", "A02"))
declare(
    "reply.tried",
    "an officer tried a reply on the output guard",
    fields="kinds",
    promises=("T12", "T20"),
)
declare(
    "killswitch.drilled",
    "the kill switch was drilled on the live workers",
    fields="scope reason asked answered slowest_ms limit_ms processes",
    promises=("T01", "A02"),
)
