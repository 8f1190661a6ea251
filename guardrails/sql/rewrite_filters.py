"""Judges the condition of a row filter and binds it to its table. It sees that table's columns and nothing else.

The same guard that judges statements judges it: functions of the list, no subquery, no other table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from guardrails.sql import lexical
from guardrails.sql.decision import Reason, fold, refuse
from guardrails.sql.rules import Rules, rules_for
from guardrails.sql.tree import look

ROW = "guarded_row"
"""The name a guarded table goes by inside what the guard puts in its place; nobody else may use it."""
PLACEHOLDERS = ("user.email", "user.id")
MAX_CONDITION = 2_000
_HOLE = re.compile(r"\{\{\s*([\w.]{1,40})\s*\}\}")
_QUOTED_HOLE = re.compile(r"['\"]\s*\{\{|\}\}\s*['\"]")
_SENTINEL = "countersign-placeholder:"
_SUBQUERY = (exp.Query, exp.Exists, exp.AggFunc, exp.Window, exp.Lambda)


def judge_condition(
    condition: object, dialect: str, columns: Iterable[str], functions: Iterable[str] = ()
) -> Reason | None:
    """Return why `condition` may not filter a table with these columns, or None. Never raises."""
    rules = rules_for(dialect)
    if rules is None:
        return refuse("dialect.unknown", "the dialect {part} is not known", dialect)
    try:
        found = _read(rules.name, str(condition), tuple(sorted(columns)), frozenset(functions))
    except Exception:  # INVARIANT: what cannot be judged filters nothing, and then nothing runs
        return refuse("filter.syntax", "{part} cannot be read as a condition: write it in a plainer way", condition)
    return found if isinstance(found, Reason) else None


def placeholders_of(condition: str) -> frozenset[str]:
    """Return the names between double braces."""
    return frozenset(_HOLE.findall(condition))


def bind(
    condition: str, rules: Rules, columns: Mapping[str, str], functions: frozenset[str], values: Mapping[str, str]
) -> Any:
    """Return `condition` as a tree whose columns are those of `guarded_row`, or the `Reason` against it.

    `columns` maps lower-cased names to those the engine has; `values` fill the placeholders.
    """
    found = _read(rules.name, condition, tuple(sorted(columns.values())), functions)
    if isinstance(found, Reason):
        return found
    made = found.copy()
    for node in list(made.find_all(exp.Literal)):
        if node.is_string and node.name.startswith(_SENTINEL):
            name = node.name.removeprefix(_SENTINEL)
            value = values.get(name, "")
            if not value or lexical.STRANGE.search(value):
                return refuse(
                    "filter.value", "a row filter needs {part}, which is not known here: ask as a person", name
                )
            node.replace(exp.Literal.string(value))
    for node in list(made.find_all(exp.Column)):
        node.replace(column_of(columns[fold(node.name)]))
    return made


def column_of(name: str) -> Any:
    """Return the column of `guarded_row` that the engine knows by `name`."""
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(ROW))


@lru_cache(maxsize=512)
def _read(name: str, condition: str, columns: tuple[str, ...], functions: frozenset[str]) -> Any:
    """Return the condition's tree in brackets, or the `Reason` against it."""
    rules = rules_for(name)
    assert rules is not None
    if reason := _holes(condition):
        return reason
    text = _HOLE.sub(lambda hole: f"'{_SENTINEL}{hole.group(1)}'", condition)
    sql = f"SELECT 1 FROM {ROW} WHERE (\n{text}\n)"  # noqa: S608 - read here, never run as it is
    if reason := lexical.judge_text(sql, MAX_CONDITION + 200):
        return reason
    tokens = lexical.spell_numbers(rules.grammar.tokenizer().tokenize(sql), sql, rules.name)
    if reason := lexical.judge_tokens(tokens, sql, rules.name):
        return reason
    try:
        trees = rules.grammar.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, sql)
    except SqlglotError:
        return refuse("filter.syntax", "{part} is no condition: write one such as region = 'EU'", condition)
    return _judge(trees, rules, condition, columns, functions)


def _judge(trees: list[Any], rules: Rules, condition: str, columns: tuple[str, ...], functions: frozenset[str]) -> Any:
    root = trees[0] if len(trees) == 1 else None
    where = root.args.get("where") if isinstance(root, exp.Select) else None
    filled = {part for part, value in root.args.items() if value} if root is not None else set()
    if where is None or filled != {"expressions", "from_", "where"} or not isinstance(where.this, exp.Paren):
        return refuse(
            "filter.kind", "{part} is no single condition: write one that is true for the rows to keep", condition
        )
    seen = look(root, rules, functions)
    if seen.reasons:
        return seen.reasons[0]
    inner = where.this
    if (found := inner.find(*_SUBQUERY)) is not None or len(seen.tables) != 1 or seen.stars:
        return refuse(
            "filter.kind", "{part} may not stand in a row filter: compare columns of the table", found or condition
        )
    known = {fold(column) for column in columns}
    for column in seen.columns:
        if column.table or fold(column.name) not in known:
            hint = " (a text stands between single quotes)" if column.this.args.get("quoted") else ""
            return refuse("filter.column", f"{{part}} is not a column of the table{hint}: name one of its own", column)
    if not seen.columns:
        return refuse("filter.column", "{part} names no column: it would keep every row or none", condition)
    return inner


def _holes(condition: str) -> Reason | None:
    if not condition.strip() or len(condition) > MAX_CONDITION or _SENTINEL in condition:
        return refuse("filter.size", f"a condition has 1 to {MAX_CONDITION:,} characters, not {len(condition):,}")
    if _QUOTED_HOLE.search(condition):
        return refuse("filter.placeholder", "a placeholder stands without quotes, such as owner = {{user.email}}")
    for name in placeholders_of(condition):
        if name not in PLACEHOLDERS:
            return refuse("filter.placeholder", f"{{part}} is none of {', '.join(PLACEHOLDERS)}", name)
    return None
