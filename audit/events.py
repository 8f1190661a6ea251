"""The events of the trail about itself, declared once."""

from __future__ import annotations

from portal.trail import declare

declare(
    "trail.exported",
    "an export of the trail began",
    fields="filters format",
    text="search",
    promises=("A02", "A05"),
)
declare(
    "trail.export_finished",
    "an export of the trail ended",
    fields="export outcome",
    promises=("A02", "A05"),
)
declare("trail.searched", "the trail was searched", fields="filters", text="search", promises=("A02",))
declare(
    "trail.month_dropped",
    "a month of the trail went with its texts; its leaves and heads stay",
    fields="events retention_months",
    promises=("A06",),
)
declare("text.erased", "the texts of an event were erased", fields="fields reason", promises=("A04", "A06"))
declare("seal_key.made", "the key that signs the heads of the log was made", fields="verifier_key", promises=("A04",))
declare("seal.stopped", "sealing stopped: the log was changed from outside", fields="reason", promises=("A04",))
declare("receipt.given", "the receipt of an event was given away", fields="event head", promises=("A04", "A02"))
_PUBLICATION = "head way tries reason"
declare("publication.failed", "a signed head could not be published; it is tried again", fields=_PUBLICATION,
        promises=("A04",))  # fmt: skip
declare("publication.recovered", "a signed head was published at last", fields=_PUBLICATION, promises=("A04",))
for _verb, _sentence, _fields in (
    ("raised", "a risk signal was raised", "severity cause value"),
    ("extended", "a risk signal grew: more of the same was found", "value"),
    ("acknowledged", "an officer looks into a risk signal", ""),
    ("snoozed", "a risk signal was put aside for a while", "until"),
    ("reopened", "a risk signal that was put aside opened again", ""),
    ("assigned", "a risk signal was given to an officer", "to"),
    ("judged", "an officer said whether a risk signal was useful", "feedback"),
):
    declare(f"risk_signal.{_verb}", _sentence, fields=f"detector {_fields}", promises=("A07",))
declare("risk_signal.commented", "an officer commented on a risk signal", fields="detector", text="comment",
        promises=("A07",))  # fmt: skip
declare("risk_signal.resolved", "an officer resolved a risk signal", fields="detector", text="comment",
        promises=("A07",))  # fmt: skip
declare("review.started", "an access review was started", fields="name items groups due", promises=("A09", "A02"))
declare("review.extended", "access given since its start was added to a review", fields="name items", promises=("A09",))
declare("review.reassigned", "an officer took over a part of a review", fields="item kind", promises=("A09",))
declare(
    "review.decided",
    "an access was kept or revoked by a review",
    fields="item kind key decision effect event note automatic",
    promises=("A09", "A02"),
)
declare("review.closed", "an access review was closed with its result", fields="name counts digest", promises=("A09",))
