"""What an officer may set for the guard of one connector. Holds data; a policy can only narrow, except
`functions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.sql.decision import fold

SHOWN_ROWS = 20
MAX_SQL_CHARS = 50_000


MASK_KINDS = ("null", "constant", "hash", "last4", "first1", "domain", "year")
"""What may stand in place of a masked value; the expressions are in `guardrails.sql.rewrite_masks`."""


@dataclass(frozen=True, slots=True)
class Mask:
    """`column` of `table` is only ever read as what `kind` leaves of it. Names are with or without their schema.

    `text` is the constant of `constant` and the salt of `hash`; the other kinds take none.
    """

    table: str
    column: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Only rows of `table` for which `condition` is true are ever read. It is SQL over the table's own columns.

    `values` are what its placeholders stand for, such as ("user.email", "ana@northlight.example").
    """

    table: str
    condition: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """Limits and names for one decision.

    `limit` is the number of rows that are shown; the statement asks for one more, so that a cut is known
    (Q04). `functions` are extra functions an admin allowed on this connector, unqualified. `hidden` are
    (table, column) pairs, table with or without its schema, that no query may read in any form. `masks` and
    `filters` are put into every reference to their table, so that no expression sees what they take away.
    """

    limit: int = SHOWN_ROWS
    max_sql_chars: int = MAX_SQL_CHARS
    functions: frozenset[str] = frozenset()
    hidden: frozenset[tuple[str, str]] = frozenset()
    masks: tuple[Mask, ...] = ()
    filters: tuple[RowFilter, ...] = ()
    revision: str = ""

    @property
    def guards_tables(self) -> bool:
        """Tell whether any table has rules of its own."""
        return bool(self.masks or self.filters or self.hidden)


DEFAULT_POLICY = GuardPolicy()


def read_policy(policy: object | None) -> GuardPolicy:
    """Return `policy` as a GuardPolicy, names lower-cased; anything with the same attributes will do.

    An attribute that is missing takes its default; one of the wrong type raises ValueError or TypeError,
    which the guard turns into a refusal.
    """
    if policy is None:
        return DEFAULT_POLICY
    limit = getattr(policy, "limit", SHOWN_ROWS)
    chars = getattr(policy, "max_sql_chars", MAX_SQL_CHARS)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError("policy.limit must be a whole number of rows, zero or more")
    if isinstance(chars, bool) or not isinstance(chars, int):
        raise ValueError("policy.max_sql_chars must be a whole number")
    return GuardPolicy(
        limit=limit,
        max_sql_chars=min(chars, MAX_SQL_CHARS),
        functions=_lower(getattr(policy, "functions", ())),
        hidden=frozenset((fold(str(t)), fold(str(c))) for t, c in getattr(policy, "hidden", ())),
        masks=tuple(_mask(mask) for mask in getattr(policy, "masks", ())),
        filters=tuple(_filter(rule) for rule in getattr(policy, "filters", ())),
        revision=str(getattr(policy, "revision", "")),
    )


def _mask(given: object) -> Mask:
    if not isinstance(given, Mask):
        raise TypeError("policy.masks must hold masks")
    if given.kind not in MASK_KINDS:
        raise ValueError("policy.masks: a kind is not one of the known")
    return Mask(fold(given.table), fold(given.column), given.kind, given.text)


def _filter(given: object) -> RowFilter:
    if not isinstance(given, RowFilter):
        raise TypeError("policy.filters must hold row filters")
    if not isinstance(given.condition, str) or not given.condition.strip():
        raise ValueError("policy.filters: a condition is empty")
    return RowFilter(fold(given.table), given.condition, tuple((str(n), str(v)) for n, v in given.values))


def _lower(names: Iterable[object]) -> frozenset[str]:
    if isinstance(names, str):
        raise ValueError("policy.functions must be a set of names, not one text")
    return frozenset(fold(str(name)) for name in names)
