"""A question travels through the steps of the pipeline to an answer, or to a state a person can read."""

from __future__ import annotations

from typing import Any

import pytest

from guardrails.models import OrganizationSwitch, SpendPolicy, SpendReservation
from portal import change
from questions import ask as asking
from questions import journey, pipeline, rows, view
from questions.models import Question, QuestionState
from tests.questions_lab import CANARY, Lab, events_of, texts_of
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"


def test_the_steps_that_ran_are_the_steps_the_pipeline_lists(lab: Lab) -> None:
    lab.model().script(messages.sql(COUNT))
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.ANSWERED, (question.failure, question.reasons)
    assert tuple(lab.steps(question)) == pipeline.NAMES
    assert [state for state, _ in question.step_times] == list(pipeline.NAMES)


@pytest.mark.requirement("Q08")
def test_without_a_key_a_verified_query_answers_and_says_that_no_model_was_asked(lab: Lab) -> None:
    lab.verify("How many orders are there?", COUNT)
    question = lab.ask(lab.cast.paul, "how many orders are there")
    assert question.state == QuestionState.ANSWERED
    assert question.verified_only
    assert question.cost_microusd == 0
    assert lab.steps(question) == ["choose", "match", "guard", "weigh", "run", "judge", "answer"]
    with lab.cast.paul.inside():
        answer = view.open_answer(question, way="test")
        assert answer is not None
        assert answer.rows == [[300]]
        assert answer.text == "Orders: 300."
    unmatched = lab.ask(lab.cast.paul, "Which warehouse burned down?")
    assert unmatched.state == QuestionState.UNANSWERABLE
    assert "No verified query fits" in unmatched.failure
    assert unmatched.choices[0]["text"] == "How many orders are there?"
    with lab.cast.ada.inside():
        assert not SpendReservation.objects.exists()


@pytest.mark.requirement("Q08", part="parameters")
def test_a_verified_query_takes_its_parameter_from_the_question(lab: Lab) -> None:
    lab.verify(
        "How many customers live in {city}?",
        "SELECT count(*) AS customers FROM customers WHERE city = :city",
        parameters=[{"name": "city", "type": "choice", "choices": {"Oslo": "Oslo", "Bergen": "Bergen"}}],
    )
    question = lab.ask(lab.cast.paul, "How many customers live in Bergen?")
    assert question.state == QuestionState.ANSWERED, question.failure
    assert "'Bergen'" in question.executed_sql
    with lab.cast.paul.inside():
        assert view.open_answer(question, way="test").rows == [[50]]


@pytest.mark.requirement("A01")
def test_the_trail_keeps_text_sql_connector_verdict_confidence_cost_rows_and_bytes(lab: Lab) -> None:
    lab.model().script(messages.sql(COUNT))
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    with lab.cast.ada.inside():
        found = {event.type: event for event in events_of(question)}
        assert set(found) >= {"question.asked", "question.generated", "question.answered", "spend.settled"}
        assert texts_of(found["question.asked"])["question"] == "How many orders are there?"
        assert texts_of(found["question.generated"])["generated_sql"] == COUNT
        answered = found["question.answered"]
        assert texts_of(answered)["executed_sql"].endswith("LIMIT 21")
        assert answered.connector_id == lab.orders.pk
        assert (answered.verdict, answered.confidence) == ("answered", "medium")
        assert answered.cost_microusd == question.cost_microusd > 0
        assert (answered.rows, answered.bytes) == (1, question.size_bytes)
        assert answered.duration_ms is not None
        assert answered.actor_name == "Paul Novak"
        assert answered.recorded_at is not None
        assert answered.data["result_digest"].startswith("1:")
        assert found["question.generated"].actor_kind == "ai"


def test_the_digest_is_the_same_for_the_same_rows_and_another_for_others(lab: Lab) -> None:
    def digest(sql: str) -> str:
        with lab.cast.ada.inside():
            return events_of(lab.run_sql(lab.cast.paul, sql))[-1].data["result_digest"]

    assert digest(COUNT) == digest("SELECT count(*) AS orders FROM orders ")
    assert digest(COUNT) != digest("SELECT count(*) + 1 AS orders FROM orders")


