"""The decision receipt of a ticket: which gate and rule decided, and what smallest change would have let it pass."""

from __future__ import annotations

import pytest

from guardrails.models import EscalationRule
from portal import change
from tests.clients import browser, program
from tests.tickets.texts import MEDIUM, SMALL
from tests.tickets_shop import Shop
from tickets.models import DecisionReceipt, GateReceipt


def test_a_refund_that_waits_says_what_would_have_let_it_pass(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(MEDIUM))
    decision = DecisionReceipt.objects.get(ticket=ticket)
    assert (decision.outcome, decision.promise, decision.phase) == ("human", "T09", "late")
    assert decision.nearest == ["$92.01 less"]
    assert decision.policy_revision == GateReceipt.objects.get(ticket=ticket, promise="T09").policy_revision
    page = browser(shop.cast.ada).get(f"/tickets/{ticket.pk}/")
    assert "What would have let it pass: $92.01 less." in page.content.decode()


def test_a_rule_is_named_with_its_version(shop: Shop) -> None:
    condition = {"field": "action.kind", "op": "eq", "value": "refund"}
    rule = change.apply(EscalationRule(name="High value", priority=1, condition=condition))
    rule.priority = 2
    change.apply(rule)
    ticket = shop.run(shop.ticket(SMALL))
    decision = DecisionReceipt.objects.get(ticket=ticket)
    assert (decision.promise, decision.rule_id, decision.rule_version) == ("T07", str(rule.pk), 2)
    assert decision.nearest == ["rule `High value` switched off"]


def test_a_ticket_that_passed_has_its_receipt_too_and_a_short_one_says_so(shop: Shop) -> None:
    passed = DecisionReceipt.objects.get(ticket=shop.run(shop.ticket(SMALL)))
    assert (passed.outcome, passed.nearest, passed.gate) == ("pass", [], "")
    spam = shop.run(shop.ticket("Congratulations, you have won a free prize. Click the link to claim your prize."))
    ended = DecisionReceipt.objects.get(ticket=spam)
    assert (ended.phase, ended.outcome) == ("early", "stop")


def test_the_receipt_is_on_page_api_and_file_without_the_customers_words(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(MEDIUM))
    by_api = program(shop.cast.ada).get(f"/api/v1/tickets/{ticket.pk}/receipt/").json()
    file = browser(shop.cast.ada).get(f"/tickets/{ticket.pk}/receipt.json")
    assert "attachment" in file["Content-Disposition"]
    assert file.json() == by_api
    (run,) = by_api["runs"]
    assert [gate["promise"] for gate in run["gates"]] == [f"T{n:02}" for n in range(1, 13)]
    for gate in run["gates"]:
        assert {"reason", "inputs", "policy_revision", "duration_us", "evidence", "nearest"} <= set(gate)
    assert any(gate["duration_us"] > 0 for gate in run["gates"])
    assert "torn sleeve" not in file.content.decode()
    detail = program(shop.cast.ada).get(f"/api/v1/tickets/{ticket.pk}/").json()
    assert detail["decisions"][0]["nearest"] == ["$92.01 less"]


def test_evidence_and_inputs_open_on_the_page(shop: Shop) -> None:
    from tests.tickets.test_abuse_in_the_flow import claims

    shop.reload(claims=claims("damage", 3))
    ticket = shop.run(shop.ticket(SMALL))
    page = browser(shop.cast.ada).get(f"/tickets/{ticket.pk}/").content.decode()
    assert page.count("Damage claim on order 1042") == 3
    assert "3 rows of evidence" in page
    assert "What it looked at" in page


@pytest.mark.parametrize(
    "verb", ["UPDATE tickets_decisionreceipt SET reason = ''", "DELETE FROM tickets_decisionreceipt"]
)
def test_a_decision_is_written_once(shop: Shop, verb: str) -> None:
    from django.db import ProgrammingError, connection, transaction

    shop.run(shop.ticket(SMALL))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(verb.format("tickets_decisionreceipt"))
