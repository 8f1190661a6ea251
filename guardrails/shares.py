"""How sure a share is that was counted: intervals for proportions. Numbers in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `total`, with its 95 % interval (Wilson 1927); nothing counted is from 0 to 1."""

    right: int
    total: int

    @property
    def value(self) -> float | None:
        return self.right / self.total if self.total else None

    @property
    def low(self) -> float:
        return self._bounds()[0]

    @property
    def high(self) -> float:
        return self._bounds()[1]

    def _bounds(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        n, p, z2 = self.total, self.right / self.total, Z95 * Z95
        middle, half = p + z2 / (2 * n), Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))

    @property
    def words(self) -> str:
        """Return it as a person reads it: `94.2 % (90.1 to 96.7 %)`."""
        if self.value is None:
            return "nothing compared"
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})".replace("%", " %").replace(" % to", " to")


def difference(now: Share, before: Share) -> tuple[float, float, float] | None:
    """Return the change of a share with its 95 % interval (Newcombe 1998, method 10), None without both."""
    if now.value is None or before.value is None:
        return None
    change = now.value - before.value
    down = math.hypot(now.value - now.low, before.high - before.value)
    up = math.hypot(now.high - now.value, before.value - before.low)
    return change, change - down, change + up
