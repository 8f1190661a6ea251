"""Amounts and order numbers in a reply must be carried by the facts. Not yet: dates, promises."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from guardrails.output.normalise import View
from guardrails.output.policy import ReplyContext
from guardrails.output.result import BLOCK, Finding

_CODES = "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|INR|KWD|BHD"
_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?"
_AMOUNT = re.compile(
    rf"(?:[$€£¥₹]|\b(?:{_CODES}|US\$)\s?)\s?(?P<a>{_NUMBER})(?!\d)"
    rf"|(?<![\d.,])(?P<b>{_NUMBER})\s?(?:[$€£¥₹]|(?:{_CODES}|dollars?|euros?|pounds?)\b)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:#\s?|\border(?: number| no\.?)?[ :#]{1,3})(?P<number>[A-Za-z]{1,5}-?\d[\w-]{0,24}|\d[\w-]{1,24})",
    re.IGNORECASE,
)


def find_ungrounded(view: View, context: ReplyContext) -> list[Finding]:
    """Return a finding for each amount or order number that given facts do not carry."""
    findings = []
    if context.amounts is not None:
        known = {_value(amount) for amount in context.amounts}
        for match in _AMOUNT.finditer(view.text):
            group = "a" if match["a"] else "b"
            if _value(match[group]) not in known:
                reason = f"the amount `{match[group]}` is not carried by the facts"
                findings.append(Finding("grounding", *view.span(*match.span(group)), reason, BLOCK))
    if context.order_numbers is not None:
        orders = {_order(number) for number in context.order_numbers}
        for match in _ORDER.finditer(view.text):
            if _order(match["number"]) not in orders:
                reason = "an order number in the reply is not carried by the facts"
                findings.append(Finding("grounding", *view.span(*match.span("number")), reason, BLOCK))
    return findings


def _order(number: str) -> str:
    """Return an order number as it is compared."""
    return number.strip().lstrip("#").strip().rstrip("-").upper()


def _value(text: str) -> Decimal | None:
    """Read `1,234.50` and `1.234,50` alike; None where it is no number, which no amount equals."""
    bare = re.sub(r"[' ]", "", text.strip().lstrip("$€£¥₹"))
    last = max(bare.rfind("."), bare.rfind(","))
    if last >= 0 and (len(bare) - last - 1 != 3 or (bare.count(bare[last]) == 1 and {".", ","} <= set(bare))):
        bare = re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :]
    elif last >= 0:
        bare = re.sub(r"[.,]", "", bare)
    try:
        return Decimal(bare).normalize()
    except InvalidOperation:
        return None
