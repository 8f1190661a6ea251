"""Detectors on hand-made histories: each fires when it must and is silent when it must (A07)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.detect import DETECTORS, Detector, History, Hit, Setting, episodes
from audit.detect.robust import usual

pytestmark = pytest.mark.requirement("A07")

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRODUCTION = "conn"


def made(name: str, series: Mapping[str, Mapping[datetime, int]], *, begins: int = 60, **more: object) -> list[Hit]:
    """Return what a detector as declared says of the last two days of a history that began so many days ago."""
    detector: Detector = DETECTORS[name]
    known = History(series, NOW - begins * DAY, NOW - 2 * DAY, NOW + HOUR, names={"p": "Mia", "conn": "Lake"}, **more)
    return list(detector.find(known, detector.default))


def daily(number: int, *, hour: datetime = NOW, days: int = 28) -> dict[datetime, int]:
    """Return `number` at this hour of each of the days before."""
    return {hour - back * DAY: number for back in range(1, days + 1)}


def busy(days: int = 28, hours: tuple[int, ...] = (9, 10, 11)) -> dict[datetime, int]:
    """Return somebody who is active at these hours of each day before."""
    midnight = NOW.replace(hour=0)
    return {midnight - back * DAY + at * HOUR: 4 for back in range(1, days + 1) for at in hours}


CEILING = "refund:USD:5000"

FIRES = {
    "query_volume": [
        {"p": {**daily(3), NOW: 80}},
        {"p": {**daily(20), NOW: 60}},
        {"p": {**daily(1, days=60), NOW: 20}},
    ],
    "unusual_hour": [{"p": {**busy(), NOW.replace(hour=3): 5}}],
    "refused_access": [{"p": {NOW: 10}}, {"p": {NOW - DAY: 400}}],
    "blocked_sql": [{"p": {NOW: 8}}],
    "first_production_use": [{PRODUCTION: {NOW: 1}}],
    "spend_spike": [{"": {**daily(400_000), NOW: 9_000_000}}],
    "sign_in_failures": [{"p": {NOW: 10}}],
    "mass_export": [{"p": {NOW - 5 * HOUR: 60_000, NOW: 60_000}}],
    "refund_spike": [{"USD": {**daily(20_000), NOW: 200_000}}],
    "near_ceiling": [{f"{CEILING}|near": {NOW: 6}, f"{CEILING}|below": {NOW: 7}}],
}
SILENT = {
    "query_volume": [
        {"p": {**daily(3), NOW: 19}},  # few, however unusual
        {"p": {**daily(60), NOW: 75}},  # many, as always
        {"p": {NOW: 500}},  # nobody knows this person yet
        {"p": {**daily(3, days=6), NOW: 500}},  # not for long enough
        {"p": {NOW - back * DAY: 10 + 40 * (back % 2) for back in range(29)} | {NOW: 90}},  # who always swings
    ],
    "unusual_hour": [
        {"p": {**busy(), NOW.replace(hour=12): 5}},  # next to the usual hours
        {"p": {**busy(), NOW.replace(hour=3): 2}},  # hardly anything
        {"p": {**busy(days=9), NOW.replace(hour=3): 5}},  # too few days
        {"p": {**busy(hours=(9,), days=15), NOW.replace(hour=3): 5}},  # too few hours
        {"p": {NOW - h * HOUR: 3 for h in range(24 * 28)}},  # a person of all hours
    ],
    "refused_access": [{"p": {NOW: 9}}, {"p": {NOW: 5, NOW - HOUR: 5}}, {"p": {NOW: 6}, "q": {NOW: 6}}],
    "blocked_sql": [{"p": {NOW: 7}}],
    "first_production_use": [{PRODUCTION: {NOW - 30 * DAY: 1, NOW: 50}}],
    "spend_spike": [
        {"": {**daily(400_000), NOW: 900_000}},  # under a dollar
        {"": {**daily(9_000_000), NOW: 12_000_000}},
        {"": {NOW: 90_000_000}},  # the first day
    ],
    "sign_in_failures": [{"p": {NOW: 9}}],
    "mass_export": [{"p": {NOW - 24 * HOUR: 60_000, NOW: 60_000}}, {"p": {NOW: 60_000}, "q": {NOW: 60_000}}],
    "refund_spike": [{"USD": {**daily(20_000), NOW: 24_000}}, {"USD": {**daily(100), NOW: 9_000}}],
    "near_ceiling": [
        {f"{CEILING}|near": {NOW: 4}, f"{CEILING}|below": {NOW: 4}},  # few
        {f"{CEILING}|near": {NOW: 8}, f"{CEILING}|below": {NOW: 40}},  # spread evenly
        {f"{CEILING}|near": {NOW - 8 * DAY: 9}, f"{CEILING}|below": {NOW - 8 * DAY: 9}},  # long ago
    ],
}


def test_every_detector_has_histories_of_both_kinds() -> None:
    assert set(FIRES) == set(SILENT) == set(DETECTORS)


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, each in FIRES.items() for n in range(len(each))])
def test_it_fires_when_it_must(name: str, number: int) -> None:
    hits = made(name, FIRES[name][number])
    assert hits, f"{name} is silent"
    detector = DETECTORS[name]
    for hit in hits:
        assert hit.value >= detector.least
        assert hit.says[-1] == "."
        assert "{" not in hit.says
    assert len(episodes(hits)) == 1, "one cause"


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, each in SILENT.items() for n in range(len(each))])
def test_it_is_silent_when_it_must(name: str, number: int) -> None:
    assert made(name, SILENT[name][number]) == []


def test_yesterdays_burst_does_not_hide_todays() -> None:
    history = {**daily(3), NOW - DAY: 900, NOW - 2 * DAY: 900, NOW: 80}
    assert [hit.hour for hit in made("query_volume", {"p": history})][-1] == NOW


def test_who_comes_back_after_months_is_known_from_before() -> None:
    assert made("query_volume", {"p": {NOW: 80}}) == []
    assert made("query_volume", {"p": {NOW: 80}}, firsts={"p": NOW - 50 * DAY})


def test_hours_are_those_of_the_organizations_clock() -> None:
    """Berlin put its clock back on 25 October; nine there stayed nine."""
    berlin = ZoneInfo("Europe/Berlin")
    nine = datetime(2026, 10, 30, 9, tzinfo=berlin)
    series = {(nine - back * DAY).astimezone(UTC): 20 for back in range(1, 29)} | {nine.astimezone(UTC): 30}
    detector = DETECTORS["query_volume"]
    known = History({"p": series}, nine - 90 * DAY, nine - DAY, nine + HOUR, zone=berlin)
    assert list(detector.find(known, detector.default)) == []
    in_utc = History({"p": series}, nine - 90 * DAY, nine - DAY, nine + HOUR, zone=UTC)
    assert list(detector.find(in_utc, detector.default)), "by UTC the same hour was an empty one until then"


def test_hits_near_each_other_are_one_cause_and_others_are_not() -> None:
    hits = made("blocked_sql", {"p": {NOW: 9, NOW - HOUR: 20, NOW - 3 * HOUR: 9, NOW - 9 * HOUR: 9}, "q": {NOW: 9}})
    found = episodes(hits)
    assert [(each.key, each.began_at) for each in found] == [
        ("p", NOW - 9 * HOUR), ("p", NOW - 3 * HOUR), ("q", NOW),
    ]  # fmt: skip
    assert found[1].worst.value == 20


@given(st.lists(st.integers(0, 10_000), min_size=7, max_size=28), st.integers(0, 10_000))
def test_a_score_is_finite_and_grows_with_the_value(values: list[int], value: int) -> None:
    known = usual(values)
    assert known.spread >= 1
    assert known.score(value + 1) > known.score(value)
    assert known.score(known.middle) == 0


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_a_stricter_threshold_never_finds_more(name: str) -> None:
    detector = DETECTORS[name]
    for series in [*FIRES[name], *SILENT[name]]:
        known = History(series, NOW - 60 * DAY, NOW - 2 * DAY, NOW + HOUR)
        loose = {(h.key, h.hour) for h in detector.find(known, detector.default)}
        factor = 0.5 if name == "unusual_hour" else 2
        strict = Setting(detector.threshold * factor, detector.least, "high")
        assert {(h.key, h.hour) for h in detector.find(known, strict)} <= loose
