"""Every case of the corpora: attacks refused by the rule they name, legitimate queries allowed and still valid."""

import sqlite3

import pytest

from guardrails.sql import decide
from tests.guardrails.sql.corpus import read

DIALECTS = ("postgres", "mysql", "sqlite", "duckdb")
ATTACKS = [(d, *case) for d in DIALECTS for case in read(f"attacks_{d}")]
ATTACKS += [(d, *case) for d in DIALECTS for case in read("attacks_any")]
LEGITIMATE = [(d, title, sql) for d in DIALECTS for _, title, sql in read(f"legitimate_{d}")]


@pytest.mark.requirement("Q03")
@pytest.mark.parametrize(("dialect", "rule", "title", "sql"), ATTACKS)
def test_an_attack_is_refused_by_its_rule(dialect, rule, title, sql):
    decision = decide(sql, dialect)
    assert decision.verdict == "block", title
    assert decision.sql == ""
    assert rule in [reason.code for reason in decision.reasons]
    assert all(reason.message for reason in decision.reasons)


@pytest.mark.requirement("Q03")
@pytest.mark.parametrize(("dialect", "title", "sql"), LEGITIMATE)
def test_a_legitimate_query_passes(dialect, title, sql):
    decision = decide(sql, dialect)
    assert decision.reasons == (), title
    assert decision.verdict == "pass"
    assert decision.limit is not None
    assert decision.limit <= 21


@pytest.mark.parametrize(("dialect", "title", "sql"), LEGITIMATE)
def test_what_runs_reads_the_same_again(dialect, title, sql):
    once = decide(sql, dialect)
    again = decide(once.sql, dialect)
    assert again.sql == once.sql, title
    assert again.tables == once.tables
    assert again.changes == ()


@pytest.mark.parametrize(("dialect", "title", "sql"), LEGITIMATE)
def test_no_comment_and_no_hint_reaches_the_engine(dialect, title, sql):
    decision = decide(f"/* note */ {sql.rstrip(';')} -- end", dialect)
    assert decision.sql == decide(sql, dialect).sql, title
    assert "/*" not in decision.sql


SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT, born_on TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL, data TEXT DEFAULT '{"tags": ["a"]}');
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT, product_id INT, total REAL, placed_on TEXT,
                     shipped_on TEXT);
CREATE TABLE staff (id INTEGER PRIMARY KEY, boss_id INT);
CREATE TABLE schools ("County Name" TEXT, "Enrollment (K-12)" REAL, "Free Meal Count (K-12)" REAL);
INSERT INTO customers VALUES (1, 'Ada', 'Berlin', '1990-01-01'), (2, 'Bo B', 'Hamburg', '1980-01-01');
INSERT INTO products (id, name, price) VALUES (1, 'Boots', 50), (2, 'Coat', 150);
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50)
INSERT INTO orders SELECT x, x % 2 + 1, 1, x * 10, '2024-01-01', NULL FROM n;
INSERT INTO staff VALUES (1, NULL), (2, 1), (3, 2);
"""
NOT_IN_EVERY_SQLITE = ("UNIXEPOCH",)


@pytest.fixture(scope="module")
def shop():
    connection = sqlite3.connect(":memory:")
    connection.executescript(SHOP)
    yield connection
    connection.close()


@pytest.mark.requirement("Q04", part="limit")
@pytest.mark.parametrize(("title", "sql"), [case[1:] for case in LEGITIMATE if case[0] == "sqlite"])
def test_sqlite_runs_what_the_guard_wrote(shop, title, sql):
    rows = shop.execute(decide(sql, "sqlite").sql).fetchall()
    assert len(rows) <= 21, title


@pytest.mark.parametrize("sql", ["SELECT total FROM orders WHERE id < 9 ORDER BY id", "SELECT 7 - -3, 'it''s', 1 <> 2"])
def test_the_answer_is_that_of_the_original(shop, sql):
    assert shop.execute(decide(sql, "sqlite").sql).fetchall() == shop.execute(sql).fetchall()
