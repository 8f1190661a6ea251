"""The tickets flow, top to bottom: from what a customer wrote to what was done about it.

Each step commits its result before the next begins, so a worker killed between any two lines loses nothing
and executes nothing twice: the next worker goes on at `ticket.step`. Nothing is executed before gate 12 has
passed; nothing is sent before it was executed. The kill switch is asked before every step and every
outside call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.contracts import StoreUnreachable
from guardrails import switch
from guardrails.contracts import Disposition
from tickets import approve, journey, waiting
from tickets.classify import classify
from tickets.dispatch import dispatch
from tickets.execute import execute, fail, reserve_caps, undecided
from tickets.gates import ask_early, ask_late, stop
from tickets.models import ActionState, Ticket, TicketState
from tickets.propose import propose


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in `ticket.step`, what it says to people, and the function that does it."""

    name: str
    says: str
    run: Callable[[Ticket], bool]


STEPS = (
    Step("classify", "The model reads what the customer wants", classify),
    Step("early_gates", "Gates 1 to 4: kill switch, shadow mode, confidence, short-circuit", ask_early),
    Step("propose", "The model proposes an action and a reply", propose),
    Step("late_gates", "Gates 5 to 12; all twelve again after a person's yes", ask_late),
    Step("reserve", "The caps are reserved", reserve_caps),
    Step("execute", "The store executes the action, once", execute),
    Step("dispatch", "The reply is sent", dispatch),
)


def handle(ticket: Ticket) -> None:
    """Take a leased ticket as far as it goes: to an end, to a person, or to a later try."""
    if ticket.state == TicketState.WAITING:
        approve.expire_due(ticket)
        return
    names = [] if ticket.is_test else [step.name for step in STEPS]  # a planted test is never run
    if ticket.step not in names:
        with journey.committing(ticket):
            journey.rest(ticket)
        return
    try:
        for step in STEPS[names.index(ticket.step) :]:
            if step.name != ticket.step:  # a reply without an action has nothing to reserve or execute
                continue
            switch.require_running()
            if not step.run(ticket):
                return
            waiting.over(ticket)
    except switch.Halted as halted:
        stop(ticket, str(halted))
    except StoreUnreachable as away:  # only where the ticket may still wait for it
        waiting.wait(ticket, away)


def give_up(ticket: Ticket, error: str) -> None:
    """Hand over a ticket that failed again and again; say truthfully what may have happened to its action."""
    with journey.committing(ticket):
        approve.expire_open(ticket)
        action = journey.live_action(ticket)
        reason = f"The ticket could not be worked on ({error})."
        if action is not None and action.state in (ActionState.EXECUTING, ActionState.UNKNOWN):
            action.state = ActionState.UNKNOWN
            action.save(update_fields=["state"])
            reason = undecided(action, "")
        elif action is not None:
            fail(action, "gave_up", reason)
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
