"""Keeps the facts of a decision as JSON and restores them exactly, so that gates can be asked again later.

Three things stay outside: the policy and the merchant's own words (those to ask under are given), the ticket's text
and the reply's text (taken from ticket and reply at replay, so that what is erased there is erased). Nothing here
reads or writes a database.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from guardrails.gates import facts as f
from guardrails.output.result import Result
from portal.money import Money

VERSION = 1
MAX_BYTES = 64_000
"""A larger snapshot is not kept: its decision says so and cannot be asked again."""
_OUTSIDE = {"policy"}
_NO_POLICY = f.PolicyFacts(revision="", actions={})


class SnapshotError(ValueError):
    """A snapshot that cannot be read: of a later version, or not one at all."""


def keep(facts: f.Facts) -> dict[str, Any]:
    """Return the facts as JSON-ready data, without policy and texts; `version` says how they are written."""
    reply = facts.reply
    if reply is not None:
        result = reply.result
        if result is not None and result.redacted == reply.text:
            result = replace(result, redacted="")  # the reply's own text: given back at replay
        reply = replace(reply, text="", result=result, context=replace(reply.context, texts=()))
    bare = replace(facts, ticket=replace(facts.ticket, text=""), reply=reply)
    kept = {each.name: plain(getattr(bare, each.name)) for each in fields(bare) if each.name not in _OUTSIDE}
    is_same = (
        facts.reply is not None and facts.reply.result is not None and facts.reply.result.redacted == facts.reply.text
    )
    return {"version": VERSION, "revision": facts.policy.revision, "reply_unchanged": is_same, "facts": kept}


def restore(
    kept: Mapping[str, Any], *, policy: f.PolicyFacts, text: str, reply_text: str = "", texts: tuple[str, ...] = ()
) -> f.Facts:
    """Return the facts that `keep` was given, under `policy` and with the texts. Raises `SnapshotError`.

    A field that was added since has its default; one that was removed since is left out.
    """
    if kept.get("version") != VERSION or not isinstance(kept.get("facts"), dict):
        raise SnapshotError(f"snapshot: version `{str(kept.get('version'))[:20]}` cannot be read; this is {VERSION}")
    try:
        found: f.Facts = _reader(f.Facts)({**kept["facts"], "policy": None})
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"snapshot: its facts cannot be read ({type(error).__name__})") from error
    reply = found.reply
    if reply is not None:
        result = reply.result
        if result is not None and kept.get("reply_unchanged"):
            result = replace(result, redacted=reply_text)
        reply = replace(reply, text=reply_text, result=result, context=replace(reply.context, texts=texts))
    return replace(found, policy=policy, ticket=replace(found.ticket, text=text), reply=reply)


def plain(value: Any) -> Any:
    """Return a value of the facts as JSON: data classes as objects, money as [minor, code], times in ISO 8601.

    A number that JSON does not know (NaN, infinite) becomes its name, which `float` reads again.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Money):
        return [value.amount_minor, value.currency]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(each) for each in value)
    return [plain(each) for each in value]


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return what reads JSON back into a value of this type; made once per type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (only,) = [each for each in inner if each is not type(None)]
        read = _reader(only)
        return lambda value: None if value is None else read(value)
    if kind is Money:
        return lambda value: Money(value[0], value[1])
    if kind is datetime or kind is date:
        return kind.fromisoformat
    if kind is f.PolicyFacts:
        return lambda value: _NO_POLICY
    if is_dataclass(kind):
        return _reader_of_class(kind)
    if origin is tuple:
        read_each = _reader(inner[0])
        return lambda value: tuple(read_each(each) for each in value)
    if origin is frozenset:
        read_member = _reader(inner[0])
        return lambda value: frozenset(read_member(each) for each in value)
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        read_value = _reader(inner[1])
        return lambda value: {key: read_value(each) for key, each in value.items()}
    if kind is float:
        return float
    return lambda value: value


def _reader_of_class(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind, localns={"Result": Result})
    readers = {each.name: _reader(hints[each.name]) for each in fields(kind)}

    def read(value: Any) -> Any:
        return kind(**{name: readers[name](each) for name, each in value.items() if name in readers})

    return read
