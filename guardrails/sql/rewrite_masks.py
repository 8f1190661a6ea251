"""What stands in place of a masked value: one fixed expression for each engine and kind. Nobody else writes any.

A mask keeps NULL as NULL, save `null` and `constant`, which look the same for every row. The expressions are
parsed once and copied; the only text that enters them is that of a literal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlglot import exp

from guardrails.sql.decision import Reason, refuse
from guardrails.sql.policy import Mask
from guardrails.sql.rules import Rules

WORDS = {
    "null": "always empty",
    "constant": "always the same text",
    "hash": "a token, the same for the same value",
    "last4": "only the last four characters",
    "first1": "only the first letter",
    "domain": "only what stands behind the @",
    "year": "only the year",
}
"""What a person is told of a mask."""

NUMBERS = ("int", "serial", "numeric", "decimal", "number", "real", "double", "float", "money")
DATES = ("date", "time")
TEXTS = ("char", "text", "clob", "string", "citext", "enum")

_TYPED = {
    "null": "CASE WHEN 1 = 0 THEN raw END",
    "constant": "CASE WHEN 1 = 0 THEN raw ELSE given END",
}
"""Typed by the column itself: its branch is never taken."""
_POSTGRES = {
    **_TYPED,
    "hash": "LEFT(ENCODE(SHA256(CONVERT_TO(given || CAST(raw AS TEXT), 'UTF8')), 'hex'), 16)",
    "last4": "CASE WHEN raw IS NULL THEN NULL WHEN LENGTH(CAST(raw AS TEXT)) >= 8 "
    "THEN '****' || RIGHT(CAST(raw AS TEXT), 4) ELSE '****' END",
    "first1": "CASE WHEN raw IS NULL THEN NULL WHEN LENGTH(CAST(raw AS TEXT)) >= 2 "
    "THEN LEFT(CAST(raw AS TEXT), 1) || '***' ELSE '***' END",
    "domain": "CASE WHEN raw IS NULL THEN NULL WHEN STRPOS(CAST(raw AS TEXT), '@') > 0 "
    "THEN '***@' || REVERSE(SPLIT_PART(REVERSE(CAST(raw AS TEXT)), '@', 1)) ELSE '***' END",
    "year": "CAST(DATE_TRUNC('year', raw) AS DATE)",
}
_DUCKDB = {**_POSTGRES, "hash": "LEFT(SHA256(given || CAST(raw AS TEXT)), 16)"}
_MYSQL = {
    **_TYPED,
    "hash": "LEFT(SHA2(CONCAT(given, CAST(raw AS CHAR)), 256), 16)",
    "last4": "CASE WHEN raw IS NULL THEN NULL WHEN CHAR_LENGTH(CAST(raw AS CHAR)) >= 8 "
    "THEN CONCAT('****', RIGHT(CAST(raw AS CHAR), 4)) ELSE '****' END",
    "first1": "CASE WHEN raw IS NULL THEN NULL WHEN CHAR_LENGTH(CAST(raw AS CHAR)) >= 2 "
    "THEN CONCAT(LEFT(CAST(raw AS CHAR), 1), '***') ELSE '***' END",
    "domain": "CASE WHEN raw IS NULL THEN NULL WHEN LOCATE('@', CAST(raw AS CHAR)) > 0 "
    "THEN CONCAT('***@', SUBSTRING_INDEX(CAST(raw AS CHAR), '@', -1)) ELSE '***' END",
    "year": "MAKEDATE(YEAR(raw), 1)",
}
_SQLITE = {
    **_TYPED,
    "last4": "CAST(CASE WHEN raw IS NULL THEN NULL WHEN LENGTH(CAST(raw AS TEXT)) >= 8 "
    "THEN '****' || SUBSTR(CAST(raw AS TEXT), -4) ELSE '****' END AS TEXT)",
    "first1": "CAST(CASE WHEN raw IS NULL THEN NULL WHEN LENGTH(CAST(raw AS TEXT)) >= 2 "
    "THEN SUBSTR(CAST(raw AS TEXT), 1, 1) || '***' ELSE '***' END AS TEXT)",
    "domain": "CAST(CASE WHEN raw IS NULL THEN NULL WHEN INSTR(CAST(raw AS TEXT), '@') > 0 "
    "THEN '***@' || SUBSTR(CAST(raw AS TEXT), LENGTH(RTRIM(CAST(raw AS TEXT), "
    "REPLACE(CAST(raw AS TEXT), '@', ''))) + 1) ELSE '***' END AS TEXT)",
    "year": "CAST(STRFTIME('%Y-01-01', raw) AS TEXT)",
}
EXPRESSIONS = {"postgres": _POSTGRES, "mysql": _MYSQL, "sqlite": _SQLITE, "duckdb": _DUCKDB}
FUNCTIONS = frozenset({"convert_to"})
"""What the expressions call besides the functions that everybody may."""


def kinds_of(dialect: str) -> tuple[str, ...]:
    """Return the kinds of mask an engine can make; SQLite has no function for a token."""
    return tuple(EXPRESSIONS.get({"postgresql": "postgres", "mariadb": "mysql"}.get(dialect, dialect), ()))


def problem(mask: Mask, rules: Rules, column_type: str) -> Reason | None:
    """Return why `mask` cannot stand in place of a column of this type on this engine, or None."""
    if mask.kind not in EXPRESSIONS[rules.name]:
        return refuse("mask.kind", "{part} is a mask this engine has no function for: choose another", mask.kind)
    family = family_of(column_type)
    if mask.kind == "year" and family not in ("date", "") and not (rules.any_type and family == "text"):
        return refuse("mask.type", "{part} is no date, so it has no year: choose another mask", mask.column)
    if mask.kind != "constant":
        return None
    if family == "number" and not _is_number(mask.text):
        return refuse("mask.text", "{part} does not fit a column of numbers: give a number such as 0", mask.text)
    if family == "date" and not rules.any_type:
        return refuse("mask.type", "{part} is a date: choose `year` or `null` instead of a constant", mask.column)
    if family == "other" and not rules.any_type:
        return refuse("mask.type", "{part} holds no plain text or number: choose `null`", mask.column)
    return None


def family_of(column_type: str) -> str:
    """Return number, text, date or other for an engine's type text; nothing where the type is not known."""
    said = column_type.lower()
    if not said:
        return ""
    for family, words in (("other", ("[]", "interval", "point")), ("text", TEXTS), ("date", DATES)):
        if any(word in said for word in words):
            return family
    return "number" if any(word in said for word in NUMBERS) else "other"


def _is_number(text: str) -> bool:
    whole, _, part = text.removeprefix("-").partition(".")
    return whole.isascii() and whole.isdigit() and len(text) <= 18 and (not part or (part.isascii() and part.isdigit()))


def expression(mask: Mask, column: Any, rules: Rules, column_type: str) -> Any:
    """Return what stands in place of `column` (a node that nobody else holds)."""
    made = _template(rules.name, mask.kind).copy()
    found = [node for node in made.find_all(exp.Column) if not node.table]
    is_number = family_of(column_type) == "number" and _is_number(mask.text)
    for node in found:
        if node.name == "raw":
            node.replace(column.copy())
        elif node.name == "given":
            node.replace(_number(mask.text) if is_number and mask.kind == "constant" else exp.Literal.string(mask.text))
    return made


def _number(text: str) -> Any:
    plain = exp.Literal.number(text.removeprefix("-"))
    return exp.Neg(this=plain) if text.startswith("-") else plain


@lru_cache(maxsize=64)
def _template(name: str, kind: str) -> Any:
    from guardrails.sql.rules import RULES

    statement: Any = RULES[name].grammar.parse(f"SELECT {EXPRESSIONS[name][kind]}")[0]
    return statement.expressions[0]
