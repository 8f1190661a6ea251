"""Which order may be meant where the ticket names none, or several: the sender's own, those that fit first.

Most people who write name no order. Nothing is decided here: one fitting order is proposed to a person as one
click, several are listed and the person says which; the gates judge that order like any other. Only the orders of
an authenticated sender are ever looked at, so nothing is told about anybody else's.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors.adapters.providers.orders import normalise_order_number
from connectors.contracts import Order
from guardrails.gates.facts import ACTION_KINDS
from tickets import decision
from tickets.approvals import supersede
from tickets.gather import Outside
from tickets.models import Action, ActionState, Approval, Ticket, TicketState

MOST = 12
INTENT_KIND = {kind: kind for kind in ACTION_KINDS}
"""The action an intent asks for; the others ask for none."""
_WORD = re.compile(r"[^\W\d_]{3,30}")
_AMOUNT = re.compile(r"(?<![\w.,])(\d{1,7}(?:[.,]\d{2})?)(?![\w%])")
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_COMMON = frozenset("the and for with size from set pack pair black white blue red green new".split())
TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be meant: why it fits, or why the action cannot be done on it (then it cannot be chosen)."""

    order: Order
    score: int
    fits: tuple[str, ...]
    obstacle: str = ""


def rank(kind: str, text: str, orders: tuple[Order, ...], named: tuple[str, ...] = ()) -> list[Candidate]:
    """Return the sender's orders, those that fit best first, those the action cannot be done on last. Pure.

    Where the ticket names orders of the sender, those alone are candidates.
    """
    wanted = {normalise_order_number(number) for number in named}
    chosen = [order for order in orders if normalise_order_number(order.number) in wanted] if wanted else list(orders)
    words, amounts, days = _words(text), _amounts(text), _days(text)
    found = []
    for order in chosen:
        reasons = _fits(order, words, amounts, days)
        found.append(Candidate(order, sum(weight for weight, _ in reasons), tuple(r for _, r in reasons),
                               obstacle(kind, order)))  # fmt: skip
    found.sort(key=lambda each: (bool(each.obstacle), -each.score, -each.order.placed_at.timestamp()))
    return found[:MOST]


def the_one(ranked: list[Candidate]) -> Candidate | None:
    """Return the only candidate that fits: the only one the action can be done on, or the only one the text is like."""
    possible = [each for each in ranked if not each.obstacle]
    alike = [each for each in possible if each.score > 0]
    if len(possible) == 1:
        return possible[0]
    return alike[0] if len(alike) == 1 else None


def obstacle(kind: str, order: Order) -> str:
    """Return why the action cannot be done on the order, in words; empty where it can."""
    if order.status == "cancelled":
        return "it was cancelled"
    if kind == "cancel":
        return "" if order.status == "open" else "it was sent already"
    if kind == "refund" and order.refundable.amount_minor <= 0:
        return "it was refunded in full already" if order.refunded.amount_minor else "nothing was paid for it"
    if kind == "exchange" and order.status == "open":
        return "it was not sent yet"
    if kind == "exchange" and not any(line.refundable_quantity for line in order.lines):
        return "nothing of it is left to exchange"
    return ""


def orders_for_proposal(ticket: Ticket, found: Outside, action: Action | None) -> tuple[Order, ...]:
    """Return the orders a proposal may be about: the one a person chose, the only one that fits, else all."""
    if action is not None and (chosen := action.inputs.get("chosen")):
        return tuple(order for order in found.candidates if order.number == chosen)
    kind = INTENT_KIND.get(ticket.intent)
    if ticket.order_numbers or kind is None:
        return found.candidates
    one = the_one(rank(kind, _text(ticket), found.candidates))
    return (one.order,) if one is not None else found.candidates


def offered(ticket: Ticket, action: Action | None, found: Outside) -> list[Candidate]:
    """Return the orders a person may choose from: the sender's own, where the AI proposed and the ticket names not one.

    Nobody verified means nobody's orders. Once a person has chosen there is nothing more to choose.
    """
    if action is None or action.proposed_by_id is not None or action.inputs.get("chosen"):
        return []
    if len(ticket.order_numbers) == 1 or found.history is None:
        return []
    return rank(action.kind, _text(ticket), found.candidates, tuple(map(str, ticket.order_numbers)))


