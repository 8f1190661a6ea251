"""A yes is bound to what was shown: whatever changes between asking and executing is asked again (T16)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit.models import Event
from connectors.contracts import Order
from guardrails.models import EscalationRule
from portal import change
from tests.tickets.texts import PART
from tests.tickets_shop import Shop, order, usd
from tickets import approve, contract
from tickets.models import Approval, Reply


def order_grows_older(shop: Shop) -> None:
    shop.reload(orders=(_order(shop, days=6),))


def order_is_refunded_by_hand(shop: Shop) -> None:
    shop.store.refund("order-1042", usd(1_000), idempotency_key="by-hand", note="by hand")


def policy_changes(shop: Shop) -> None:
    shop.policy(abuse_returns=6)


def rule_is_added(shop: Shop) -> None:
    condition = {"field": "action.kind", "op": "eq", "value": "refund"}
    change.apply(EscalationRule(name="all refunds", priority=1, condition=condition, outcome="human"))


def _order(shop: Shop, **changes: int) -> Order:
    from dataclasses import replace

    return replace(order("1042", "dana", 14_200, **changes), version=7)


@pytest.mark.requirement("T16")
@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (order_grows_older, "the order changed"),
        (order_is_refunded_by_hand, "what was refunded changed from $0.00 to $10.00"),
        (policy_changes, "the policy changed"),
        (rule_is_added, "the policy changed"),
    ],
)
def test_what_changed_after_the_yes_is_asked_again(shop: Shop, happens: Callable[[Shop], None], said: str) -> None:
    ticket = shop.run(shop.ticket(PART))
    first = Approval.objects.get(ticket=ticket)
    approve.approve(first.pk, digest=first.contract_digest)
    happens(shop)
    before = shop.refunds("1042")
    ticket = shop.run(ticket)
    assert ticket.state == "waiting", ticket.reason
    assert shop.refunds("1042") == before, "nothing was executed under the old yes"
    assert shop.helpdesk.outbox() == ()
    first.refresh_from_db()
    second = Approval.objects.waiting().get(ticket=ticket)
    assert (first.state, second.state) == ("superseded", "waiting")
    assert any(said in change for change in second.contract_changes), second.contract_changes
    assert Event.objects.filter(type="approval.superseded", subject_id=str(first.pk)).count() == 1
    approve.approve(second.pk, digest=second.contract_digest)
    assert shop.run(ticket).state == "replied"
    assert shop.refunds("1042") == [*before, usd(6_000)]


@pytest.mark.requirement("T16", part="the control: nothing changed")
def test_a_yes_to_what_still_stands_is_not_asked_again(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(PART))
    asked = Approval.objects.get(ticket=ticket)
    approve.approve(asked.pk, digest=asked.contract_digest)
    assert shop.run(ticket).state == "replied"
    assert Approval.objects.filter(ticket=ticket).count() == 1


def test_an_order_that_passed_to_somebody_else_is_blocked_after_the_yes(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(PART))
    asked = Approval.objects.get(ticket=ticket)
    approve.approve(asked.pk, digest=asked.contract_digest)
    shop.reload(orders=(order("1042", "max", 14_200),))
    ticket = shop.run(ticket)
    assert ticket.state == "blocked"
    assert (shop.refunds("1042"), shop.helpdesk.outbox()) == ([], ())
    assert Reply.objects.get(ticket=ticket).state == "withheld"


def test_each_part_of_the_contract_changes_its_digest() -> None:
    base = {"order": "1042", "amount": "1.00 USD", "customer": "dana", "policy_revision": "1", "call": {"tool": "x"}}
    digests = {contract.digest({**base, key: "other"}) for key in base}
    assert len(digests | {contract.digest(base)}) == len(base) + 1
    assert contract.digest(dict(reversed(base.items()))) == contract.digest(base)
