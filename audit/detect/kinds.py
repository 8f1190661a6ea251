"""The ways a detector judges a history. Pure: nothing here asks a database. Each is silent where it knows little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

from audit.detect.contracts import HOUR, History, Hit, Series, Setting
from audit.detect.robust import Usual, usual

LEAST_DAYS = 7
"""Fewer days of history say nothing about what is usual."""
LEAST_HABIT_DAYS, LEAST_HABIT_HOURS = 10, 20
"""Who was active on fewer days, or in fewer hours, has no hours that are theirs."""

Find = Callable[[History, Setting], Iterator[Hit]]
Shown = Callable[[str, int], str]
"""Writes a value of a key for people."""


def _counted(key: str, value: int) -> str:
    return f"{value:,}"


def spike(what: str, *, window_h: int = 1, days: int = 28, unit: float = 1.0, shown: Shown = _counted) -> Find:
    """Fire where a window holds more than is usual at this time of day: `threshold` robust deviations above the median.

    A window of one hour is compared with the same local hour of the days before, one of 24 hours with those before it.
    """

    def find(history: History, setting: Setting) -> Iterator[Hit]:
        zone = cast(tzinfo, history.zone or UTC)
        for key, series in history.series.items():
            begins = max(history.begins, history.firsts.get(key, min(series, default=history.until)))
            for hour in _judged(series, history, window_h):
                value = _window(series, hour, window_h)
                if value < setting.least:
                    continue
                before = [
                    each for each in _same_time_before(hour, days, zone) if each - (window_h - 1) * HOUR >= begins
                ]
                if len(before) < LEAST_DAYS:
                    continue
                known = usual([_window(series, each, window_h) for each in before], unit=unit)
                score = known.score(value)
                if score >= setting.threshold:
                    yield Hit(key, hour, value, score, _says(history, key, what, hour, window_h, value, known, shown))

    return find


def _says(
    history: History, key: str, what: str, hour: datetime, window_h: int, value: int, known: Usual, shown: Shown
) -> str:
    when = _span(hour, window_h, cast(tzinfo, history.zone or UTC))
    score, said = known.score(value), what.format(who=history.name(key), value=shown(key, value))
    return (
        f"{said} {when}. Over the {known.values} days before, at this"
        f" time, the median is {shown(key, round(known.middle))} and the usual distance from it"
        f" {shown(key, max(round(known.spread), 1))}: this lies {score:,.1f} such distances above."
    )


def many(what: str, *, window_h: int = 1, shown: Shown = _counted) -> Find:
    """Fire where a window holds at least `threshold`; nothing is compared."""

    def find(history: History, setting: Setting) -> Iterator[Hit]:
        zone = cast(tzinfo, history.zone or UTC)
        for key, series in history.series.items():
            for hour in _judged(series, history, window_h):
                value = _window(series, hour, window_h)
                if value >= max(setting.threshold, setting.least):
                    said = what.format(who=history.name(key), value=shown(key, value))
                    most = shown(key, round(setting.threshold))
                    says = f"{said} {_span(hour, window_h, zone)}; the threshold is {most}."
                    yield Hit(key, hour, value, value / setting.threshold, says)

    return find


def odd_hour(what: str, *, days: int = 28) -> Find:
    """Fire where a person acts at an hour of the day at which they otherwise hardly do.

    `threshold` is a share in percent: the hour with its two neighbours holds less of the person's active hours.
    """

    def find(history: History, setting: Setting) -> Iterator[Hit]:
        zone = cast(tzinfo, history.zone or UTC)
        for key, series in history.series.items():
            active = [(hour, hour.astimezone(zone)) for hour in sorted(series) if series[hour] > 0]
            for hour, local in active:
                if not history.since <= hour < history.until or series[hour] < setting.least:
                    continue
                # the hours of the same day before this one are no habit yet
                past = [each for at, each in active if hour - timedelta(days=days) <= at and each.date() < local.date()]
                if len({each.date() for each in past}) < LEAST_HABIT_DAYS or len(past) < LEAST_HABIT_HOURS:
                    continue
                near = sum(_apart(each.hour, local.hour) <= 1 for each in past)
                share = 100 * near / len(past)
                if share < setting.threshold:
                    said = what.format(who=history.name(key), value=f"{series[hour]:,}")
                    when = f"between {local:%H:%M} and {local + HOUR:%H:%M} on {local:%d %B}"
                    says = (
                        f"{said} {when}. Of the {len(past)} hours in which they were active over the {days} days"
                        f" before, {near} lie within an hour of this time of day."
                    )
                    yield Hit(key, hour, series[hour], 100 - share, says)

    return find


def first_use(what: str) -> Find:
    """Fire where a key is seen for the first time; `history.series` holds those keys alone that matter."""

    def find(history: History, setting: Setting) -> Iterator[Hit]:
        zone = cast(tzinfo, history.zone or UTC)
        for key, series in history.series.items():
            hour = history.firsts.get(key, min(series, default=history.until))
            if history.since <= hour < history.until and series.get(hour, 0) >= setting.least:
                local = hour.astimezone(zone)
                said = what.format(who=history.name(key), value=f"{series[hour]:,}")
                yield Hit(key, hour, series[hour], 1.0, f"{said} in the hour from {local:%H:%M} on {local:%d %B %Y}.")

    return find


NEAR, BELOW = "near", "below"


def near_ceiling(what: str, *, window_h: int = 168) -> Find:
    """Fire where amounts gather just below a ceiling.

    The keys come in pairs, `<key>|near` with the amounts in the last tenth below it and `<key>|below` with those from
    half of it on: spread evenly, a fifth of the second would lie in the first. `threshold` is how many times that.
    """

    def find(history: History, setting: Setting) -> Iterator[Hit]:
        zone = cast(tzinfo, history.zone or UTC)
        for name, series in history.series.items():
            key, _, part = name.rpartition("|")
            if part != NEAR:
                continue
            below = history.series.get(f"{key}|{BELOW}", {})
            for hour in _judged(series, history, window_h):
                value = _window(series, hour, window_h)
                expected = max(_window(below, hour, window_h) / 5, 1.0)
                if series.get(hour, 0) and value >= setting.least and value / expected >= setting.threshold:
                    said = what.format(who=history.name(key), value=f"{value:,}")
                    says = (
                        f"{said} {_span(hour, window_h, zone)}. Spread evenly over the upper half below the ceiling it"
                        f" would be {expected:,.1f}: this is {value / expected:,.1f} times as many."
                    )
                    yield Hit(key, hour, value, value / expected, says)

    return find


# --- hours ---


def _judged(series: Series, history: History, window_h: int) -> list[datetime]:
    """Return the hours to judge whose window holds anything."""
    found = set()
    for hour, value in series.items():
        if value > 0:
            for ahead in range(window_h):
                at = hour + ahead * HOUR
                if history.since <= at < history.until:
                    found.add(at)
    return sorted(found)


def _window(series: Series, hour: datetime, window_h: int) -> int:
    return sum(series.get(hour - back * HOUR, 0) for back in range(window_h))


def _same_time_before(hour: datetime, days: int, zone: tzinfo) -> list[datetime]:
    """Return the same hour by the local clock of each day before; a clock that is put forward or back moves it."""
    local = hour.astimezone(zone)
    found = ((local - timedelta(days=back)).astimezone(UTC) for back in range(1, days + 1))
    return [each.replace(minute=0, second=0, microsecond=0) for each in found]


def _apart(one: int, other: int) -> int:
    distance = abs(one - other)
    return min(distance, 24 - distance)


def _span(hour: datetime, window_h: int, zone: tzinfo) -> str:
    start, end = (hour - (window_h - 1) * HOUR).astimezone(zone), (hour + HOUR).astimezone(zone)
    if window_h == 1:
        return f"between {start:%H:%M} and {end:%H:%M} on {start:%d %B %Y}"
    return f"in the {window_h} hours to {end:%H:%M} on {end:%d %B %Y}"
