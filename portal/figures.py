"""The figures of the governance dashboard: apps add them in `ready()`, the dashboard draws what the person may see.

A figure is a number with a link to the very rows it counts; who adds one answers for the two being equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.roles import Capability, i_may

GROUPS = ("Questions", "Actions", "Approvals", "Risk", "Spend", "Access")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the organization, the first and the last included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends the day before this one begins."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value in a period, as a number or in words, and the address of the rows behind it.

    `compares` says that it is of the period: it is shown beside that of the period before.
    """

    group: str
    title: str
    value: Callable[[Period], int | str]
    url: Callable[[Period], str]
    capability: Capability = Capability.VIEW_GOVERNANCE
    order: int = 50
    compares: bool = False


_figures: list[Figure] = []


def add(figure: Figure) -> None:
    """Add a figure to the dashboard."""
    if figure.group not in GROUPS:
        raise ValueError(f"figure group `{figure.group}` is not one of {GROUPS}")
    _figures.append(figure)


def visible() -> list[Figure]:
    """Return the figures the current person may see, in the order they are shown."""
    allowed = [figure for figure in _figures if i_may(figure.capability)]
    return sorted(allowed, key=lambda figure: (GROUPS.index(figure.group), figure.order, figure.title))
