"""Fill a merchant's reply macros: named fields only, no expression, no attribute, no invention."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.adapters.providers.contracts import Macro

FIELDS = ("customer_name", "order_number", "amount", "currency", "brand", "item", "order_status")
MAX_VALUE = 200

_FIELD = re.compile(r"\{([^{}]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

DEFAULTS: tuple[Macro, ...] = (
    Macro(
        "refund",
        "refund",
        "Hello {customer_name},\n\nthank you for writing to us about order {order_number}. We have refunded "
        "{amount} {currency} to your original payment method.\n\nKind regards\n{brand}",
    ),
    Macro(
        "cancel",
        "cancel",
        "Hello {customer_name},\n\nas you asked, we have cancelled order {order_number}.\n\nKind regards\n{brand}",
    ),
    Macro(
        "exchange",
        "exchange",
        "Hello {customer_name},\n\nthank you for writing to us. We have set up the exchange for order "
        "{order_number}.\n\nKind regards\n{brand}",
    ),
    Macro(
        "order_status",
        "order_status",
        "Hello {customer_name},\n\nyour order {order_number} is currently: {order_status}.\n\nKind regards\n{brand}",
    ),
    Macro(
        "reply",
        "none",
        "Hello {customer_name},\n\nthank you for writing to us. A colleague will look into this and answer "
        "you.\n\nKind regards\n{brand}",
    ),
)
"""What is said while a merchant has no macros. A refund is told of after it happened (T12, gates first)."""


class MacroError(ValueError):
    """A macro that names a field which does not exist; the message quotes it."""


def validate(text: str) -> None:
    """Raise `MacroError` for an unknown field or a lone brace: for the form in which macros are edited."""
    for name in _FIELD.findall(text):
        if name not in FIELDS:
            raise MacroError(f"text: `{{{name[:40]}}}` is no field; use one of {', '.join(FIELDS)}")
    if re.search(r"[{}]", _FIELD.sub("", text)):
        raise MacroError("text: a brace stands alone; write fields like `{order_number}`")


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return the text with its fields filled, or None when a field it uses has no value.

    One pass: braces inside a value (a customer's name, say) are never read as a field.
    """
    missing: list[str] = []

    def replace(match: re.Match[str]) -> str:
        value = values.get(match[1], "") if match[1] in FIELDS else ""
        if not value:
            missing.append(match[1])
        return _CONTROL.sub("", value)[:MAX_VALUE]

    filled = _FIELD.sub(replace, text)
    return None if missing else filled


def choose(macros: Sequence[Macro], *wanted: str, values: Mapping[str, str]) -> str:
    """Return the first macro for the first wanted action that can be filled; the merchant's own come first."""
    for action in (*wanted, "none"):
        for macro in (*macros, *DEFAULTS):
            if macro.action == action and (filled := fill(macro.text, values)) is not None:
                return filled
    return ""
