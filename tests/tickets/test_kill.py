"""SIGKILL around every commit and every outside call of a refund: exactly one refund and one reply, every time.

The points are enumerated by a run that is not killed; the store is a database of its own, so what it executed
stays executed whatever happens here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit.models import Event
from connectors.contracts import Customer
from guardrails.models import CapReservation
from portal import tenancy
from tests.factories import Cast, make_cast
from tests.tickets import kill_points
from tests.tickets_shop import Shop, order, usd
from tickets import execute
from tickets.models import Action, Ticket

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"]),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.fixture
def live(transactional_db: None) -> Iterator[tuple[Cast, Shop]]:
    cast = make_cast()
    shop = Shop(cast)
    with cast.ada.inside():
        _lift_caps()
        shop.settle_in()
    yield cast, shop
    shop.wipe()


def _lift_caps() -> None:
    """Set caps that a hundred refunds of one customer fit under."""
    from guardrails.models import ActionCap, ActionMoneyCap
    from portal import change

    for cap in ActionCap.objects.all():
        cap.org_count = cap.customer_count = 1_000
        change.apply(cap)
    for money in ActionMoneyCap.objects.all():
        money.org_money_minor = money.customer_money_minor = 100_000_000
        change.apply(money)


def _orders(shop: Shop, count: int) -> None:
    """Give `count` customers one order each, so that no history builds up between the kills."""
    numbers = [str(5_000 + n) for n in range(count)]
    shop.reload(
        customers=tuple(Customer(f"c{number}", f"c{number}@example.com", "Max Stone") for number in numbers),
        orders=tuple(order(number, f"c{number}", 2_000, days=20) for number in numbers),
    )


def _check(cast: Cast, shop: Shop, ticket: Ticket, number: str) -> None:
    with cast.ada.inside():
        found = Ticket.objects.get(pk=ticket.pk)
        actions = list(Action.objects.filter(ticket=ticket))
        assert (found.state, found.reason) == ("replied", "The reply was sent.")
        assert [action.state for action in actions] == ["succeeded"]
        assert shop.refunds(number) == [usd(2_000)]
        sent = [m for m in shop.helpdesk.outbox() if m.ticket_ref == found.external_ref]
        assert len(sent) == 1
        held = CapReservation.objects.filter(subject_id=str(actions[0].pk))
        assert [row.state for row in held] == ["settled"]
        settled = Event.objects.filter(type="action.succeeded", subject_id=str(actions[0].pk))
        assert settled.count() == 1


@pytest.mark.requirement("T14")
def test_a_worker_killed_anywhere_refunds_exactly_once(live: tuple[Cast, Shop]) -> None:
    cast, shop = live
    _orders(shop, 120)
    ids = cast.northlight.pk

    def ticket(number: str) -> Ticket:
        with cast.ada.inside():
            return shop.ticket(
                f"The cap from order #{number} arrived torn. Please refund order #{number}.",
                sender=f"c{number}@example.com",
            )

    with tenancy.scope(ids, actor=tenancy.SYSTEM):
        from connectors.adapters.providers import classifier
        from connectors.adapters.providers.contracts import ClassifyRequest

        classifier.classify(ClassifyRequest("", "warm"))  # trained once, before the forks
    first = ticket("5000")
    points = kill_points.worker(ids, first.pk, None)
    _check(cast, shop, first, "5000")
    assert "before store.refund" in points
    assert "after helpdesk.send" in points
    assert points.count("before commit") >= 8
    for position in kill_points.apart(points):
        number = str(5_000 + position)
        made = ticket(number)
        passed = kill_points.worker(ids, made.pk, position)
        assert passed == points[:position]
        kill_points.recover(ids, lambda made=made: Ticket.objects.get(pk=made.pk).is_ended)
        _check(cast, shop, made, number)


def test_control_without_the_one_key_a_kill_after_the_call_refunds_twice(
    live: tuple[Cast, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof above can fail: with a new key for each try, the same kill point moves the money twice."""
    from portal.ids import uuid7

    cast, shop = live
    shop.reload(orders=(order("5000", "max", 4_000, days=20),))
    with cast.ada.inside():
        made = shop.ticket("Please refund $20.00 for order #5000, a part was missing.", sender="max@example.com")
    call = execute.call

    def forgetful(store: object, action: Action) -> object:
        action.idempotency_key = uuid7()
        return call(store, action)  # type: ignore[arg-type]

    monkeypatch.setattr(execute, "call", forgetful)
    monkeypatch.setattr(execute.meanwhile, "require_untouched", lambda *given: None)  # it would notice, too
    ids = cast.northlight.pk
    kill_points.worker(ids, made.pk, "after store.refund")
    kill_points.recover(ids, lambda: Ticket.objects.get(pk=made.pk).is_ended)
    assert len(shop.refunds("5000")) == 2
