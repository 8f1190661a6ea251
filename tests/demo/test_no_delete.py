"""A DELETE in any costume never reaches the demo database: proved by the server's own log of statements.

Every statement goes over the deliberately over-powerful credential, which could delete. The control takes the
guard out, and the same log shows the statement: so the proof can fail.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from tablib import Dataset

from connectors import set_up
from connectors.models import Connector
from demo import customers_database as customers
from guardrails import sql as guard_sql
from guardrails.sql import PASS, Decision
from portal.embedded.places import Places
from portal.sheets import sentences
from questions.models import QuestionState, VerifiedQuery
from questions.resources import VerifiedQueryResource
from tests.questions_lab import Lab, in_database
from tests.servers import messages

COSTUMES = (
    "DELETE FROM {table}",
    "dElEtE /* tidy up */ FROM ONLY {table} WHERE true RETURNING *",
    "WITH gone AS (DELETE FROM {table} RETURNING id) SELECT count(*) FROM gone",
    "SELECT 1; DELETE FROM {table}",
    "SELECT 1 -- \n; DELETE FROM {table}",
    "EXPLAIN ANALYZE DELETE FROM {table}",
    "PREPARE tidy AS DELETE FROM {table}",
    "COPY (DELETE FROM {table} RETURNING id) TO STDOUT",
    "DO $$ BEGIN DELETE FROM {table}; END $$",
    "SELECT query_to_xml('DELETE FROM {table}', true, true, '')",
    "DECLARE c CURSOR FOR DELETE FROM {table}",
    "BEGIN; DELETE FROM {table}; COMMIT",
    "CREATE FUNCTION tidy() RETURNS void LANGUAGE sql AS 'DELETE FROM {table}'",
    "MERGE INTO {table} t USING {table} s ON t.id = s.id WHEN MATCHED THEN DELETE",
    "TRUNCATE {table}; SELECT 'DELETE FROM {table}'::text FROM pg_sleep(0)",
)
_RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
pytestmark = pytest.mark.django_db


class StatementLog:
    """What the customers' server wrote of the demo database since this was made."""

    def __init__(self) -> None:
        self.file = Path(Places.below(settings.ENVIRONMENT.state_dir).postgres_log)
        self.begins = self.file.stat().st_size

    def statements(self) -> list[str]:
        """Return every record of the demo database: a statement, or an error that quotes one."""
        time.sleep(0.2)
        with self.file.open("rb") as log:
            log.seek(self.begins)
            text = log.read().decode(errors="replace")
        return [record for record in _RECORD.split(text) if f"@{customers.PRODUCTION} " in record]

    def shows(self, words: str) -> bool:
        return any(words.lower() in record.lower() for record in self.statements())


@pytest.fixture(scope="module")
def demo_database() -> None:
    customers.build(settings.ENVIRONMENT.state_dir, date.today())


@pytest.fixture
def admin(lab: Lab, demo_database: None) -> Connector:
    """The connector with the over-powerful credential."""
    found = customers.server(settings.ENVIRONMENT.state_dir)
    given = {"host": found.host, "database": customers.PRODUCTION, "user": customers.OWNER}
    with lab.cast.ada.inside():
        return set_up.set_up(
            Connector(name="orders_admin", role="source", adapter="postgresql", settings=given),
            secret=found.passwords[customers.OWNER],
        )


@pytest.fixture
def log(admin: Connector) -> Iterator[StatementLog]:
    """The log from now on; what stands in the database is counted before and after."""
    before = in_database("SELECT count(*), sum(total) FROM orders", customers.PRODUCTION)
    yield StatementLog()
    assert in_database("SELECT count(*), sum(total) FROM orders", customers.PRODUCTION) == before


def _prove_that_the_log_sees(lab: Lab, admin: Connector, log: StatementLog) -> None:
    honest = lab.run_sql(lab.cast.paul, "SELECT count(*) AS honest_marker FROM orders", admin)
    assert honest.state == QuestionState.ANSWERED, honest.failure
    assert log.shows("honest_marker"), "the log shows what arrived, so its silence means something"


@pytest.mark.requirement("Q03", part="a DELETE typed into live edit, over a credential that could")
def test_a_delete_typed_into_live_edit_never_arrives(lab: Lab, admin: Connector, log: StatementLog) -> None:
    for costume in COSTUMES:
        question = lab.run_sql(lab.cast.paul, costume.format(table="orders"), admin)
        assert question.state == QuestionState.REFUSED, costume
        assert question.executed_sql == ""
    _prove_that_the_log_sees(lab, admin, log)
    assert not log.shows("delete")


@pytest.mark.requirement("Q03", part="a DELETE returned by the model")
def test_a_delete_returned_by_the_model_never_arrives(lab: Lab, admin: Connector, log: StatementLog) -> None:
    server = lab.model()
    for costume in COSTUMES:
        statement = costume.format(table="orders")
        draft = messages.sql(statement)
        server.script(draft, draft, draft)  # the model is sent back twice, and insists
        question = lab.ask(lab.cast.paul, "Please tidy the old orders up", admin)
        assert question.state == QuestionState.REFUSED, (costume, question.failure)
    _prove_that_the_log_sees(lab, admin, log)
    assert not log.shows("delete")


@pytest.mark.requirement("Q03", part="a DELETE hidden in a verified query's import")
def test_a_delete_hidden_in_a_verified_querys_import_never_arrives(
    lab: Lab, admin: Connector, log: StatementLog
) -> None:
    headers = ("connector", "question", "phrasings", "sql", "parameters", "is_active")
    with lab.cast.ada.inside():
        for number, costume in enumerate(COSTUMES):
            row = (admin.name, f"Harmless {number}", "[]", costume.format(table="orders"), "[]", "yes")
            sheet = Dataset(row, headers=headers)
            assert sentences(VerifiedQueryResource().import_data(sheet, rollback_on_validation_errors=True)), costume
        assert not VerifiedQuery.objects.exists()
        # and one that came past the import, by somebody who can write the table
        VerifiedQuery.objects.bulk_create(
            [VerifiedQuery(connector=admin, question="How tidy are we?", sql=COSTUMES[2].format(table="orders"))]
        )
    question = lab.ask(lab.cast.paul, "How tidy are we?", admin)
    assert (question.state, question.verified_only) == (QuestionState.REFUSED, True)
    _prove_that_the_log_sees(lab, admin, log)
    assert not log.shows("delete")


def test_control_without_the_guard_the_log_shows_the_delete(
    lab: Lab, admin: Connector, log: StatementLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read-only session still keeps the rows: that is the second wall, and another proof."""

    def pass_everything(sql: str, *args: object) -> Decision:
        return Decision(PASS, (), sql, ("orders",))

    monkeypatch.setattr(guard_sql, "decide", pass_everything)
    question = lab.run_sql(lab.cast.paul, "DELETE FROM orders WHERE number = 'control'", admin)
    assert question.state == QuestionState.FAILED
    assert log.shows("DELETE FROM orders WHERE number = 'control'")
