"""Whether the statement does what the question's words ask for: its figure, grouping, order, values and names.

Words are compared by their stems. What is not found is said; a question in another language says little here, and
the signals then neither speak for nor against the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from connectors.contracts import Schema
from questions.signals.signal import Signal

_WORD = re.compile(r"[^\W\d_]+|\d[\d,.]*\d|\d")
_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_QUOTED = re.compile(r"[\"“'‘]([^\"”'’]{1,60})[\"”'’]")
_FIGURES: tuple[tuple[str, re.Pattern[str], tuple[type[exp.Expr], ...]], ...] = (
    ("an average", re.compile(r"\b(average|mean)\b", re.I), (exp.Avg, exp.Div)),
    ("a total", re.compile(r"\b(total|sum|revenue|turnover)\b", re.I), (exp.Sum, exp.Count)),
    ("a count", re.compile(r"\b(how many|number of|count)\b", re.I), (exp.Count, exp.Sum)),
    ("a maximum", re.compile(r"\b(highest|maximum|largest|latest|newest|dearest)\b", re.I), (exp.Max, exp.Order)),
    ("a minimum", re.compile(r"\b(lowest|minimum|smallest|earliest|oldest|cheapest)\b", re.I), (exp.Min, exp.Order)),
)
_GROUP = re.compile(r"\b(?:by|per|each|every)\s+(?:the\s+)?([a-z_]+)(?:\s+([a-z_]+))?", re.I)
_TOP = re.compile(r"\b(?:top|best|first|largest|biggest)\s+(\d+)\b", re.I)
_DIFFERENT = re.compile(r"\b(different|distinct|unique)\b", re.I)
_ABOVE = re.compile(r"\b(above|more than|over|greater than)\b", re.I)
_BELOW = re.compile(r"\b(below|less than|under|fewer than)\b", re.I)
_WITHOUT = re.compile(r"\b(no|without|never|not)\b", re.I)
_YEAR = re.compile(r"\b(?:in|during) (?:19|20)\d\d\b", re.I)
_STOP = frozenset(
    "a an and are as at be by did do does each every for from had has have how in is it its many me much of on or our"
    " per show list give tell the their there these they this to top total was we were what when where which who whose"
    " with you your number count sum average mean highest lowest maximum minimum different distinct first last all any"
    " above below over under more less than no not without month year quarter week day today yesterday".split()
)


def stem(word: str) -> str:
    """Return a word without its plural and a few endings: enough to compare names with questions."""
    low = word.lower()
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if low.endswith(ending) and len(low) - len(ending) >= 3 and not low.endswith(("ss", "us", "is")):
            return low[: -len(ending)] + kept
    return low


def words_of(name: str) -> set[str]:
    """Return the stems a name of the schema is made of."""
    return {stem(part) for part in _NAME.findall(name)}


def of_reading(question: str, tree: exp.Expr | None, schema: Schema) -> list[Signal]:
    """Return how the statement answers to the question's words. Values of the question are quoted, never of rows."""
    if tree is None or not question.strip():
        return []
    found = [
        *_figures(question, tree),
        *_grouping(question, tree, schema),
        *_order(question, tree),
        *_values(question, tree),
        *_logic(question, tree),
        *_names(question, tree, schema),
    ]
    if not any(signal.points < 0 for signal in found):
        found.append(
            Signal("reads_as_asked", 12, "The statement has every figure, value and name the question asks for")
        )
    return found


def _figures(question: str, tree: exp.Expr) -> Iterator[Signal]:
    for said, pattern, wanted in _FIGURES:
        if pattern.search(question) and not _has(tree, wanted):
            yield Signal("figure_missing", -30, f"The question asks for {said}, and the statement makes none")
            return
    asked = [wanted for _, pattern, wanted in _FIGURES if pattern.search(question)]
    calls = list(tree.find_all(exp.Avg, exp.Max, exp.Min))
    if calls and asked and not any(isinstance(call, wanted) for call in calls for wanted in asked):
        yield Signal("figure_other", -20, "The statement makes another figure than the question asks for")
    if _DIFFERENT.search(question) and tree.find(exp.Distinct, exp.Group, exp.In, exp.Exists) is None:
        yield Signal("not_distinct", -25, "The question asks for different ones, and the statement may count one twice")


