"""The signals of confidence (Q11): what speaks for or against an answer, in words. Knows no Django."""

from questions.signals import origin
from questions.signals.combine import LEVELS, Calibration, Platt, fit_platt, level_of, probability
from questions.signals.outcome import of_result
from questions.signals.reading import of_reading
from questions.signals.shape import of_shape
from questions.signals.signal import Signal

__all__ = [
    "LEVELS",
    "Calibration",
    "Platt",
    "Signal",
    "fit_platt",
    "level_of",
    "of_reading",
    "of_result",
    "of_shape",
    "origin",
    "probability",
]
