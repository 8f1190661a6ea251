"""A store that times out after executing, executes late, answers twice, answers nonsense or is down: once or never."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from connectors.adapters.sandbox import hands, schema
from connectors.adapters.sandbox.store import SandboxStore
from guardrails.models import CapReservation
from tests.clients import browser, program
from tests.factories import Cast
from tests.tickets_shop import Shop, order, usd
from tickets import approve, execute, reconcile, settle
from tickets.models import Action, Approval, Ticket

REFUND = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
ONCE = pytest.mark.requirement("T14", part="a store of unknown outcome")


def action_of(ticket: Ticket) -> Action:
    return Action.objects.get(ticket=ticket)


def keyless(shop: Shop, **manners: object) -> None:
    schema.set_manners(shop.dsn, shop.name, honours_keys=False, **manners)


@pytest.mark.requirement("T14")
@pytest.mark.parametrize("is_keyless", [False, True], ids=["keys", "no keys"])
@pytest.mark.parametrize(
    ("fault", "executed"),
    [
        ("timeout_after_executing", True),
        ("garbled_after_executing", True),
        ("timeout_before_executing", False),
        ("garbled_before_executing", False),
    ],
)
def test_no_answer_is_settled_by_the_key_or_by_reading_and_never_sent_twice(
    shop: Shop, fault: str, executed: bool, is_keyless: bool
) -> None:
    if is_keyless:
        keyless(shop)
    shop.fault("refund", fault)
    ticket = shop.run(shop.ticket(REFUND))
    assert action_of(ticket).status == "UNKNOWN"
    ticket = shop.run(ticket, rounds=6)
    if is_keyless and not executed:  # nobody may send it again: a person is told what is known
        assert (ticket.state, action_of(ticket).status) == ("handed_over", "UNKNOWN")
        assert shop.refunds("1043") == []
        for known in ("$49.99", "#1043"[1:], str(action_of(ticket).idempotency_key), "asked 5 times", "under this key"):
            assert known in ticket.reason
        assert CapReservation.objects.get(subject_id=str(action_of(ticket).pk)).state == "held"
    else:
        assert (ticket.state, action_of(ticket).status) == ("replied", "SUCCESS")
        assert shop.refunds("1043") == [usd(4_999)]


@ONCE
def test_a_call_that_arrives_after_the_store_said_none_still_refunds_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.fault("refund", "late")
    ticket = shop.run(shop.ticket(REFUND))
    looked_up, ends = SandboxStore.lookup, []

    def lookup(self: SandboxStore, key: str, **named: str) -> object:
        found = looked_up(self, key, **named)
        if found is None:  # the store has just said "none": now the first call arrives
            ends.extend(hands.deliver_late_calls(shop.dsn, shop.name))
        return found

    monkeypatch.setattr(SandboxStore, "lookup", lookup)
    ticket = shop.run(ticket, rounds=4)
    assert ends == ["executed"]
    assert shop.refunds("1043") == [usd(4_999)]
    assert action_of(ticket).status == "SUCCESS"


@ONCE
@pytest.mark.parametrize(("is_keyless", "made"), [(False, 1), (True, 2)])
def test_a_call_that_the_network_repeats_is_executed_once_or_listed_as_made_twice(
    shop: Shop, is_keyless: bool, made: int
) -> None:
    """A store without keys executes what it gets; that it did is found the same night and is no silent loss."""
    shop.reload(orders=(order("1043", "dana", 4_900),))
    if is_keyless:
        keyless(shop)
    shop.fault("refund", "twice")
    ticket = shop.run(shop.ticket("Please refund $20.00 for order #1043, a part of order #1043 was missing."))
    assert ticket.state == "replied", ticket.reason
    hands.deliver_late_calls(shop.dsn, shop.name)
    assert len(shop.refunds("1043")) == made
    found = reconcile.reconcile(shop.connector, timezone.now().date())
    assert [each.kind for each in found] == ["twice"] * (made - 1)
    assert reconcile.measured().wrong == made - 1


@ONCE
def test_what_a_store_did_after_a_person_was_told_is_settled_by_the_daily_comparison(shop: Shop) -> None:
    keyless(shop)
    shop.fault("refund", "late")
    ticket = shop.run(shop.ticket(REFUND), rounds=7)
    assert (ticket.state, action_of(ticket).status) == ("handed_over", "UNKNOWN")
    hands.deliver_late_calls(shop.dsn, shop.name)
    assert reconcile.reconcile(shop.connector, timezone.now().date()) == []
    assert action_of(ticket).status == "SUCCESS"
    assert CapReservation.objects.get(subject_id=str(action_of(ticket).pk)).state == "settled"
    assert "daily comparison" in Ticket.objects.get(pk=ticket.pk).reason
    assert Ticket.objects.get(pk=ticket.pk).state == "handed_over"


@ONCE
def test_a_person_says_what_became_of_it_and_what_the_store_has_counts_more(shop: Shop) -> None:
    keyless(shop)
    shop.fault("refund", "timeout_before_executing")
    never = shop.run(shop.ticket(REFUND), rounds=7)
    with pytest.raises(ValidationError, match="reason"):
        settle.say(action_of(never).pk, happened=False, reason=" ")
    settle.say(action_of(never).pk, happened=False, reason="not in the store's list")
    assert action_of(never).status == "FAILED"
    assert CapReservation.objects.get(subject_id=str(action_of(never).pk)).state == "released"
    with pytest.raises(ValidationError, match="unknown outcome"):
        settle.say(action_of(never).pk, happened=True, reason="again")

    shop.reload()
    keyless(shop)
    shop.fault("refund", "late")
    later = shop.run(shop.ticket(REFUND), rounds=7)
    hands.deliver_late_calls(shop.dsn, shop.name)
    settle.say(action_of(later).pk, happened=False, reason="I saw nothing")
    assert action_of(later).status == "SUCCESS"
    assert shop.refunds("1043") == [usd(4_999)]


@ONCE
def test_the_api_settles_as_the_page_does(shop: Shop, northlight: Cast) -> None:
    keyless(shop)
    shop.fault("refund", "timeout_before_executing")
    action = action_of(shop.run(shop.ticket(REFUND), rounds=7))
    path = f"/api/v1/actions/{action.pk}/settle/"
    said = {"happened": False, "reason": "not in the store's list"}

    def post(client: Client, data: dict[str, object]) -> int:
        return client.post(path, data, content_type="application/json").status_code

    ada = program(northlight.ada)
    assert [post(ada, bad) for bad in ({}, said | {"reason": " "}, said | {"happened": "perhaps"})] == [400] * 3
    assert post(program(northlight.cleo), said) == 404
    assert post(program(northlight.mia), said) == 403
    assert (Action.objects.get(pk=action.pk).status, post(ada, said)) == ("UNKNOWN", 200)
    assert Action.objects.get(pk=action.pk).status == "FAILED"
    assert post(ada, said | {"happened": True}) == 400


@ONCE
def test_a_refund_by_hand_while_the_outcome_is_unknown_is_not_followed_by_ours(shop: Shop) -> None:
    shop.reload(orders=(order("1043", "dana", 4_900),))
    shop.fault("refund", "timeout_before_executing")
    ticket = shop.run(shop.ticket("Please refund $20.00 for order #1043, a part of order #1043 was missing."))
    assert action_of(ticket).status == "UNKNOWN"
    hands.refund(shop.dsn, shop.name, "order-1043", usd(2_000))
    ticket = shop.run(ticket, rounds=2)
    assert (ticket.state, action_of(ticket).status) == ("handed_over", "UNKNOWN")
    assert "Mia Ortega" in ticket.reason
    assert shop.refunds("1043") == [usd(2_000)]


# --- cancellations that are jobs ---

CANCEL = "Please cancel order #1046, I do not need it any more. Cancel order #1046 please."


def cancelled(shop: Shop) -> Ticket:
    ticket = shop.run(shop.ticket(CANCEL))
    if ticket.state == "waiting":
        asked = Approval.objects.waiting().get(ticket=ticket)
        approve.approve(asked.pk, digest=asked.contract_digest)
        ticket = shop.run(ticket)
    return ticket


@pytest.mark.requirement("T14", part="orderCancel is polled, not believed")
@pytest.mark.parametrize("is_keyless", [False, True], ids=["keys", "no keys"])
def test_a_cancellation_that_is_a_job_is_polled_until_the_order_is_cancelled(shop: Shop, is_keyless: bool) -> None:
    schema.set_manners(shop.dsn, shop.name, honours_keys=not is_keyless, cancels_after_ms=60_000)
    ticket = cancelled(shop)
    taken = action_of(ticket)
    assert (ticket.state, ticket.step, taken.state) == ("executing", "execute", "executing")
    assert taken.job_id
    ticket = shop.run(ticket, rounds=7)
    assert (action_of(ticket).state, action_of(ticket).tries) == ("executing", 1), "polling uses up no try"
    assert shop.helpdesk.outbox() == ()
    shop.jobs_are_due()
    ticket = shop.run(ticket)
    assert (ticket.state, action_of(ticket).status) == ("replied", "SUCCESS")
    assert [it.amount for it in shop.store.effects("order-1046")] == [usd(3_500)]


@pytest.mark.requirement("T14", part="a job that fails, and one that never ends")
def test_a_job_that_fails_is_a_failure_and_one_that_never_ends_a_persons(shop: Shop) -> None:
    schema.set_manners(shop.dsn, shop.name, cancels_after_ms=60_000, cancels_fail=True)
    ticket = cancelled(shop)
    Action.objects.filter(ticket=ticket).update(executed_at=timezone.now() - execute.JOB_BOUND - timedelta(minutes=1))
    ticket = shop.run(ticket)
    assert (ticket.state, action_of(ticket).status) == ("handed_over", "UNKNOWN")
    assert "the cancel" in ticket.reason
    shop.jobs_are_due()
    approve.resume(ticket.pk, reason="look again")
    ticket = shop.run(ticket)
    assert (ticket.state, action_of(ticket).status) == ("handed_over", "FAILED")
    assert shop.store.effects("order-1046") == ()
    assert shop.helpdesk.outbox() == ()


# --- what people see and do ---


def test_a_person_settles_it_on_the_ticket_page_and_resolves_a_difference_with_a_reason(shop: Shop) -> None:
    keyless(shop)
    shop.fault("refund", "timeout_before_executing")
    ticket = shop.run(shop.ticket(REFUND), rounds=7)
    ada = browser(shop.cast.ada)
    page = ada.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Nobody knows whether it happened" in page
    assert str(action_of(ticket).idempotency_key) in page
    assert ada.post(f"/tickets/{ticket.pk}/settle/", {"happened": "yes"}).status_code == 400
    said = {"happened": "yes", "reason": "seen in the store's list"}
    assert ada.post(f"/tickets/{ticket.pk}/settle/", said).status_code == 302
    assert action_of(ticket).status == "SUCCESS"
    assert ada.post(f"/tickets/{ticket.pk}/settle/", said).status_code == 400, "only once"

    found = reconcile.reconcile(shop.connector, timezone.now().date())
    assert [each.kind for each in found] == ["only_log"], "what a person said is compared like the rest"
    page = ada.get("/tickets/differences/").content.decode()
    assert 'Wrong actions: <span class="num">1</span>' in page
    path = f"/tickets/differences/{found[0].pk}/resolve/"
    assert ada.post(path, {"reason": " "}).status_code == 400
    assert ada.post(path, {"reason": "it was order 1044; returned by hand"}).status_code == 302
    assert ada.post(path, {"reason": "again"}).status_code == 400
    page = ada.get("/tickets/differences/").content.decode()
    assert "returned by hand" in page
    assert reconcile.measured().open == 0
    assert [event.type for event in shop.events("store.difference")] == [
        "store.difference_found",
        "store.difference_resolved",
    ]


def test_an_outage_is_shown_where_people_look(shop: Shop) -> None:
    shop.fault("read", "down", remaining=None)
    ticket = shop.run(shop.ticket(REFUND), rounds=7)
    ada = browser(shop.cast.ada)
    assert ticket.state == "classified"
    for path in ("/tickets/", "/tickets/differences/"):
        assert "is left alone for now" in ada.get(path).content.decode()
    admin = ada.get(f"/admin/connectors/connector/{shop.connector.pk}/change/").content.decode()
    assert "It does not answer since" in admin
