"""Every event of an AI action says who, what, with which tool, the result, how sure, and for how much (A03)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit import story
from audit.models import Event
from guardrails.models import TicketPolicy
from portal import change
from tests.factories import Cast
from tests.tickets_shop import Shop
from tickets import approve
from tickets.models import Approval, Ticket

SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
LARGE = "The tent from order #1044 arrived broken. Please refund order #1044 in full, I want my money back."


@pytest.fixture
def shop(northlight: Cast) -> Iterator[Shop]:
    made = Shop(northlight)
    yield made
    made.wipe()


def told(event: Event) -> None:
    """Assert that the event alone answers every question of A03."""
    assert event.data["kind"] == "refund"
    assert event.data["tool"]
    assert event.data["order"]
    assert event.data["actor"], "who triggered it"
    assert event.actor_name
    assert 0 < float(event.confidence) <= 1
    assert (event.currency, event.amount_minor) == (
        "USD",
        {"1042": 14_200, "1043": 4_999}.get(event.data["order"], 20_001),
    )
    assert event.connector_id is not None


def actions() -> list[Event]:
    return list(Event.objects.filter(type__startswith="action.").exclude(type="action.first_executed").order_by("id"))


@pytest.mark.requirement("A03")
def test_an_automatic_refund_is_told_from_caps_to_success(shop: Shop) -> None:
    shop.run(shop.ticket(SMALL))
    found = actions()
    assert [event.type for event in found] == ["action.reserved", "action.executing", "action.succeeded"]
    for event in found:
        told(event)
        assert event.data["actor"] == "AI (auto)"
    assert found[-1].verdict == "success"
    assert found[-1].data["receipt"]


@pytest.mark.requirement("A03")
def test_an_approved_refund_names_the_person_and_the_ai(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(MEDIUM))
    approval = Approval.objects.get(ticket=ticket)
    approve.approve(approval.pk, digest=approval.contract_digest)
    shop.run(ticket)
    for event in actions():
        told(event)
        assert event.data["actor"] == "AI → human"
    yes = Event.objects.get(type="approval.approved")
    assert (yes.actor_name, yes.verdict, yes.amount_minor) == ("Ada Lindqvist", "approved", 14_200)


@pytest.mark.requirement("A03")
def test_a_blocked_refund_names_the_gate_that_stopped_it(shop: Shop) -> None:
    shop.run(shop.ticket(LARGE))
    (event,) = actions()
    assert (event.type, event.verdict, event.data["actor"]) == ("action.blocked", "blocked", "Money ceiling")
    assert event.data["gate"] == "T09"
    told(event)


@pytest.mark.requirement("A03")
def test_a_shadow_refund_says_what_would_have_happened(shop: Shop) -> None:
    rules = TicketPolicy.objects.get()
    rules.shadow_refund = True
    change.apply(rules)
    shop.run(shop.ticket(SMALL))
    (event,) = actions()
    assert (event.type, event.verdict, event.data["would"]) == ("action.recorded", "record", "pass")
    told(event)


@pytest.mark.requirement("A03")
def test_the_steps_before_an_action_are_told_on_its_ticket(shop: Shop) -> None:
    ticket: Ticket = shop.run(shop.ticket(SMALL))
    about = Event.objects.filter(subject_id=str(ticket.pk)).order_by("id").values_list("type", flat=True)
    for step in (
        "ticket.received",
        "ticket.classified",
        "ticket.gated",
        "ticket.proposed",
        "reply.sent",
        "ticket.ended",
    ):
        assert step in about
    classified = Event.objects.get(type="ticket.classified")
    assert 0 < float(classified.data["confidence"]) <= 1
    proposed = Event.objects.get(type="ticket.proposed")
    assert (proposed.amount_minor, proposed.data["kind"]) == (4_999, "refund")
    assert set(proposed.commitments) >= {"reply"}


@pytest.mark.requirement("A03")
def test_the_story_of_any_part_of_a_ticket_is_its_whole_chain(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(MEDIUM))
    (approval,) = Approval.objects.all()
    wanted = {"ticket.received", "ticket.classified", "ticket.gated", "ticket.proposed", "approval.asked"}
    stories = [
        [each.event.pk for each in story.tell(kind, str(pk)).chapters]
        for kind, pk in (("ticket", ticket.pk), ("approval", approval.pk), ("action", approval.action_id))
    ]
    assert stories[0] == stories[1] == stories[2]
    assert wanted <= set(Event.objects.filter(pk__in=stories[0]).values_list("type", flat=True))
