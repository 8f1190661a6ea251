"""A person sees which step a question is in, and can stop it in the database (Q17)."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections

from guardrails.models import QuestionPolicy
from portal import change
from portal.refusal import Refused
from questions import ask as asking
from questions import cancel as cancelling
from questions.models import AnswerBudget, Question, QuestionState
from tests.questions_lab import DATABASE, ROLE, Lab, events_of, in_database

SLOW = "SELECT count(*) AS n FROM orders a, orders b, orders c, orders d, orders e"
EVERY_ROLE = ["default", "owner", "dispatcher"]


def running() -> int:
    return in_database(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}' AND usename = '{ROLE}'"
        " AND state = 'active' AND query LIKE 'FETCH%'"
    )[0][0]


def wait_until(is_so, seconds: float = 8.0) -> float:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it did not come to be"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.requirement("Q17")
@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_cancelling_stops_the_statement_in_the_database_within_a_second(lab: Lab) -> None:
    with lab.cast.ada.inside():  # the cost gate would refuse it
        policy = QuestionPolicy.objects.get()
        policy.plan_rows = policy.plan_cost = 0
        change.apply(policy)
    with lab.cast.paul.inside():
        question = asking.run_sql(connector_id=lab.orders.pk, sql=SLOW)

    def work() -> None:
        try:
            lab.work(question)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        wait_until(lambda: running() == 1)
        with lab.cast.paul.inside():
            assert Question.objects.get(pk=question.pk).state == QuestionState.RUNNING
            cancelling.cancel(question)
        assert wait_until(lambda: running() == 0) < 1.0
    finally:
        worker.join(20)
    with lab.cast.ada.inside():
        done = Question.objects.get(pk=question.pk)
        assert done.state == QuestionState.CANCELLED
        assert events_of(done)[-1].type == "question.cancelled"
        assert AnswerBudget.objects.get().used_rows == 0


def test_a_question_nobody_works_on_yet_ends_at_once(lab: Lab) -> None:
    with lab.cast.paul.inside():
        question = asking.run_sql(connector_id=lab.orders.pk, sql=SLOW)
        done = cancelling.cancel(question)
        assert done.state == QuestionState.CANCELLED
        assert cancelling.cancel(question).state == QuestionState.CANCELLED
    assert lab.work(question).state == QuestionState.CANCELLED


def test_only_the_person_who_asked_cancels(lab: Lab) -> None:
    with lab.cast.paul.inside():
        question = asking.run_sql(connector_id=lab.orders.pk, sql=SLOW)
    with lab.cast.ada.inside(), pytest.raises(Refused):
        cancelling.cancel(question)


def test_an_answer_that_stands_is_not_cancelled(lab: Lab) -> None:
    question = lab.run_sql(lab.cast.paul, "SELECT 1 AS one FROM orders")
    with lab.cast.paul.inside():
        assert cancelling.cancel(question).state == QuestionState.ANSWERED
