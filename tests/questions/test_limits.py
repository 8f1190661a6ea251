"""Rows stay out of everything that is kept, and no answer is larger than an officer allows (Q01, Q04, Q05)."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from guardrails.models import QuestionPolicy
from portal import change, valkey
from questions import ask as asking
from questions import budget, rows, view
from questions.models import AnswerBudget, Question, QuestionState
from tests.connectors.doors import Heard
from tests.guardrails.threads import at_once
from tests.house.searching import found
from tests.questions_lab import CANARY, CANARY_NUMBER, Lab
from tests.servers import messages

EVERY_ROLE = ["default", "owner", "dispatcher"]
NEEDLES = tuple(
    form
    for text in (CANARY, str(CANARY_NUMBER), f"{CANARY_NUMBER:,}")
    for form in (text, base64.b64encode(text.encode()).decode().rstrip("="), text.encode().hex(), quote(text))
)


def narrow(lab: Lab, **limits: int | str) -> None:
    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        for name, value in limits.items():
            setattr(policy, name, value)
        change.apply(policy)


def found_in(where: bytes) -> list[str]:
    return [needle for needle in NEEDLES if needle.encode() in where]


def everything_kept() -> bytes:
    """A dump of the portal's database with every table's rows, and the files of both Valkeys."""
    parts = []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            parts += [row[0].encode() for row in cursor.fetchall()]
    for client in (valkey.broker(), valkey.cache()):
        for key in client.keys("*"):
            parts.append(key + b" " + (client.dump(key) or b""))
            if client.type(key) == b"string":
                parts.append(client.get(key) or b"")
    valkey.broker().bgsave() if not valkey.broker().info("persistence")["rdb_bgsave_in_progress"] else None
    for file in Path(settings.ENVIRONMENT.state_dir).rglob("*"):
        if "valkey" in str(file) and file.is_file():
            parts.append(file.read_bytes())
    return b"\n".join(parts)


def ask_with_a_summary(lab: Lab) -> Question:
    """Let the model sum up an answer in words that quote its row."""
    narrow(lab, summaries="on")
    assert lab.server is not None
    said = messages.summary(f"{CANARY} has a loyalty of {CANARY_NUMBER}.")
    lab.server.script(messages.sql("SELECT name, loyalty FROM customers WHERE id = 500"), said)
    return lab.ask(lab.cast.paul, "How loyal is customer 500?")


@pytest.mark.requirement("Q01")
@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_no_row_and_no_text_that_quotes_one_is_kept_anywhere(lab: Lab, caplog) -> None:
    heard = Heard()
    import logging

    logging.getLogger().addHandler(heard)
    try:
        lab.model().default = messages.sql("SELECT name, loyalty FROM customers WHERE id = 500")
        asked = lab.ask(lab.cast.paul, "Who is customer 500?")
        failing = lab.run_sql(lab.cast.paul, "SELECT CAST(name AS int) FROM customers WHERE id = 500")
        whole = lab.run_sql(lab.cast.paul, "SELECT string_agg(name, ',') AS everybody FROM customers")
        refused = lab.run_sql(lab.cast.paul, "SELECT id FROM customers WHERE CAST(name AS int) > 1")
        nothing = lab.run_sql(lab.cast.paul, "SELECT name FROM customers WHERE id = 500 AND city = name")
        summed_up = ask_with_a_summary(lab)
    finally:
        logging.getLogger().removeHandler(heard)
    with lab.cast.paul.inside():
        answer = view.open_answer(asked, way="test")
        assert answer is not None
        assert answer.rows == [[CANARY, CANARY_NUMBER]]  # the control: the canary did travel
        assert CANARY in answer.text
        assert view.open_answer(whole, way="test") is not None
    assert (failing.state, refused.state) == (QuestionState.FAILED, QuestionState.FAILED)
    assert (nothing.state, nothing.row_count) == (QuestionState.ANSWERED, 0)
    with lab.cast.paul.inside():
        assert CANARY in view.open_answer(summed_up, way="test").text
    assert 0 < valkey.cache().ttl(f"countersign:rows:{asked.pk}") <= 600
    kept = everything_kept()
    assert found_in(kept) == []
    assert found({"the row": CANARY.encode(), "its number": str(CANARY_NUMBER).encode()}, kept) == set()
    assert found_in("\n".join([*heard.lines, caplog.text]).encode()) == []
    assert found_in(lab.server.requests[0].raw) == []
    assert valkey.cache().config_get("save")["save"] == ""
    assert valkey.cache().config_get("appendonly")["appendonly"] == "no"
    with lab.cast.ada.inside():  # the second control: the search finds what is kept in the clear
        Question.objects.filter(pk=asked.pk).update(failure=CANARY)
    assert found_in(everything_kept()) != []


@pytest.mark.requirement("Q01", part="after ten minutes")
def test_an_old_answer_is_shown_by_running_it_again(lab: Lab) -> None:
    lab.verify("How many orders are there?", "SELECT count(*) AS orders FROM orders")
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    valkey.cache().delete(f"countersign:rows:{question.pk}")
    with lab.cast.paul.inside():
        assert view.open_answer(question, way="test") is None
        again = lab.work(asking.ask_again(question))
        assert view.open_answer(again, way="test").rows == [[300]]


@pytest.mark.requirement("Q01", part="another organization's key")
def test_sealed_rows_open_in_their_own_organization_only(lab: Lab) -> None:
    question = lab.run_sql(lab.cast.paul, "SELECT 1 AS one FROM orders")
    with lab.cast.cleo.inside():
        assert rows.read(question.pk) is None
    with lab.cast.paul.inside():
        assert rows.read(question.pk) is not None


@pytest.mark.requirement("Q04")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM orders",
        "SELECT id FROM orders LIMIT ALL",
        "SELECT id FROM orders LIMIT 1000000",
        "SELECT id FROM orders FETCH FIRST 500 ROWS ONLY",
        "SELECT id FROM orders LIMIT 100 OFFSET 50",
        "SELECT id FROM orders UNION ALL SELECT id FROM customers",
        "WITH every AS (SELECT id FROM orders) SELECT id FROM every",
        "(SELECT id FROM orders LIMIT 200)",
        "SELECT id FROM orders LIMIT 10 * 50",
    ],
)
def test_at_most_twenty_rows_come_back_and_a_cut_is_said_first(lab: Lab, sql: str) -> None:
    question = lab.run_sql(lab.cast.paul, sql)
    if question.state == QuestionState.REFUSED:
        assert "LIMIT" in question.reasons[0]["message"].upper()
        return
    assert question.state == QuestionState.ANSWERED, question.failure
    assert (question.row_count, question.rows_cut) == (20, True)
    assert "21" in question.executed_sql
    with lab.cast.paul.inside():
        answer = view.open_answer(question, way="test")
    assert len(answer.rows) == 20
    assert answer.text.startswith("This is only a part: the first 20 rows")


@pytest.mark.requirement("Q04")
def test_walking_by_offset_uses_up_the_days_budget(lab: Lab) -> None:
    narrow(lab, rows_per_day=50)
    states = []
    for page in range(4):
        question = lab.run_sql(lab.cast.paul, f"SELECT id FROM orders ORDER BY id LIMIT 20 OFFSET {20 * page}")
        states.append((question.state, question.row_count))
    assert states == [("answered", 20), ("answered", 20), ("answered", 10), ("refused", None)]
    assert question.reasons[0]["code"] == "budget.reached"
    with lab.cast.ada.inside():
        assert AnswerBudget.objects.get().used_rows == 50
    other = lab.run_sql(lab.cast.ada, "SELECT id FROM orders LIMIT 3")
    assert other.row_count == 3, "the budget is one person's"


@pytest.mark.requirement("Q04")
def test_aggregating_a_table_into_one_cell_is_cut_by_bytes_and_counted(lab: Lab) -> None:
    narrow(lab, answer_bytes=1_024, bytes_per_day=1_500)
    sql = "SELECT string_agg(body, '') AS everything FROM notes"
    done = [lab.run_sql(lab.cast.paul, sql)]
    assert (done[0].state, done[0].bytes_cut) == ("answered", True)
    assert done[0].size_bytes <= 1_024
    while done[-1].state == "answered" and len(done) < 30:
        done.append(lab.run_sql(lab.cast.paul, sql))
    assert done[-1].reasons[0]["code"] == "budget.reached"
    assert sum(question.size_bytes or 0 for question in done) <= 1_500


@pytest.mark.requirement("Q04")
@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_sixteen_questions_at_once_never_read_more_than_the_days_budget(lab: Lab) -> None:
    narrow(lab, rows_per_day=100)
    with lab.cast.paul.inside():
        asked = [
            asking.run_sql(connector_id=lab.orders.pk, sql=f"SELECT id FROM orders WHERE id > {number}")
            for number in range(16)
        ]
    done = at_once(lab.cast.paul, lambda index: lab.work(asked[index]))
    assert not [each for each in done if isinstance(each, Exception)]
    read = sum(question.row_count or 0 for question in done)
    assert read <= 100
    with lab.cast.ada.inside():
        assert AnswerBudget.objects.get().used_rows == read
        assert {question.state for question in done} <= {"answered", "refused"}
        assert not Question.objects.filter(held_rows__gt=0).exists()


@pytest.mark.requirement("Q04", part="control of the concurrency test")
@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_control_without_holding_the_budget_is_overshot(lab: Lab, monkeypatch) -> None:
    narrow(lab, rows_per_day=100)
    monkeypatch.setattr(budget, "hold", lambda question, limits, day: (limits.rows, limits.answer_bytes))
    with lab.cast.paul.inside():
        asked = [asking.run_sql(connector_id=lab.orders.pk, sql="SELECT id FROM orders") for _ in range(8)]
    done = at_once(lab.cast.paul, lambda index: lab.work(asked[index]), threads=8)
    assert sum(question.row_count for question in done) == 160


@pytest.mark.requirement("Q05")
def test_huge_cells_are_cut_said_and_do_not_move_the_workers_memory(lab: Lab) -> None:
    import resource

    lab.run_sql(lab.cast.paul, "SELECT id FROM orders")  # everything is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    question = lab.run_sql(lab.cast.paul, "SELECT id, repeat(body, 700) AS big FROM notes ORDER BY id")
    if question.state == QuestionState.REFUSED:  # the guard refuses the bomb; the stored cell has to do
        question = lab.run_sql(lab.cast.paul, "SELECT id, body || body AS big FROM notes ORDER BY id")
    assert question.state == QuestionState.ANSWERED, question.failure
    assert question.bytes_cut
    assert question.size_bytes <= 65_536
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 64 * 1024
    with lab.cast.paul.inside():
        answer = view.open_answer(question, way="test")
    assert answer.cut_cells == [[0, 1]]
    assert answer.text.startswith("This is only a part: long values are cut.")
    assert "cut" in {signal["name"] for signal in question.signals}


def test_a_failed_statement_gives_its_place_back(lab: Lab) -> None:
    lab.run_sql(lab.cast.paul, "SELECT CAST(name AS int) FROM customers")
    with lab.cast.ada.inside():
        counter = AnswerBudget.objects.get()
        assert (counter.used_rows, counter.used_bytes) == (0, 0)


def test_no_transaction_is_open_while_the_customers_database_is_asked(lab: Lab) -> None:
    with transaction.atomic(), lab.cast.paul.inside():
        made = asking.run_sql(connector_id=lab.orders.pk, sql="SELECT 1 AS one FROM orders")
    assert lab.work(made).state == QuestionState.ANSWERED
    assert connection.in_atomic_block  # the test's own
