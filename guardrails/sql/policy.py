"""What an officer may set for the guard of one connector. Holds data; a policy can only narrow, except
`functions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.sql.decision import fold

SHOWN_ROWS = 20
MAX_SQL_CHARS = 50_000


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """Limits and names for one decision.

    `limit` is the number of rows that are shown; the statement asks for one more, so that a cut is known
    (Q04). `functions` are extra functions an admin allowed on this connector, unqualified. `hidden` are
    (table, column) pairs, table with or without its schema, that no query may read in any form.
    """

    limit: int = SHOWN_ROWS
    max_sql_chars: int = MAX_SQL_CHARS
    functions: frozenset[str] = frozenset()
    hidden: frozenset[tuple[str, str]] = frozenset()
    revision: str = ""


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
        revision=str(getattr(policy, "revision", "")),
    )


def _lower(names: Iterable[object]) -> frozenset[str]:
    if isinstance(names, str):
        raise ValueError("policy.functions must be a set of names, not one text")
    return frozenset(fold(str(name)) for name in names)
