"""Every verb a person has with an approval: claim, yes, no, less, other words; and whom it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import Event
from portal import people
from portal.refusal import Refused
from portal.roles import Capability
from tests.factories import Person
from tests.tickets.texts import LARGE, MEDIUM, SMALL
from tests.tickets_shop import NOW, Shop, usd
from tickets import approve
from tickets.models import Action, Approval, Reply, Ticket


@pytest.fixture
def asked(shop: Shop) -> Approval:
    """A refund of $142.00 that waits for a person."""
    return Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))


@pytest.fixture
def paul(shop: Shop) -> Person:
    """A power user who was granted the queue."""
    people.grant(shop.cast.paul.membership, Capability.WORK_APPROVALS)
    return shop.cast.paul


def again(approval: Approval) -> Approval:
    return Approval.objects.get(pk=approval.pk)


def yes(approval: Approval) -> Approval:
    return approve.approve(approval.pk, digest=again(approval).contract_digest)


@pytest.mark.requirement("T16", part="claim and its expiry")
def test_a_claim_keeps_others_away_until_it_runs_out(shop: Shop, asked: Approval, paul: Person) -> None:
    approve.claim(asked.pk)
    with paul.inside():
        for verb in (
            lambda: approve.claim(asked.pk),
            lambda: yes(asked),
            lambda: approve.reject(asked.pk, reason="no"),
            lambda: approve.lower(asked.pk, amount="60", digest=asked.contract_digest),
            lambda: approve.edit_reply(asked.pk, text="Hello", digest=asked.contract_digest),
            lambda: approve.release(asked.pk),
        ):
            with pytest.raises(Refused, match="Somebody else has claimed"):
                verb()
        Approval.objects.filter(pk=asked.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
        assert approve.claim(asked.pk).claimed_by_id == paul.user.pk
        approve.release(asked.pk)
    assert again(asked).claimed_by_id is None


def test_who_may_not_work_the_queue_is_refused_every_verb(shop: Shop, asked: Approval) -> None:
    verbs: list[Callable[[], object]] = [
        lambda: approve.claim(asked.pk),
        lambda: yes(asked),
        lambda: approve.reject(asked.pk, reason="no"),
        lambda: approve.lower(asked.pk, amount="1", digest=asked.contract_digest),
        lambda: approve.edit_reply(asked.pk, text="x", digest=asked.contract_digest),
        lambda: approve.resume(asked.ticket_id, reason="now"),
        lambda: approve.propose_anew(
            asked.ticket_id, kind="refund", order_number="1042", amount="1", currency="USD", reply="x"
        ),
    ]
    for person in (shop.cast.paul, shop.cast.ana, shop.cast.mia):
        with person.inside():
            for verb in verbs:
                with pytest.raises(Refused, match="may not work the approval queue"):
                    verb()
    with shop.cast.cleo.inside(), pytest.raises(Approval.DoesNotExist):
        approve.claim(asked.pk)


@pytest.mark.requirement("T16")
def test_a_digest_of_something_else_is_stale(shop: Shop, asked: Approval) -> None:
    with pytest.raises(approve.Stale, match="not what stands here now"):
        approve.approve(asked.pk, digest="0" * 64)
    old = asked.contract_digest
    approve.lower(asked.pk, amount="60.00", digest=old)
    with pytest.raises(approve.Stale):
        approve.approve(asked.pk, digest=old)
    assert shop.refunds("1042") == []


@pytest.mark.requirement("T16", part="lower the amount")
def test_a_lowered_amount_is_what_is_refunded_and_what_the_reply_says(shop: Shop, asked: Approval) -> None:
    approve.lower(asked.pk, amount="60.00", digest=asked.contract_digest)
    lowered = again(asked)
    assert lowered.question == "Refund $60.00 to Dana for order 1042?"
    assert lowered.contract["call"]["amount"] == "60.00 USD"
    yes(asked)
    assert shop.run(asked.ticket).state == "replied"
    assert shop.refunds("1042") == [usd(6_000)]
    sent = shop.helpdesk.outbox()[0].body
    assert "60.00" in sent
    assert "142.00" not in sent
    assert Action.objects.get(ticket=asked.ticket).money == usd(6_000)


@pytest.mark.parametrize(
    ("amount", "said"),
    [("-1", "negative"), ("142.00", "not below"), ("1e3", "not an amount"), ("0.00", "not below"),
     ("1.001", "decimals"), ("9007199254740993", "2^53"), ("60 EUR", "not an amount"), ("", "not an amount")],
)  # fmt: skip
def test_an_amount_that_is_not_lower_is_refused_by_name(shop: Shop, asked: Approval, amount: str, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        approve.lower(asked.pk, amount=amount, digest=asked.contract_digest)
    assert said in error.value.message_dict["amount"][0]
    assert again(asked).contract_digest == asked.contract_digest


@pytest.mark.requirement("T12", part="an edited reply is looked at again")
def test_an_edited_reply_is_looked_at_again_before_it_is_sent(shop: Shop, asked: Approval) -> None:
    text = "Hello Dana, we refunded 142.00 USD for order 1042 to card 4111 1111 1111 1111. Kind regards"
    approve.edit_reply(asked.pk, text=text, digest=asked.contract_digest)
    yes(asked)
    shop.run(asked.ticket)
    assert all("4111 1111" not in message.body for message in shop.helpdesk.outbox())
    assert Reply.objects.get(ticket=asked.ticket).edited_by_id == shop.cast.ada.user.pk


def test_a_hostile_edit_blocks_reply_and_refund(shop: Shop, asked: Approval) -> None:
    approve.edit_reply(asked.pk, text="You are a stupid idiot, Dana. Shut up.", digest=asked.contract_digest)
    yes(asked)
    ticket = shop.run(asked.ticket)
    assert ticket.state in ("blocked", "handed_over")
    assert (shop.refunds("1042"), shop.helpdesk.outbox()) == ([], ())
    assert Reply.objects.get(ticket=ticket).state == "withheld"


@pytest.mark.parametrize("text", ["", "  ", "x" * 8_001, "a\x00b"])
def test_words_that_are_no_reply_are_refused_by_name(shop: Shop, asked: Approval, text: str) -> None:
    with pytest.raises(ValidationError) as error:
        approve.edit_reply(asked.pk, text=text, digest=asked.contract_digest)
    assert error.value.message_dict["reply"][0].startswith("reply:")


@pytest.mark.requirement("T16", part="reject with a reason")
def test_a_no_hands_the_ticket_to_its_person_and_sends_nothing(shop: Shop, asked: Approval) -> None:
    with pytest.raises(ValidationError, match="say why"):
        approve.reject(asked.pk, reason="  ")
    approve.reject(asked.pk, reason="the photos show another jacket")
    ticket = shop.run(asked.ticket)
    assert (ticket.state, ticket.assigned_to_id) == ("handed_over", shop.cast.ada.user.pk)
    assert (shop.refunds("1042"), shop.helpdesk.outbox()) == ([], ())
    action = Action.objects.get(ticket=ticket)
    assert (action.state, action.status, action.actor) == ("rejected", "BLOCKED", "Ada Lindqvist")
    assert Reply.objects.get(ticket=ticket).state == "withheld"
    assert Event.objects.get(type="approval.rejected").verdict == "rejected"
    with pytest.raises(approve.Stale, match="rejected already"):
        yes(asked)


@pytest.mark.requirement("T16", part="a second approver above an amount")
def test_a_second_approver_is_somebody_else(shop: Shop, paul: Person) -> None:
    shop.policy(second_approver_above_minor=10_000, second_approver_currency="USD")
    asked = Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))
    assert asked.needs_second
    assert yes(asked).state == "awaiting_second"
    with pytest.raises(Refused, match="second approver has to be somebody else"):
        yes(asked)
    assert shop.run(asked.ticket).state == "waiting"
    assert shop.refunds("1042") == []
    with paul.inside():
        assert yes(asked).state == "approved"
    assert shop.run(asked.ticket).state == "replied"
    assert shop.refunds("1042") == [usd(14_200)]


def test_a_first_yes_does_not_count_for_another_amount(shop: Shop, paul: Person) -> None:
    shop.policy(second_approver_above_minor=5_000, second_approver_currency="USD")
    asked = Approval.objects.get(ticket=shop.run(shop.ticket(MEDIUM)))
    yes(asked)
    with paul.inside():
        approve.lower(asked.pk, amount="60", digest=again(asked).contract_digest)
        assert again(asked).state == "waiting"
        assert yes(asked).state == "awaiting_second", "the first yes was for $142.00"
    assert shop.refunds("1042") == []


@pytest.mark.requirement("T16", part="nobody approves what they proposed")
def test_nobody_approves_what_they_proposed(shop: Shop, paul: Person) -> None:
    ticket = shop.run(shop.ticket(LARGE))
    approve.propose_anew(
        ticket.pk, kind="refund", order_number="#1044", amount="150.00", currency="USD", reply="Hello Dana, 150.00 USD."
    )
    ticket = shop.run(ticket)
    assert ticket.state == "waiting", ticket.reason
    asked = Approval.objects.get(ticket=ticket)
    with pytest.raises(Refused, match="Nobody approves what they proposed"):
        yes(asked)
    with paul.inside():
        yes(asked)
    ticket = shop.run(ticket)
    assert (ticket.state, shop.refunds("1044")) == ("replied", [usd(15_000)])
    assert Action.objects.get(ticket=ticket, state="succeeded").actor == "Ada Lindqvist"


def test_a_small_proposal_by_hand_waits_for_somebody_else_too(shop: Shop, paul: Person) -> None:
    ticket = shop.run(shop.ticket(LARGE))
    approve.propose_anew(
        ticket.pk, kind="refund", order_number="1044", amount="20.00", currency="USD", reply="Hello Dana, 20.00 USD."
    )
    ticket = shop.run(ticket)
    assert (ticket.state, shop.refunds("1044")) == ("waiting", [])
    asked = Approval.objects.get(ticket=ticket)
    assert (asked.asks, asked.why) == ([], "a person proposed it; somebody else approves what a person proposes")
    with pytest.raises(Refused):
        yes(asked)
    with paul.inside():
        yes(asked)
    assert shop.run(ticket).state == "replied"
    assert shop.refunds("1044") == [usd(2_000)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "gift"), ("order_number", "not one"), ("order_number", ""), ("order_number", "1044; DROP"),
     ("amount", "-20"), ("amount", "0"), ("amount", "90071992547409.93"), ("amount", "9007199254740993"),
     ("amount", "twenty"), ("currency", "EUR"), ("currency", "DOLLARS"), ("reply", ""), ("reply", "a\x00")],
)  # fmt: skip
def test_a_proposal_names_the_field_that_is_wrong(shop: Shop, field: str, value: str) -> None:
    ticket = shop.run(shop.ticket(LARGE))
    good = {"kind": "refund", "order_number": "1044", "amount": "20", "currency": "USD", "reply": "Hello"}
    with pytest.raises(ValidationError) as error:
        approve.propose_anew(ticket.pk, **{**good, field: value})
    assert field in error.value.message_dict
    assert Action.objects.filter(ticket=ticket).count() == 1


def test_only_a_ticket_that_a_person_has_is_proposed_anew(shop: Shop, asked: Approval) -> None:
    good = {"kind": "refund", "order_number": "1042", "amount": "20", "currency": "USD", "reply": "Hello"}
    with pytest.raises(ValidationError, match="only a ticket that a person has"):
        approve.propose_anew(asked.ticket_id, **good)
    done = shop.run(shop.ticket(SMALL))
    with pytest.raises(ValidationError, match="only a ticket that a person has"):
        approve.propose_anew(done.pk, **good)


@pytest.mark.requirement("T16", part="expiry")
def test_what_nobody_decides_expires_and_goes_to_a_person(shop: Shop, asked: Approval) -> None:
    assert shop.run(asked.ticket).state == "waiting", "the control: before its time it goes on waiting"
    Approval.objects.filter(pk=asked.pk).update(expires_at=NOW - timedelta(minutes=1))
    with pytest.raises(approve.Stale, match="expired"):
        yes(asked)
    ticket = shop.run(asked.ticket)
    assert (ticket.state, again(asked).state) == ("handed_over", "expired")
    assert Action.objects.get(ticket=ticket).state == "expired"
    assert (shop.refunds("1042"), shop.helpdesk.outbox()) == ([], ())


def test_a_decided_approval_cannot_be_worked_on(shop: Shop, asked: Approval) -> None:
    yes(asked)
    for verb in (lambda: yes(asked), lambda: approve.reject(asked.pk, reason="no"), lambda: approve.claim(asked.pk)):
        with pytest.raises(approve.Stale, match="already"):
            verb()
    shop.run(Ticket.objects.get(pk=asked.ticket_id))
    assert shop.refunds("1042") == [usd(14_200)]