def _has(tree: exp.Expr, wanted: tuple[type[exp.Expr], ...]) -> bool:
    return tree.find(*wanted) is not None


def _grouping(question: str, tree: exp.Expr, schema: Schema) -> Iterator[Signal]:
    known = {
        word
        for table in schema.tables
        for name in (table.name, *(c.name for c in table.columns))
        for word in words_of(name)
    }
    for match in _GROUP.finditer(question):
        asked = {stem(word) for word in match.groups() if word}
        wanted = asked & known
        if not wanted:
            continue
        group = tree.find(exp.Group)
        if group is None:
            if not _TOP.search(question) and tree.find(exp.Order) is None:
                yield Signal(
                    "grouping_missing", -25, f"The question asks by “{match.group(1)}”, and nothing is grouped"
                )
            return
        grouped = {
            word
            for column in group.find_all(exp.Column)
            for word in words_of(column.name) | words_of(_table(column, tree))
        }
        if not wanted & grouped and not _is_measure(wanted, tree):
            yield Signal(
                "grouping_other", -25, f"The question asks by “{match.group(1)}”, and something else is grouped"
            )
            return


def _is_measure(wanted: set[str], tree: exp.Expr) -> bool:
    """Whether what follows “by” is the figure that is sorted by, as in “top five by revenue”."""
    return tree.find(exp.Order) is not None


def _table(column: exp.Column, tree: exp.Expr) -> str:
    alias = column.table.lower()
    return next((table.name for table in tree.find_all(exp.Table) if table.alias_or_name.lower() == alias), "")


def _order(question: str, tree: exp.Expr) -> Iterator[Signal]:
    top = _TOP.search(question)
    if top is None:
        return
    order = tree.find(exp.Ordered)
    if order is None:
        yield Signal("order_missing", -30, f"The question asks for the top {top.group(1)}, and nothing is sorted")
        return
    limits = {literal.this for limit in tree.find_all(exp.Limit) for literal in limit.find_all(exp.Literal)}
    if top.group(1) not in limits:
        yield Signal("top_other", -20, f"The question asks for {top.group(1)}, and the statement takes another number")
    if not order.args.get("desc"):
        yield Signal("order_other", -20, "The question asks for the top ones, and the smallest come first")


def _values(question: str, tree: exp.Expr) -> Iterator[Signal]:
    """Numbers, names and quotations of the question must be in the statement, and the statement's in the question."""
    literals = [str(literal.this) for literal in _filtered(tree)]
    joined = " ".join(literals).lower()
    asked = [word for word in _asked_values(question) if word.lower() not in joined and stem(word) not in joined]
    everything = " ".join(str(literal.this) for literal in tree.find_all(exp.Literal)).lower()
    names = {word for part in tree.find_all(exp.Column, exp.Table) for word in words_of(part.name)}
    missing = [word for word in asked if word.lower() not in everything and stem(word) not in names]
    if missing:
        yield Signal("value_missing", -30, f"“{missing[0]}” of the question is nowhere in the statement")
    said = {stem(word) for word in _WORD.findall(question)}
    unasked = [text for text in literals if _is_plain(text) and not {stem(w) for w in _WORD.findall(text)} <= said]
    if unasked:
        yield Signal(
            "filter_unasked", -18, f"The statement filters by `{unasked[0][:40]}`, which the question does not say"
        )


