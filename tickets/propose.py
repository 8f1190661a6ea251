"""Step 3: the model proposes an action and a reply, from the sender's own orders alone."""

from __future__ import annotations

from connectors.adapters.providers.contracts import (
    ACTIONS,
    Macro,
    OrderFact,
    Proposal,
    ProposeRequest,
    ProviderError,
)
from connectors.contracts import Order
from guardrails.spend import CapReached
from portal import trail
from portal.money import Money, MoneyError
from tickets import candidates, dispatch, doors, gather, journey, lessons, model_calls, waiting
from tickets.classify import MODEL_CHARACTERS, unanswered
from tickets.models import Action, ReplyMacro, Ticket, TicketState


def propose(ticket: Ticket) -> bool:
    """Ask for a proposal and commit it as an action to be judged; a sender nobody verified has no orders."""
    found = gather.outside(ticket, may_wait=waiting.may_wait(ticket))
    chosen = _chosen(ticket)
    request = _request(ticket, found, candidates.orders_for_proposal(ticket, found, chosen))
    try:
        door = doors.model()
        answer, cost = model_calls.ask(ticket, door, request, lambda: door.provider.propose(request))
    except (ProviderError, CapReached) as error:
        return unanswered(ticket, error)
    with journey.committing(ticket):
        action = chosen or (_action(ticket, answer, found) if answer.action in ACTIONS else None)
        if chosen is not None:
            _point(chosen, answer, found)
        dispatch.draft(ticket, answer.reply)
        journey.move(
            ticket,
            step="late_gates",
            state=TicketState.PROPOSED,
            customer_ref=found.history.customer.ref if found.history else "",
            cost_microusd=ticket.cost_microusd + cost,
        )
        record_proposal(ticket, action, answer.reply, answer.reason, cost)
    return True


def record_proposal(ticket: Ticket, action: Action | None, reply: str, reason: str, cost: int = 0) -> None:
    """Record what was proposed, the reply's text apart. In a transaction."""
    trail.record(
        trail.Event(
            "ticket.proposed",
            trail.Subject("ticket", str(ticket.pk)),
            amount=action.money if action else None,
            cost_microusd=cost,
            data={
                "kind": action.kind if action else "none",
                "order": action.order_number if action else "",
                "tool": action.tool if action else "",
            },
            text={"reply": reply, "reason": reason},
        )
    )


def _chosen(ticket: Ticket) -> Action | None:
    """Return the ticket's action where a person said which order it is about. One query."""
    action = journey.live_action(ticket)
    return action if action is not None and action.inputs.get("chosen") else None


def _point(action: Action, answer: Proposal, found: gather.Outside) -> None:
    """Let the action be about the order a person chose; it stays the AI's proposal, of the kind it was."""
    number = str(action.inputs["chosen"])
    order = next((each for each in found.candidates if each.number == number), None)
    action.order_number, action.order_id = number, order.id if order else ""
    action.customer_ref = order.customer_ref if order else ""
    amount = amount_of(answer, order)
    action.amount_minor, action.currency = (amount.amount_minor, amount.currency) if amount else (None, "")
    action.save(update_fields=["order_number", "order_id", "customer_ref", "amount_minor", "currency"])


def _request(ticket: Ticket, found: gather.Outside, orders: tuple[Order, ...]) -> ProposeRequest:
    history = found.history
    return ProposeRequest(
        subject=ticket.subject,
        body=ticket.body[:MODEL_CHARACTERS],
        intent=ticket.intent,
        customer_name=history.customer.name if history else ticket.sender_name,
        customer_summary=_summary(found),
        orders=tuple(_fact(order) for order in orders[:20]),
        brand=str(ticket.organization),
        currency=gather.organization_currency(),
        macros=tuple(
            Macro(macro.name, macro.action, macro.text)
            for macro in ReplyMacro.objects.filter(is_active=True).order_by("id")[:50]
        ),
        rejections=lessons.of(ticket.intent),
    )


def _summary(found: gather.Outside) -> str:
    if found.history is None:
        return "the sender is not verified"
    return f"{len(found.history.orders)} orders, {len(found.history.refunds)} refunds"


def _fact(order: Order) -> OrderFact:
    return OrderFact(
        number=order.number,
        placed_on=order.placed_at.date(),
        status=order.status,
        total=order.total.decimal,
        refundable=order.refundable.decimal,
        currency=order.total.currency,
        items=tuple(line.title for line in order.lines[:20]),
    )


def _action(ticket: Ticket, answer: Proposal, found: gather.Outside) -> Action:
    """Write down the proposed action as the model gave it; the gates judge it, nothing is corrected here."""
    order = next((o for o in found.candidates if o.number == answer.order_number), None)
    amount = amount_of(answer, order)
    return Action.objects.create(
        ticket=ticket,
        store=found.store_connector,
        kind=answer.action,
        order_number=answer.order_number[:64],
        order_id=order.id if order else "",
        customer_ref=order.customer_ref if order else "",
        amount_minor=amount.amount_minor if amount else None,
        currency=amount.currency if amount else "",
        reason=answer.reason,
        inputs={"proposed_amount": answer.amount[:40], "proposed_currency": answer.currency[:8]},
    )


def amount_of(answer: Proposal, order: Order | None) -> Money | None:
    """Return the value at stake: what the model named, else all that is left of the order; None when unclear."""
    try:
        if answer.amount:
            return Money.parse(answer.amount, answer.currency or (order.total.currency if order else ""))
    except MoneyError:
        return None
    if order is None:
        return None
    return order.refundable if answer.action != "exchange" else order.total