@pytest.mark.requirement("Q03", part="flow")
def test_a_delete_from_the_model_is_refused_with_a_reason_after_two_repairs(lab: Lab) -> None:
    lab.model().script(*[messages.sql(f"DELETE FROM orders{tail}") for tail in ("", " RETURNING id", " WHERE id = 1")])
    question = lab.ask(lab.cast.paul, "Please tidy up the orders")
    assert question.state == QuestionState.REFUSED
    assert question.executed_sql == ""
    assert question.reasons[0]["message"]
    assert len(lab.server.requests) == 3
    assert lab.server.requests[1].data("repair")["sql"] == "DELETE FROM orders"
    assert lab.server.requests[2].data("repair")["sql"] == "DELETE FROM orders RETURNING id"
    with lab.cast.ada.inside():
        assert [r.state for r in SpendReservation.objects.all()] == ["settled"] * 3
        assert events_of(question)[-1].type == "question.refused"
        assert sum(r.actual_microusd for r in SpendReservation.objects.all()) == question.cost_microusd


def test_one_repair_is_enough_when_the_model_learns(lab: Lab) -> None:
    lab.model().script(messages.sql("SELECT nothing_like_this FROM orders"), messages.sql(COUNT))
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.ANSWERED, question.reasons
    assert question.repairs == 1
    assert question.confidence in ("low", "uncertain", "medium")
    assert any(signal["name"] == "repaired" for signal in question.signals)


def test_what_the_engine_cannot_run_goes_back_to_the_model_once(lab: Lab) -> None:
    lab.model().script(messages.sql("SELECT 1 / (count(*) - 300) AS x FROM orders"), messages.sql(COUNT))
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.ANSWERED, question.failure
    assert question.repairs == 1


def test_the_model_may_ask_back_or_say_what_is_missing(lab: Lab) -> None:
    lab.model().script(messages.clarify("Which year?", "2025", "2026"), messages.cannot("no weather is stored"))
    asked_back = lab.ask(lab.cast.paul, "How was the year?")
    assert asked_back.state == QuestionState.CLARIFYING
    assert [each["text"] for each in asked_back.choices] == ["2025", "2026"]
    missing = lab.ask(lab.cast.paul, "How was the weather?")
    assert missing.state == QuestionState.UNANSWERABLE
    assert "no weather is stored" in missing.failure


def test_a_follow_up_takes_the_threads_questions_and_sql_along_and_no_row(lab: Lab) -> None:
    server = lab.model()
    server.script(messages.sql("SELECT name FROM customers WHERE id = 500"), messages.sql(COUNT))
    first = lab.ask(lab.cast.paul, "Who is customer 500?")
    lab.ask(lab.cast.paul, "And how many orders?", parent=first)
    thread = server.requests[1].data("earlier_in_thread")
    assert thread[0]["question"] == "Who is customer 500?"
    assert CANARY.encode() not in server.requests[1].raw


@pytest.mark.requirement("Q10", part="names only, ledger")
def test_only_names_types_and_comments_reach_the_prompt_and_the_ledger_says_which(lab: Lab) -> None:
    lab.remember("glossary", "loyal", "a customer with loyalty above 50", lab.orders)
    server = lab.model()
    server.script(messages.sql(COUNT))
    question = lab.ask(lab.cast.paul, "How many loyal customers?")
    sent = server.requests[0].raw
    assert b"people who buy" in sent
    assert b"loyalty" in sent
    assert CANARY.encode() not in sent
    assert b"Customer 7" not in sent
    assert question.ledger["rows"] == "none"
    assert set(question.ledger["tables"]) == {"public.customers", "public.notes", "public.orders"}
    assert question.ledger["memory"] == ["loyal"]
    assert question.ledger["model"] == "claude-sonnet-lab"


@pytest.mark.requirement("Q09")
def test_memory_of_another_connector_or_organization_never_reaches_a_prompt(lab: Lab) -> None:
    lab.remember("glossary", "mine", "memory-of-orders", lab.orders)
    lab.remember("instruction", "everywhere", "memory-of-all", None)
    lab.remember("glossary", "archive", "memory-of-archive", lab.archive)
    with lab.cast.cleo.inside():
        from questions.models import MemoryEntry

        change.apply(MemoryEntry(kind="glossary", name="cleo", text="memory-of-cleo"))
    server = lab.model()
    server.script(messages.sql(COUNT))
    lab.ask(lab.cast.paul, "How many orders?")
    sent = server.requests[0].raw
    assert b"memory-of-orders" in sent
    assert b"memory-of-all" in sent
    assert b"memory-of-archive" not in sent
    assert b"memory-of-cleo" not in sent


