"""Judges small parts of a statement: types, words, collations, lists. Refuses; changes hardly anything."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DType

from guardrails.sql.seen import Seen

PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*\Z")


def judge_data_type(seen: Seen, node: Any) -> None:
    """Refuse a cast to a type that is not the engine's own."""
    kind = node.args.get("this")
    if kind is DType.USERDEFINED and not seen.rules.any_type:
        seen.refuse(
            "type.unknown",
            "{part} is not a type a query may cast to: use one of the engine's own types.",
            node,
        )
    elif isinstance(kind, exp.Expr):
        seen.refuse("type.unknown", "{part} is not a type a query may cast to.", node)


def judge_type_size(seen: Seen, node: Any) -> None:
    """Refuse a type of more than 65,535 characters."""
    size = node.this
    if isinstance(size, exp.Literal) and not size.is_string and (not size.name.isdigit() or int(size.name) > 65_535):
        seen.refuse("size.type", "{part} is too wide for a type: at most 65,535.", size)


def judge_var(seen: Seen, node: Any) -> None:
    """Refuse a bare word that is no word of the language."""
    if not PLAIN_WORD.match(node.name):
        seen.refuse("node.Var", "{part} is not a word of the language: leave it out.", node.name)


def judge_collate(seen: Seen, node: Any) -> None:
    """Refuse a collation that is not one plain name."""
    _no_dots(seen, node.expression)


def _no_dots(seen: Seen, node: Any) -> None:
    if (
        not isinstance(node, (exp.Identifier, exp.Var, exp.Column))
        or len(node.parts if isinstance(node, exp.Column) else "1") > 1
    ):
        seen.refuse("node.Collate", '{part} is not a plain collation: name one such as "C" or NOCASE.', node)
    elif isinstance(node, exp.Column):
        node.set("shadow", None)


def judge_in_list(seen: Seen, node: Any) -> None:
    """Refuse `a IN t`, which reads a whole table."""
    if node.args.get("field") is not None and seen.rules.name != "duckdb":
        seen.refuse("part.field", "{part} reads a whole table or list: write IN (SELECT …) or IN (…).", node)


def judge_distinct(seen: Seen, node: Any) -> None:
    """Remember DISTINCT ON, which is written in another way."""
    seen.odd |= bool(node.args.get("on"))  # written with a window where an engine has no DISTINCT ON
