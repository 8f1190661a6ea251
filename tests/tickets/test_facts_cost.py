"""The facts of the gates are gathered in a known number of queries, whatever stands in the organization's past."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.models import ActionCeiling, EscalationRule
from portal import change
from tests.tickets_shop import Shop, order
from tickets import gather
from tickets.models import FlaggedCustomer

EARLY, LATE = 9, 22


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """Count the queries of each gathering while tickets run."""
    counts: dict[str, list[int]] = {"early": [], "late": []}

    def counting(name: str, plain: Any) -> Any:
        def gathered(*given: Any) -> Any:
            with CaptureQueriesContext(connection) as seen:
                facts = plain(*given)
            counts[name].append(len(seen))
            return facts

        return gathered

    for name in counts:
        monkeypatch.setattr(gather, name, counting(name, getattr(gather, name)))
    return counts


def test_facts_cost_the_same_beside_a_long_past(shop: Shop, counted: dict[str, list[int]]) -> None:
    text = "The cap from order #{0} arrived torn. Please refund my money for order #{0}."
    assert shop.run(shop.ticket(text.format("1043"))).state == "replied"
    first = {name: counts.copy() for name, counts in counted.items()}
    for number in range(8):
        condition = {"field": "ticket.text", "op": "contains", "value": f"word {number}"}
        change.apply(EscalationRule(name=f"rule {number}", priority=number, condition=condition, outcome="human"))
        change.apply(FlaggedCustomer(customer_ref=f"somebody-{number}", reason="elsewhere"))
    for code in ("EUR", "GBP", "JPY"):
        change.apply(ActionCeiling(action="refund", currency=code, auto_minor=100, block_minor=900))
    shop.run(shop.ticket("Where is my parcel? What is the delivery status of order #1042?"))
    many = tuple(order(str(5_000 + n), "dana", 9_900, days=30 + n) for n in range(30))
    shop.reload(orders=(order("1047", "dana", 2_000), *many))
    for counts in counted.values():
        counts.clear()
    assert shop.run(shop.ticket(text.format("1047"))).state in ("replied", "waiting")
    assert counted == first
    assert set(first["early"]) == {EARLY}, first
    assert set(first["late"]) == {LATE}, first