def may_choose(action: Action | None, ranked: list[Candidate]) -> bool:
    """Return whether a person can go on by choosing: no order is proposed, and one stands there that can be."""
    return action is not None and not action.order_number and any(not each.obstacle for each in ranked)


def _text(ticket: Ticket) -> str:
    return f"{ticket.subject}\n{ticket.body}"[:TEXT]


def shown(ranked: list[Candidate]) -> list[dict[str, Any]]:
    """Return the candidates as they are kept with an approval and shown."""
    return [
        {
            "number": each.order.number,
            "placed_at": each.order.placed_at.isoformat(),
            "status": each.order.status,
            "total": str(each.order.total),
            "left": str(each.order.refundable),
            "items": [f"{line.quantity} × {line.title}" for line in each.order.lines[:6]],
            "fits": list(each.fits),
            "obstacle": each.obstacle,
        }
        for each in ranked
    ]


def choose(approval_id: uuid.UUID, *, order_number: str, digest: str) -> Approval:
    """Say which of the shown candidates is meant: the proposal stays the AI's, the gates judge it with that order.

    The approval is superseded; the ticket runs through all gates again with a reply about this order, and asks anew
    about that contract, which the same person may approve: they chose among what was proposed and proposed nothing.
    Raises `ValidationError` naming `order_number`, `Stale` where something else stands there now.
    """
    with transaction.atomic():
        approval = decision.opened(approval_id)
        decision.not_anothers(approval, decision.me())
        decision.as_shown(approval, digest)
        action = approval.action
        picked = next((each for each in approval.candidates if each["number"] == order_number), None)
        if action is None or picked is None:
            raise ValidationError(
                {"order_number": f"order_number: `{order_number[:40]}` is not one of the candidates; choose one shown"}
            )
        if picked["obstacle"]:
            raise ValidationError({"order_number": f"order_number: `{order_number[:40]}`: {picked['obstacle']}"})
        ticket = decision.waiting_ticket(approval)
        before = action.order_number
        action.inputs, action.state = {**action.inputs, "chosen": order_number}, ActionState.PROPOSED
        action.save(update_fields=["state", "inputs"])
        supersede(approval, ["a person said which order is meant"])
        decision.record("approval.order_picked", approval, order=order_number, before=before)
        decision.start(ticket, TicketState.CLASSIFIED, "early_gates")
    return approval


def _fits(
    order: Order, words: frozenset[str], amounts: frozenset[str], days: frozenset[tuple[int, int]]
) -> list[tuple[int, str]]:
    found = []
    for line in order.lines[:20]:
        named = sorted(word for word in _words(line.title) - _COMMON if _is_said(word, words))
        if named:
            found.append((2 * len(named), f"“{line.title}” is named"))
    figures = {order.total.decimal, *(line.unit_price.decimal for line in order.lines[:20])}
    if figures & amounts:
        found.append((2, "the amount is named"))
    placed: date = order.placed_at.date()
    if (placed.month, placed.day) in days:
        found.append((2, "its date is named"))
    return found


def _is_said(word: str, words: frozenset[str]) -> bool:
    """Whether a word of the order stands in the text, in the singular or plural."""
    return bool({word, f"{word}s", word.removesuffix("s"), f"{word}es", word.removesuffix("es")} & words)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text[:TEXT]))


def _amounts(text: str) -> frozenset[str]:
    """Return the amounts a text names, as decimal text with two places and as it stands."""
    raw = {number.replace(",", ".") for number in _AMOUNT.findall(text)}
    return frozenset(raw | {f"{number}.00" for number in raw if "." not in number})


def _days(text: str) -> frozenset[tuple[int, int]]:
    """Return the days a text names: `2026-11-03`, `3 November`, `November 3rd`."""
    found = {(int(month), int(day)) for _, month, day in _DAY.findall(text)}
    low = text.casefold()
    for number, month in enumerate(_MONTHS, start=1):
        if month not in low:
            continue
        near = re.findall(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{month}\b", low)
        near += re.findall(rf"\b{month}\s+(\d{{1,2}})(?:st|nd|rd|th)?\b", low)
        found |= {(number, int(day)) for day in near}
    return frozenset(found)
