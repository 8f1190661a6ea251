"""What an officer says is true of a reply they try, read into the context the output guard judges it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from guardrails.gates.conditions import parse_money
from guardrails.gates.facts import ACTION_KINDS
from guardrails.output.policy import ReplyContext
from portal.money import Money, MoneyError

STATUSES = {"": "Nothing", "sent": "Sent", "delivered": "Delivered", "cancelled": "Cancelled"}
_DONE = {"sent": {"ship"}, "delivered": {"ship", "deliver"}, "cancelled": {"cancel"}}
_WORDS = ("deed", "amount", "order", "paid", "refunded", "status", "tracking", "address")
_DAYS = ("ordered_on", "today")
KEYS = (*_WORDS, *_DAYS, "texts")


def problems_of(facts: Any) -> list[str]:
    """Return what is wrong with the facts of a reply, each naming its place."""
    if not isinstance(facts, Mapping):
        return [f"facts: `{str(facts)[:60]}` is not an object; give facts such as deed, amount and order"]
    problems = [f"facts: `{str(k)[:40]}` is no fact; use {', '.join(KEYS)}" for k in facts if k not in KEYS]
    for key in (*_WORDS, *_DAYS):
        value = facts.get(key, "")
        if not isinstance(value, str) or len(value) > 200:
            problems.append(f"facts.{key}: `{str(value)[:60]}` is not a text of at most 200 characters")
        elif value and (problem := _problem(key, value)):
            problems.append(f"facts.{key}: {problem}")
    texts = facts.get("texts", [])
    if not isinstance(texts, list) or any(not isinstance(text, str) for text in texts) or len(texts) > 100:
        problems.append("facts.texts: is not a list of at most 100 texts")
    return problems


def _problem(key: str, value: str) -> str:
    if key == "deed" and value not in ACTION_KINDS:
        return f"`{value[:40]}` is no action; use {', '.join(ACTION_KINDS)} or leave it empty"
    if key == "status" and value not in STATUSES:
        return f"`{value[:40]}` is not known; use {', '.join(filter(None, STATUSES))} or leave it empty"
    if key in ("amount", "paid", "refunded"):
        try:
            parse_money(value)
        except MoneyError as error:
            return str(error).partition(": ")[2]
    if key in _DAYS:
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"`{value[:40]}` is not a day; write it like `2026-03-12`"
    return ""


def context_of(facts: Mapping[str, Any]) -> ReplyContext:
    """Return the context of well-formed facts; what was left empty is not true of the reply."""
    money = {key: parse_money(facts[key]) for key in ("amount", "paid", "refunded") if facts.get(key)}
    deed = facts.get("deed", "")
    amount, paid, refunded = (money.get(key) for key in ("amount", "paid", "refunded"))
    status = facts.get("status", "")
    done = set(_DONE.get(status, ())) | ({"refund"} if refunded else set())
    days = {key: date.fromisoformat(facts[key]) for key in _DAYS if facts.get(key)}
    return ReplyContext(
        action=deed,
        own_address=facts.get("address", ""),
        amounts=frozenset(_text(each) for each in money.values()),
        order_numbers=frozenset([facts["order"]] if facts.get("order") else []),
        tracking_numbers=frozenset([facts["tracking"]] if facts.get("tracking") else []),
        dates=frozenset(days.values()),
        deed=deed,
        deed_amount=_text(amount) if amount and deed != "exchange" else "",
        is_full=_is_full(amount, paid, refunded) if deed == "refund" else None,
        done=frozenset(done),
        refunded=frozenset([_text(refunded)] if refunded else []),
        today=days.get("today"),
        texts=tuple(facts.get("texts", ())),
    )


def _is_full(amount: Money | None, paid: Money | None, refunded: Money | None) -> bool | None:
    if amount is None or paid is None or amount.currency != paid.currency:
        return None
    if refunded is not None and refunded.currency != paid.currency:
        return None
    return amount == (paid - refunded if refunded else paid)


def _text(money: Money) -> str:
    return f"{money.decimal} {money.currency}"
