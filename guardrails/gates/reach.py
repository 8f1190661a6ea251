"""Which escalation rules can never decide: because they contradict themselves, or because earlier ones decide first.

Only what is proven is said. Each field is looked at by itself: where no value of one field can fulfil what a way to
match asks of it, that way is closed; a rule all of whose ways are closed never matches. What cannot be decided like
this (too many ways, patterns that only a solver would compare) counts as possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.gates.conditions import leaf_holds, parse_money, problems_of
from guardrails.gates.facts import Rule
from guardrails.gates.fields import ABSENT, BOOLEAN, FIELDS, LIST, MONEY, NUMBER, Field
from portal.money import Money

MAX_WAYS = 256
"""More ways to match than this are not followed: then nothing is claimed."""
MAX_WHOLE = 2_000
MAX_BEFORE = 60
"""How many rules before one are put together; among more, each is still compared alone."""


class _TooMany(Exception):
    """There are more ways than are followed."""


@dataclass(frozen=True, slots=True)
class Literal:
    """One comparison that has to be true, or has to be false; unknown is neither."""

    field: str
    op: str
    value: Any
    holds: bool

    @property
    def leaf(self) -> dict[str, Any]:
        return {"field": self.field, "op": self.op, "value": self.value}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a rule's place: `kind` is `never` or `shadowed`, `by` are the IDs of the rules before it."""

    kind: str
    reason: str
    by: tuple[str, ...] = ()


def why_never(condition: Any) -> str:
    """Return why a well-formed condition can never be true, or nothing where that is not proven."""
    try:
        blame: set[str] = set()
        if any(True for _ in _ways(condition, True, ((),), blame)):
            return ""
    except _TooMany:
        return ""
    fields = ", ".join(f"`{name}`" for name in sorted(blame))
    return f"it can never match: no value of {fields} fulfils what it asks"


def find(rules: Iterable[Rule]) -> dict[str, Finding]:
    """Return by rule ID which rules never decide, in the order in which they are asked; erring rules are left out."""
    found: dict[str, Finding] = {}
    before: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.priority, rule.id)):
        if problems_of(rule.condition):
            continue
        if never := why_never(rule.condition):
            found[rule.id] = Finding("never", never)
            continue
        if shadow := _shadow(rule, before):
            found[rule.id] = shadow
        before.append(rule)
    return found


def _shadow(rule: Rule, before: Sequence[Rule]) -> Finding | None:
    """Return which earlier rules decide whenever this one would match; one alone is named before all together."""
    for earlier in before:
        if implies(rule.condition, [earlier.condition]):
            said = f"it is shadowed: whenever it matches, `{earlier.name}` (priority {earlier.priority}) decides first"
            return Finding("shadowed", said, (earlier.id,))
    if 1 < len(before) <= MAX_BEFORE and implies(rule.condition, [earlier.condition for earlier in before]):
        said = f"it is shadowed: whenever it matches, one of the {len(before)} rules before it decides first"
        return Finding("shadowed", said, tuple(earlier.id for earlier in before))
    return None


def implies(condition: Any, others: Sequence[Any]) -> bool:
    """Whether it is proven that where `condition` is true, one of the others is not false."""
    try:
        ways: tuple[tuple[Literal, ...], ...] = tuple(_ways(condition, True, ((),), set()))
        for other in others:
            ways = tuple(_ways(other, False, ways, set()))
            if not ways:
                return True
    except _TooMany:
        return False
    return not ways


def _ways(
    node: Mapping[str, Any], holds: bool, given: Iterable[tuple[Literal, ...]], blame: set[str]
) -> Iterator[tuple[Literal, ...]]:
    """Yield the open ways in which a tree is true (or false), each added to the ways that are given already."""
    count = 0
    for way in _spread(node, holds, given, blame):
        closed = next((name for name in {each.field for each in way} if not _is_possible(name, way)), "")
        if closed:
            blame.add(closed)
            continue
        count += 1
        if count > MAX_WAYS:
            raise _TooMany
        yield way


def _spread(
    node: Mapping[str, Any], holds: bool, given: Iterable[tuple[Literal, ...]], blame: set[str]
) -> Iterator[tuple[Literal, ...]]:
    """Yield all ways: `and` adds to each, `or` multiplies, `not` turns round."""
    if "not" in node:
        yield from _spread(node["not"], not holds, given, blame)
        return
    word = next((word for word in ("and", "or") if word in node), "")
    if not word:
        literal = Literal(node["field"], node["op"], node["value"], holds)
        for way in given:
            yield (*way, literal)
        return
    if (word == "and") is holds:
        ways = tuple(given)
        for child in node[word]:
            ways = _bounded(way for way in _spread(child, holds, ways, blame) if _is_open(way, blame))
        yield from ways
        return
    ways = tuple(given)
    for child in node[word]:
        yield from _spread(child, holds, ways, blame)


def _is_open(way: tuple[Literal, ...], blame: set[str]) -> bool:
    """Whether the field that was added last is still possible; one that is not is to blame."""
    name = way[-1].field
    if name not in {each.field for each in way[:-1]} or _is_possible(name, way):
        return True
    blame.add(name)
    return False


def _bounded(ways: Iterable[tuple[Literal, ...]]) -> tuple[tuple[Literal, ...], ...]:
    kept = []
    for way in ways:
        kept.append(way)
        if len(kept) > MAX_WAYS:
            raise _TooMany
    return tuple(kept)


