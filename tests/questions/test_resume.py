"""A worker that dies between any two lines leaves nothing held and nothing lost; the next one goes on (Q16)."""

from __future__ import annotations

import pytest

from guardrails import spend
from guardrails.models import SpendReservation, SpendState
from portal import work
from questions import ask as asking
from questions import journey, pipeline, rows
from questions.models import AnswerBudget, Question, QuestionState
from tests.questions_lab import Lab
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"


class Died(BaseException):
    """The worker is gone: nothing after this line happens, no handler runs."""


def die(*args: object, **kwargs: object) -> None:
    raise Died


POINTS = (
    *((f"before step {name}", "enter", name) for name in pipeline.NAMES),
    ("spend held, not noted", "keep", "spend_hold"),
    ("call begun", "keep", "is_calling"),
    ("call settled, not noted", "keep", "cost_microusd"),
    ("draft not kept", "keep", "generated_sql"),
    ("rows sealed, not ended", "end", ""),
)


def kill_at(monkeypatch: pytest.MonkeyPatch, where: str, what: str) -> None:
    """Let the worker die once at the given point."""
    plain = getattr(journey, where)
    fired: list[bool] = []

    def dying(question: Question, *args, **kwargs):
        hit = (
            (where == "enter" and kwargs.get("name") == what)
            or (where == "keep" and what in kwargs and not (what == "spend_hold" and kwargs[what] is None))
            or where == "end"
        )
        if hit and not fired:
            fired.append(True)
            raise Died
        return plain(question, *args, **kwargs)

    monkeypatch.setattr(journey, where, dying)


@pytest.mark.requirement("Q16", part="a dead worker leaves nothing held")
@pytest.mark.parametrize(("where", "what"), [(w, x) for _, w, x in POINTS], ids=[name for name, _, _ in POINTS])
def test_a_worker_killed_there_is_followed_by_one_that_finishes(lab: Lab, monkeypatch, where: str, what: str) -> None:
    server = lab.model()
    server.default = messages.sql(COUNT)
    with lab.cast.paul.inside():
        question = asking.ask(text="How many orders are there?", connector_id=lab.orders.pk)
    with monkeypatch.context() as patch:
        kill_at(patch, where, what)
        with pytest.raises(Died):
            lab.work(question)
    with lab.cast.ada.inside():
        row = Question.objects.get(pk=question.pk)
        assert not row.is_ended
        assert row.job_state == "leased"
        Question.objects.filter(pk=question.pk).update(job_state="ready", lease_token=None)  # the sweep does it
    done = lab.work(question)
    assert done.state == QuestionState.ANSWERED, done.failure
    with lab.cast.paul.inside():
        assert rows.read(done.pk).rows == [[300]]
    with lab.cast.ada.inside():
        reservations = list(SpendReservation.objects.all())
        assert {r.state for r in reservations} <= {SpendState.SETTLED, SpendState.RELEASED}
        settled = sum(r.actual_microusd for r in reservations if r.state == SpendState.SETTLED)
        assert spend.usage().used == settled == done.cost_microusd
        assert AnswerBudget.objects.get().used_rows == 1


def test_a_question_that_fails_again_and_again_ends_readable_and_holds_nothing(lab: Lab, monkeypatch) -> None:
    from questions.steps import judge

    def broken(*args: object) -> None:
        raise ZeroDivisionError("never shown to anybody")

    monkeypatch.setattr(judge.confidence, "signals_of", broken)
    lab.verify("How many orders are there?", COUNT)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    for _ in range(work.MAX_ATTEMPTS):
        question = lab.work(question)
    assert (question.state, question.failure_code, question.is_retryable) == ("failed", "gave_up", True)
    assert "never shown" not in question.failure
    with lab.cast.ada.inside():
        assert AnswerBudget.objects.get().used_rows == 0


def test_a_question_that_two_workers_get_runs_once(lab: Lab) -> None:
    lab.verify("How many orders are there?", COUNT)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    again = lab.work(question)
    assert lab.steps(again) == lab.steps(question)
