"""What the store tells of a customer's past reaches gates 5 and 6, and the person who judges sees the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contracts import Address, Claim, Customer, Order, Refund, RiskFlag, RiskReport
from guardrails.models import CurrencyRate
from guardrails.policy import ticket_policy_facts
from portal import change
from tests.factories import Cast
from tests.tickets.texts import SMALL
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import gather
from tickets.models import GateReceipt

HOME = Address("Dana", "1 Pine Road", "", "Bergen", "", "5003", "NO")


def at(number: str, customer: str, **changes: object) -> Order:
    return replace(order(number, customer, 4_999), **changes)


def claims(kind: str, count: int, days: int = 1) -> tuple[Claim, ...]:
    when = NOW - timedelta(days=days)
    return tuple(Claim(f"{kind}-{i}", "order-1042", kind, when, "torn") for i in range(count))  # type: ignore[arg-type]


def neighbours(count: int, **shared: object) -> dict[str, object]:
    people = [Customer("dana", "dana@example.com", "Dana")]
    people += [Customer(f"n{i}", f"n{i}@example.com") for i in range(count)]
    orders = [at("1043", "dana", **shared), *(at(f"90{i}", f"n{i}", **shared) for i in range(count))]
    return {"customers": people, "orders": orders}


def refunds(count: int) -> dict[str, object]:
    orders = [at(f"80{i}", "dana", refunded=usd(100)) for i in range(count)]
    rows = [Refund(f"r{i}", f"order-80{i}", usd(100), NOW - timedelta(days=2)) for i in range(count)]
    return {"orders": [at("1043", "dana"), *orders, *(at(f"70{i}", "dana") for i in range(20))], "refunds": rows}


def spike() -> dict[str, object]:
    small = [order(f"70{i}", "dana", 900, days=30) for i in range(3)]
    return {"orders": [order("1043", "dana", 4_999), *small]}


CASES = {
    "returns": ({"claims": claims("return", 5)}, "5 returns", {"return"}),
    "damage claims": ({"claims": claims("damage", 3)}, "3 damage claims", {"damage"}),
    "refunds": (refunds(4), "4 refunds", {"refund"}),
    "one address": (neighbours(3, ship_to=HOME), "3 other accounts at the same address", {"address"}),
    "one payment": (neighbours(2, payment_fingerprint="card_1"), "2 other accounts with the same", {"payment"}),
    "a spike": (spike(), "an order of $49.99 is above 5 times the usual $9.00", {"order"}),
}


@pytest.mark.requirement("T05")
@pytest.mark.parametrize("case", CASES)
def test_abuse_waits_for_a_person_with_the_rows_it_was_counted_from(shop: Shop, case: str) -> None:
    data, words, kinds = CASES[case]
    shop.reload(**data)
    ticket = shop.run(shop.ticket(SMALL))
    assert (ticket.state, shop.refunds("1043")) == ("waiting", []), ticket.reason
    receipt = GateReceipt.objects.get(ticket=ticket, promise="T05")
    assert (receipt.outcome, words in receipt.reason) == ("human", True), receipt.reason
    assert {row["kind"] for row in receipt.evidence} == kinds


@pytest.mark.requirement("T05")
@pytest.mark.parametrize(
    "data",
    [
        {"claims": claims("return", 5, days=181)},
        {"claims": claims("damage", 2)},
        neighbours(2, ship_to=HOME),
        neighbours(3, ship_to=Address()),
        neighbours(1, payment_fingerprint="card_1"),
    ],
    ids=["out of the window", "too few", "a small family", "no address", "a couple"],
)
def test_the_control_below_a_threshold_or_out_of_the_window_it_runs(shop: Shop, data: dict) -> None:
    shop.reload(**data)
    assert shop.run(shop.ticket(SMALL)).state == "replied"


@pytest.mark.requirement("T05")
def test_a_store_that_cannot_tell_the_accounts_leaves_it_to_a_person(shop: Shop, monkeypatch) -> None:
    from connectors.adapters.sandbox import reads

    monkeypatch.setattr(reads, "linked_of", lambda rows, by: None)
    ticket = shop.run(shop.ticket(SMALL))
    assert (ticket.state, GateReceipt.objects.get(ticket=ticket, promise="T05").outcome) == ("waiting", "human")
    shop.policy(abuse_accounts_at_address=0, abuse_accounts_with_payment=0)
    assert shop.run(shop.ticket(SMALL)).state == "replied", "an officer said not to look"


@pytest.mark.requirement("T05")
def test_the_thresholds_are_the_officers(shop: Shop) -> None:
    shop.reload(claims=claims("return", 2))
    shop.policy(abuse_returns=2)
    assert shop.run(shop.ticket(SMALL)).state == "waiting"


@pytest.mark.requirement("T06")
def test_high_risk_shows_the_flags_it_rests_on(shop: Shop) -> None:
    shop.reload(
        risk_flags={"dana": (RiskFlag("chargeback", "high", NOW, "one lost"), RiskFlag("new_card", "low", NOW))}
    )
    ticket = shop.run(shop.ticket(SMALL))
    receipt = GateReceipt.objects.get(ticket=ticket, promise="T06")
    assert (ticket.state, receipt.outcome) == ("waiting", "human")
    assert {(row["ref"], row["note"]) for row in receipt.evidence} == {
        ("chargeback", "high: one lost"),
        ("new_card", "low: "),
    }


@pytest.mark.requirement("T06")
@pytest.mark.parametrize(
    ("level", "flags", "read"),
    [
        ("none", ("low",), "low"),
        ("low", ("critical",), "critical"),
        ("critical", (), "critical"),
        ("low", ("dreadful",), "dreadful"),
        ("purple", ("low",), "purple"),
    ],
)
def test_the_worst_of_a_report_and_its_flags_counts_and_an_unknown_word_outweighs(level, flags, read) -> None:
    rows = tuple(RiskFlag(f"f{i}", word, NOW) for i, word in enumerate(flags))
    assert gather.risk_facts(RiskReport("dana", level, rows, NOW)).level == read


@pytest.mark.requirement("T06")
def test_a_report_of_somebody_else_is_none(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.adapters.sandbox.risk import SandboxRiskFeed

    monkeypatch.setattr(SandboxRiskFeed, "fetch", lambda self, ref, email="": RiskReport("max", "none", (), NOW))
    assert shop.run(shop.ticket(SMALL)).state == "waiting"


@pytest.mark.requirement("T09")
def test_a_rate_is_loaded_as_the_officer_set_it(northlight: Cast) -> None:
    change.apply(CurrencyRate(from_currency="EUR", to_currency="USD", rate="1.0842", max_age_days=3))
    row = CurrencyRate.objects.get()
    (rate,) = ticket_policy_facts().rates
    assert (rate.source, rate.target, str(rate.rate), rate.max_age_days) == ("EUR", "USD", "1.0842000000", 3)
    assert (rate.set_at.date(), row.set_by) == (row.as_of, northlight.ada.user.name)
