"""Steps 2 and 4: asks the gates, writes a receipt for each, and does what the run as a whole says."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta

from guardrails.contracts import Disposition, Outcome, Verdict
from guardrails.gates import EARLY_GATES, GATES, LATE_GATES, Gate, Run, run_gates
from guardrails.gates.facts import Facts
from portal import counters, locks
from tickets import (
    action_log,
    approvals,
    candidates,
    contract,
    decisions,
    gather,
    journey,
    meanwhile,
    overdue,
    receipts,
    shape,
    waiting,
)
from tickets import shown as pictures
from tickets.models import Action, ActionState, Approval, GateReceipt, Reply, Ticket, TicketState

ACTORS = {"T01": "Kill switch", "T08": "Entity", "T09": "Money ceiling", "T10": "Rate limit", "T12": "Output guard"}
"""What the action log calls the gate that stopped an action (T15)."""


class Timed:
    """A gate that remembers how long its decision took, in microseconds."""

    def __init__(self, gate: Gate, spent: dict[str, int]) -> None:
        self.gate, self.spent, self.name = gate, spent, gate.name

    def __call__(self, facts: Facts) -> Verdict:
        started = time.perf_counter_ns()
        verdict = self.gate(facts)
        self.spent[self.gate.name] = (time.perf_counter_ns() - started) // 1000
        return verdict


def ask(facts: Facts, gates: Iterable[Gate], granted: frozenset[str] = frozenset()) -> tuple[Run, dict[str, int]]:
    """Ask the gates in order; return the run and each gate's microseconds."""
    spent: dict[str, int] = {}
    timed = [Timed(gate, spent) for gate in gates]
    run = run_gates(facts, timed, granted=granted)  # type: ignore[arg-type]
    for verdict in run.verdicts:
        counters.GATES.labels(verdict.gate, str(verdict.outcome)).inc()
    return run, spent


def ask_early(ticket: Ticket) -> bool:
    """Ask gates 1 to 4. The first that does not pass ends the run: no proposal is made."""
    facts = gather.early(ticket)
    run, spent = ask(facts, EARLY_GATES)
    with journey.committing(ticket):
        receipts.write(ticket, run, receipts.Asked(facts, EARLY_GATES, spent), phase="early", first=0)
        if run.is_passed:
            journey.move(ticket, step="propose", is_shadow=run.is_record_only)
            return True
        decisions.keep(ticket, None, run, facts)
        end_run(ticket, journey.live_action(ticket), run)  # one whose order a person chose ends with its ticket
    return False


def ask_late(ticket: Ticket) -> bool:
    """Ask gates 5 to 12; after a person's yes all twelve again, on fresh facts.

    # INVARIANT: from counting the order's other actions until this one is `approved`, the order is locked: two
    # tickets of one order never both take the room that is left below a ceiling (T09).
    """
    action = journey.live_action(ticket)
    reply = Reply.objects.filter(ticket=ticket).first()
    found = gather.outside(
        ticket,
        order_number=action.order_number if action else _order_in_reply(ticket),
        kind=action.kind if action else "",
        replacement_sku=action.replacement_sku if action else "",
        may_wait=waiting.may_wait(ticket),
    )
    _complete(action, found)
    with journey.committing(ticket):
        if action is not None and action.order_id:
            locks.hold("order", action.order_id)
        facts = gather.late(ticket, action, reply, found)
        said = approvals.said(ticket, action, contract.of(action, reply, found, facts))
        gates = GATES if said.any else LATE_GATES
        run, spent = ask(facts, gates, said.granted)
        asked = receipts.Asked(facts, gates, spent, said.granted)
        receipts.write(ticket, run, asked, phase="late", first=0 if said.any else len(EARLY_GATES))
        _keep(action, found, facts.policy.revision)
        if not said.any and (action is None or action.proposed_by_id is None):
            decisions.keep(ticket, action, run, facts)
        if run.reply_text is not None and reply is not None:
            reply.text = run.reply_text
            reply.save(update_fields=["text"])
        ranked = candidates.offered(ticket, action, found)
        question = approvals.Question(
            contract=contract.of(action, reply, found, facts),
            shown=pictures.picture(found, facts, run=ticket.run) | {"reply": reply.text if reply else ""},
            changes=said.changes,
            candidates=candidates.shown(ranked),
            must_choose=candidates.may_choose(action, ranked),
        )
        return conclude(ticket, action, run, question, approved=said.standing)


def stop(ticket: Ticket, reason: str) -> None:
    """Stop at the kill switch between two steps (T01), with a receipt of gate 1 that says before which.

    What may already have reached the store is settled later, and never repeated.
    """
    first = GATES[0]
    halted = Verdict(first.name, first.promise, Outcome.STOP, reason, {"before_step": ticket.step})
    with journey.committing(ticket):
        action = journey.live_action(ticket)
        if action is not None and action.state in (ActionState.EXECUTING, ActionState.UNKNOWN):
            journey.rest(ticket, again_after=timedelta(seconds=30))
            return
        before = GateReceipt.objects.filter(ticket=ticket, run=ticket.run).count()
        receipts.write(ticket, Run((halted,), is_record_only=False), None, phase="halt", first=before)
        if action is not None:
            journey.block(action, gate="T01", reason=reason, actor="Kill switch")
        journey.end(ticket, TicketState.STOPPED, reason=reason, gate="T01")


def _order_in_reply(ticket: Ticket) -> str:
    """Return the one order a reply without an action is about, if the ticket names one."""
    return ticket.order_numbers[0] if len(ticket.order_numbers) == 1 else ""


