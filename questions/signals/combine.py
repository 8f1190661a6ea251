"""The formula: points of the signals are added, and a fitted curve says how often such an answer was right.

    score       = the points of every signal, added up
    probability = 1 / (1 + exp(−(slope × score + offset)))           (Platt, 1999)
    level       = High from 0.95, Medium from 0.70, Low from 0.40, else Uncertain; never above a signal's ceiling

Slope and offset are fitted on the connector's own evaluation set where it has enough cases, else on the labelled set
that `bench/confidence.py` makes; `SHIPPED` holds what came of that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from questions.signals.signal import Signal

LEVELS = ((0.95, "high"), (0.70, "medium"), (0.40, "low"), (0.0, "uncertain"))
ENOUGH_TO_FIT = 50
FEWEST_OF_EACH = 5
"""A curve cannot be fitted where hardly anything was wrong, or hardly anything right."""


@dataclass(frozen=True, slots=True)
class Platt:
    """The curve from a score to a probability."""

    slope: float
    offset: float

    def __call__(self, score: float) -> float:
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, self.slope * score + self.offset))))


SHIPPED = Platt(slope=0.115, offset=0.70)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curve in force for a connector and what it was fitted on."""

    curve: Platt = SHIPPED
    cases: int = 0

    @property
    def is_own(self) -> bool:
        return self.cases > 0


def score_of(signals: Sequence[Signal]) -> int:
    """Add the points of the signals."""
    return sum(signal.points for signal in signals)


def probability(signals: Sequence[Signal], calibration: Calibration | None = None) -> float:
    """Return how often answers with such signals were right where the curve was fitted."""
    return (calibration or Calibration()).curve(score_of(signals))


def level_of(signals: Sequence[Signal], calibration: Calibration | None = None) -> str:
    """Combine signals by the formula above. A worse curve can lower a level; a ceiling always holds."""
    likely = probability(signals, calibration)
    order = [level for _, level in LEVELS]
    reached = next(level for least, level in LEVELS if likely >= least)
    ceilings = [str(signal.ceiling) for signal in signals if signal.ceiling]
    return max([reached, *ceilings], key=order.index)


def fit_platt(cases: Sequence[tuple[float, bool]]) -> Platt | None:
    """Fit slope and offset on (score, is right) by Newton's method with Platt's smoothed targets; None where it cannot.

    The slope is never negative: more points never make an answer less likely to be right.
    """
    right = sum(is_right for _, is_right in cases)
    wrong = len(cases) - right
    if min(right, wrong) < FEWEST_OF_EACH:
        return None
    high, low = (right + 1) / (right + 2), 1 / (wrong + 2)
    slope, offset = 0.0, math.log((right + 1) / (wrong + 1))
    for _ in range(100):
        g1 = g2 = h11 = h12 = 0.0
        h22 = 1e-9
        for score, is_right in cases:
            likely = Platt(slope, offset)(score)
            off, weight = likely - (high if is_right else low), likely * (1 - likely)
            g1, g2 = g1 + off * score, g2 + off
            h11, h12, h22 = h11 + weight * score * score, h12 + weight * score, h22 + weight
        h11 += 1e-6
        determinant = h11 * h22 - h12 * h12
        if abs(determinant) < 1e-12:
            break
        step1, step2 = (h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant
        slope, offset = slope - step1, offset - step2
        if abs(step1) < 1e-9 and abs(step2) < 1e-9:
            break
    return Platt(slope, offset) if slope > 0 and math.isfinite(slope) and math.isfinite(offset) else None
