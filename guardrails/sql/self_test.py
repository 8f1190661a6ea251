"""The product's own attack list: statements that must never run, each with what it tries. Reads its own files; runs
nothing.

An officer runs it against a connector's own settings (the self-test page); the guard's tests run it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guardrails.sql.decide import decide
from guardrails.sql.decision import Decision
from guardrails.sql.rules import rules_for

FOLDER = Path(__file__).parent / "attacks"
HEADING = re.compile(r"^-- \[([\w.]*)\] (.*)$", re.M)


@dataclass(frozen=True, slots=True)
class Attack:
    """A statement that must be refused: the `rule` that refuses it without a schema, what it `tries`, its text."""

    rule: str
    tries: str
    sql: str


@dataclass(frozen=True, slots=True)
class Trial:
    """An attack and what the guard decided about it under one policy."""

    attack: Attack
    decision: Decision


def cases(text: str) -> tuple[Attack, ...]:
    """Return the cases of a file: a heading `-- [rule] what it tries`, then the statement."""
    parts = HEADING.split(text)
    if parts[0].strip():
        raise ValueError("a list of statements begins with a heading `-- [rule] what it tries`")
    return tuple(Attack(r, t, s.strip("\n")) for r, t, s in zip(parts[1::3], parts[2::3], parts[3::3], strict=True))


@cache
def attacks(dialect: str) -> tuple[Attack, ...]:
    """Return the attacks on `dialect`, those on every dialect last; none for a dialect that is not known."""
    rules = rules_for(dialect)
    if rules is None:
        return ()
    return tuple(
        case for name in (rules.name, "any") for case in cases((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    )


def run(dialect: str, schema: object = None, policy: object = None) -> tuple[Trial, ...]:
    """Put every attack on `dialect` to the guard, under the connector's own schema and policy."""
    return tuple(Trial(attack, decide(attack.sql, dialect, schema, policy)) for attack in attacks(dialect))
