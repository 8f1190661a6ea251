"""Judging what a person typed as a proposal, before anything is made of it. Names every field that is wrong."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from guardrails.gates.facts import ACTION_KINDS
from guardrails.models import ActionCeiling
from portal.money import Money, MoneyError

MAX_REPLY = 8_000
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_NUMBER = re.compile(r"#?[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")


def checked(kind: str, order_number: str, amount: str, currency: str, reply: str) -> tuple[str, Money, str]:
    """Return order number, money and reply; raise `ValidationError` with every bad field. One query."""
    errors: dict[str, str] = {}
    if kind not in ACTION_KINDS:
        errors["kind"] = f"kind: `{kind[:20]}` is not an action; use {', '.join(ACTION_KINDS)}"
    number = order_number.strip()
    if not _NUMBER.fullmatch(number) or not any(letter.isdigit() for letter in number):
        errors["order_number"] = f"order_number: `{number[:40]}` is not an order number; write it like `1042`"
    money = _money(kind, amount, currency.strip(), errors)
    try:
        reply = checked_reply(reply)
    except ValidationError as error:
        errors["reply"] = error.messages[0]
    if errors or money is None:
        raise ValidationError(errors)
    return number.lstrip("#"), money, reply


class Skus(NamedTuple):
    """The two items of an exchange."""

    item: str
    replacement: str


def checked_skus(kind: str, item: str, replacement: str) -> Skus:
    """Return the SKUs of an exchange, empty for other actions; raise `ValidationError` naming the field."""
    if kind != "exchange":
        return Skus("", "")
    errors = {}
    if not _SKU.fullmatch(replacement.strip()):
        errors["replacement_sku"] = f"replacement_sku: `{replacement[:40]}` is not a SKU; name the item to send instead"
    if item.strip() and not _SKU.fullmatch(item.strip()):
        errors["item_sku"] = f"item_sku: `{item[:40]}` is not a SKU; name the item that goes back, or leave it empty"
    if errors:
        raise ValidationError(errors)
    return Skus(item.strip(), replacement.strip())


def checked_reply(text: str) -> str:
    """Return a reply without the blanks around it; raise `ValidationError` naming it where it cannot be one."""
    text = text.strip()
    if not text or len(text) > MAX_REPLY:
        raise ValidationError({"reply": f"reply: write 1 to {MAX_REPLY:,} characters, not {len(text):,}"})
    if "\x00" in text:
        raise ValidationError({"reply": "reply: contains a NUL byte; write plain text"})
    return text


def _money(kind: str, amount: str, currency: str, errors: dict[str, str]) -> Money | None:
    known = sorted(ActionCeiling.objects.filter(action=kind).values_list("currency", flat=True))
    if known and currency not in known:
        errors["currency"] = f"currency: `{currency[:8]}` has no ceiling for a {kind}; use {', '.join(known)}"
        return None
    try:
        money = Money.parse(amount, currency)
    except MoneyError as error:
        field = "currency" if str(error).startswith("currency:") else "amount"
        errors[field] = str(error)
        return None
    if money.amount_minor == 0:
        errors["amount"] = f"amount: `{amount.strip()[:40]}` is not above zero"
        return None
    return money