def _is_possible(name: str, way: Iterable[Literal]) -> bool:
    """Whether some value of a field may fulfil everything a way asks of it. False is a proof."""
    literals = [each for each in way if each.field == name]
    field = FIELDS[name]
    may_be_absent = name.startswith(("order.", "action."))
    if may_be_absent and all(_fits(each, ABSENT) for each in literals):
        return True
    if field.type == NUMBER:
        return _number_possible(field, literals)
    if field.type == MONEY:
        return _money_possible(literals)
    if field.type == BOOLEAN:
        return any(all(_fits(each, value) for each in literals) for value in (True, False))
    return _list_possible(literals) if field.type == LIST else _text_possible(field, literals)


def _fits(literal: Literal, value: Any) -> bool:
    return leaf_holds(literal.leaf, value) is literal.holds


_OPPOSITE = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt", "eq": "ne", "ne": "eq"}


def _number_possible(field: Field, literals: Sequence[Literal]) -> bool:
    low, high = -math.inf if field.low is None else field.low, math.inf if field.high is None else field.high
    exact, left_out = _exact(literals)
    if exact is not None:
        inside = [
            value for value in exact if low <= value <= high and (not field.is_whole or float(value).is_integer())
        ]
        return any(all(_fits(each, value) for each in literals) for value in inside)
    return _span_possible(literals, low, high, len(left_out), is_whole=field.is_whole, value_of=float)


def _money_possible(literals: Sequence[Literal]) -> bool:
    """Whether an amount fulfils all; it has one currency, and compared with another it is neither true nor false."""
    amounts = [parse_money(each.value) for each in literals]
    if len({amount.currency for amount in amounts}) > 1:
        return False
    exact, left_out = _exact(literals)
    if exact is not None:
        return any(all(_fits(each, parse_money(value)) for each in literals) for value in exact)

    def minor(value: Any) -> int:
        return parse_money(value).amount_minor

    return _span_possible(literals, -math.inf, math.inf, len(left_out), is_whole=True, value_of=minor)


def _exact(literals: Sequence[Literal]) -> tuple[list[Any] | None, list[Any]]:
    """Return the only values that may be (None: not bound to any), and values that are left out."""
    exact: list[Any] | None = None
    left_out: list[Any] = []
    for each in literals:
        op = each.op if each.holds else _OPPOSITE.get(each.op, f"not {each.op}")
        if op in ("eq", "in"):
            exact = list(each.value) if op == "in" else [each.value]
        elif op in ("ne", "not in"):
            left_out += each.value if op == "not in" else [each.value]
    return exact, left_out


def _span_possible(
    literals: Sequence[Literal], low: float, high: float, left_out: int, *, is_whole: bool, value_of: Any
) -> bool:
    """Whether something lies between the bounds that the comparisons set, beside what is left out."""
    is_low_open = is_high_open = False
    for each in literals:
        op = each.op if each.holds else _OPPOSITE.get(each.op, "")
        if op in ("gt", "gte"):
            low, is_low_open = max((low, is_low_open), (value_of(each.value), op == "gt"))
        elif op in ("lt", "lte"):
            bound, is_closed = min((high, not is_high_open), (value_of(each.value), op != "lt"))
            high, is_high_open = bound, not is_closed
    if low > high or (low == high and (is_low_open or is_high_open)):
        return False
    if is_whole and not math.isinf(low) and not math.isinf(high):
        first = math.floor(low) + 1 if is_low_open else math.ceil(low)
        last = math.ceil(high) - 1 if is_high_open else math.floor(high)
        return last - first + 1 > left_out or _some_whole(literals, first, last)
    return low < high or not left_out or _some_whole(literals, low, high)


def _some_whole(literals: Sequence[Literal], first: float, last: float) -> bool:
    """Whether one of few values fulfils all; among too many, one is taken to."""
    if first > last:
        return False
    if last - first > MAX_WHOLE:
        return True
    is_money = FIELDS[literals[0].field].type == MONEY
    currency = parse_money(literals[0].value).currency if is_money else ""
    values: Iterable[float] = [first] if first == last else range(int(first), int(last) + 1)
    return any(all(_fits(each, Money(int(v), currency) if is_money else v) for each in literals) for v in values)


def _text_possible(field: Field, literals: Sequence[Literal]) -> bool:
    """Whether a text fulfils all. Patterns are only compared with themselves, and with words of a closed list."""
    if field.words:
        return any(all(_fits(each, word) for each in literals) for word in field.words)
    if _contradicts(literals):
        return False
    exact, _ = _exact(literals)
    if exact is None:
        return True
    told = [each for each in literals if each.op != "matches"]
    return any(all(_fits(each, value) for each in told) for value in exact)


def _list_possible(literals: Sequence[Literal]) -> bool:
    return not _contradicts(literals)


def _contradicts(literals: Sequence[Literal]) -> bool:
    """Whether one comparison demands what another rules out: the same pattern, or a part of what must be contained."""
    wanted = [each for each in literals if each.holds]
    refused = [each for each in literals if not each.holds]
    for no in refused:
        for yes in wanted:
            if no.op != yes.op:
                continue
            if no.op == "matches" and no.value == yes.value:
                return True
            if no.op == "contains" and no.value.casefold() in yes.value.casefold():
                return True
    return False
