"""Gate health: how each gate decides over time, which never fire, and which decide otherwise than before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from guardrails.gates import GATES
from guardrails.shares import Share, difference
from portal import trail
from tickets.models import GateReceipt

DAYS = 28
ENOUGH = 30
"""Fewer verdicts than this are no reason to speak of drift."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a gate; the heights are of a bar of 40."""

    day: date
    passed: int
    human: int
    blocked: int
    height: int
    stopped_height: int


@dataclass(frozen=True, slots=True)
class Health:
    """One gate in a period, against the period before."""

    promise: str
    title: str
    passed: int
    human: int
    blocked: int
    stopping: Share
    before: Share
    days: tuple[Day, ...]

    @property
    def total(self) -> int:
        return self.stopping.total

    @property
    def never_fires(self) -> bool:
        return self.total >= ENOUGH and self.stopping.right == 0

    @property
    def change(self) -> str:
        """Return the change of the share that does not pass, in points with its interval; empty without both."""
        found = difference(self.stopping, self.before)
        if found is None:
            return ""
        change, low, high = (round(each * 100, 1) for each in found)
        return f"{change:+.1f} points ({low:+.1f} to {high:+.1f})"

    @property
    def drifts(self) -> bool:
        """Whether the share changed by more than chance: its interval leaves zero out."""
        found = difference(self.stopping, self.before)
        enough = min(self.stopping.total, self.before.total) >= ENOUGH
        return bool(found and enough and (found[1] > 0 or found[2] < 0))


def of_gates(days: int = DAYS) -> list[Health]:
    """Return the health of all twelve gates in the last days. One query; previews are no verdicts."""
    today = timezone.now().date()
    since, start = today - timedelta(days=days - 1), today - timedelta(days=2 * days - 1)
    rows = (
        GateReceipt.objects.filter(created_at__date__gte=start, is_preview=False)
        .annotate(day=TruncDate("created_at"))
        .values_list("promise", "day", "outcome")
        .annotate(count=Count("id"))
        .order_by()
    )
    counts: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for promise, day, outcome, count in rows:
        word = {"human": "human", "block": "blocked", "stop": "blocked"}.get(outcome, "passed")
        counts[promise][day][word] += count
    return [_health(gate.promise, gate.title, counts[gate.promise], since, today) for gate in GATES]


def tell_of_drift() -> int:
    """Record an event for each gate that drifts, as a detector of risk reads it; return how many."""
    drifting = [each for each in of_gates() if each.drifts]
    for each in drifting:
        data = {"gate": each.title, "change": each.change, "week": f"{timezone.now():%G-W%V}"}
        trail.record(trail.Event("gate.drifted", trail.Subject("gate", each.promise), data=data))
    return len(drifting)


def _health(promise: str, title: str, by_day: dict[date, dict[str, int]], since: date, today: date) -> Health:
    def sums(days: list[date]) -> tuple[int, int, int]:
        found = [by_day.get(day, {}) for day in days]
        passed, human, blocked = (sum(each.get(w, 0) for each in found) for w in ("passed", "human", "blocked"))
        return passed, human, blocked

    span = [since + timedelta(days=number) for number in range((today - since).days + 1)]
    passed, human, blocked = sums(span)
    was = sums([day for day in by_day if day < since])
    most = max((sum(sums([day])) for day in span), default=0) or 1
    return Health(
        promise, title, passed, human, blocked,
        Share(human + blocked, passed + human + blocked), Share(was[1] + was[2], sum(was)),
        tuple(_day(day, *sums([day]), most) for day in span),
    )  # fmt: skip


def _day(day: date, passed: int, human: int, blocked: int, most: int) -> Day:
    total = passed + human + blocked
    return Day(day, passed, human, blocked, round(40 * total / most), round(40 * (human + blocked) / most))
