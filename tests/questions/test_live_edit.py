"""A power user's own SQL goes through the same guard, limits and audit as the model's (Q14)."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from django.conf import settings

from portal.embedded.places import Places
from portal.refusal import Refused
from questions import ask as asking
from questions import check as checking
from questions.models import QuestionState
from tests.connectors.doors import browser_as, events
from tests.questions_lab import CANARY, DATABASE, Lab, events_of, in_database, texts_of
from tests.servers import messages

DELETES = (
    "DELETE FROM orders",
    "delete from orders returning id",
    "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone",
    "SELECT 1; DELETE FROM orders",
    "SELECT 1 /* */ ; --\nDELETE FROM orders",
    "EXPLAIN ANALYZE DELETE FROM orders",
)


def statements_seen() -> str:
    """What the customer's server logged since it started."""
    time.sleep(0.2)
    return Path(Places.below(settings.ENVIRONMENT.state_dir).postgres_log).read_text(errors="replace")


@pytest.fixture
def statement_log(customer_database: None):
    """Have the customer's server log every statement, also one that it only parses."""
    in_database(f'ALTER DATABASE "{DATABASE}" SET log_min_duration_statement = 0')
    yield
    in_database(f'ALTER DATABASE "{DATABASE}" RESET log_min_duration_statement')


@pytest.mark.requirement("Q14")
def test_sql_of_ones_own_runs_under_the_same_limits_and_audit(lab: Lab) -> None:
    question = lab.run_sql(lab.cast.paul, "SELECT id FROM orders")
    assert (question.state, question.row_count, question.rows_cut) == (QuestionState.ANSWERED, 20, True)
    assert lab.steps(question) == ["guard", "weigh", "run", "judge", "answer"]
    with lab.cast.ada.inside():
        found = {event.type: event for event in events_of(question)}
        assert texts_of(found["question.asked"])["sql"] == "SELECT id FROM orders"
        assert found["question.answered"].data["origin"] == "live_edit"
        assert texts_of(found["question.answered"])["executed_sql"].endswith("LIMIT 21")


@pytest.mark.requirement("Q14")
@pytest.mark.requirement("Q03", part="a DELETE in any costume, proved by the server's log")
@pytest.mark.parametrize("sql", DELETES)
def test_a_delete_never_reaches_the_database(lab: Lab, statement_log: None, sql: str) -> None:
    marker = f"marker_{abs(hash(sql))}"
    lab.run_sql(lab.cast.paul, f"SELECT 1 AS {marker} FROM orders")
    assert marker in statements_seen(), "the control: the log shows what runs"
    before = statements_seen().upper().count("DELETE FROM ORDERS")
    typed = lab.run_sql(lab.cast.paul, sql)
    lab.model().script(*[messages.sql(sql)] * 3)
    generated = lab.ask(lab.cast.paul, "Please tidy up the orders")
    for question in (typed, generated):
        assert question.state == QuestionState.REFUSED
        assert question.reasons[0]["message"]
    assert statements_seen().upper().count("DELETE FROM ORDERS") == before
    assert in_database("SELECT count(*) FROM orders", DATABASE) == [(300,)]


@pytest.mark.requirement("Q03", part="control: without the guard the log shows it")
def test_control_with_the_guard_taken_out_the_delete_is_seen(lab: Lab, statement_log: None, monkeypatch) -> None:
    from guardrails.sql import Decision
    from questions.steps import guard as guard_step

    def let_through(sql, *_):
        return Decision("pass", (), sql)

    monkeypatch.setattr(guard_step.guard_sql, "decide", let_through)
    marker = "DELETE FROM orders WHERE id = -12345"
    question = lab.run_sql(lab.cast.paul, marker)
    assert question.state == QuestionState.FAILED, "the read-only session refuses it"
    assert marker in statements_seen()
    assert in_database("SELECT count(*) FROM orders", DATABASE) == [(300,)]


@pytest.mark.requirement("Q14")
@pytest.mark.parametrize("name", ["ana", "mia"])
def test_analysts_and_members_may_not_edit_sql(lab: Lab, name: str) -> None:
    person = getattr(lab.cast, name)
    lab.grant(person)
    with person.inside(), pytest.raises(Refused):
        asking.run_sql(connector_id=lab.orders.pk, sql="SELECT 1 AS one FROM orders")
    with person.inside(), pytest.raises(Refused):
        checking.check(sql="SELECT 1", connector_id=lab.orders.pk)


def test_the_guard_says_what_it_would_do_without_running_anything(lab: Lab) -> None:
    with lab.cast.paul.inside():
        decision, connector = checking.check(sql="SELECT id FROM orders", connector_id=lab.orders.pk)
        assert (decision.verdict, connector) == ("pass", lab.orders)
        assert "LIMIT 21" in decision.sql
        refused, _ = checking.check(sql="SELECT pg_sleep(10)", connector_id=lab.orders.pk)
        assert refused.verdict == "block"
        unknown, _ = checking.check(sql="SELECT x FROM nowhere", connector_id=lab.orders.pk)
        assert unknown.verdict == "block"
        alone, none = checking.check(sql="SELECT `x` FROM t", dialect="mysql")
        assert (alone.verdict, none) == ("pass", None)
    with lab.cast.ada.inside():
        assert len(events("statement.checked")) == 2


@pytest.mark.requirement("Q14", part="completion")
def test_completion_offers_the_names_of_a_granted_connector_alone(lab: Lab) -> None:
    paul = browser_as(lab.cast.paul)
    found = paul.get(f"/live/schema/?connector={lab.orders.pk}")
    assert found.json()["tables"]["customers"] == [
        ["id", "integer"],
        ["name", "text"],
        ["city", "text"],
        ["loyalty", "integer"],
    ]
    assert CANARY not in found.content.decode()
    for given in ("", "nowhere", "01890000-0000-7000-8000-000000000000"):
        refused = paul.get(f"/live/schema/?connector={given}")
        assert (refused.status_code, refused.json()["tables"]) == (400, {})
    lab.grant(lab.cast.ana)
    assert browser_as(lab.cast.ana).get(f"/live/schema/?connector={lab.orders.pk}").status_code == 403


def test_the_editor_is_the_one_its_lock_file_names() -> None:
    """The bundle is kept beside its sources; a newer lock file without a new build is seen."""
    folder = Path(settings.BASE_DIR) / "questions" / "editor"
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    licences = (folder / "LICENSES").read_text()
    bundled = re.findall(r"^(@?[\w/-]+) (\d+\.\d+\.\d+)$", licences, re.MULTILINE)
    assert {name for name, _ in bundled} >= {"@codemirror/view", "@codemirror/lang-sql", "@lezer/common", "style-mod"}
    assert all(locked[f"node_modules/{name}"]["version"] == version for name, version in bundled)
    assert "resolved" not in (folder / "package-lock.json").read_text()
