"""Robust statistics of short series: the median and how far values usually lie from it. Django-free.

A few wild values move neither, so that yesterday's burst does not hide today's (Rousseeuw and Croux 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median, quantiles

NORMAL, QUARTERS = 1.4826, 1.349
"""What makes a standard deviation of the median absolute deviation, and of the distance between the quartiles."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a value usually is: the median, the usual distance from it, and the number of values that say so."""

    middle: float
    spread: float
    values: int

    def score(self, value: float) -> float:
        """Return by how many usual distances `value` lies above the middle."""
        return (value - self.middle) / self.spread


def usual(values: Sequence[float], *, unit: float = 1.0) -> Usual:
    """Return what `values` usually are. `unit` is what one happening is worth.

    The distance is the larger of what the median absolute deviation and the quartiles say: values that swing between
    two levels have a small one of the first. It is never below that of a Poisson count of the same middle, nor below
    one unit: where all values are alike, one more is no event.
    """
    middle = median(values)
    deviation = NORMAL * median([abs(value - middle) for value in values])
    if len(values) > 1:
        low, _, high = quantiles(values, n=4, method="inclusive")
        deviation = max(deviation, (high - low) / QUARTERS)
    return Usual(middle, max(deviation, unit * sqrt(max(middle / unit, 0.0)), unit), len(values))
