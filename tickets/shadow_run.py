"""Runs imported tickets through classification, proposal and gates in shadow, batch by batch. Executes nothing.

The facts are the file's alone: the store shows orders as they are today, after what people did. What the file does not
say is unknown, which is a person's. A batch commits as a whole; a killed worker loses one, and the next goes on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.adapters.providers.contracts import ACTIONS, ClassifyRequest, Macro, OrderFact, ProposeRequest
from connectors.adapters.providers.local import LocalProvider
from connectors.adapters.providers.orders import find_order_numbers
from guardrails import output, policy, switch
from guardrails.gates import EARLY_GATES, GATES, Run, run_gates
from guardrails.gates import facts as f
from guardrails.gates.replay import AUTO, Book, Spent
from guardrails.output.policy import ReplyContext
from portal import trail, work
from portal.money import Money, MoneyError
from tickets import by_hand, decisions, gather, reply_facts
from tickets.classify import MODEL_CHARACTERS, understood
from tickets.importing import source_of
from tickets.models import (
    ByHand,
    Decision,
    GateReceipt,
    ImportLine,
    ImportState,
    Reply,
    ReplyMacro,
    ReplyState,
    Ticket,
    TicketImport,
    TicketState,
)

BATCH = 100
SLICE_S = 60.0
"""How long a worker stays with one import before it gives others their turn."""


@dataclass
class House:
    """What every ticket of a batch is judged by, read once."""

    policy: f.PolicyFacts
    switches: f.SwitchFacts
    macros: tuple[Macro, ...]
    texts: tuple[str, ...]
    brand: str
    currency: str
    book: Book
    model: LocalProvider


@dataclass
class Made:
    """All that becomes of one line; written with its batch."""

    line: ImportLine
    ticket: Ticket
    run: Run
    decision: Decision
    reply: str


def work_on(row: TicketImport) -> None:
    """Work on the lines that have no ticket yet for a while; end the import, or give others their turn."""
    begun = time.monotonic()
    while True:
        switch.require_running()
        lines = list(ImportLine.objects.filter(of=row, ticket=None).order_by("received_at", "number")[:BATCH])
        if not lines:
            return _end(row)
        house = _house(row, lines[0].received_at)
        made = [_run(line, row, house) for line in lines]
        with transaction.atomic():
            work.hold(row)
            _write(row, made)
            if time.monotonic() - begun > SLICE_S:
                return work.finish(row, again_after=timedelta(0), afresh=True)


def give_up(row: TicketImport, error: str) -> None:
    """Stop an import whose worker failed again and again; the same file again goes on where it stopped."""
    with transaction.atomic():
        work.hold(row)
        note = f"It stopped ({error}); what was done stands. Import the same file again to go on."
        TicketImport.objects.filter(pk=row.pk).update(state=ImportState.FAILED, note=note)
        work.finish(row)


def _end(row: TicketImport) -> None:
    with transaction.atomic():
        work.hold(row)
        TicketImport.objects.filter(pk=row.pk).update(state=ImportState.DONE, ended_at=timezone.now())
        data = {"lines": row.lines, "bad": row.bad_lines}
        trail.record(trail.Event("import.ended", trail.Subject("import", str(row.pk)), data=data))
        work.finish(row)


def _house(row: TicketImport, first: datetime) -> House:
    """Read policy, macros and what this import would have executed so far. A fixed number of queries."""
    found = policy.ticket_policy_facts()
    macros = tuple(
        Macro(m.name, m.action, m.text) for m in ReplyMacro.objects.filter(is_active=True).order_by("id")[:50]
    )
    before = Decision.objects.filter(
        is_imported=True, outcome=AUTO, amount_minor__isnull=False, ticket__source=source_of(row),
        decided_at__gt=first - timedelta(days=366),
    ).order_by("decided_at")  # fmt: skip
    book = Book(found)
    for each in before.values_list("decided_at", "kind", "customer_ref", "amount_minor", "currency", "order_id"):
        book.add(Spent(each[0], each[1], each[2], Money(each[3], each[4])), each[5])
    return House(
        found,
        switch.switch_facts(),
        macros,
        reply_facts.macros(),
        str(row.organization),
        gather.organization_currency(),
        book,
        LocalProvider(),
    )


def _run(line: ImportLine, row: TicketImport, house: House) -> Made:
    """Take one line as far as its ticket would have gone. No query."""
    given = line.given
    ticket = _ticket(line, row)
    answer = house.model.classify(ClassifyRequest(ticket.subject, ticket.body[:MODEL_CHARACTERS]))
    told = understood(answer, ticket)
    ticket.intent, ticket.confidence = told.intent, told.confidence
    ticket.other_intents, ticket.language = list(told.others), answer.language[:8]
    ticket.order_numbers = list(find_order_numbers(f"{ticket.subject}\n{ticket.body}"))
    facts = _early(ticket, house, f.Classification(told.intent, told.confidence, told.others))
    run, reply = run_gates(facts, EARLY_GATES), ""
    if run.is_passed:
        facts, reply = _late(ticket, facts, given, house)
        run = run_gates(facts, GATES)
    decision = decisions.made(ticket, replace(run, is_record_only=True), facts, is_imported=True)
    if decision.outcome == AUTO and facts.action is not None and facts.action.amount is not None:
        spent = Spent(facts.now, facts.action.kind, decision.customer_ref, facts.action.amount)
        house.book.add(spent, decision.order_id)
    ticket.reason = decision.reason or "every gate would have passed; an import only records"
    ticket.disposition = run.disposition.value
    return Made(line, ticket, run, decision, reply)


def _ticket(line: ImportLine, row: TicketImport) -> Ticket:
    given = line.given
    return Ticket(
        source=source_of(row),
        external_ref=given["reference"],
        subject=given.get("subject", ""),
        body=given["body"],
        sender_email=given.get("sender_email", "").lower(),
        sender_name=given.get("sender_name", ""),
        sender_is_verified=bool(given.get("sender_verified")) and bool(given.get("sender_email")),
        received_at=line.received_at,
        state=TicketState.RECORDED,
        step="",
        is_shadow=True,
    )


def _early(ticket: Ticket, house: House, classification: f.Classification) -> f.Facts:
    sender = ticket.sender_email if ticket.sender_is_verified else None
    told = f.TicketFacts(
        id=str(ticket.pk),
        text=f"{ticket.subject}\n{ticket.body}",
        channel=ticket.channel,
        sender_id=sender,
        sender_email=sender,
        order_numbers=tuple(ticket.order_numbers),
        received_at=ticket.received_at,
    )
    return f.Facts(ticket.received_at, house.switches, house.policy, told, classification)


def _late(ticket: Ticket, early: f.Facts, given: dict[str, Any], house: House) -> tuple[f.Facts, str]:
    """Return the facts of all twelve gates, with the proposal of the local model, and its reply."""
    order = _order(given)
    answer = house.model.propose(_request(ticket, order, house))
    action = None
    if answer.action in ACTIONS:
        zero = Money(0, order.currency) if order is not None and order.currency else None
        amount = _amount(answer, order)
        action = f.ActionFacts(answer.action, answer.order_number[:64], amount, zero, "", zero)
    context = ReplyContext(
        action=action.kind if action else ticket.intent,
        own_address=early.ticket.sender_email or "",
        amounts=frozenset(_said(money) for money in _amounts(action, order)),
        order_numbers=frozenset([order.number] if order else []),
        deed=action.kind if action else "",
        deed_amount=_said(action.amount) if action and action.amount and action.kind != "exchange" else "",
        today=early.now.date(),
        texts=house.texts,
    )
    looked = output.inspect(answer.reply, replace(house.policy.output, context=context))
    level = given.get("risk_level")
    facts = replace(
        early,
        customer=_customer(ticket, given),
        risk=f.RiskFacts(level, (), early.now) if level else None,
        order=order if order is not None and (action is None or order.number == answer.order_number) else None,
        action=action,
        caps=f.CapFacts(0, None, 0, None) if action else None,
        first_time=f.FirstTimeFacts(None),
        reply=f.ReplyFacts(answer.reply, looked, context),
    )
    return house.book.facts(facts), answer.reply


def _request(ticket: Ticket, order: f.OrderFacts | None, house: House) -> ProposeRequest:
    orders: tuple[OrderFact, ...] = ()
    if order is not None and order.paid is not None and order.placed_at is not None:
        left = order.paid - order.refunded if order.refunded is not None else order.paid
        orders = (
            OrderFact(
                order.number, order.placed_at.date(), order.status, order.paid.decimal, left.decimal, order.currency
            ),
        )
    return ProposeRequest(
        ticket.subject, ticket.body[:MODEL_CHARACTERS], ticket.intent, ticket.sender_name, "", orders, house.brand,
        house.currency, macros=house.macros,
    )  # fmt: skip


def _order(given: dict[str, Any]) -> f.OrderFacts | None:
    number, code = given.get("order_number", "").lstrip("#"), given.get("order_currency", "")
    if not number:
        return None
    owner = given.get("order_customer_email", "").lower() or None
    placed = given.get("order_placed_at")
    return f.OrderFacts(
        number=number[:64],
        id=number[:64],
        customer_id=owner,
        customer_email=owner,
        currency=code,
        paid=Money.parse(given["order_paid"], code) if "order_paid" in given else None,
        refunded=Money.parse(given["order_refunded"], code) if "order_refunded" in given else None,
        placed_at=datetime.fromisoformat(placed) if placed else None,
        status=given.get("order_status", "")[:30],
    )


def _customer(ticket: Ticket, given: dict[str, Any]) -> f.CustomerFacts | None:
    if not ticket.sender_email:
        return None
    return f.CustomerFacts(
        id=ticket.sender_email,
        email=ticket.sender_email,
        is_vip=given.get("customer_is_vip"),
        is_flagged=given.get("customer_is_flagged"),
        orders=given.get("customer_orders"),
        refunds=given.get("customer_refunds"),
        orders_in_window=given.get("customer_orders"),
        returns_in_window=given.get("customer_returns"),
        damage_claims_in_window=given.get("customer_damage_claims"),
        refunds_in_window=given.get("customer_refunds"),
        # a file of closed tickets tells of no other accounts and of no earlier amounts; nothing acts on an import
        accounts_at_address=0,
        accounts_with_payment=0,
        orders_before=0,
        refunds_before=0,
    )


def _amount(answer: Any, order: f.OrderFacts | None) -> Money | None:
    """Return the value at stake: what was proposed, else all that is left of the order; None where unknown."""
    if answer.action == "refund" and answer.amount:
        try:
            return Money.parse(answer.amount, answer.currency)
        except MoneyError:
            return None
    if order is None or order.paid is None:
        return None
    if answer.action == "exchange":
        return order.paid
    return order.paid - order.refunded if order.refunded is not None else None


def _amounts(action: f.ActionFacts | None, order: f.OrderFacts | None) -> list[Money]:
    found = [action.amount if action else None, order.paid if order else None, order.refunded if order else None]
    return [each for each in found if each is not None]


def _said(money: Money) -> str:
    return f"{money.decimal} {money.currency}"


def _write(row: TicketImport, made: list[Made]) -> None:
    """Write a batch: tickets, receipts, decisions, replies, what people did, one event for each ticket."""
    Ticket.objects.bulk_create([each.ticket for each in made])
    GateReceipt.objects.bulk_create([receipt for each in made for receipt in _receipts(each)], batch_size=1_000)
    decisions.write([each.decision for each in made])
    Reply.objects.bulk_create(
        Reply(ticket=each.ticket, proposed=each.reply, text=each.reply, state=ReplyState.WITHHELD)
        for each in made
        if each.reply
    )
    ByHand.objects.bulk_create(deed for each in made if (deed := _deed(each)))
    for each in made:
        each.line.ticket, each.line.given = each.ticket, {}
        trail.record(_event(each))
    ImportLine.objects.bulk_update([each.line for each in made], ["ticket", "given"])
    TicketImport.objects.filter(pk=row.pk).update(worked=F("worked") + len(made))


def _receipts(made: Made) -> list[GateReceipt]:
    return [
        GateReceipt(
            ticket=made.ticket, run=1, position=position, gate=v.gate, promise=v.promise, outcome=v.outcome.value,
            reason=v.reason, inputs=dict(v.inputs), disposition=v.disposition.value, nearest=v.nearest,
            is_preview=v.preview, is_grantable=v.grantable, policy_revision=v.policy_revision,
        )
        for position, v in enumerate(made.run.verdicts, start=1)
    ]  # fmt: skip


def _deed(made: Made) -> ByHand | None:
    given = made.line.given
    if "did" not in given:
        return None
    money = by_hand.checked(given["did"], given.get("did_amount", ""), given.get("did_currency", ""))
    return ByHand(
        ticket=made.ticket,
        action=given["did"],
        amount_minor=money.amount_minor if money else None,
        currency=money.currency if money else "",
        done_at=datetime.fromisoformat(given["did_at"]) if "did_at" in given else made.line.received_at,
        outcome=given.get("did_outcome", ""),
        source="import",
    )


def _event(made: Made) -> trail.Event:
    decision = made.decision
    return trail.Event(
        "ticket.imported",
        trail.Subject("ticket", str(made.ticket.pk)),
        verdict="record",
        amount=decision.money,
        confidence=f"{made.ticket.confidence:.4f}",
        data={"intent": decision.intent, "kind": decision.kind, "outcome": decision.outcome, "gate": decision.gate},
    )
