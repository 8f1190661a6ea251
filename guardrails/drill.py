"""The drill of the kill switch (T01): proves on live workers how soon each of them stops, and leaves evidence.

Every worker process is given a harmless job that asks the switch before each of many small steps, as a ticket does.
Then a switch is turned, and each process writes down when it was refused the next step. Nothing is executed and
nothing is sent. By default the switch is that of the platform's own organization, which has no AI work to halt; a
drill for real turns the platform's switch, and every organization stops until it is released a moment later.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from guardrails import switch
from guardrails.models import DrillWatch, OrganizationSwitch
from portal import change, trail

STEP_S = 0.02
"""How long one step of the drill's job takes; a worker asks the switch after each."""
LIMIT_MS = 1_000
"""What the promise allows between the turn and the last worker's stop."""
_WATCH_S = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One process: how long after the turn it stopped (None: it did not, in time), and after how many steps."""

    process: str
    latency_ms: int | None
    steps: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A drill: which processes were asked for, and what each of those that answered saw."""

    drill: uuid.UUID
    asked: int
    seen: tuple[Seen, ...]

    @property
    def slowest_ms(self) -> int | None:
        """The latency of the last process to stop; None where one did not or none answered."""
        times = [each.latency_ms for each in self.seen]
        return max((t for t in times if t is not None), default=None) if None not in times else None

    @property
    def is_passed(self) -> bool:
        """Whether every process that was asked stopped within the limit."""
        slowest = self.slowest_ms
        return 0 < self.asked <= len(self.seen) and slowest is not None and slowest <= LIMIT_MS


def watch(drill: uuid.UUID, process: str) -> None:
    """Take small steps until the switch refuses one, and write down when; a worker's part, in the platform's scope.

    A message that comes to the same process again does nothing: its watch stands already.
    """
    switch.require_running()
    row, is_new = DrillWatch.objects.get_or_create(drill=drill, process=process[:120], defaults={"watching_at": _now()})
    if not is_new:
        return
    deadline, steps = time.monotonic() + _WATCH_S, 0
    while time.monotonic() < deadline:
        try:
            switch.require_running()
        except switch.Halted:
            DrillWatch.objects.filter(pk=row.pk).update(seen_at=_now(), steps=steps)
            return
        steps += 1
        time.sleep(STEP_S)


def run(asked: int, send: Callable[[uuid.UUID], None], *, is_real: bool, reason: str, wait_s: float = 30.0) -> Outcome:
    """Give `asked` processes their job by `send`, turn the switch once all watch, and return what they saw.

    In the platform's scope, outside a transaction. Releases the switch whatever happens, and records
    `killswitch.drilled`.
    """
    drill = uuid.uuid4()
    for _ in range(asked):
        send(drill)
    rows = DrillWatch.objects.filter(drill=drill)
    _until(lambda: rows.count() >= asked, wait_s)
    with _turned(reason, is_real=is_real) as turned_at:
        _until(lambda: not rows.filter(seen_at__isnull=True).exists(), 5.0)
    outcome = Outcome(drill, asked, tuple(_seen(row, turned_at) for row in rows.order_by("process")))
    _record(outcome, is_real=is_real, reason=reason)
    return outcome


@contextmanager
def _turned(reason: str, *, is_real: bool) -> Iterator[datetime]:
    """Turn the switch, yield the moment before it was, and turn it back."""
    said = f"drill: {reason}"[:300]
    own = _own_switch()
    turned_at = _now()
    try:
        if is_real:
            switch.engage(said)
        else:
            own.is_halted, own.reason = True, said
            change.apply(own, reason=said, source="drill")
        yield turned_at
    finally:
        if is_real:
            switch.release(said)
        else:
            own.is_halted, own.reason = False, ""
            change.apply(own, reason=said, source="drill")


def ready() -> None:
    """Make the switch of the platform's own organization, which a drill turns, where there is none yet."""
    _own_switch()


def _own_switch() -> OrganizationSwitch:
    found: OrganizationSwitch | None = OrganizationSwitch.objects.first()
    return found or change.apply(OrganizationSwitch(), reason="a drill needs one", source="drill")  # type: ignore[return-value]


def _seen(row: DrillWatch, turned_at: datetime) -> Seen:
    late = None if row.seen_at is None else max(0, round((row.seen_at - turned_at).total_seconds() * 1000))
    return Seen(row.process, late, row.steps)


def _until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(STEP_S)


def _now() -> datetime:
    """Return the database's clock, which all workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _record(outcome: Outcome, *, is_real: bool, reason: str) -> None:
    trail.record(
        trail.Event(
            "killswitch.drilled",
            trail.Subject("kill_switch", str(outcome.drill)),
            verdict="pass" if outcome.is_passed else "failed",
            duration_ms=outcome.slowest_ms,
            data={
                "scope": "every organization" if is_real else "the platform's own organization",
                "reason": reason,
                "asked": outcome.asked,
                "answered": len(outcome.seen),
                "slowest_ms": outcome.slowest_ms,
                "limit_ms": LIMIT_MS,
                "processes": {each.process: each.latency_ms for each in outcome.seen},
            },
        )
    )
