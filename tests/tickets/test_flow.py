"""A ticket through every stage: automatic, to a person, blocked, closed, recorded."""

from __future__ import annotations

import pytest

from audit.models import Event
from guardrails.models import TicketPolicy
from portal import change
from tests.tickets_shop import Shop, usd
from tickets import approve
from tickets.models import Action, Approval, GateReceipt, Reply, TicketState

REFUND_SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
REFUND_MEDIUM = (
    "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
)
REFUND_LARGE = "The tent from order #1044 arrived broken. Please refund order #1044 in full, I want my money back."


@pytest.mark.requirement("T14", part="one refund on the plain road")
def test_a_small_refund_runs_by_itself_and_its_reply_is_sent_after_it(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND_SMALL))
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.state, action.status, action.actor) == ("replied", "succeeded", "SUCCESS", "AI (auto)")
    assert shop.refunds("1043") == [usd(4_999)]
    assert [message.to for message in shop.helpdesk.outbox()] == ["dana@example.com"]
    assert "AI" in shop.helpdesk.outbox()[0].body
    assert GateReceipt.objects.filter(ticket=ticket, outcome="pass").count() == 12
    kinds = list(Event.objects.filter(type__startswith="action.").order_by("id").values_list("type", flat=True))
    assert [k for k in kinds if k != "action.first_executed"] == [
        "action.reserved",
        "action.executing",
        "action.succeeded",
    ]


def test_a_medium_refund_waits_and_moves_after_one_yes(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND_MEDIUM))
    approval = Approval.objects.get(ticket=ticket)
    assert (ticket.state, approval.question) == ("waiting", "Refund $142.00 to Dana for order 1042?")
    assert "$142.00" in approval.why
    assert shop.refunds("1042") == []
    approve.approve(approval.pk, digest=approval.contract_digest)
    ticket = shop.run(ticket)
    assert (ticket.state, Action.objects.get(ticket=ticket).actor) == ("replied", "AI → human")
    assert shop.refunds("1042") == [usd(14_200)]
    assert GateReceipt.objects.filter(ticket=ticket, run=2).count() == 12


def test_a_large_refund_is_blocked_and_nothing_is_sent(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND_LARGE))
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.state, action.status, action.actor) == (
        "blocked",
        "blocked",
        "BLOCKED",
        "Money ceiling",
    )
    assert shop.refunds("1044") == []
    assert shop.helpdesk.outbox() == ()
    assert Reply.objects.get(ticket=ticket).state == "withheld"
    last = GateReceipt.objects.filter(ticket=ticket).order_by("-position").first()
    assert (last.promise, last.outcome) == ("T09", "block")


def test_shadow_mode_records_what_would_have_happened(shop: Shop) -> None:
    rules = TicketPolicy.objects.get()
    rules.shadow_refund = True
    change.apply(rules)
    ticket = shop.run(shop.ticket(REFUND_SMALL))
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.is_shadow, action.verdict, action.state) == ("recorded", True, "pass", "proposed")
    assert shop.refunds("1043") == []
    assert shop.helpdesk.outbox() == ()
    assert Approval.objects.count() == 0


def test_an_order_of_somebody_else_is_blocked_and_handed_to_a_person(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND_SMALL, sender="max@example.com"))
    assert ticket.state in (TicketState.BLOCKED, TicketState.HANDED_OVER)
    assert shop.refunds("1043") == []
    assert shop.helpdesk.outbox() == ()


def test_an_unverified_sender_moves_nothing_by_itself(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND_SMALL, verified=False))
    assert ticket.state not in (TicketState.REPLIED, TicketState.EXECUTING)
    assert shop.refunds("1043") == []


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("I want to talk to a human being please, connect me with a real person now.", "handed_over"),
        ("CONGRATULATIONS you won a free crypto prize, click here http://spam.example to claim your bitcoin", "closed"),
    ],
)
def test_a_short_circuit_ends_without_a_proposal(shop: Shop, text: str, state: str) -> None:
    ticket = shop.run(shop.ticket(text))
    assert ticket.state == state
    assert Action.objects.filter(ticket=ticket).count() == 0
    assert not Reply.objects.filter(ticket=ticket).exists()


def test_the_steps_that_ran_are_the_steps_that_are_listed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tickets import pipeline

    ran: list[str] = []

    def spied(step: pipeline.Step) -> pipeline.Step:
        def run(ticket: object) -> bool:
            ran.append(step.name)
            return step.run(ticket)  # type: ignore[arg-type]

        return replace(step, run=run)

    monkeypatch.setattr(pipeline, "STEPS", tuple(spied(step) for step in pipeline.STEPS))
    assert shop.run(shop.ticket(REFUND_SMALL)).state == TicketState.REPLIED
    assert ran == [step.name for step in pipeline.STEPS]


def test_four_slices_of_one_order_do_not_slip_under_the_ceiling(shop: Shop) -> None:
    text = "Order #1042: please refund $49.00 for order #1042, one part was missing. I want a $49.00 refund."
    first = shop.run(shop.ticket(text))
    assert first.state == TicketState.REPLIED, first.reason
    assert shop.refunds("1042") == [usd(4_900)]
    second = shop.run(shop.ticket(text))
    assert second.state == TicketState.WAITING
    assert shop.refunds("1042") == [usd(4_900)]


def test_a_reply_without_an_action_is_sent(shop: Shop) -> None:
    ticket = shop.run(shop.ticket("Where is my parcel? What is the delivery status of order #1043?"))
    assert (ticket.state, ticket.reason) == ("replied", "The reply was sent.")
    assert Action.objects.filter(ticket=ticket).count() == 0
    assert len(shop.helpdesk.outbox()) == 1
    assert GateReceipt.objects.filter(ticket=ticket, outcome="pass").count() == 12


@pytest.mark.requirement("T01", part="the receipt of a ticket")
def test_a_halt_between_two_steps_leaves_the_first_gates_receipt(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from guardrails.models import OrganizationSwitch
    from tickets import gates

    def halt_then_go_on(run: object) -> object:
        switch = OrganizationSwitch.objects.get()
        switch.is_halted, switch.reason = True, "a drill"
        change.apply(switch)
        return asked(run)

    asked = gates.gather.early
    monkeypatch.setattr(gates.gather, "early", halt_then_go_on)
    during = shop.run(shop.ticket(REFUND_SMALL))
    monkeypatch.undo()
    before = shop.run(shop.ticket(REFUND_SMALL))
    for ticket in (during, before):
        last = GateReceipt.objects.filter(ticket=ticket).order_by("-position").first()
        assert (ticket.state, last.promise, last.outcome) == ("stopped", "T01", "stop")
    assert last.inputs == {"before_step": "classify"}
    assert "a drill" in last.reason
    assert shop.refunds("1043") == []
