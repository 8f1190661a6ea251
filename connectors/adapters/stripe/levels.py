"""What of Stripe's words counts as how much risk. The table is in docs/risk-feeds.md; what is not in it is high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from connectors.contracts import RiskFlag, RiskLevel

LEVELS: tuple[RiskLevel, ...] = get_args(RiskLevel)

_OVER: dict[str, RiskLevel] = {
    "won": "low",
    "warning_closed": "low",
    "prevented": "medium",
    "charge_refunded": "medium",
}
_RADAR: dict[str, RiskLevel] = {"normal": "none", "not_assessed": "none", "unknown": "none", "elevated": "medium"}


@dataclass(frozen=True, slots=True)
class Signal:
    """One object of Stripe's that flags a payment, as it was at a second of Stripe's clock."""

    id: str
    charge: str
    flag: RiskFlag
    as_of: int


def dispute(given: Mapping[str, Any], as_of: int) -> Signal:
    """Read a dispute. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
    status, reason = str(given["status"]), str(given.get("reason") or "")
    level: RiskLevel = _OVER.get(status) or ("critical" if reason == "fraudulent" else "high")
    return Signal(_id(given["id"]), _id(given["charge"]), _flag(f"dispute_{status}", level, given, reason), as_of)


def warning(given: Mapping[str, Any], as_of: int) -> Signal:
    """Read an early fraud warning: an issuer's word, whether something can still be done about it or not."""
    kind = str(given.get("fraud_type") or "")
    return Signal(_id(given["id"]), _id(given["charge"]), _flag("early_fraud_warning", "high", given, kind), as_of)


def charge(given: Mapping[str, Any], as_of: int) -> Signal | None:
    """Read what Radar and the merchant said of a payment; None where nothing speaks against it."""
    outcome, report = given.get("outcome") or {}, given.get("fraud_details") or {}
    found: list[tuple[str, RiskLevel]] = []
    if "fraudulent" in (report.get("user_report"), report.get("stripe_report")):
        found.append(("reported_fraudulent", "critical" if report.get("user_report") == "fraudulent" else "high"))
    if told := outcome.get("risk_level"):
        found.append((f"radar_{told}", _RADAR.get(str(told), "high")))
    code, level = max(found, key=lambda each: LEVELS.index(each[1]), default=("", "none"))
    own = _id(given["id"])
    return None if level == "none" else Signal(own, own, _flag(code, level, given, ""), as_of)


def highest(flags: Any) -> RiskLevel:
    """Return the highest level of some flags."""
    levels: list[RiskLevel] = ["none", *(flag.level for flag in flags)]
    return max(levels, key=LEVELS.index)


def _flag(code: str, level: RiskLevel, given: Mapping[str, Any], detail: str) -> RiskFlag:
    plain = "".join(each for each in detail[:60] if each.isalnum() or each in "_ ")
    return RiskFlag(code[:60], level, datetime.fromtimestamp(int(given["created"]), UTC), plain)


def _id(given: Any) -> str:
    """Return an identifier, also of an object that came expanded."""
    found = given["id"] if isinstance(given, dict) else given
    if not isinstance(found, str) or not 0 < len(found) <= 120:
        raise ValueError("not an identifier")
    return found
