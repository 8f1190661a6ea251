"""How the words of a question are read before any model: its periods, by the organization's calendar.

The same periods are told to a model, bound into verified queries, and shown beside the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from connectors.adapters.providers.contracts import Span
from connectors.adapters.providers.dates import FIRST_DAY, find_periods

MOST_PERIODS = 6
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day it is for an organization, in which zone, and in which month its fiscal year starts."""

    today: date
    time_zone: str
    fiscal_year_start_month: int = 1


def periods_of(text: str, calendar: Calendar) -> tuple[Span, ...]:
    """Return the periods a question names, resolved to dates."""
    starts = calendar.fiscal_year_start_month
    found = find_periods(text, calendar.today, starts)[:MOST_PERIODS]
    fiscal = f"the fiscal year starts in {MONTHS[starts - 1]}"
    return tuple(
        Span(text[each.begin : each.finish], each.period.start, each.period.end, fiscal if each.is_fiscal else "")
        for each in found
    )


def as_json(spans: Sequence[Span], calendar: Calendar) -> list[dict[str, Any]]:
    """Return periods as they are kept and shown; `to` is the last day that counts, an open `from` is empty."""
    return [
        {
            "said": span.said,
            "from": "" if span.start == FIRST_DAY else span.start.isoformat(),
            "to": (span.end - timedelta(days=1)).isoformat(),
            "time_zone": calendar.time_zone,
            "note": span.note,
        }
        for span in spans
    ]
