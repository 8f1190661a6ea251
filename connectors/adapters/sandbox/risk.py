"""The sandbox risk feed: chargebacks and fraud flags per customer, as an outside feed would tell them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from connectors.adapters.discretion import discreet
from connectors.adapters.sandbox.door import Door, Failures
from connectors.contracts import RiskFlag, RiskLevel, RiskReport, RiskUnavailable

_LEVELS: tuple[RiskLevel, ...] = get_args(RiskLevel)


class SandboxRiskFeed:
    """One shop's flags, behind the `RiskFeed` protocol. Safe to share between threads."""

    def __init__(self, dsn: str, shop: str, *, timeout_s: float = 5.0) -> None:
        failures = Failures(RiskUnavailable, RiskUnavailable, RiskUnavailable)
        self._door = Door(dsn, shop, "risk feed", failures, timeout_s)
        self._shop = shop

    def __repr__(self) -> str:
        return f"SandboxRiskFeed(shop={self._shop!r})"

    @discreet
    def fetch(self, customer_ref: str, *, email: str = "") -> RiskReport:
        """Return what is flagged, newest first, and the highest level of it."""
        with self._door.call("fetch") as connection:
            known = connection.execute("SELECT key FROM shop WHERE key = %s", (self._shop,)).fetchone()
            if known is None:
                raise RiskUnavailable("unknown_shop", f"shop: the sandbox has no shop `{self._shop}`")
            rows = connection.execute(
                "SELECT code, level, raised_at, detail FROM risk_flag WHERE shop = %s AND customer_ref = %s "
                "ORDER BY raised_at DESC, code",
                (self._shop, customer_ref),
            ).fetchall()
        flags = tuple(RiskFlag(*row) for row in rows)
        levels: list[RiskLevel] = ["none", *(flag.level for flag in flags)]
        level = max(levels, key=_LEVELS.index)
        return RiskReport(customer_ref, level, flags, datetime.now(UTC))
