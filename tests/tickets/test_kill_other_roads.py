"""SIGKILL on the roads a refund with a key does not take: no keys, a cancellation that is a job, an exchange.

Never twice; and whatever cannot be told is a person's, its place held, never left lying about.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from connectors.adapters.providers import classifier
from connectors.adapters.providers.contracts import ClassifyRequest
from connectors.adapters.sandbox import schema
from connectors.contracts import Item
from guardrails.models import CapReservation
from portal import people, tenancy
from portal.roles import Capability
from tests.factories import Cast, make_cast
from tests.tickets import kill_points
from tests.tickets_shop import NOW, Shop, order
from tickets import approve
from tickets.models import Action, Approval, Ticket

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"]),
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.requirement("T14", part="killed on the other roads"),
]


@pytest.fixture
def live(transactional_db: None) -> Iterator[tuple[Cast, Shop]]:
    cast = make_cast()
    shop = Shop(cast)
    with cast.ada.inside():
        shop.settle_in()
    shop.reload(
        orders=(order("5000", "max", 2_000, days=20), order("6000", "max", 2_000, status="open")),
        items=(Item("SKU-L", "Storm jacket, large", order("1", "max", 2_000).total, 5),),
    )
    yield cast, shop
    shop.wipe()


def refund(cast: Cast, shop: Shop) -> Ticket:
    schema.set_manners(shop.dsn, shop.name, honours_keys=False)
    with cast.ada.inside():
        return shop.ticket(
            "The cap from order #5000 arrived torn. Please refund order #5000.", sender="max@example.com"
        )


def cancel(cast: Cast, shop: Shop) -> Ticket:
    schema.set_manners(shop.dsn, shop.name, honours_keys=False, cancels_after_ms=1)
    with cast.ada.inside():
        return shop.ticket("Please cancel order #6000, I do not need it any more.", sender="max@example.com")


def exchange(cast: Cast, shop: Shop) -> Ticket:
    with cast.ada.inside():
        people.grant(cast.paul.membership, Capability.WORK_APPROVALS)
        made = shop.ticket("Nothing of this is clear to anybody, order #5000.", sender="max@example.com")
        Ticket.objects.filter(pk=made.pk).update(
            state="handed_over", intent="exchange", confidence=0.99, order_numbers=["5000"]
        )
        given = {"kind": "exchange", "order_number": "5000", "amount": "20.00", "currency": "USD"}
        approve.propose_anew(made.pk, **given, reply="A large one is on its way.", replacement_sku="SKU-L")
        shop.run(made)
        asked = Approval.objects.waiting().get(ticket=made)
    with cast.paul.inside():
        approve.approve(asked.pk, digest=asked.contract_digest)
    return made


def warm(organization_id: uuid.UUID) -> None:
    """Train the classifier once, before the forks."""
    with tenancy.scope(organization_id, actor=tenancy.SYSTEM):
        classifier.classify(ClassifyRequest("", "warm"))


@pytest.mark.parametrize(
    ("road", "point"),
    [(refund, "before store.refund"), (cancel, "after store.cancel"), (exchange, "after store.exchange")],
    ids=["keyless refund", "cancellation as a job", "exchange"],
)
def test_killed_on_another_road_it_is_done_once_or_a_persons(
    live: tuple[Cast, Shop], road: Callable[[Cast, Shop], Ticket], point: str
) -> None:
    cast, shop = live
    made, ids = road(cast, shop), cast.northlight.pk
    number = "6000" if road is cancel else "5000"
    warm(ids)
    kill_points.worker(ids, made.pk, point)
    kill_points.recover(ids, lambda: Ticket.objects.get(pk=made.pk).is_ended)
    with cast.ada.inside():
        ticket, action = Ticket.objects.get(pk=made.pk), Action.objects.get(ticket=made)
        effects = [each for each in shop.store.effects(f"order-{number}") if each.operation == road.__name__]
        held = CapReservation.objects.get(subject_id=str(action.pk)).state
    ends = (ticket.state, action.state, held, len(effects))
    done, unknown = ("replied", "succeeded", "settled", 1), ("handed_over", "unknown", "held")
    assert ends == done or (ends[:3] == unknown and len(effects) <= 1 and ticket.assigned_to_id is None), ends
    if point.startswith("after store"):
        assert ends == done, "the store's own books tell"


def test_killed_while_a_job_is_polled_the_order_is_cancelled_once(live: tuple[Cast, Shop]) -> None:
    cast, shop = live
    made, ids = cancel(cast, shop), cast.northlight.pk
    schema.set_manners(shop.dsn, shop.name, honours_keys=False, cancels_after_ms=600_000)
    warm(ids)
    kill_points.worker(ids, made.pk, None)
    with cast.ada.inside():
        assert Action.objects.get(ticket=made).job_id
        Ticket.objects.filter(pk=made.pk).update(run_after=NOW - timedelta(days=1))
    kill_points.worker(ids, made.pk, "after store.job")
    shop.jobs_are_due()
    kill_points.recover(ids, lambda: Ticket.objects.get(pk=made.pk).is_ended)
    with cast.ada.inside():
        assert (Ticket.objects.get(pk=made.pk).state, Action.objects.get(ticket=made).state) == ("replied", "succeeded")
        assert [each.operation for each in shop.store.effects("order-6000")] == ["cancel"]
        assert [row.state for row in CapReservation.objects.all()] == ["settled"]
