"""Receipts: what somebody keeps of one decision, so that it can be held against a published head years later.

A receipt holds the event as it was sealed, which is more than a member may see of a question: only who may read the
trail gets one, and gives it on. Each one given is an event.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from audit.models import Event
from audit.sealing import proofs
from audit.sealing.countersign_verify import Checkpoint
from portal import subjects, trail

SOON_S = 5
"""How soon an event is sealed; what is told to who asks before."""
MOST = 100
NOT_YET = f"This event is not sealed yet. It will be within {SOON_S} seconds; ask again then."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a receipt: the receipt, or why there is none. `status` is that of HTTP."""

    event: Event
    status: int
    said: str = ""
    receipt: dict[str, Any] | None = None

    @property
    def place(self) -> tuple[int, int]:
        """The event's index in the log, and how many events the head of the receipt is over."""
        assert self.receipt is not None
        head = Checkpoint.read(str(self.receipt["head"]).rpartition("\n\n")[0] + "\n")
        return int(self.receipt["index"]), head.size


def ask(event_id: uuid.UUID) -> Answer | None:
    """Return the answer for an event of the current organization, None where it has no such event. A few queries."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        return None
    try:
        return Answer(event, 200, receipt=proofs.receipt(event_id))
    except proofs.NotSealed:
        return Answer(event, 202, NOT_YET)
    except LookupError as error:
        return Answer(event, 409, f"No receipt can be given: {error}.")


def give(answer: Answer) -> bytes:
    """Record that a receipt is given away, and return its file."""
    assert answer.receipt is not None
    _, size = answer.place
    trail.record(
        trail.Event(
            "receipt.given",
            trail.Subject(answer.event.subject_kind, answer.event.subject_id),
            data={"event": str(answer.event.pk), "head": size},
        )
    )
    return json.dumps(answer.receipt, indent=1).encode() + b"\n"


def file_name(event: Event) -> str:
    """Return the name under which `countersign-verify` takes a receipt."""
    return f"countersign-{event.type.replace('.', '-')}-{str(event.pk)[-8:]}.receipt.json"


def decisions(kind: str, subject_id: str) -> list[Event]:
    """Return what was decided about a subject and what belongs to it, newest first: events that hold a verdict.

    One query, and those of `subjects.related`.
    """
    of = [each for _, each in subjects.related(kind, subject_id)[:MOST]]
    return list(Event.objects.filter(subject_id__in=of).exclude(verdict="").order_by("-id")[:MOST])
