"""The row limit on every shape of statement (Q04)."""

import pytest

from guardrails.sql import GuardPolicy, decide

SHAPES = [
    ("postgres", "SELECT a FROM t", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 5", "LIMIT 5"),
    ("postgres", "SELECT a FROM t LIMIT 21", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 0", "LIMIT 0"),
    ("postgres", "SELECT a FROM t LIMIT 22", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 99999999999999999999999", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT ALL", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT NULL", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 10 * 10", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT '500'", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 1e9", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT (SELECT 500)", "LIMIT 21"),
    ("postgres", "SELECT a FROM t LIMIT 500::int", "LIMIT 21"),
    ("postgres", "SELECT a FROM t FETCH FIRST 5 ROWS ONLY", "LIMIT 5"),
    ("postgres", "SELECT a FROM t FETCH FIRST ROW ONLY", "LIMIT 1"),
    ("postgres", "SELECT a FROM t FETCH FIRST 500 ROWS ONLY", "LIMIT 21"),
    ("postgres", "SELECT a FROM t ORDER BY a FETCH FIRST 5 ROWS WITH TIES", "LIMIT 21"),
    ("postgres", "SELECT a FROM t OFFSET 7", "LIMIT 21 OFFSET 7"),
    ("postgres", "SELECT a FROM t OFFSET 7 ROWS FETCH NEXT 3 ROWS ONLY", "LIMIT 3 OFFSET 7"),
    ("postgres", "SELECT a FROM t UNION SELECT b FROM u", "LIMIT 21"),
    ("postgres", "SELECT a FROM t UNION ALL SELECT b FROM u LIMIT 500", "LIMIT 21"),
    ("postgres", "(SELECT a FROM t LIMIT 500) UNION ALL (SELECT b FROM u LIMIT 500)", "LIMIT 21"),
    ("postgres", "SELECT a FROM t EXCEPT SELECT b FROM u LIMIT 3", "LIMIT 3"),
    ("postgres", "(((SELECT a FROM t)))", "LIMIT 21"),
    ("postgres", "((SELECT a FROM t LIMIT 3))", "LIMIT 3"),
    ("postgres", "(SELECT a FROM t LIMIT 500) LIMIT 600", "LIMIT 21"),
    ("postgres", "(SELECT a FROM t LIMIT 500) LIMIT 6", "LIMIT 6"),
    ("postgres", "((SELECT a FROM t LIMIT 500) ORDER BY a) OFFSET 2", "LIMIT 21 OFFSET 2"),
    ("mysql", "(SELECT a FROM t LIMIT 500) ORDER BY a", "LIMIT 21"),
    ("postgres", "(SELECT a FROM t) ORDER BY a", "LIMIT 21"),
    ("postgres", "WITH x AS (SELECT a FROM t LIMIT 500) SELECT * FROM x", "LIMIT 21"),
    ("postgres", "WITH x AS (SELECT a FROM t) (SELECT * FROM x LIMIT 500)", "LIMIT 21"),
    ("postgres", "SELECT * FROM (SELECT a FROM t LIMIT 3) AS s", "LIMIT 21"),
    ("mysql", "SELECT a FROM t LIMIT 5, 500", "LIMIT 21 OFFSET 5"),
    ("mysql", "SELECT a FROM t LIMIT 5, 10", "LIMIT 10 OFFSET 5"),
    ("mysql", "SELECT a FROM t LIMIT 18446744073709551615", "LIMIT 21"),
    ("mysql", "(SELECT a FROM t) UNION (SELECT b FROM u) LIMIT 99", "LIMIT 21"),
    ("sqlite", "SELECT a FROM t LIMIT -1", "LIMIT 21"),
    ("sqlite", "SELECT a FROM t LIMIT 3, 500", "LIMIT 21 OFFSET 3"),
    ("sqlite", "SELECT a FROM t LIMIT max(500, 1)", "LIMIT 21"),
    ("duckdb", "SELECT a FROM t LIMIT 10%", "LIMIT 21"),
    ("duckdb", "SELECT a FROM t LIMIT 10 PERCENT", "LIMIT 21"),
    ("duckdb", "SELECT a FROM t LIMIT (SELECT count(*) FROM t)", "LIMIT 21"),
]


@pytest.mark.requirement("Q04", part="limit")
@pytest.mark.parametrize(("dialect", "sql", "end"), SHAPES)
def test_every_shape_ends_with_a_plain_limit(dialect, sql, end):
    decision = decide(sql, dialect)
    assert decision.reasons == ()
    assert decision.sql.endswith(" " + end)
    assert decision.limit == int(end.split()[1])


@pytest.mark.requirement("Q04", part="limit")
def test_the_statement_asks_for_one_row_more_than_is_shown():
    decision = decide("SELECT a FROM t", "postgres", policy=GuardPolicy(limit=5))
    assert decision.sql == "SELECT a FROM t LIMIT 6"
    assert decision.changes == ("LIMIT 6 added",)


def test_a_change_is_said_in_words():
    decision = decide("SELECT a FROM t LIMIT 500", "postgres")
    assert decision.changes == ("LIMIT 21 set in place of `LIMIT 500`",)


@pytest.mark.parametrize("offset", ["(SELECT 5)", "1 + 1", "NULL", "-1", "1.5", "'3'"])
def test_an_offset_that_is_no_plain_number_is_refused(offset):
    decision = decide(f"SELECT a FROM t LIMIT 5 OFFSET {offset}", "postgres")
    assert [reason.code for reason in decision.reasons] == ["limit.offset"]
