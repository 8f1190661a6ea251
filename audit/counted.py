"""What the events of a period come to, asked once for a page: the figures of the dashboard read from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit import tally
from audit.filters import zone
from audit.tally import Line
from portal.figures import Period

_asked: ContextVar[dict[Period, Counted] | None] = ContextVar("countersign_counted", default=None)


@dataclass(frozen=True, slots=True)
class Counted:
    """The lines of one period."""

    lines: tuple[Line, ...]

    def count(self, event_type: str) -> int:
        return sum(x.count for x in self.lines if x.facet == "all" and x.type == event_type)

    def by_confidence(self, event_type: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for x in self.lines:
            if x.facet == "all" and x.type == event_type and x.confidence:
                found[x.confidence] = found.get(x.confidence, 0) + x.count
        return found

    def by_key(self, facet: str, event_type: str) -> dict[str, int]:
        """Return the counts by person, connector or reason, the largest first."""
        found = {x.key: x.count for x in self.lines if x.facet == facet and x.type == event_type and x.key}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def money(self, event_type: str) -> dict[str, tuple[int, int]]:
        """Return the sum in minor units and the number of events, by currency."""
        found: dict[str, tuple[int, int]] = {}
        for x in self.lines:
            if x.facet == "all" and x.type == event_type and x.currency:
                amount, count = found.get(x.currency, (0, 0))
                found[x.currency] = (amount + x.amount_minor, count + x.count)
        return found


@contextmanager
def asking_once() -> Iterator[None]:
    """Keep what was counted until the block ends, so that many figures of a page are one statement for each period."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def of(period: Period) -> Counted:
    """Return what the events of a period come to; those whose month was dropped are in no count."""
    known = _asked.get()
    if known is not None and period in known:
        return known[period]
    since, until = bounds(period, zone())
    first = tally.begins()
    lines = tally.totals(max(since, first), until) if first is not None and first < until else []
    found = Counted(tuple(lines))
    if known is not None:
        known[period] = found
    return found


def bounds(period: Period, where: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between which the whole days of a period lie."""
    return midnight(period.since, where), midnight(period.until + timedelta(days=1), where)


def midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, where).astimezone(UTC)
