"""Bars over time as SVG of our own: drawn by the server, so that they print, need no script and have their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from audit import tally
from audit.counted import midnight
from audit.filters import address, zone
from portal.figures import Period

WIDTH, HEIGHT, TOP = 720, 150, 12
MOST_DAYS = 92
"""Longer periods are drawn by the week."""


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of event in a chart: its type, what it is called, and how it is drawn (a class of the style sheet)."""

    type: str
    title: str
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle, in units of the view box."""

    x: float
    y: float
    width: float
    height: float
    look: str
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """One day or week in the table beside a chart: what it is called, and each number with the address of its rows."""

    label: str
    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    says: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    most: int
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT


CHARTS = (
    (
        "Questions",
        (
            Series("question.answered", "answered", "is-pass"),
            Series("question.refused", "refused", "is-block"),
            Series("question.failed", "failed", "is-human"),
        ),
    ),
    (
        "Actions",
        (
            Series("action.succeeded", "executed", "is-pass"),
            Series("action.blocked", "blocked", "is-block"),
            Series("action.recorded", "recorded only", "is-record"),
        ),
    ),
)


def of(period: Period) -> list[Chart]:
    """Return the charts of a period. One statement for all, three where days begin within an hour of UTC."""
    spans, where = _spans(period), zone()
    bounds = [(span, midnight(span.since, where), midnight(span.until + timedelta(days=1), where)) for span in spans]
    types = tuple(each.type for _, series in CHARTS for each in series)
    counts = tally.by_local_day(bounds, types)
    return [_chart(title, series, [(span, dict(counts[span])) for span in spans]) for title, series in CHARTS]


def _spans(period: Period) -> list[Period]:
    step = 1 if period.days <= MOST_DAYS else 7
    starts = [period.since + timedelta(days=n) for n in range(0, period.days, step)]
    return [Period(day, min(day + timedelta(days=step - 1), period.until)) for day in starts]


def _chart(title: str, series: Sequence[Series], counts: list[tuple[Period, dict[str, int]]]) -> Chart:
    sums = [sum(found.get(each.type, 0) for each in series) for _, found in counts]
    most = max(sums, default=0)
    slot = WIDTH / max(len(counts), 1)
    bars: list[Bar] = []
    for place, (span, found) in enumerate(counts):
        bottom = float(HEIGHT)
        for each in series:
            value = found.get(each.type, 0)
            if not value:
                continue
            height = (HEIGHT - TOP) * value / most
            bottom -= height
            says = f"{_label(span)}: {value:,} {each.title}"
            bars.append(
                Bar(round(place * slot + slot * 0.12, 2), round(bottom, 2), round(slot * 0.76, 2),
                    round(height, 2), each.look, says)
            )  # fmt: skip
    rows = tuple(_row(span, found, series) for span, found in counts)
    totals = ", ".join(f"{sum(found.get(s.type, 0) for _, found in counts):,} {s.title}" for s in series)
    by = "day" if all(span.days == 1 for span, _ in counts) else "week"
    says = f"{title} by {by}: {totals}; at most {most:,} on one {by}."
    return Chart(title, says, tuple(series), tuple(bars), rows, most, _label(counts[0][0]), _label(counts[-1][0]))


def _row(span: Period, found: dict[str, int], series: Sequence[Series]) -> Row:
    home = reverse("admin:audit_event_changelist")
    days = {"since": span.since.isoformat(), "until": span.until.isoformat()}
    return Row(_label(span), tuple((found.get(s.type, 0), address(home, {**days, "type": s.type})) for s in series))


def _label(span: Period) -> str:
    return f"{span.since:%-d %b %Y}" if span.days == 1 else f"{span.since:%-d %b} to {span.until:%-d %b %Y}"
