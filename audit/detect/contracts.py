"""What a detector is, what it is given and what it finds. Django-free: a hand-made history is enough to judge one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

HOUR = timedelta(hours=1)
Series = Mapping[datetime, int]
"""A number for each hour that has one; an hour that is missing has none."""
Measure = Literal["count", "amount", "cost", "rows"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tallies a detector looks at: the facet whose keys are judged apart, the types, and what is added up."""

    facet: str
    types: tuple[str, ...]
    measure: Measure = "count"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a detector is set: `threshold` in its own unit, `least` the value below which it is silent."""

    threshold: float
    least: int
    severity: str


@dataclass(frozen=True, slots=True)
class History:
    """What a detector is given: its series by key, when the trail begins, and the hours to judge, [since, until)."""

    series: Mapping[str, Series]
    begins: datetime
    since: datetime
    until: datetime
    zone: object = None
    names: Mapping[str, str] = field(default_factory=dict)
    firsts: Mapping[str, datetime] = field(default_factory=dict)
    """When each key was first seen, where that is earlier than its series goes back."""

    def name(self, key: str) -> str:
        return self.names.get(key) or (f"…{key[-8:]}" if key else "the organization")


@dataclass(frozen=True, slots=True)
class Hit:
    """One hour in which a detector fires for a key: what was there, how unusual that is, and the sentence."""

    key: str
    hour: datetime
    value: int
    score: float
    says: str


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector, declared once. `find` yields a hit for each hour that fires; hours near each other are one cause.

    `unit` says in words what the threshold counts; `window_h` how many hours before and with a hit its evidence spans.
    """

    name: str
    title: str
    about: str
    severity: str
    threshold: float
    least: int
    unit: str
    asks: Asked
    find: Callable[[History, Setting], Iterator[Hit]]
    window_h: int = 1
    days: int = 28
    """How many days of history it compares with."""

    @property
    def default(self) -> Setting:
        return Setting(self.threshold, self.least, self.severity)


@dataclass(frozen=True, slots=True)
class Episode:
    """Hits of one key that follow each other: one cause, and one signal. `worst` is the one it is told by."""

    key: str
    began_at: datetime
    ended_at: datetime
    worst: Hit


GAP = timedelta(hours=3)
"""Hits of one key that are nearer to each other than this are one cause."""


def episodes(hits: Iterable[Hit]) -> list[Episode]:
    """Return the hits put together by cause, in the order they began."""
    by_key: dict[str, list[Hit]] = {}
    for hit in hits:
        by_key.setdefault(hit.key, []).append(hit)
    found = [_episode(run) for mine in by_key.values() for run in _runs(sorted(mine, key=lambda hit: hit.hour))]
    return sorted(found, key=lambda each: (each.began_at, each.key))


def _runs(hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    run: list[Hit] = []
    for hit in hits:
        if run and hit.hour - run[-1].hour >= GAP:
            yield run
            run = []
        run.append(hit)
    yield run


def _episode(run: list[Hit]) -> Episode:
    worst = max(run, key=lambda hit: hit.score)
    return Episode(worst.key, run[0].hour, run[-1].hour + HOUR, worst)
