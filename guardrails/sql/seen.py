"""What one walk over a statement found. Collects; decides nothing."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from guardrails.sql.decision import Reason, refuse
from guardrails.sql.rules import Rules

MAX_REASONS = 6


class Seen:
    """What a walk found: refusals, and the nodes that name something."""

    __slots__ = (
        "bound",
        "columns",
        "ctes",
        "extra",
        "joins",
        "kinds",
        "named",
        "odd",
        "patterns",
        "reasons",
        "rules",
        "series",
        "sources",
        "stars",
        "stripped",
        "tables",
    )

    def __init__(self, rules: Rules, extra: frozenset[str]) -> None:
        self.rules = rules
        self.extra = extra
        self.reasons: list[Reason] = []
        self.tables: list[Any] = []
        self.columns: list[Any] = []
        self.stars: list[Any] = []
        self.joins: list[Any] = []
        self.patterns: list[Any] = []
        self.named: set[str] = set()
        self.bound: set[str] = set()
        self.kinds: set[type] = set()
        self.ctes = False
        self.odd = False
        self.sources = 0
        self.series = 1
        self.stripped = False

    def refuse(self, code: str, message: str, fragment: object = "") -> None:
        """Add a reason; `fragment` may be a node, which is written out in the engine's own words."""
        if len(self.reasons) >= MAX_REASONS:
            return
        reason = refuse(code, message, self.text(fragment))
        if reason not in self.reasons:
            self.reasons.append(reason)

    def text(self, part: object) -> str:
        """Return `part` as the engine's SQL; a node that cannot be written is named by its kind."""
        if not isinstance(part, exp.Expr):
            return str(part)
        try:
            return part.sql(dialect=self.rules.grammar, comments=False)
        except Exception:
            return type(part).__name__
