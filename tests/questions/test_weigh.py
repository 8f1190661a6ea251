"""Before it runs, the database's own plan is a second opinion on what is read, and says what it would cost (Q03)."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import sessions
from connectors.adapters.sources.postgresql import PostgreSQLSource
from guardrails.models import QuestionPolicy
from portal import change
from questions import ask as asking
from questions import check as checking
from questions.models import AnswerBudget, Question, QuestionState
from questions.steps import guard as guard_step
from questions.steps import weigh as weigh_step
from tests.connectors.doors import events
from tests.questions_lab import DATABASE, Lab, events_of, in_database
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"
JOINED = "SELECT count(*) AS n FROM orders o JOIN customers c ON c.id = o.customer_id"
PRODUCT = "SELECT count(*) AS n FROM orders, customers"


def ceiling(lab: Lab, **limits: int) -> None:
    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        for name, value in limits.items():
            setattr(policy, name, value)
        change.apply(policy)


def blind(monkeypatch: pytest.MonkeyPatch, *, to: str) -> None:
    """Have the guard report one table fewer than it saw, as a guard with a hole would."""
    plain = guard_step.guard_sql.decide

    def decide(*args, **kwargs):
        decision = plain(*args, **kwargs)
        return dataclasses.replace(decision, tables=tuple(each for each in decision.tables if each != to))

    monkeypatch.setattr(guard_step.guard_sql, "decide", decide)


# --- the second opinion ---


@pytest.mark.requirement("Q03", part="the engine's plan is a second opinion")
def test_a_plan_that_reads_what_the_guard_did_not_see_is_refused_and_leaves_a_signal(lab: Lab, monkeypatch) -> None:
    assert lab.run_sql(lab.cast.paul, JOINED).state == QuestionState.ANSWERED, "the control: guard and plan agree"
    blind(monkeypatch, to="customers")
    ran = []
    plain = PostgreSQLSource.run
    monkeypatch.setattr(PostgreSQLSource, "run", lambda self, *args: ran.append(args) or plain(self, *args))
    question = lab.run_sql(lab.cast.paul, JOINED)
    assert (question.state, question.reasons[0]["code"]) == (QuestionState.REFUSED, "plan.relations")
    assert "`public.customers`" in question.reasons[0]["message"]
    assert ran == []
    with lab.cast.ada.inside():
        (signal,) = events("statement.contradicted")
        assert signal.data["relations"] == ["public.customers"]
        assert signal.data["seen"] == ["orders"]
        assert signal.connector_id == lab.orders.pk
        assert events_of(question)[-1].type == "question.refused"
        assert AnswerBudget.objects.get().used_rows == 1, "the first alone was read"


def test_control_without_the_second_opinion_the_same_statement_runs(lab: Lab, monkeypatch) -> None:
    blind(monkeypatch, to="customers")
    monkeypatch.setattr(weigh_step.plans, "unseen", lambda *_: ())
    assert lab.run_sql(lab.cast.paul, JOINED).state == QuestionState.ANSWERED


def test_a_view_and_what_stands_below_it_agree(lab: Lab) -> None:
    in_database(
        "CREATE OR REPLACE VIEW spending AS SELECT name, total FROM customers c JOIN orders o ON customer_id = c.id;"
        " GRANT SELECT ON spending TO question_reader",
        DATABASE,
    )
    try:
        question = lab.run_sql(lab.cast.paul, "SELECT count(*) AS n FROM spending")
        assert question.state == QuestionState.ANSWERED, question.reasons
        assert question.tables == ["spending"]
    finally:
        in_database("DROP VIEW spending", DATABASE)


def test_a_sqlite_source_gives_its_second_opinion_too(lab: Lab, monkeypatch) -> None:
    sql = "SELECT count(*) AS n FROM shipments"
    assert lab.run_sql(lab.cast.paul, sql, lab.archive).state == QuestionState.ANSWERED
    blind(monkeypatch, to="shipments")
    assert lab.run_sql(lab.cast.paul, sql, lab.archive).reasons[0]["code"] == "plan.relations"


# --- the cost gate ---


def test_above_the_ceiling_the_person_reads_why_and_nothing_ran(lab: Lab) -> None:
    assert lab.run_sql(lab.cast.paul, PRODUCT).state == QuestionState.ANSWERED, "the default is in nobody's way"
    ceiling(lab, plan_rows=10_000)
    question = lab.run_sql(lab.cast.paul, PRODUCT)
    assert (question.state, question.reasons[0]["code"]) == (QuestionState.REFUSED, "plan.cost")
    assert "`orders` and `customers` are joined without a condition: " in question.reasons[0]["message"]
    assert "an admin can raise the ceiling" in question.reasons[0]["message"]
    assert question.row_count is None
    assert lab.run_sql(lab.cast.paul, JOINED).state == QuestionState.ANSWERED
    ceiling(lab, plan_rows=0, plan_cost=1)
    assert lab.run_sql(lab.cast.paul, JOINED).reasons[0]["code"] == "plan.cost"
    ceiling(lab, plan_cost=0)
    assert lab.run_sql(lab.cast.paul, PRODUCT).state == QuestionState.ANSWERED


def test_the_model_is_sent_back_with_what_makes_its_statement_expensive(lab: Lab) -> None:
    ceiling(lab, plan_rows=10_000)
    server = lab.model()
    server.script(messages.sql(PRODUCT), messages.sql(JOINED))
    question = lab.ask(lab.cast.paul, "How many orders have a customer?")
    assert question.state == QuestionState.ANSWERED, question.reasons
    assert "joined without a condition" in str(server.requests[1].data("repair"))


def test_estimates_over_filtered_tables_are_not_shown(lab: Lab, monkeypatch) -> None:
    ceiling(lab, plan_rows=10_000)
    monkeypatch.setattr(weigh_step, "may_show_estimates", lambda decision: False)
    message = lab.run_sql(lab.cast.paul, PRODUCT).reasons[0]["message"]
    assert "joined without a condition" in message
    assert not any(char.isdigit() for char in message)


def test_the_guard_as_a_service_weighs_where_a_connector_is_named(lab: Lab) -> None:
    ceiling(lab, plan_rows=10_000)
    with lab.cast.paul.inside():
        decision, _ = checking.check(sql=PRODUCT, connector_id=lab.orders.pk)
        assert (decision.verdict, decision.reasons[0].code, decision.sql) == ("block", "plan.cost", "")
        assert checking.check(sql=JOINED, connector_id=lab.orders.pk)[0].verdict == "pass"
        assert checking.check(sql=PRODUCT, dialect="postgres")[0].verdict == "pass"
        unknown, _ = checking.check(
            sql="SELECT count(*) AS n FROM orders WHERE total = 'x'", connector_id=lab.orders.pk
        )
        assert unknown.reasons[0].code == "plan.failed"


# --- a schema that changes between two questions ---


def test_a_column_that_is_gone_is_noticed_and_the_guard_asked_again(lab: Lab) -> None:
    in_database("ALTER TABLE customers ADD COLUMN nickname text", DATABASE)
    try:
        assert lab.run_sql(lab.cast.paul, "SELECT nickname FROM customers").state == QuestionState.ANSWERED
        in_database("ALTER TABLE customers DROP COLUMN nickname", DATABASE)
        question = lab.run_sql(lab.cast.paul, "SELECT nickname FROM customers")
        assert (question.state, question.reasons[0]["code"]) == (QuestionState.REFUSED, "column.unknown")
        assert lab.steps(question) == ["guard", "weigh", "guard"]
    finally:
        in_database("ALTER TABLE customers DROP COLUMN IF EXISTS nickname", DATABASE)


def test_a_partition_made_since_the_guard_looked_is_found_by_looking_again(lab: Lab) -> None:
    in_database(
        "CREATE TABLE visits (id int, day date) PARTITION BY RANGE (day);"
        "CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');"
        "GRANT SELECT ON visits TO question_reader",
        DATABASE,
    )
    try:
        sql = "SELECT count(*) AS n FROM visits"
        assert lab.run_sql(lab.cast.paul, sql).state == QuestionState.ANSWERED
        in_database("CREATE TABLE visits_2 PARTITION OF visits DEFAULT", DATABASE)
        question = lab.run_sql(lab.cast.paul, sql)
        assert question.state == QuestionState.ANSWERED, question.reasons
        assert lab.steps(question)[:4] == ["guard", "weigh", "guard", "weigh"]
    finally:
        in_database("DROP TABLE visits", DATABASE)


def test_text_that_is_not_utf8_comes_to_a_clear_answer(lab: Lab) -> None:
    in_database("CREATE TABLE bytes (id int, raw bytea); GRANT SELECT ON bytes TO question_reader", DATABASE)
    try:
        in_database(r"INSERT INTO bytes VALUES (1, '\xff00')", DATABASE)
        question = lab.run_sql(lab.cast.paul, "SELECT convert_from(raw, 'UTF8') AS text FROM bytes")
        assert question.state in (QuestionState.FAILED, QuestionState.REFUSED)
        assert "xff" not in f"{question.failure}{question.reasons}"
        assert lab.run_sql(lab.cast.paul, "SELECT raw FROM bytes").state == QuestionState.ANSWERED
    finally:
        in_database("DROP TABLE bytes", DATABASE)


# --- what a question costs the portal ---


def test_one_session_plans_and_runs_and_serves_the_next_question(lab: Lab, monkeypatch) -> None:
    connects = []
    plain = PostgreSQLSource._connect
    monkeypatch.setattr(PostgreSQLSource, "_connect", lambda self: connects.append(self) or plain(self))
    for _ in range(3):
        assert lab.run_sql(lab.cast.paul, COUNT).state == QuestionState.ANSWERED
    assert len(connects) == 1
    assert all(pool.lent == 0 for pool in sessions._pools.values()), "whatever happens, it is given back"


MOST_STATEMENTS, COMMITS = 45, 2
"""In the portal's database for a verified question, from the worker's claim to the answer."""


def test_a_question_commits_only_around_what_is_outside(lab: Lab) -> None:
    lab.verify("How many orders are there?", COUNT)
    lab.ask(lab.cast.paul, "How many orders are there?")
    with lab.cast.paul.inside():
        question = asking.ask(text="How many orders are there?", connector_id=lab.orders.pk)
    with CaptureQueriesContext(connection) as seen:
        question = lab.work(question)
    assert question.state == QuestionState.ANSWERED
    ran = [query["sql"] for query in seen.captured_queries]
    assert len(ran) <= MOST_STATEMENTS, "\n".join(sql[:120] for sql in ran)
    claims = sum(sql.startswith("SAVEPOINT") for sql in ran)  # inside a test a transaction is a savepoint
    assert claims == COMMITS, "before the statement and at the end: a claim and an event are one statement each"


def test_what_was_noted_is_not_lost_by_a_failure(lab: Lab) -> None:
    lab.verify("How many orders are there?", "SELECT count(*) / (count(*) - count(*)) AS x FROM orders")
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.FAILED
    assert question.verified_only
    assert question.executed_sql
    with lab.cast.ada.inside():
        assert [event.type for event in events_of(question)] == [
            "question.asked",
            "question.matched",
            "question.failed",
        ]
        assert Question.objects.get(pk=question.pk).step == "run"
