"""Planting a test: a ticket made up by an officer that has to be rejected, to see whether it is.

It looks like any other in the queue, because the same gates judged its made-up facts. It concerns no store: its
action has no store to be sent to, the pipeline does not run it, and once it is decided no count includes it.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from guardrails import policy
from guardrails.contracts import Outcome
from guardrails.gates import GATES, run_gates
from portal import trail, work
from portal.roles import Capability, require
from tickets import approvals, decision, meanwhile, shape, stamps, traps
from tickets import contract as contracts
from tickets import shown as pictures
from tickets.models import (
    Action,
    ActionState,
    Approval,
    ApprovalState,
    FlagKind,
    GateReceipt,
    PlantedTest,
    Reply,
    TestResult,
    Ticket,
    TicketState,
    Trap,
)


def plant(trap: str) -> PlantedTest:
    """Put a made-up ticket into the queue that has to be rejected. Writes its rows and one event, asks no store.

    Raises `ValidationError` naming `trap`, also where the present policy would not ask a person about it.
    """
    require(Capability.SET_POLICY)
    if trap not in Trap.values:
        raise ValidationError({"trap": f"trap: `{trap[:40]}` is none; use {', '.join(Trap.values)}"})
    made = traps.make(Trap(trap))
    with transaction.atomic():
        ticket = _ticket(made)
        action = _action(ticket, made)
        reply = Reply.objects.create(ticket=ticket, proposed=made.reply, text=made.reply)
        facts = traps.facts(made, ticket)
        run = run_gates(facts, GATES)
        if run.outcome is not Outcome.HUMAN or not run.is_grantable or run.is_record_only:
            why = run.stopped_by.reason if run.stopped_by else "every gate would pass"
            why = "refunds are in shadow mode, where nothing waits" if run.is_record_only else why
            message = f"trap: under the present policy nobody would be asked about it ({why}); change that first"
            raise ValidationError({"trap": message})
        question = approvals.Question(
            contract=contracts.of(action, reply, made.found, facts),
            shown=pictures.picture(made.found, facts, run=1) | {"gates": [_receipt(v) for v in run.verdicts]},
        )
        approval = approvals.ask_person(ticket, action, run, question)
        work.make_ready(ticket, after=approval.expires_at - timezone.now())
        ticket.reason = approval.why
        ticket.save(update_fields=["reason", *work.JOB_FIELDS])
        planted = PlantedTest.objects.create(ticket=ticket, planted_by_id=decision.me(), trap=trap)
        _record("test.planted", planted)
    return planted


def receipts_of_ticket(ticket: Ticket) -> list[GateReceipt]:
    """Return what the gates said about a ticket, a planted test's as any other's."""
    if ticket.is_test:
        return [each for asked in Approval.objects.filter(ticket=ticket) for each in receipts_of(asked)]
    return list(ticket.gate_receipts.all())


def receipts_of(approval: Approval) -> list[GateReceipt]:
    """Return what the gates said about a planted test; kept with its approval, so that no count of gates holds it."""
    return [
        GateReceipt(position=position, run=1, **fields)
        for position, fields in enumerate(approval.shown.get("gates", ()), start=1)
    ]


def caught(approval: Approval, person: uuid.UUID) -> Approval:
    """A no to a planted test: it was caught. In the transaction of the decision."""
    _close(approval, TestResult.CAUGHT, person)
    return approval


def missed(approval: Approval, person: uuid.UUID) -> Approval:
    """A yes to a planted test: it was missed, which is flagged. Nothing is executed: there is nothing to execute."""
    decision.decide(approval, ApprovalState.APPROVED, person)
    planted = _close(approval, TestResult.MISSED, person)
    stamps.flag(approval, person, FlagKind.MISSED_TEST, {"trap": planted.trap})
    return approval


def expired(approval: Approval, ticket: Ticket) -> None:
    """Nobody decided a planted test in time. Under the ticket's lease."""
    approval.state, approval.decided_at = ApprovalState.EXPIRED, timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    _close(approval, TestResult.EXPIRED, None)
    work.finish(ticket)


def _close(approval: Approval, result: TestResult, person: uuid.UUID | None) -> PlantedTest:
    now = timezone.now()
    Action.objects.filter(pk=approval.action_id).update(state=ActionState.BLOCKED, settled_at=now)
    ended: dict[str, Any] = {"state": TicketState.CLOSED, "step": "", "reason": "It was a planted test."}
    if person is not None:
        ended |= {"job_state": "idle", "lease_token": None}
    Ticket.objects.filter(pk=approval.ticket_id).update(**ended)
    planted: PlantedTest = PlantedTest.objects.select_for_update(of=("self",)).get(ticket=approval.ticket_id)
    planted.result, planted.decided_by_id, planted.decided_at = result, person, now
    planted.save(update_fields=["result", "decided_by", "decided_at"])
    _record("test.decided", planted, verdict=result.value, result=result.value)
    return planted


def _ticket(made: traps.Made) -> Ticket:
    like = Ticket.objects.filter(is_test=False).order_by("-id").values_list("source", "channel").first()
    source, channel = like or ("api", "email")
    ticket = Ticket(
        source=source,
        channel=channel,
        external_ref=str(uuid.uuid4()),
        subject="",
        body=made.body,
        sender_email=made.history.customer.email,
        sender_name=made.history.customer.name,
        sender_is_verified=True,
        received_at=timezone.now() - timedelta(minutes=2),
        state=TicketState.WAITING,
        step="expire",
        is_test=True,
        intent="refund",
        confidence=made.confidence,
        language="en",
        order_numbers=list(made.named),
        customer_ref=made.history.customer.ref,
    )
    ticket.save(force_insert=True)
    return ticket


def _action(ticket: Ticket, made: traps.Made) -> Action:
    """Write the action down without a store: there is nowhere it could be sent to."""
    action: Action = Action.objects.create(
        ticket=ticket,
        kind="refund",
        order_number=made.order.number,
        order_id=made.order.id,
        customer_ref=made.order.customer_ref,
        amount_minor=made.amount.amount_minor,
        currency=made.amount.currency,
        reason="intent refund",
        state=ActionState.AWAITING_APPROVAL,
        verdict="human",
        tool=made.found.tool,
        policy_revision=str(policy.policy_revision()),
        is_test=True,
        inputs={"proposed_amount": made.amount.decimal, "proposed_currency": made.amount.currency},
    )
    shape.of(action, made.order, None)
    meanwhile.remember(action, made.order)
    action.save(update_fields=["inputs"])
    return action


def _receipt(verdict: Any) -> dict[str, Any]:
    return {
        "gate": verdict.gate,
        "promise": verdict.promise,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "inputs": dict(verdict.inputs),
        "nearest": verdict.nearest,
        "is_preview": verdict.preview,
        "policy_revision": verdict.policy_revision,
    }


def _record(kind: str, planted: PlantedTest, *, verdict: str = "", **data: str) -> None:
    trail.record(
        trail.Event(kind, trail.Subject("test", str(planted.pk)), verdict=verdict, data={"trap": planted.trap, **data})
    )
