"""One customer at Stripe: their payments of some months, and everything that speaks against one of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.adapters.discretion import discreet
from connectors.adapters.stripe import levels
from connectors.adapters.stripe.client import API_VERSION, Client, closed, misread
from connectors.adapters.stripe.levels import Signal
from connectors.adapters.transport import Place
from connectors.contracts import Finding, ProbeReport, RiskReport, RiskUnavailable

MOST_CHARGES = 50
"""More payments than these are not looked at one by one; such a customer's risk is unknown."""
_WARNINGS = "/v1/radar/early_fraud_warnings"
_NEEDED = (
    ("Customers", "/v1/customers"),
    ("Charges", "/v1/charges"),
    ("Disputes", "/v1/disputes"),
    ("Radar early fraud warnings", _WARNINGS),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a customer. `as_of` is the second of Stripe's clock before which nothing was missed."""

    charges: tuple[str, ...]
    signals: tuple[Signal, ...]
    as_of: int


class StripeFeed:
    """One account. Safe to share between threads; holds no connection."""

    def __init__(
        self, place: Place, key: str, *, days: int = 180, strangers: str = "unknown", timeout_s: float = 10.0
    ) -> None:
        self._client, self._days, self._strangers = Client(place, key, timeout_s=timeout_s), days, strangers
        self._is_encrypted = not place.origin.startswith("http:")
        self._is_restricted, self._is_test = key.startswith("rk_"), "_test_" in key[:10]

    def __repr__(self) -> str:
        return "StripeFeed()"

    @discreet
    def fetch(self, customer_ref: str, *, email: str = "") -> RiskReport:
        look = self.look(customer_ref, email=email)
        flags = tuple(signal.flag for signal in look.signals)
        return RiskReport(customer_ref, levels.highest(flags), flags, datetime.now(UTC))

    @discreet
    def look(self, customer_ref: str, *, email: str = "") -> Look:
        """Ask for the customer's payments and what flags them: at most 5 pages, and one list per payment and kind."""
        as_of, customers = self._customers(customer_ref, email)
        if not customers and self._strangers == "unknown":
            raise RiskUnavailable("stranger", "risk feed: Stripe knows no such customer; the risk is unknown")
        since = int((datetime.now(UTC) - timedelta(days=self._days)).timestamp())
        charges: list[str] = []
        signals: list[Signal] = []
        try:
            for customer in customers:
                for row, at in self._client.each("/v1/charges", [("customer", customer), ("created[gte]", str(since))]):
                    charges.append(str(row["id"]))
                    own = levels.charge(row, at)
                    signals += [own] if own else []
                    if len(charges) > MOST_CHARGES:
                        raise RiskUnavailable(
                            "too_many", "risk feed: the customer has more payments than are looked at"
                        )
                    signals += self._of_charge(str(row["id"]), is_disputed=bool(row["disputed"]))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise misread() from None
        return Look(tuple(charges), tuple(signals), as_of)

    def _customers(self, customer_ref: str, email: str) -> tuple[int, list[str]]:
        """Return Stripe's names of the customer: those with the authenticated address, or the reference itself."""
        if customer_ref.startswith("cus_"):
            found, at = self._client.get(f"/v1/customers/{customer_ref}") if customer_ref[4:].isalnum() else ({}, 0)
            return at, [customer_ref] if found.get("id") == customer_ref else []
        if not email:
            return 0, []
        rows = list(self._client.each("/v1/customers", [("email", email)]))
        return min((at for _, at in rows), default=0), [str(row.get("id")) for row, _ in rows]

    def _of_charge(self, charge: str, *, is_disputed: bool) -> list[Signal]:
        found = [levels.warning(row, at) for row, at in self._client.each(_WARNINGS, [("charge", charge)])]
        if is_disputed:
            found += [levels.dispute(row, at) for row, at in self._client.each("/v1/disputes", [("charge", charge)])]
        return found

    @discreet
    def probe(self) -> ProbeReport:
        """Say what the key may read, and whether it may do more. Raises `RiskUnavailable`."""
        began = time.monotonic()
        missing = [name for name, path in _NEEDED if not self._may_read(path)]
        found = []
        if missing:
            words = ", ".join(missing)
            found.append(Finding("missing_permissions", "critical", f"the key may not read {words}; grant it that"))
        if not self._is_restricted:
            message = "a secret key may move money; a restricted key (`rk_…`) that reads four things is enough"
            found.append(Finding("superfluous_key", "warning", message))
        if self._is_test:
            found.append(Finding("test_mode", "warning", "the key is of the test mode and sees no real payment"))
        return ProbeReport(
            engine="Stripe",
            version=API_VERSION,
            findings=tuple(found),
            is_encrypted=self._is_encrypted,
            duration_ms=round((time.monotonic() - began) * 1000),
        )

    def _may_read(self, path: str) -> bool:
        try:
            self._client.get(path, [("limit", "1")])
        except RiskUnavailable as error:
            if error.code != "forbidden":
                raise
            return False
        return True


__all__ = ["Look", "StripeFeed", "closed"]
