"""What an engine's planner says before a statement runs: which relations, how many rows, what makes it expensive."""

from __future__ import annotations

import contextlib
import json

import pytest

from connectors import schema_json
from connectors.contracts import Limits, SourceCancelled, SourceError, SourceFailed
from connectors.numerals import about
from tests.connectors.conftest import CANARY, PostgresEngine, PostgresServer

BOTH = "SELECT c.id FROM customer c JOIN purchase p ON p.customer_id = c.id WHERE p.amount > 7"
PRODUCT = "SELECT c.id FROM customer c CROSS JOIN purchase p LIMIT 21"


def names(plan) -> set[str]:
    return {name for _, name in plan.relations}


def test_the_plan_names_what_the_statement_reads_and_nothing_runs(engine, make_source):
    source = make_source()
    plan = source.explain(BOTH)
    assert names(plan) == {"customer", "purchase"}
    assert plan.cartesian == ()
    assert names(source.explain("SELECT count(*) FROM purchase")) == {"purchase"}
    assert names(source.explain("WITH x AS (SELECT 1 AS a) SELECT a FROM x")) == set()
    assert names(source.explain("SELECT (SELECT max(id) FROM purchase) AS m FROM customer")) == {"customer", "purchase"}
    assert source.run("SELECT count(*) AS n FROM purchase", Limits()).rows == ((1000,),), "the session is good as ever"


def test_a_view_is_planned_as_what_stands_below_it_and_the_schema_says_so(engine, make_source):
    source = make_source()
    plan = source.explain("SELECT id FROM good_customer")
    view = next(table for table in source.describe().tables if table.name == "good_customer")
    assert plan.relations <= {(view.schema, view.name), *view.reads}
    assert view.reads == ((view.schema, "customer"),)
    kept = schema_json.load(json.loads(json.dumps(schema_json.dump(source.describe()))))
    assert kept == source.describe()


def test_a_cartesian_product_is_named_and_a_join_is_none(engine, make_source):
    source = make_source()
    plan = source.explain(PRODUCT)
    assert {frozenset(pair) for pair in plan.cartesian} <= {frozenset({"customer", "purchase"}), frozenset("cp")}
    assert plan.cartesian
    assert "joined without a condition" in plan.costly[0]
    one_row = (
        "SELECT c.id FROM customer c CROSS JOIN (SELECT max(amount) AS most FROM purchase) m WHERE c.balance > most"
    )
    assert source.explain(BOTH).cartesian == ()
    if engine.name == "postgresql":
        assert source.explain(one_row).cartesian == (), "joined with one row is no product"


@pytest.mark.parametrize(
    "statement",
    ["SELECT nothing FROM customer", "SELECT id FROM no_such_table", "SELECT 1; SELECT 2", "ANALYZE SELECT 1", "x"],
)
def test_what_the_engine_cannot_plan_is_told_in_our_words(make_source, statement):
    source = make_source()
    with pytest.raises(SourceError) as refusal:
        source.explain(statement)
    assert refusal.value.code in ("unknown_column", "unknown_table", "syntax", "bad_statement", "several_statements")
    assert names(source.explain("SELECT id FROM customer")) == {"customer"}


def test_an_unknown_column_is_quoted_from_our_statement(make_source):
    with pytest.raises(SourceFailed) as failed:
        make_source().explain("SELECT nothing_like_it FROM customer")
    assert (failed.value.code, failed.value.subject) == ("unknown_column", "nothing_like_it")


def test_explaining_a_write_writes_nothing(engine, make_source):
    before, source = engine.count_customers(), make_source()
    for statement in engine.write_sql:
        with contextlib.suppress(SourceError):
            source.explain(statement)
    assert engine.count_customers() == before
    assert "stolen" not in {table.name for table in source.describe().tables}


def test_a_cancelled_source_plans_nothing(make_source):
    source = make_source()
    source.cancel()
    with pytest.raises(SourceCancelled):
        source.explain("SELECT id FROM customer")


# --- PostgreSQL's estimates ---


