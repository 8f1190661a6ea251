"""The second reading: left out only where it could find nothing, and never where rules of a table were put in."""

import sys

import pytest
from sqlglot import exp

from guardrails.sql import GuardPolicy, decide, nodes
from guardrails.sql.rules import rules_for
from tests.guardrails.sql.corpus import lines, read

DIALECTS = ("mysql", "sqlite", "duckdb")


def everything(dialect: str) -> list[str]:
    cases = [*read(f"attacks_{dialect}"), *read("attacks_any"), *read(f"legitimate_{dialect}")]
    return [sql for _, _, sql in cases] + lines(f"honest_{dialect}") + lines("honest_any")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_leaving_the_second_reading_out_changes_no_decision(dialect, monkeypatch):
    statements = everything(dialect)
    short = [decide(sql, dialect) for sql in statements]
    monkeypatch.setattr(nodes, "PLAIN", frozenset())
    assert [decide(sql, dialect) for sql in statements] == short


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_plain_function_is_on_the_list_of_every_engine(dialect):
    functions = [kind for kind in nodes.PLAIN if issubclass(kind, exp.AggFunc) or kind in nodes.FUNCTION]
    assert len(functions) > 10
    for kind in functions:
        written = kind().sql(dialect).partition("(")[0]
        assert written.upper() in rules_for(dialect).functions, kind


def test_what_sqlglot_writes_in_another_way_is_read_again():
    assert [reason.code for reason in decide("SELECT DISTINCT ON (a) a, b FROM t", "sqlite").reasons] == [
        "text.unstable"
    ]


def test_a_full_join_is_left_to_mysql_and_never_becomes_a_union():
    sql = decide("SELECT count(*) FROM t FULL JOIN u ON t.id = u.id", "mysql").sql
    assert sql.upper() == "SELECT COUNT(*) FROM T FULL OUTER JOIN U ON T.ID = U.ID LIMIT 21"


def test_an_odd_sign_brings_the_second_reading(monkeypatch):
    asked = []
    monkeypatch.setattr(sys.modules["guardrails.sql.decide"], "_read_back", lambda text, *_: asked.append(text))
    decide("SELECT a FROM t WHERE b = 'x'", "mysql")
    assert asked == []
    decide("SELECT a FROM t WHERE b = 'it''s'", "mysql")
    decide("SELECT a FROM t WHERE b = 'x'", "postgres")
    decide("SELECT DATE_FORMAT(a, '%Y') FROM t", "mysql")
    decide("SELECT a FROM t", "mysql", policy=GuardPolicy(limit=-1))
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("dialect", "written", "runs"),
    [
        ("postgres", "1_000", "1000"),
        ("postgres", "0x1F", "31"),
        ("postgres", "0o17", "15"),
        ("postgres", "0b1_01", "5"),
        ("postgres", "x'1F'", "x'1F'"),
        ("sqlite", "1_000_000", "1000000"),
        ("sqlite", "0x1F", "31"),
        ("duckdb", "1_000", "1000"),
    ],
)
def test_a_number_runs_as_the_number_that_the_engine_reads(dialect, written, runs):
    assert decide(f"SELECT a FROM t WHERE b > {written} AND c = {written}", dialect).sql == (
        f"SELECT a FROM t WHERE b > {runs} AND c = {runs} LIMIT 21"
    )
