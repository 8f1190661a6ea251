"""One signal: its name, what it weighs, and the sentence a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for or against an answer. `ceiling` is the best level an answer with it may have."""

    name: str
    points: int
    sentence: str
    ceiling: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.points,
            "is_for": self.points > 0,
            "sentence": self.sentence,
            "ceiling": str(self.ceiling),
        }
