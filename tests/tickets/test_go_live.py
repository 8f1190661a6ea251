"""An action leaves shadow mode by two officers' word alone, on named evidence, and falls back by itself (T02, T25)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Event
from connectors.first_execution import record_first
from guardrails.models import TicketPolicy
from guardrails.resources import TicketPolicyResource
from portal import change, tenancy
from portal.refusal import Refused
from portal.roles import Role
from tests.factories import Cast, Person, make_person
from tests.guardrails.test_sheets import load
from tickets import by_hand, go_live, watch
from tickets.models import Action, ActionState, Approval, ApprovalState, GoLive, GoLiveState, Ticket

SMALL = "the cap from order #1043 arrived torn. Please refund my money for order #1043."


@pytest.fixture
def olga(cast: Cast) -> Person:
    return make_person(cast.northlight, "Olga Berg", "olga@northlight.example", Role.ADMIN)


def live(kind: str) -> bool:
    return not TicketPolicy.objects.get().is_shadow(kind)


def confirm_as(person: Person, asked: GoLive) -> None:
    with person.inside():
        go_live.confirm(asked.pk)


@pytest.mark.requirement("T25")
def test_two_officers_go_live_on_named_evidence(northlight: Cast, olga: Person) -> None:
    asked = go_live.ask("refund", reason="ninety days of agreement")
    assert not live("refund")
    assert {"since", "until", "compared", "agreed", "low", "high"} <= set(asked.evidence)
    confirm_as(olga, asked)
    assert live("refund")
    assert not live("cancel")
    changed = Event.objects.filter(type="ticket_policy.changed").order_by("-id").first()
    assert changed is not None
    assert changed.data["evidence"] == f"go_live {asked.pk}"
    told = Event.objects.get(type="go_live.confirmed")
    assert (told.actor_name, told.data["compared"]) == ("Olga Berg", 0)


def test_nobody_goes_live_alone(northlight: Cast, olga: Person) -> None:
    asked = go_live.ask("refund", reason="I am sure")
    with pytest.raises(Refused, match="Nobody goes live alone"):
        go_live.confirm(asked.pk)
    with northlight.paul.inside(), pytest.raises(Refused):
        go_live.confirm(asked.pk)
    with pytest.raises(ValidationError, match="waits for a second officer"):
        go_live.ask("refund", reason="twice")
    assert not live("refund")
    with pytest.raises(IntegrityError), transaction.atomic():
        GoLive.objects.filter(pk=asked.pk).update(state="confirmed", confirmed_by=asked.asked_by_id)


@pytest.mark.parametrize("kind", ["refund", "cancel", "exchange", "reply"])
def test_no_other_road_leads_out_of_shadow_mode(northlight: Cast, kind: str) -> None:
    policy = TicketPolicy.objects.get()
    setattr(policy, f"shadow_{kind}", False)
    with pytest.raises(ValidationError, match="by two officers together"):
        change.apply(policy, source="shell")
    said = load(TicketPolicyResource, (f"shadow_{kind}",), ("no",))
    assert any("by two officers together" in sentence for sentence in said)
    with go_live._permitted(policy.pk), pytest.raises(ValidationError, match="two officers"):
        change.apply(policy)  # a permit alone says nothing: the row of two people does
    assert not live(kind)


def test_a_confirmed_request_opens_its_own_action_alone_and_once(northlight: Cast, olga: Person) -> None:
    asked = go_live.ask("refund", reason="sure")
    confirm_as(olga, asked)
    policy = TicketPolicy.objects.get()
    policy.shadow_cancel = False
    with go_live._permitted(asked.pk), pytest.raises(ValidationError, match="shadow_cancel"):
        change.apply(policy)
    go_live.back_to_shadow("refund", reason="a look first")
    asked.refresh_from_db()
    assert (asked.state, asked.ended_because) == (GoLiveState.ENDED, "a look first")
    policy = TicketPolicy.objects.get()
    policy.shadow_refund = False
    with go_live._permitted(asked.pk), pytest.raises(ValidationError, match="shadow_refund"):
        change.apply(policy)


def test_what_waited_too_long_is_asked_anew(northlight: Cast, olga: Person) -> None:
    asked = go_live.ask("refund", reason="sure")
    GoLive.objects.update(expires_at=timezone.now())
    with olga.inside(), pytest.raises(ValidationError, match="does not wait any more"):
        go_live.confirm(asked.pk)
    again = go_live.ask("refund", reason="sure still")
    assert GoLive.objects.get(pk=asked.pk).state == GoLiveState.EXPIRED
    go_live.withdraw(again.pk)
    assert not live("refund")


def test_the_admin_form_says_where_shadow_mode_is_switched_off(northlight: Cast, client) -> None:
    client.force_login(northlight.ada.user)
    policy = TicketPolicy.objects.get()
    page = client.get(f"/admin/guardrails/ticketpolicy/{policy.pk}/change/")
    form = page.context["adminform"].form
    given = {name: form.initial.get(name) for name in form.fields}
    sent = {name: value for name, value in given.items() if value not in (None, False)} | {"change_reason": "try"}
    sent.pop("shadow_refund")
    answer = client.post(f"/admin/guardrails/ticketpolicy/{policy.pk}/change/", sent)
    assert "by two officers together" in answer.content.decode()
    assert not live("refund")


@pytest.fixture
def proposal(northlight: Cast) -> Action:
    """A refund that the AI proposed while refunds are live."""
    TicketPolicy.objects.update(shadow_refund=False)
    given = {"source": "api", "external_ref": "Z-1", "body": SMALL, "received_at": timezone.now()}
    ticket = Ticket.objects.create(**given)
    return Action.objects.create(ticket=ticket, kind="refund", state=ActionState.PROPOSED)


def decided(action: Action, state: str, *, many: int) -> None:
    """Let people decide many proposals of live refunds."""
    Approval.objects.bulk_create(
        Approval(
            ticket=action.ticket, action=action, state=state, question="?", why="", contract={}, contract_digest="",
            expires_at=timezone.now(), decided_at=timezone.now(),
        )
        for _ in range(many)
    )  # fmt: skip


@pytest.mark.requirement("T25")
@pytest.mark.parametrize(("approved", "rejected", "falls"), [(16, 4, False), (15, 5, True), (0, 19, False)])
def test_an_action_falls_back_when_people_stop_agreeing(
    proposal: Action, approved: int, rejected: int, falls: bool
) -> None:
    decided(proposal, ApprovalState.APPROVED, many=approved)
    decided(proposal, ApprovalState.REJECTED, many=rejected)
    assert bool(watch.fall_back()) is falls
    assert live("refund") is not falls
    if falls:
        event = Event.objects.get(type="shadow.returned")
        assert (event.data["agreed"], event.data["decided"], event.actor_name) == (15, 20, "Countersign")
        assert watch.fall_back() == []


def test_an_action_falls_back_when_it_errs_too_often(proposal: Action) -> None:
    given = {"ticket": proposal.ticket, "kind": "refund", "executed_at": timezone.now()}
    Action.objects.bulk_create(Action(**given, state=ActionState.SUCCEEDED) for _ in range(20))
    assert watch.fall_back() == []
    Action.objects.bulk_create(Action(**given, state=ActionState.FAILED) for _ in range(2))
    (fallen,) = watch.fall_back()
    assert "2 of 22 executions went wrong" in fallen.leaves


def test_what_happened_before_going_live_does_not_count(proposal: Action, olga: Person) -> None:
    decided(proposal, ApprovalState.REJECTED, many=30)
    watch.fall_back()
    confirm_as(olga, go_live.ask("refund", reason="mended"))
    assert watch.fall_back() == []
    assert live("refund")


def test_what_was_done_by_hand_is_recorded_once_and_corrected(shop, cast: Cast) -> None:
    shop.policy(shadow_refund=True)
    record_first("refund", shop.connector)
    ticket = shop.run(shop.ticket(SMALL))
    assert ticket.state == "recorded"
    by_hand.record(ticket.pk, action="refund", amount="40.00", currency="USD")
    row = by_hand.record(ticket.pk, action="refund", amount="49.99", currency="USD", outcome="torn, refunded whole")
    assert (str(row.money), row.recorded_by_id) == ("$49.99", tenancy.current().user_id)
    for bad, said in (
        ({"action": "gift"}, "action: `gift` is not known"),
        ({"action": "refund"}, "amount: is missing"),
        ({"action": "refund", "amount": "-3", "currency": "USD"}, "amount: `-3` is negative"),
        ({"action": "none", "amount": "3", "currency": "USD"}, "moves no money"),
    ):
        with pytest.raises(ValidationError, match=said):
            by_hand.record(ticket.pk, **bad)
    sent = shop.run(shop.ticket("Where is my order #1042? I want to know its delivery status."))
    if sent.state == "replied":
        with pytest.raises(ValidationError, match="only what was left to people"):
            by_hand.record(sent.pk, action="none")
