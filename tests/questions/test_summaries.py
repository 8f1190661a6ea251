"""A model's summary is shown where an officer allows it and the rows bear out all of it; else it is dropped (Q12)."""

from __future__ import annotations

import pytest

from guardrails import spend
from guardrails.models import OrganizationSwitch, QuestionPolicy, SpendReservation
from portal import change, valkey
from questions import money, view
from questions.models import Question, QuestionState
from tests.connectors.doors import api_as, browser_as
from tests.questions.test_limits import everything_kept, found_in
from tests.questions_lab import CANARY, CANARY_NUMBER, Lab, events_of
from tests.servers import messages

EVERY_ROLE = ["default", "owner", "dispatcher"]
CITIES = "SELECT city, count(*) AS customers FROM customers WHERE id <= 100 GROUP BY city ORDER BY city"


def allow(lab: Lab, where: str = "on") -> None:
    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        policy.summaries = where
        change.apply(policy)


def opened(lab: Lab, question: Question) -> view.Answer:
    with lab.cast.paul.inside():
        found = view.open_answer(question, way="test")
    assert found is not None
    return found


@pytest.mark.requirement("Q12")
def test_no_row_leaves_the_house_unless_an_officer_says_so(lab: Lab) -> None:
    server = lab.model()
    server.default = messages.sql(CITIES)
    question = lab.ask(lab.cast.paul, "How many customers in each city?")
    assert (question.state, question.summary_state, len(server.requests)) == (QuestionState.ANSWERED, "", 1)
    assert question.ledger["rows"] == "none"
    allow(lab, "not_production")  # and this connector is marked production
    assert lab.ask(lab.cast.paul, "How many customers in each city?").summary_state == ""
    assert len(server.requests) == 2
    allow(lab)
    lab.verify("How many notes are there?", "SELECT count(*) AS notes FROM notes")
    verified = lab.ask(lab.cast.paul, "How many notes are there?")
    assert (verified.verified_only, verified.summary_state, len(server.requests)) == (True, "", 2)
    server.default = messages.sql("SELECT id FROM orders")
    cut = lab.ask(lab.cast.paul, "Which orders are there?")
    assert (cut.is_cut, cut.summary_state, len(server.requests)) == (True, "", 3)


@pytest.mark.requirement("Q12")
@pytest.mark.requirement("Q01", part="summaries")
@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_a_founded_summary_is_shown_sealed_costed_and_in_the_ledger(lab: Lab) -> None:
    allow(lab)
    server = lab.model()
    server.script(
        messages.sql("SELECT name, loyalty FROM customers WHERE id = 500"),
        messages.summary(f"{CANARY} has a loyalty of {CANARY_NUMBER:,}."),
    )
    question = lab.ask(lab.cast.paul, "Who is customer 500?")
    assert (question.state, question.summary_state) == (QuestionState.ANSWERED, "kept"), question.failure
    assert opened(lab, question).summary == f"{CANARY} has a loyalty of {CANARY_NUMBER:,}."
    assert server.requests[1].data("rows")["rows"] == [[CANARY, str(CANARY_NUMBER)]]
    assert found_in(everything_kept()) == []
    assert valkey.cache().ttl(f"countersign:rows:{question.pk}") <= 600
    calls = question.ledger["calls"]
    assert [(call["purpose"], call["rows"]) for call in calls] == [("sql", "none"), ("summary", "1 row of a summary")]
    assert question.ledger["rows"] == "1 row of a summary"
    assert sum(call["cost_microusd"] for call in calls) == question.cost_microusd
    page = browser_as(lab.cast.paul).get(f"/questions/{question.pk}/").content.decode()
    assert "every number, date and name in it was found in them" in page
    assert "1 row of a summary" in page
    shown = api_as(lab.cast.paul).get(f"/api/v1/questions/{question.pk}/").json()
    assert shown["answer"]["summary"].startswith(CANARY)
    assert shown["summary_state"] == "kept"
    with lab.cast.ada.inside():
        event = next(event for event in events_of(question) if event.type == "question.summarized")
        assert (event.actor_kind, event.data["state"], event.data["rows"]) == ("ai", "kept", 1)


@pytest.mark.requirement("Q12")
@pytest.mark.parametrize(
    "said",
    ["Oslo has 51 customers.", "Trondheim has 50 customers.", "On 5 May 2026 Oslo had 50.", "Oslo has 50% of them."],
)
def test_a_summary_that_says_what_the_rows_do_not_is_dropped_and_the_person_told(lab: Lab, said: str) -> None:
    allow(lab)
    lab.model().script(messages.sql(CITIES), messages.summary(said))
    question = lab.ask(lab.cast.paul, "How many customers in each city?")
    assert (question.state, question.summary_state) == (QuestionState.ANSWERED, "dropped")
    assert opened(lab, question).summary == ""
    page = browser_as(lab.cast.paul).get(f"/questions/{question.pk}/").content.decode()
    assert "so it was dropped" in page
    assert said not in page


def test_an_answer_stands_without_a_summary_that_fails_or_cannot_be_paid(lab: Lab, monkeypatch) -> None:
    allow(lab)
    server = lab.model()
    server.script(messages.sql(CITIES), *[messages.status(529)] * 9)
    failed = lab.ask(lab.cast.paul, "How many customers in each city?")
    assert (failed.state, failed.summary_state) == (QuestionState.ANSWERED, "failed")
    assert failed.ledger["calls"][-1]["outcome"] == "model.overloaded"
    server._script.clear()
    plain = money.hold

    def no_room(question: Question, estimate: int) -> None:
        if question.step == "answer":
            usage = spend.usage(question.asked_by_id)
            raise spend.CapReached(spend.USER, usage.cap, usage.used, usage.resets_at)
        plain(question, estimate)

    monkeypatch.setattr(money, "hold", no_room)
    server.script(messages.sql(CITIES))
    capped = lab.ask(lab.cast.paul, "How many customers in each city?")
    assert (capped.state, capped.summary_state) == (QuestionState.ANSWERED, "failed")
    with lab.cast.ada.inside():
        assert not SpendReservation.objects.filter(state="held").exists()


@pytest.mark.requirement("T01", part="before a summary")
def test_the_kill_switch_stops_before_a_summary(lab: Lab, monkeypatch) -> None:
    allow(lab)
    server = lab.model()
    server.script(messages.sql(CITIES))
    from questions.steps import summarize

    plain = summarize.request_for

    def halt(text, result):
        row = OrganizationSwitch.objects.get()
        row.is_halted, row.reason = True, "a drill"
        change.apply(row)
        return plain(text, result)

    monkeypatch.setattr(summarize, "request_for", halt)
    question = lab.ask(lab.cast.paul, "How many customers in each city?")
    assert (question.state, question.failure_code) == (QuestionState.FAILED, "halted")
    assert len(server.requests) == 1
