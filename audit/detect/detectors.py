"""Every detector, declared once: what it looks at, how it judges, and how it is set until an officer says otherwise."""

from __future__ import annotations

from audit.detect.contracts import Asked, Detector
from audit.detect.kinds import first_use, many, near_ceiling, odd_hour, spike
from portal.money import Money, MoneyError

_DISTANCES = "usual distances above the median"


def _dollars(key: str, microusd: int) -> str:
    return f"${microusd / 1_000_000:,.2f}"


def _money(currency: str, minor: int) -> str:
    try:
        return str(Money(minor, currency))
    except MoneyError:
        return f"{minor:,} (minor units) {currency}"


_ALL = (
    Detector(
        "query_volume", "Unusual query volume",
        "A person asks far more questions in an hour than at this time of other days.",
        "medium", 6, 20, _DISTANCES,
        Asked("who", ("question.asked",)), spike("{who} asked {value} questions"),
    ),
    Detector(
        "unusual_hour", "Unusual hour",
        "A person asks or approves at an hour of the day at which they otherwise hardly do.",
        "low", 2, 3, "% of the person's active hours lie near this time of day, at most",
        Asked("who", ("question.asked", "approval.approved", "approval.rejected")),
        odd_hour("{who} asked or decided {value} times"),
    ),
    Detector(
        "refused_access", "Refused access attempts",
        "A person tries again and again what their role or grants do not allow.",
        "medium", 10, 1, "refusals in an hour",
        Asked("who", ("access.refused",)), many("{who} was refused {value} times"),
    ),
    Detector(
        "blocked_sql", "Burst of blocked SQL",
        "The guard refuses one statement of a person after another.",
        "high", 8, 1, "refused questions in an hour",
        Asked("who", ("question.refused",)), many("{who} had {value} questions refused"),
    ),
    Detector(
        "first_production_use", "First use of a production connector",
        "A connector that is marked as production is used for the first time.",
        "medium", 1, 1, "uses",
        Asked("connector", ("question.answered", "action.succeeded")),
        first_use("The production connector {who} was used for the first time ({value} times)"),
    ),
    Detector(
        "spend_spike", "Spend spike",
        "Model calls of 24 hours cost far more than on the days before.",
        "medium", 6, 1_000_000, _DISTANCES,
        Asked("all", ("spend.settled",), "cost"),
        spike("Model calls cost {value}", window_h=24, unit=100_000, shown=_dollars), window_h=24,
    ),
    Detector(
        "sign_in_failures", "Sign-in failures",
        "Sign-ins to one account are refused again and again.",
        "high", 10, 1, "refused sign-ins in an hour",
        Asked("who", ("person.sign_in_refused",)), many("Sign-ins as {who} were refused {value} times"),
    ),
    Detector(
        "mass_export", "Mass export",
        "A person takes very many rows out in 24 hours: exports of the trail and rows of answers that were shown.",
        "high", 100_000, 1, "rows in 24 hours",
        Asked("who", ("trail.export_finished", "question.viewed"), "rows"),
        many("{who} took out {value} rows", window_h=24), window_h=24,
    ),
    Detector(
        "refund_spike", "Refund spike",
        "Far more money moves to customers in 24 hours than on the days before, in one currency.",
        "high", 6, 10_000, _DISTANCES,
        Asked("all", ("action.succeeded",), "amount"),
        spike("Actions moved {value}", window_h=24, unit=1_000, shown=_money), window_h=24,
    ),
    Detector(
        "near_ceiling", "Repeated amounts just below a ceiling",
        "Amounts gather in the last tenth below the amount from which somebody else decides.",
        "medium", 2.5, 5, "times as many as spread evenly",
        Asked("near", ("action.succeeded", "approval.asked")),
        near_ceiling("{value} amounts lie just below the ceiling for {who}"), window_h=168, days=7,
    ),
)  # fmt: skip

DETECTORS: dict[str, Detector] = {each.name: each for each in _ALL}
