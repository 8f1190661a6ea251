"""Detectors of risk: declared in `detectors`, judged by `kinds`, told by other flows in `told`; run by `audit.look`."""

from __future__ import annotations

from audit.detect.contracts import Detector, Episode, History, Hit, Setting, episodes
from audit.detect.detectors import DETECTORS
from audit.detect.told import BY_NAME, TOLD, Told

__all__ = ["BY_NAME", "DETECTORS", "TOLD", "Detector", "Episode", "History", "Hit", "Setting", "Told", "episodes"]
