"""Gathers the facts of one ticket once, so that the gates never query: outside calls first, then a fixed number
of queries. What cannot be known is None, and None never passes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Sum
from django.utils import timezone

from connectors.contracts import AdapterError, CustomerHistory, Item, Order, RiskReport, Store, StoreUnreachable
from connectors.first_execution import fingerprint_of, standing
from connectors.models import Connector
from guardrails import caps as cap_book
from guardrails import output, policy, switch
from guardrails.contracts import Evidence
from guardrails.gates import facts as f
from guardrails.gates.fingerprint import of_policy
from guardrails.gates.risk import LEVELS as RISK_LEVELS
from portal import tenancy
from portal.models import Organization
from portal.money import Money
from portal.trail import Subject
from tickets import doors, past, reply_facts, waiting
from tickets.models import Action, FlaggedCustomer, Reply, Ticket


@dataclass(frozen=True, slots=True)
class Outside:
    """What the outside systems said, fetched while no transaction was open."""

    store_connector: Connector | None = None
    tool: str = ""
    order: Order | None = None
    history: CustomerHistory | None = None
    candidates: tuple[Order, ...] = ()
    risk: f.RiskFacts | None = None
    replacement: Item | None = None


def outside(
    ticket: Ticket, *, order_number: str = "", kind: str = "", replacement_sku: str = "", may_wait: bool = False
) -> Outside:
    """Ask the store about the sender and the order, and the risk feed about the sender. No transaction is open.

    A system that fails leaves its part unknown; a store that cannot be asked raises `StoreUnreachable` instead where
    the ticket `may_wait` for it. Raises `Halted` when the kill switch is on.
    """
    of = doors.connector("store")
    if of is None:
        return Outside(risk=f.RiskFacts(is_failed=True))
    tool = ""
    try:
        shop = doors.store(of)
        tool = shop.tool(kind) if kind in f.ACTION_KINDS else ""  # type: ignore[arg-type]
        history = _history(shop, ticket)
        order = shop.find_order(order_number) if order_number else None
        replacement = shop.item(replacement_sku) if replacement_sku else None
    except AdapterError as error:
        if may_wait and isinstance(error, StoreUnreachable) and waiting.may_pass(error):
            raise
        return Outside(of, tool, risk=f.RiskFacts(is_failed=True))
    ref = history.customer.ref if history else ""
    email = history.customer.email if history else ""
    return Outside(of, tool, order, history, history.orders if history else (), _risk(ref, email), replacement)


def _history(shop: Store, ticket: Ticket) -> CustomerHistory | None:
    """Return the authenticated sender's history; an address nobody verified is nobody's."""
    if not ticket.sender_is_verified or not ticket.sender_email:
        return None
    customer = shop.customer_by_email(ticket.sender_email)
    return shop.history(customer.ref) if customer else None


def _risk(customer_ref: str, email: str) -> f.RiskFacts | None:
    """Return what the feed says of the customer; None for nobody. A report about somebody else is none."""
    if not customer_ref:
        return None
    if doors.connector("risk_feed") is None:
        return f.RiskFacts(is_failed=True)
    try:
        report = doors.risk_feed().fetch(customer_ref, email=email)
    except AdapterError:
        return f.RiskFacts(is_failed=True)
    if report.customer_ref != customer_ref:
        return f.RiskFacts(is_failed=True)
    return risk_facts(report)


def risk_facts(report: RiskReport) -> f.RiskFacts:
    """Return a report as gate 6 reads it: the highest level of it and its flags; a level nobody knows outweighs."""
    levels = [report.level, *(flag.level for flag in report.flags)]
    strange = [level for level in levels if level not in RISK_LEVELS]
    return f.RiskFacts(
        level=strange[0] if strange else max(levels, key=RISK_LEVELS.index),
        flags=tuple(flag.code for flag in report.flags),
        fetched_at=report.fetched_at,
        evidence=tuple(
            Evidence("flag", flag.code, flag.raised_at, note=f"{flag.level}: {flag.detail}"[:200])
            for flag in report.flags[: past.MOST_ROWS]
        ),
    )


def early(ticket: Ticket) -> f.Facts:
    """Return the facts of gates 1 to 4: switches, policy, classification."""
    return f.Facts(
        now=timezone.now(),
        switch=switch.switch_facts(),
        policy=policy.ticket_policy_facts(),
        ticket=_ticket(ticket, None),
        classification=_classification(ticket),
    )


def late(ticket: Ticket, action: Action | None, reply: Reply | None, found: Outside) -> f.Facts:
    """Return the facts of all twelve gates."""
    start = early(ticket)
    history = found.history
    return replace(
        start,
        ticket=_ticket(ticket, history, action),
        customer=_customer(found, start) if history else None,
        risk=found.risk,
        order=_order(found.order, history) if found.order else None,
        action=_action(action, found.tool) if action else None,
        caps=_caps(action) if action else None,
        first_time=_first_time(action, found.store_connector, start.policy) if action else None,
        reply=_reply(ticket, action, reply, found, start) if reply else None,
    )


def _ticket(ticket: Ticket, history: CustomerHistory | None, action: Action | None = None) -> f.TicketFacts:
    return f.TicketFacts(
        id=str(ticket.pk),
        text=f"{ticket.subject}\n{ticket.body}",
        channel=ticket.channel,
        sender_id=history.customer.ref if history else None,
        sender_email=ticket.sender_email if ticket.sender_is_verified else None,
        order_numbers=_named(ticket, action),
        received_at=ticket.received_at,
    )


def _named(ticket: Ticket, action: Action | None) -> tuple[str, ...]:
    """Return the orders the ticket names.

    Where a person proposed anew with another order (the customer mistyped it), the ticket's own numbers are set
    aside as read wrongly: gate 8 then asks somebody else whether this is the order, whose customer must be the sender.
    """
    numbers = tuple(ticket.order_numbers)
    by_person = action is not None and action.proposed_by_id is not None
    return () if by_person and action is not None and action.order_number not in numbers else numbers


def _classification(ticket: Ticket) -> f.Classification | None:
    if not ticket.intent or ticket.confidence is None:
        return None
    return f.Classification(ticket.intent, ticket.confidence, tuple(ticket.other_intents))


def _customer(found: Outside, start: f.Facts) -> f.CustomerFacts | None:
    if found.history is None:
        return None
    flags = FlaggedCustomer.objects.filter(customer_ref=found.history.customer.ref, is_active=True)
    return past.customer_facts(found.history, found.order, start.policy, start.now, is_flagged=flags.exists())


def _order(order: Order, history: CustomerHistory | None) -> f.OrderFacts:
    return f.OrderFacts(
        number=order.number,
        id=order.id,
        customer_id=order.customer_ref,
        currency=order.total.currency,
        paid=order.paid,
        refunded=order.refunded,
        placed_at=order.placed_at,
        status=order.status,
    )


def _action(action: Action, tool: str) -> f.ActionFacts:
    return f.ActionFacts(
        kind=action.kind,
        order_number=action.order_number,
        amount=action.money,
        already_on_order=_sum(action, in_flight=False),
        in_flight_on_order=_sum(action, in_flight=True),
        tool=tool,
    )


def _sum(action: Action, *, in_flight: bool) -> Money | None:
    """Return the sum of the order's other actions; None where they are in another currency."""
    money = action.money
    if money is None or not action.order_id:
        return None
    others = Action.objects.on_order(action.order_id).exclude(pk=action.pk)
    others = others.in_flight() if in_flight else others.executed_or_in_flight()
    if others.exclude(currency=money.currency).exists():
        return None
    return Money(others.aggregate(total=Sum("amount_minor"))["total"] or 0, money.currency)


def _caps(action: Action) -> f.CapFacts | None:
    if action.money is None:
        return None
    subject = Subject("action", str(action.pk))
    return cap_book.cap_facts(action.kind, action.customer_ref, action.money.currency, subject=subject)


def _first_time(action: Action, of: Connector | None, rules: f.PolicyFacts) -> f.FirstTimeFacts:
    """Say whether it was executed as things stand now; the action remembers what it is judged under."""
    if of is None:
        return f.FirstTimeFacts()
    action.standing = fingerprint_of(of_policy(rules, action.kind), of)
    found = standing(action.kind, of, action.standing)
    return f.FirstTimeFacts(found.executed_before, found.rearmed_by)


def _reply(ticket: Ticket, action: Action | None, reply: Reply, found: Outside, start: f.Facts) -> f.ReplyFacts:
    """Look at the reply under the policy, with all that the facts carry. One query."""
    own = start.policy.output.in_context(reply_facts.context_of(ticket, action, found, start.now))
    return f.ReplyFacts(reply.text, output.inspect(reply.text, own), own.context)


def organization_currency() -> str:
    """Return the organization's currency. One query."""
    return Organization._base_manager.values_list("currency", flat=True).get(pk=tenancy.organization_id())