@pytest.fixture(scope="module")
def wide(postgres_server: PostgresServer, postgres_database: str) -> PostgresEngine:
    """Tables that the planner knows to be large, a partitioned one, a policy, a chain of views."""
    postgres_server.run(
        postgres_database,
        f"""
        CREATE SCHEMA plans;
        CREATE TABLE plans.big (id int, other int, body text);
        INSERT INTO plans.big SELECT i, i % 100, '{CANARY}' FROM generate_series(1, 20000) i;
        CREATE TABLE plans.parted (id int, day date) PARTITION BY RANGE (day);
        CREATE TABLE plans.parted_old PARTITION OF plans.parted FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
        CREATE TABLE plans.parted_new PARTITION OF plans.parted FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
        CREATE TABLE plans.allowed (id int);
        CREATE TABLE plans.guarded (id int);
        ALTER TABLE plans.guarded ENABLE ROW LEVEL SECURITY;
        CREATE POLICY part ON plans.guarded USING (id IN (SELECT a.id FROM plans.allowed a));
        CREATE VIEW plans.first AS SELECT id FROM plans.parted;
        CREATE VIEW plans.second AS SELECT f.id FROM plans.first f JOIN plans.big b USING (id);
        GRANT USAGE ON SCHEMA plans TO countersign_reader;
        GRANT SELECT ON plans.big, plans.parted, plans.guarded, plans.allowed, plans.second TO countersign_reader;
        ANALYZE plans.big;
        """,
    )
    yield PostgresEngine(postgres_server, postgres_database)
    postgres_server.run(postgres_database, "DROP SCHEMA plans CASCADE")


def test_partitions_views_of_views_and_row_policies_are_what_reading_them_reads(wide: PostgresEngine):
    with wide.source() as source:
        reads = {table.qualified_name: set(table.reads) for table in source.describe().tables}
        both = {("plans", "parted_old"), ("plans", "parted_new")}
        assert reads["plans.parted"] == both
        assert reads["plans.guarded"] == {("plans", "allowed")}
        assert reads["plans.second"] == {*both, ("plans", "first"), ("plans", "parted"), ("plans", "big")}
        assert reads["plans.big"] == set()
        for name in ("parted", "guarded", "second"):
            relations = source.explain(f"SELECT * FROM plans.{name}").relations
            assert relations, name
            assert relations <= {("plans", name), *reads[f"plans.{name}"]}, name


def test_rows_and_cost_grow_with_the_product_and_a_limit_spares_what_it_spares(wide: PostgresEngine):
    with wide.source() as source:
        first = source.explain("SELECT id FROM plans.big LIMIT 21")
        assert first.estimated_rows == 21, "a limit stops the scan"
        whole = source.explain("SELECT id FROM plans.big ORDER BY body LIMIT 21")
        assert whole.estimated_rows == 20_000, "a sort reads everything first"
        assert any("sorted" in text for text in whole.costly)
        product = source.explain("SELECT count(*) FROM plans.big a, plans.big b")
        assert product.estimated_rows == 400_000_000
        assert product.cartesian == (("big", "big"),)
        assert product.costly[0] == "`big` and `big` are joined without a condition: 400 million rows"
        assert product.cost > whole.cost > first.cost
        cheap = source.explain("SELECT a.id FROM plans.big a, plans.big b LIMIT 21")
        assert cheap.estimated_rows < 50_000, "a product of which only 21 rows are wanted is not expensive"
        compared = source.explain("SELECT count(*) FROM plans.big a JOIN plans.big b ON a.other < b.other")
        assert compared.cartesian == ()
        assert "compared with each" in compared.costly[0]


def test_no_value_is_in_a_plan(wide: PostgresEngine):
    with wide.source() as source:
        plan = source.explain(f"SELECT id FROM plans.big WHERE body = '{CANARY}' AND other < 4711 ORDER BY body")
    assert CANARY not in repr(plan)
    assert "4711" not in repr(plan)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (950, "950"),
        (12_345, "12,000"),
        (999_999, "1 million"),
        (1_234_567, "1.2 million"),
        (35e6, "35 million"),
        (1.2e9, "1.2 billion"),
        (4e12, "4 trillion"),
        (1e30, "more than a million trillion"),
    ],
)
def test_large_numbers_are_said_the_way_people_do(number: float, said: str):
    assert about(number) == said