def _logic(question: str, tree: exp.Expr) -> Iterator[Signal]:
    """Above, below, without: the words that turn a condition round."""
    where = list(tree.find_all(exp.Where, exp.Having, exp.Join))

    def holds(*kinds: type[exp.Expr]) -> bool:
        return any(part.find(*kinds) is not None for part in where)

    if _ABOVE.search(question) and holds(exp.LT, exp.LTE, exp.GTE) and not holds(exp.GT):
        yield Signal("other_side", -20, "The question asks for what is above, and the statement does not compare so")
    elif _BELOW.search(question) and holds(exp.GT, exp.GTE, exp.LTE) and not holds(exp.LT):
        yield Signal("other_side", -20, "The question asks for what is below, and the statement does not compare so")
    if _WITHOUT.search(question) and not holds(exp.Not, exp.NEQ, exp.Is) and tree.find(exp.Except) is None:
        yield Signal("not_without", -30, "The question asks for what is not there, and the statement excludes nothing")
    if not re.search(r"\bor\b", question, re.I) and any(part.find(exp.Or) is not None for part in where):
        yield Signal("or_unasked", -20, "The statement takes one thing or another, and the question does not say “or”")
    if _YEAR.search(question) and holds(exp.GTE, exp.GT) and not holds(exp.LT, exp.LTE) and not holds(exp.Between):
        yield Signal("open_period", -20, "The question names a period, and the statement sets no end to it")


def _filtered(tree: exp.Expr) -> Iterator[exp.Literal]:
    for where in tree.find_all(exp.Where, exp.Having):
        for literal in where.find_all(exp.Literal):
            if not isinstance(literal.parent, exp.Substring | exp.Interval | exp.DataType | exp.DataTypeParam):
                yield literal


def _is_plain(text: str) -> bool:
    """Whether a literal is a word or number a person would say; dates and patterns are written by machines."""
    return bool(re.fullmatch(r"[^\W\d_][\w \-]{1,40}|\d{1,9}(\.\d+)?", text)) and text not in ("0", "1")


def _asked_values(question: str) -> Iterator[str]:
    yield from _QUOTED.findall(question)
    for number, match in enumerate(_WORD.finditer(question)):
        word = match.group()
        is_name = word[:1].isupper() and number > 0 and word.lower() not in _STOP
        if (word[0].isdigit() or is_name) and not (word.isupper() and len(word) < 2):
            yield word.replace(",", "") if word[0].isdigit() else word


def _names(question: str, tree: exp.Expr, schema: Schema) -> Iterator[Signal]:
    """Names of columns that the question says and the statement does not read, and figures it does not ask for."""
    used_tables = {table.name.lower() for table in tree.find_all(exp.Table)}
    read = {word for part in tree.find_all(exp.Column, exp.Table, exp.Alias) for word in words_of(part.alias_or_name)}
    read |= {word for column in tree.find_all(exp.Column) for word in words_of(column.name)}
    literals = {stem(word) for literal in tree.find_all(exp.Literal) for word in _WORD.findall(str(literal.this))}
    said = {stem(word) for word in _WORD.findall(question)} - _STOP
    for table in schema.tables:
        if table.name.lower() not in used_tables:
            continue
        for column in table.columns:
            named = words_of(column.name) - _STOP - {"id"}
            if named and named <= said and not named <= read | literals:
                yield Signal(
                    "column_unread", -25, f"The question names `{column.name}`, which the statement does not read"
                )
                return
    for call in tree.find_all(exp.Sum, exp.Avg, exp.Max, exp.Min):
        for part in call.find_all(exp.Column):
            rivals = _rivals(part.name, said, schema, used_tables)
            if rivals and not words_of(part.name) & said:
                yield Signal(
                    "column_other", -20, f"The figure is made of `{part.name}`, which the question does not name"
                )
                return


def _rivals(name: str, said: set[str], schema: Schema, used: set[str]) -> list[str]:
    """Other columns of the tables used whose names the question says."""
    return [
        column.name
        for table in schema.tables
        if table.name.lower() in used
        for column in table.columns
        if column.name.lower() != name.lower() and words_of(column.name) - {"id"} and words_of(column.name) <= said
    ]
