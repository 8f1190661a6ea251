"""A question travels the whole way over MariaDB and DuckDB too: schema, guard, rules, run, page and API (Q06)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from connectors import set_up
from connectors.models import ColumnRule, Connector, ConnectorProbe, RowFilter
from portal import change
from portal.roles import Role
from questions.models import QuestionState
from tests.connectors.doors import api_as, browser_as
from tests.questions_lab import CANARY, Lab
from tests.servers import messages

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
PASSWORD = "canary-of-the-engine-reader"
BIG = 9007199254740993
TABLES = (
    "CREATE TABLE customers (id int PRIMARY KEY, name varchar(80) NOT NULL, city varchar(40), code bigint)",
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, placed_at date, total decimal(12, 2), "
    "FOREIGN KEY (customer_id) REFERENCES customers (id))",
    f"INSERT INTO customers VALUES (1, 'Ida', 'Oslo', 1), (2, 'Bo', 'Bergen', {BIG}), (500, '{CANARY}', 'Tromso', 3)",
    "INSERT INTO orders VALUES (1, 1, '2026-10-01', 10.50), (2, 2, '2026-10-02', 99.90), (3, 2, '2026-10-03', 0.10)",
)


def mysql_connector(request: pytest.FixtureRequest, lab: Lab) -> Connector:
    server, name = request.getfixturevalue("mariadb_server"), f"lab_{WORKER}"
    server.make_database(name, *TABLES)
    server.run(
        f"CREATE USER IF NOT EXISTS lab@localhost IDENTIFIED BY '{PASSWORD}'",
        f"GRANT SELECT, SHOW VIEW ON {name}.* TO lab@localhost",
    )
    given = {"host": server.socket, "database": name, "user": "lab"}
    return set_up.set_up(Connector(name="shop", role="source", adapter="mysql", settings=given), secret=PASSWORD)


def duckdb_connector(request: pytest.FixtureRequest, lab: Lab) -> Connector:
    folder = Path(settings.SQLITE_FOLDER) / lab.cast.northlight.slug
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"lab_{os.getpid()}.duckdb"
    file.unlink(missing_ok=True)
    code = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", code, str(file)], input=";".join(TABLES), text=True, check=True)
    return set_up.set_up(Connector(name="shop", role="source", adapter="duckdb", settings={"file": file.name}))


@pytest.fixture(params=["mysql", "duckdb"])
def shop(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Connector]:
    make = {"mysql": mysql_connector, "duckdb": duckdb_connector}[request.param]
    with lab.cast.ada.inside():
        made = make(request, lab)
    yield made
    from connectors import sessions

    sessions.close_idle(made.pk)


@pytest.mark.requirement("Q06")
def test_a_question_is_answered_from_the_engine_itself(lab: Lab, shop: Connector) -> None:
    lab.model().script(messages.sql("SELECT city, code FROM customers WHERE id <> 500 ORDER BY id"))
    question = lab.ask(lab.cast.paul, "Which city and code has each customer?", shop)
    assert question.state == QuestionState.ANSWERED, (question.failure, question.reasons)
    assert question.executed_sql.endswith("LIMIT 21")
    shown = api_as(lab.cast.paul).get(f"/api/v1/questions/{question.pk}/").json()
    assert shown["answer"]["rows"] == [["Oslo", 1], ["Bergen", str(BIG)]] or shown["answer"]["rows"] == [
        ["Oslo", "1"],
        ["Bergen", str(BIG)],
    ]
    page = browser_as(lab.cast.paul).get(f"/questions/{question.pk}/").content.decode()
    assert str(BIG) in page.replace(",", "").replace("\u202f", "").replace("&#x27;", "")
    sent = str(lab.server.requests[0])  # type: ignore[union-attr]
    assert "customers" in sent
    assert CANARY not in sent, "names go to the model, values never"


@pytest.mark.requirement("Q06", part="a verified query, joined and summed, on each engine")
def test_a_verified_query_answers_with_exact_money(lab: Lab, shop: Connector) -> None:
    sql = (
        "SELECT c.city, SUM(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.city ORDER BY total DESC"
    )
    lab.verify("What did each city spend?", sql, shop)
    question = lab.ask(lab.cast.paul, "What did each city spend?", shop)
    assert question.state == QuestionState.ANSWERED, (question.failure, question.reasons)
    shown = api_as(lab.cast.paul).get(f"/api/v1/questions/{question.pk}/").json()
    assert shown["answer"]["rows"] == [["Bergen", "100.00"], ["Oslo", "10.50"]]


def test_masks_and_row_filters_hold_on_each_engine(lab: Lab, shop: Connector) -> None:
    with lab.cast.ada.inside():
        schema = set_up.describe(shop).default_schema
        named = {"connector": shop, "role": Role.ANALYST, "schema_name": schema, "table_name": "customers"}
        change.apply(ColumnRule(**named, column_name="name", kind="first1"))
        change.apply(RowFilter(**named, condition="city <> 'Bergen'"))
    lab.grant(lab.cast.ana, shop)
    lab.verify("Who are our customers?", "SELECT name FROM customers ORDER BY id", shop)
    question = lab.ask(lab.cast.ana, "Who are our customers?", shop)
    assert question.state == QuestionState.ANSWERED, (question.failure, question.reasons)
    shown = api_as(lab.cast.ana).get(f"/api/v1/questions/{question.pk}/").json()
    assert shown["answer"]["rows"] == [["I***"], ["W***"]]


def test_what_the_guard_refuses_never_runs_and_an_engines_error_quotes_no_row(lab: Lab, shop: Connector) -> None:
    for sql in (
        "DELETE FROM orders",
        "SELECT * FROM information_schema.tables",
        "SELECT nothing FROM orders",
        "SELECT SLEEP(5)",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT LOAD_FILE('/etc/passwd')",
    ):
        assert lab.run_sql(lab.cast.paul, sql, shop).state == QuestionState.REFUSED, sql
    sql = "SELECT CAST(name AS DECIMAL(4, 2)) + (SELECT id FROM orders) AS n FROM customers WHERE id = 500"
    question = lab.run_sql(lab.cast.paul, sql, shop)
    assert question.state == QuestionState.FAILED
    assert CANARY not in f"{question.failure} {question.reasons}"


@pytest.mark.requirement("Q02", part="the probe of each engine stands on its connector")
def test_the_probe_is_kept_with_the_connector(lab: Lab, shop: Connector) -> None:
    with lab.cast.ada.inside():
        set_up.probe(shop)
        row = ConnectorProbe.objects.get(connector=shop)
    assert row.error_code == ""
    assert row.engine in ("MariaDB", "DuckDB")
    shown = api_as(lab.cast.ada).get(f"/api/v1/connectors/{shop.pk}/").json()
    assert shown["probe"]["engine"] == row.engine
    assert PASSWORD not in str(shown)