@pytest.mark.requirement("Q07")
@pytest.mark.parametrize(
    ("answers", "code", "is_retryable"),
    [
        ([messages.cut()] * 9, "model.unreachable", True),
        ([messages.status(529, "overloaded_error")] * 9, "model.overloaded", True),
        ([messages.status(429, "rate_limit_error", retry_after=0)] * 9, "model.rate_limited", True),
        ([messages.hang(9)] * 9, "model.timeout", True),
        ([messages.out_of_credit()], "model.out_of_credit", False),
        ([messages.text("I would rather talk")] * 9, "model.bad_reply", True),
    ],
    ids=["cut", "529", "429", "timeout", "credit", "prose"],
)
def test_a_model_that_fails_is_a_state_a_person_can_read_and_retry(lab: Lab, answers, code, is_retryable) -> None:
    server = lab.model()
    server.script(*answers)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.FAILED
    assert (question.failure_code, question.is_retryable) == (code, is_retryable)
    assert question.failure[0].isupper()
    with lab.cast.ada.inside():
        assert not SpendReservation.objects.filter(state="held").exists()
        assert events_of(question)[-1].type == "question.failed"
    server._script.clear()
    server.default = messages.sql(COUNT)
    with lab.cast.paul.inside():
        again = asking.ask_again(question)
    assert lab.work(again).state == QuestionState.ANSWERED


@pytest.mark.requirement("Q07", part="no server at all")
def test_a_model_that_nobody_answers_for_leaves_nothing_held(lab: Lab) -> None:
    server = lab.model()
    server.stop()
    lab.server = None
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.failure_code == "model.unreachable"
    assert question.text == "How many orders are there?"
    with lab.cast.ada.inside():
        assert [r.state for r in SpendReservation.objects.all()] == ["released"]


@pytest.mark.requirement("Q16")
def test_at_the_cap_questions_pause_verified_ones_answer_and_a_raise_lets_them_go_on(lab: Lab) -> None:
    lab.verify("How many customers are there?", "SELECT count(*) AS customers FROM customers")
    server = lab.model()
    server.default = messages.sql(COUNT)
    with lab.cast.ada.inside():
        policy = SpendPolicy.objects.get()
        policy.default_user_cap_microusd = 10
        change.apply(policy)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert question.state == QuestionState.PAUSED
    assert question.resets_at is not None
    assert "spend cap" in question.failure
    assert not server.requests
    assert lab.ask(lab.cast.paul, "How many customers are there?").state == QuestionState.ANSWERED
    for _ in range(7):
        assert lab.work(question).state == QuestionState.PAUSED
    with lab.cast.ada.inside():
        assert [event.type for event in events_of(question)].count("question.paused") == 1
        assert [event.type for event in events_of(question)].count("cap.reached") == 1
        policy.default_user_cap_microusd = 20_000_000
        change.apply(policy)
    with lab.cast.paul.inside():
        asking.ask_again(question)
    done = lab.work(question)
    assert done.state == QuestionState.ANSWERED
    assert done.cost_microusd > 0


def test_the_kill_switch_stops_a_question_between_two_steps(lab: Lab, monkeypatch) -> None:
    lab.model().script(messages.sql(COUNT))
    plain = journey.enter

    def halt_before_the_run(question: Question, *, name: str, **step: Any) -> None:
        if name == "run":
            row = OrganizationSwitch.objects.get()
            row.is_halted, row.reason = True, "a drill"
            change.apply(row)
        plain(question, name=name, **step)

    monkeypatch.setattr(journey, "enter", halt_before_the_run)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    assert (question.state, question.failure_code) == (QuestionState.FAILED, "halted")
    assert "a drill" in question.failure
    assert "run" not in lab.steps(question)


def test_a_person_who_lost_the_grant_is_refused_when_the_worker_comes(lab: Lab) -> None:
    from connectors import grant

    lab.grant(lab.cast.ana)
    lab.verify("How many orders are there?", COUNT)
    with lab.cast.ana.inside():
        question = asking.ask(text="How many orders are there?", connector_id=lab.orders.pk)
    with lab.cast.ada.inside():
        grant.take(lab.orders, of=lab.cast.ana.membership)
    done = lab.work(question)
    assert done.state == QuestionState.REFUSED
    assert done.reasons[0]["code"] == "grant.missing"
    with lab.cast.ana.inside():
        assert rows.read(question.pk) is None


def test_a_person_who_left_is_refused(lab: Lab) -> None:
    from portal import people

    with lab.cast.paul.inside():
        question = asking.ask(text="How many orders are there?", connector_id=lab.orders.pk)
    with lab.cast.ada.inside():
        people.set_role(lab.cast.paul.membership, role="power_user", is_active=False)
    assert lab.work(question).state == QuestionState.REFUSED