def _complete(action: Action | None, found: gather.Outside) -> None:
    """Fill in what only the store knows of the order the action names, and what it looked like when it was judged.

    A cancellation returns all that is left and an exchange sends goods out, whatever amount was proposed: both
    are judged on what they do.
    """
    if action is not None and found.order is not None:
        action.order_id, action.customer_ref = found.order.id, found.order.customer_ref
        shape.of(action, found.order, found.replacement)
        meanwhile.remember(action, found.order)
    if action is not None:
        action.tool, action.store = found.tool, found.store_connector


def _keep(action: Action | None, found: gather.Outside, revision: str) -> None:
    if action is not None:
        action.policy_revision = revision
        completed = [
            "order_id",
            "customer_ref",
            "tool",
            "store",
            "amount_minor",
            "currency",
            "inputs",
        ]
        action.save(update_fields=[*completed, "policy_revision", "standing"])


def conclude(
    ticket: Ticket, action: Action | None, run: Run, question: approvals.Question, *, approved: Approval | None
) -> bool:
    """Go on, wait for a person, or end, as the run says. Inside `committing`. Returns whether to go on.

    What a person proposed waits for somebody else's yes, also where every gate passes: nobody approves alone.
    """
    if run.is_record_only or ticket.is_shadow:
        record_only(ticket, action, run)
        return False
    if action is not None and run.outcome in (Outcome.PASS, Outcome.HUMAN) and (lack := what_lacks(action)):
        journey.block(action, gate="", reason=lack, actor="Proposal")
        journey.end(ticket, TicketState.HANDED_OVER, reason=lack, disposition=Disposition.HAND_OVER)
        return False
    if run.may_act and action is not None and action.proposed_by_id is not None and approved is None:
        wait_for_person(ticket, action, run, question)
        return False
    if run.may_act:
        if action is None:
            journey.move(ticket, step="dispatch", state=TicketState.EXECUTING)
            return True
        action.state = ActionState.APPROVED
        action.verdict = "pass"
        action.actor = "AI → human" if approved and action.proposed_by_id is None else action.actor
        action.save(update_fields=["state", "verdict", "actor"])
        journey.move(ticket, step="reserve", state=TicketState.EXECUTING)
        return True
    if run.outcome is Outcome.HUMAN and (run.is_grantable or (question.must_choose and not run.is_ended)):
        wait_for_person(ticket, action, run, question)
        return False
    end_run(ticket, action, run)
    return False


def what_lacks(action: Action) -> str:
    """Return what an exchange does not say yet, which only a person can: the item that goes back or what is sent."""
    if action.kind != "exchange":
        return ""
    if not action.replacement_sku:
        return "Nobody has said what to send instead; propose the exchange anew with the replacement's SKU."
    if not shape.lines_of(action):
        return "The order has several items or not this one; propose the exchange anew with the SKU that goes back."
    return ""


def wait_for_person(ticket: Ticket, action: Action | None, run: Run, question: approvals.Question) -> None:
    """Open an approval and put the ticket to rest until it is decided or expires."""
    approval = approvals.ask_person(ticket, action, run, question)
    if action is not None:
        action.state, action.verdict = ActionState.AWAITING_APPROVAL, "human"
        action.save(update_fields=["state", "verdict"])
    journey.move(ticket, step="expire", state=TicketState.WAITING, reason=approval.why)
    journey.rest(ticket, again_after=overdue.next_look(approval), afresh=True)


def record_only(ticket: Ticket, action: Action | None, run: Run) -> None:
    """Shadow mode: keep what would have been done; execute and send nothing."""
    would = (run.stopped_by.outcome if run.stopped_by else Outcome.PASS).value
    if action is not None:
        action.is_shadow, action.verdict, action.actor = True, would, "AI (shadow)"
        action.save(update_fields=["is_shadow", "verdict", "actor"])
        action_log.record(action, "action.recorded", verdict="record", would=would)
    reason = run.stopped_by.reason if run.stopped_by else "every gate passed; shadow mode recorded it"
    journey.end(ticket, TicketState.RECORDED, reason=reason, gate="T02", disposition=run.disposition)


ENDS = {
    (Outcome.STOP, Disposition.CLOSE): TicketState.CLOSED,
    (Outcome.STOP, Disposition.HAND_OVER): TicketState.HANDED_OVER,
    (Outcome.STOP, Disposition.NONE): TicketState.STOPPED,
    (Outcome.BLOCK, Disposition.CLOSE): TicketState.CLOSED,
}


def end_run(ticket: Ticket, action: Action | None, run: Run) -> None:
    """End a run that did not pass: the action is blocked, the ticket closed, handed over, blocked or stopped."""
    decisive = run.stopped_by
    if decisive is None:
        raise ValueError("a run that passed does not end here")
    default = TicketState.BLOCKED if decisive.outcome is Outcome.BLOCK else TicketState.HANDED_OVER
    state = ENDS.get((decisive.outcome, decisive.disposition), default)
    if ticket.is_shadow or run.is_record_only:
        state = TicketState.RECORDED
    if action is not None:
        journey.block(
            action,
            gate=decisive.promise,
            reason=decisive.reason,
            actor=ACTORS.get(decisive.promise, decisive.gate.replace("_", " ").capitalize()),
        )
    journey.end(ticket, state, reason=decisive.reason, gate=decisive.promise, disposition=decisive.disposition)
