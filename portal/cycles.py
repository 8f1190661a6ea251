"""Billing cycles: calendar months in the organization's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Cycle:
    """A half-open range of time, both ends in UTC; `key` is the local month, such as `2026-11`."""

    key: str
    starts_at: datetime
    ends_at: datetime


def billing_cycle(moment: datetime, time_zone: str) -> Cycle:
    """Return the billing cycle that `moment` (aware) falls into for an organization in `time_zone`.

    Raises `ValueError` on a naive moment, `ZoneInfoNotFoundError` on an unknown zone.
    """
    if moment.tzinfo is None:
        raise ValueError("moment: a time without a zone has no billing cycle; give an aware time")
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    start = datetime(local.year, local.month, 1, tzinfo=zone)
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    end = datetime(year, month, 1, tzinfo=zone)
    return Cycle(f"{local:%Y-%m}", start.astimezone(UTC), end.astimezone(UTC))
