"""The first-time approval is armed again when policy, connector or model change, and says what changed (T11)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from connectors import set_up
from connectors.models import Connector, Credential, FirstExecution
from guardrails.models import ActionCeiling, CurrencyRate
from portal import change
from tests.factories import Cast
from tests.tickets.texts import SMALL
from tests.tickets_shop import Shop, order
from tickets import approve
from tickets.models import Approval, GateReceipt, Ticket


@pytest.fixture
def shop(northlight: Cast) -> Iterator[Shop]:
    """A shop that is out of shadow mode and has executed nothing."""
    made = Shop(northlight, live=False)
    made.leave_shadow()
    made.reload(orders=tuple(order(f"60{i}", "dana", 2_000 + i) for i in range(6)))
    yield made
    made.wipe()


def send(shop: Shop, number: int) -> Ticket:
    return shop.run(shop.ticket(SMALL.replace("1043", f"60{number}")))


def say_yes(shop: Shop, ticket: Ticket) -> Ticket:
    asked = Approval.objects.get(ticket=ticket)
    approve.approve(asked.pk, digest=asked.contract_digest)
    return shop.run(ticket)


def raise_ceiling(shop: Shop, kind: str = "refund") -> None:
    row = ActionCeiling.objects.get(action=kind, currency="USD")
    row.auto_minor += 100
    change.apply(row)


def new_credential(shop: Shop) -> None:
    Credential.objects.create(connector=shop.connector, secret="a new one", rotated_at=timezone.now())


def new_model(shop: Shop) -> None:
    set_up.set_up(Connector(name="own", role="provider", adapter="local"))


@pytest.mark.requirement("T11")
@pytest.mark.parametrize(
    ("act", "changed"), [(raise_ceiling, "policy"), (new_credential, "connector"), (new_model, "model")]
)
def test_what_changed_is_asked_about_once_more_and_then_it_passes(shop: Shop, act, changed: str) -> None:
    assert say_yes(shop, send(shop, 0)).state == "replied"
    assert send(shop, 1).state == "replied", "the control: as things stood, it runs"
    act(shop)
    again = send(shop, 2)
    receipt = GateReceipt.objects.get(ticket=again, promise="T11")
    assert (again.state, receipt.outcome) == ("waiting", "human")
    assert receipt.reason == f"this would be the first `refund` since the {changed} changed"
    assert receipt.inputs["changed"] == changed
    assert shop.refunds("602") == []
    assert say_yes(shop, again).state == "replied"
    assert FirstExecution.objects.filter(action="refund").count() == 2


@pytest.mark.requirement("T11")
def test_what_does_not_bear_on_the_action_arms_nothing(shop: Shop) -> None:
    assert say_yes(shop, send(shop, 0)).state == "replied"
    raise_ceiling(shop, "exchange")
    change.apply(CurrencyRate(from_currency="EUR", to_currency="USD", rate="1.08"))
    shop.policy(shadow_cancel=True)
    assert send(shop, 1).state == "replied"


@pytest.mark.requirement("T11")
def test_a_policy_that_changes_while_it_executes_was_not_approved(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from tickets import execute

    ticket, called = send(shop, 0), execute.call

    def meanwhile(*args: object) -> object:
        raise_ceiling(shop)
        return called(*args)

    monkeypatch.setattr(execute, "call", meanwhile)
    assert say_yes(shop, ticket).state == "replied"
    monkeypatch.undo()
    assert send(shop, 1).state == "waiting", "the yes was to the policy as it was judged"
