"""The fields an escalation rule may name, with their types, and how each is read from the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guardrails.gates.facts import ACTION_KINDS, INTENTS, Facts
from portal.money import Money

TEXT, NUMBER, BOOLEAN, MONEY, LIST = "text", "number", "yes or no", "money", "list"

OPERATORS = {
    TEXT: ("eq", "ne", "in", "contains", "matches"),
    NUMBER: ("eq", "ne", "lt", "lte", "gt", "gte", "in"),
    BOOLEAN: ("eq", "ne"),
    MONEY: ("eq", "ne", "lt", "lte", "gt", "gte"),
    LIST: ("contains", "matches"),
}
"""Which operators fit which type of field."""


RISK_LEVELS = ("none", "low", "medium", "high", "critical")
"""What a risk feed may say of a customer."""


class Absent:
    """There is no such thing in this run (no action proposed, no order concerned): a fact, not a gap."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type and how to read it; None is unknown, `ABSENT` is known not to exist.

    `words` are all the values a text may have, where that is known; `low` and `high` bound a number (both included),
    and `is_whole` says that it counts something.
    """

    type: str
    read: Callable[[Facts], Any]
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_whole: bool = False


def _of(part: str, name: str) -> Callable[[Facts], Any]:
    """Return a reader of `facts.<part>.<name>`."""

    def read(facts: Facts) -> Any:
        holder = getattr(facts, part)
        if holder is not None:
            return getattr(holder, name)
        is_absent = facts.action is None and part in ("action", "order")
        return ABSENT if is_absent else None

    return read


def _age_days(name: str) -> Callable[[Facts], Any]:
    """Return a reader of the whole days since a date of the order."""
    read_date = _of("order", name)

    def read(facts: Facts) -> Any:
        date = read_date(facts)
        return date if date is None or date is ABSENT else (facts.now - date).total_seconds() / 86_400

    return read


def _total(facts: Facts) -> Any:
    """Read the sum of the order's actions, this one included."""
    action = facts.action
    if action is None:
        return ABSENT
    if action.amount is None or action.already_on_order is None:
        return None
    return action.amount + action.already_on_order


def _left(facts: Facts) -> Any:
    """Read what was paid and not given back."""
    paid, refunded = _of("order", "paid")(facts), _of("order", "refunded")(facts)
    return paid - refunded if isinstance(paid, Money) and isinstance(refunded, Money) else paid and refunded


def _count(name: str) -> Field:
    """Return a field of the customer's history that counts."""
    return Field(NUMBER, _of("customer", name), low=0, is_whole=True)


FIELDS: dict[str, Field] = {
    "ticket.text": Field(TEXT, _of("ticket", "text")),
    "ticket.channel": Field(TEXT, _of("ticket", "channel")),
    "ticket.sender_email": Field(TEXT, _of("ticket", "sender_email")),
    "ticket.order_numbers": Field(LIST, _of("ticket", "order_numbers")),
    "ticket.intent": Field(TEXT, _of("classification", "intent"), words=INTENTS),
    "ticket.other_intents": Field(LIST, _of("classification", "others")),
    "ticket.confidence": Field(NUMBER, _of("classification", "confidence"), low=0, high=1),
    "customer.email": Field(TEXT, _of("customer", "email")),
    "customer.is_vip": Field(BOOLEAN, _of("customer", "is_vip")),
    "customer.is_flagged": Field(BOOLEAN, _of("customer", "is_flagged")),
    "customer.orders": _count("orders"),
    "customer.refunds": _count("refunds"),
    "customer.returns_in_window": _count("returns_in_window"),
    "customer.damage_claims_in_window": _count("damage_claims_in_window"),
    "customer.refunds_in_window": _count("refunds_in_window"),
    "risk.level": Field(TEXT, _of("risk", "level"), words=RISK_LEVELS),
    "risk.flags": Field(LIST, _of("risk", "flags")),
    "order.number": Field(TEXT, _of("order", "number")),
    "order.status": Field(TEXT, _of("order", "status")),
    "order.currency": Field(TEXT, _of("order", "currency")),
    "order.paid": Field(MONEY, _of("order", "paid")),
    "order.refunded": Field(MONEY, _of("order", "refunded")),
    "order.left": Field(MONEY, _left),
    "order.age_days": Field(NUMBER, _age_days("placed_at")),
    "order.delivered_days": Field(NUMBER, _age_days("delivered_at")),
    "action.kind": Field(TEXT, _of("action", "kind"), words=ACTION_KINDS),
    "action.tool": Field(TEXT, _of("action", "tool")),
    "action.amount": Field(MONEY, _of("action", "amount")),
    "action.total": Field(MONEY, _total),
}
