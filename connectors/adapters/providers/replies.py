"""Read a model's tool input strictly: what is not exactly what was asked for raises `BadReply`.

The server promises strict schemas, other servers of the same protocol may not: nothing is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from connectors.adapters.providers.contracts import (
    ACTIONS,
    INTENTS,
    BadReply,
    Classification,
    ModelCall,
    Proposal,
    ProposeRequest,
    SqlDraft,
    Summary,
)
from connectors.adapters.providers.orders import find_order_numbers, normalise_order_number

MAX_SQL_CHARS = 20_000
MAX_REPLY_CHARS = 10_000
MAX_ITEMS = 50
MAX_CHOICES = 6
MAX_SUMMARY_CHARS = 700
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,3})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")


def read_sql(data: Mapping[str, Any], call: ModelCall) -> SqlDraft:
    """Return the draft; the fields its kind needs must be there, those of other kinds are dropped."""
    _fields(data, {"kind", "sql", "assumptions", "tables", "other_readings", "question", "choices", "missing"})
    kind = data["kind"]
    if kind == "sql":
        sql = _text(data, "sql", MAX_SQL_CHARS, required=True)
        assumed, read, others = (_texts(data, name) for name in ("assumptions", "tables", "other_readings"))
        return SqlDraft("sql", sql, assumed, read, other_readings=others, call=call)
    if kind == "clarify":
        choices = _texts(data, "choices")
        if not 2 <= len({choice.casefold() for choice in choices}) == len(choices) <= MAX_CHOICES:
            raise BadReply("the model asked back without two to six different choices; try again")
        question = _text(data, "question", 1_000, required=True)
        return SqlDraft("clarify", question=question, choices=choices, call=call)
    if kind == "cannot":
        return SqlDraft("cannot", missing=_text(data, "missing", 2_000, required=True), call=call)
    raise BadReply("the model's reply is of no known kind; try again")


def read_summary(data: Mapping[str, Any], call: ModelCall) -> Summary:
    """Return the summary as one paragraph; an empty or long one is none."""
    _fields(data, {"summary"})
    return Summary(" ".join(_text(data, "summary", MAX_SUMMARY_CHARS, required=True).split()), call)


def read_classification(data: Mapping[str, Any], call: ModelCall) -> Classification:
    """Return intent and confidences as fractions; percentages outside 0 to 100 are no answer."""
    _fields(data, {"intent", "confidence", "others", "language"})
    intent, confidence = _intent(data)
    others = data["others"]
    if not isinstance(others, list) or len(others) > MAX_ITEMS:
        raise BadReply("the model's list of other intents is not one; try again")
    further: dict[str, float] = {}
    for item in others:
        if not isinstance(item, dict):
            raise BadReply("the model's list of other intents is not one; try again")
        _fields(item, {"intent", "confidence"})
        name, value = _intent(item)
        if name != intent:
            further[name] = max(value, further.get(name, 0.0))
    language = data["language"] if isinstance(data["language"], str) else ""
    if not _LANGUAGE.fullmatch(language):
        language = "und"
    ordered = tuple(sorted(further.items(), key=lambda pair: (-pair[1], pair[0])))
    return Classification(intent, confidence, ordered, language, call)


def read_proposal(request: ProposeRequest) -> Callable[[Mapping[str, Any], ModelCall], Proposal]:
    """Return a reader for this request: an order neither known nor named in the ticket is no answer."""
    known = {normalise_order_number(order.number): order.number for order in request.orders}
    named = find_order_numbers(f"{request.subject}\n{request.body}")

    def read(data: Mapping[str, Any], call: ModelCall) -> Proposal:
        _fields(data, {"action", "order_number", "amount", "reason", "reply"})
        action = data["action"]
        if action not in (*ACTIONS, "none"):
            raise BadReply("the model proposed an action that does not exist; try again")
        reason, reply = _text(data, "reason", 2_000), _text(data, "reply", MAX_REPLY_CHARS, required=True)
        if action == "none":
            return Proposal("none", reason=reason, reply=reply, call=call)
        number = normalise_order_number(_text(data, "order_number", 64))
        if number and number not in known and number not in named:
            raise BadReply("the model named an order that nobody else named; try again")
        amount = _text(data, "amount", 20) if action == "refund" else ""
        if amount and not _AMOUNT.fullmatch(amount):
            raise BadReply("the model's amount is not a decimal; try again")
        return Proposal(action, known.get(number, number), amount, request.currency, reason, reply, call)

    return read


def _fields(data: Mapping[str, Any], names: set[str]) -> None:
    if not isinstance(data, Mapping) or set(data) != names:
        raise BadReply("the model's reply does not have the fields that were asked for; try again")


def _intent(data: Mapping[str, Any]) -> tuple[str, float]:
    intent, percent = data["intent"], data["confidence"]
    if intent not in INTENTS:
        raise BadReply("the model named an intent that does not exist; try again")
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
        raise BadReply("the model's confidence is not between 0 and 100; try again")
    return intent, percent / 100


def _text(data: Mapping[str, Any], name: str, limit: int, *, required: bool = False) -> str:
    value = data[name]
    if not isinstance(value, str) or len(value) > limit or "\x00" in value:
        raise BadReply(f"the model's `{name}` is not a text of at most {limit} characters; try again")
    value = value.strip()
    if required and not value:
        raise BadReply(f"the model left `{name}` empty; try again")
    return value


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data[name]
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise BadReply(f"the model's `{name}` is not a list of at most {MAX_ITEMS} texts; try again")
    return tuple(_text({name: item}, name, 1_000, required=True) for item in value)
