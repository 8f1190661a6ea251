"""The guard's answer on the plain cases, one a promise; the corpora hold the rest."""

import pytest

from guardrails.sql import DIALECTS, decide


@pytest.mark.requirement("Q03", part="statement kinds")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_select_runs(dialect):
    passed = decide("SELECT id, name FROM customers WHERE id = 3", dialect)
    refused = decide("DELETE FROM customers WHERE id = 3", dialect)
    assert passed.verdict == "pass"
    assert passed.tables == ("customers",)
    assert refused.verdict == "block"
    assert refused.sql == ""
    assert refused.reasons[0].code == "statement.kind"


def test_a_refusal_names_the_part_and_says_what_to_do():
    decision = decide("SELECT pg_sleep(10)", "postgres")
    assert decision.reasons[0].message == (
        "`pg_sleep` is not on the list of functions this connector may use. Ask an admin to allow it, or leave it out."
    )
    assert decision.reasons[0].fragment == "pg_sleep"


@pytest.mark.parametrize("dialect", ["oracle", "", None, 7, b"postgres"])
def test_an_unknown_dialect_is_refused(dialect):
    assert decide("SELECT 1", dialect).reasons[0].code == "dialect.unknown"


@pytest.mark.parametrize(
    ("dialect", "sql", "runs"),
    [
        ("mysql", "SELECT 1 FROM DUAL", "SELECT 1 LIMIT 21"),
        ("mysql", "SELECT a FROM t WHERE a REGEXP 'x'", "SELECT a FROM t WHERE (REGEXP_INSTR(a, 'x') > 0) LIMIT 21"),
        ("mariadb", "SELECT a FROM t WHERE a REGEXP 'x'", "SELECT a FROM t WHERE (REGEXP_INSTR(a, 'x') > 0) LIMIT 21"),
        ("sqlite", "SELECT t.'my name' FROM t", 'SELECT t."my name" FROM t LIMIT 21'),
        ("duckdb", "SELECT json_keys(a -> 'b') FROM t", "SELECT JSON_KEYS(a -> 'b') FROM t LIMIT 21"),
        ("postgres", "SELECT upper(a -> 'b' ->> 'c') FROM t", "SELECT UPPER(a -> 'b' ->> 'c') FROM t LIMIT 21"),
    ],
)
def test_what_sqlglot_reads_otherwise_than_the_engine_is_repaired(dialect, sql, runs):
    assert decide(sql, dialect).sql == runs


def test_the_column_before_an_arrow_is_seen():
    assert decide("SELECT upper(secret -> 'b') FROM t", "postgres").columns == ("t.secret",)


def test_a_refused_statement_leaves_no_sql_to_run():
    decision = decide("SELECT * FROM pg_class", "postgres")
    assert (decision.sql, decision.tables, decision.columns, decision.limit) == ("", (), (), None)
