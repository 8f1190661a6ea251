"""Hundreds of honest queries, as benchmarks, models and people write them, pass in each dialect they belong to."""

import pytest

from guardrails.sql import decide
from tests.guardrails.sql.corpus import lines

DIALECTS = ("postgres", "mysql", "mariadb", "sqlite", "duckdb")


def honest(dialect: str) -> list[str]:
    return lines(f"honest_{'mysql' if dialect == 'mariadb' else dialect}") + lines("honest_any")


@pytest.mark.requirement("Q03", part="honest queries pass")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_honest_queries_pass_and_are_limited(dialect):
    refused = []
    for sql in honest(dialect):
        decision = decide(sql, dialect)
        if not decision.passes or decision.limit is None or decision.limit > 21:
            refused.append((sql, [reason.message for reason in decision.reasons]))
    assert refused == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_runs_of_them_is_read_as_the_same_query(dialect):
    unstable = []
    for sql in honest(dialect):
        once = decide(sql, dialect)
        again = decide(once.sql, dialect)
        if set(again.tables) != set(once.tables) or decide(again.sql, dialect).sql != again.sql:
            unstable.append((sql, once.sql))
    assert unstable == []
