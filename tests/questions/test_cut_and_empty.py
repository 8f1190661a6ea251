"""A cut answer says so and is counted by one click; an empty one says which filter emptied it."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError

from connectors.contracts import Result, ResultColumn
from guardrails.models import QuestionPolicy
from portal import change
from portal.refusal import Refused
from questions import answer_text, counting, view
from questions.models import AnswerBudget, Question, QuestionState
from questions.steps import explain_empty
from tests.connectors.doors import api_as, browser_as
from tests.questions_lab import Lab, events_of
from tests.servers import messages


def opened(lab: Lab, question: Question) -> view.Answer:
    with lab.cast.paul.inside():
        found = view.open_answer(question, way="test")
    assert found is not None
    return found


@pytest.mark.requirement("Q04", part="a cut answer is counted properly")
@pytest.mark.requirement("Q12", part="truncation")
def test_a_cut_answer_is_counted_by_one_click_through_the_same_guard(lab: Lab) -> None:
    server = lab.model()
    server.script(messages.sql("SELECT id, total FROM orders WHERE total > 100 ORDER BY total DESC"))
    question = lab.ask(lab.cast.paul, "Which orders are above 100?")
    assert question.is_cut
    said = opened(lab, question).text
    assert said.startswith("This is only a part: the first 20 rows are shown and there are more.")
    assert "20 rows." not in said
    browser = browser_as(lab.cast.paul)
    assert "Count them properly" in browser.get(f"/questions/{question.pk}/").content.decode()
    response = browser.post(f"/questions/{question.pk}/count/")
    assert response.url == f"/questions/{question.pk}/#count"
    assert "Counting all of its rows" in browser.get(f"/questions/{question.pk}/").content.decode()
    with lab.cast.paul.inside():
        child = question.follow_ups.get()
        assert counting.count(question).pk == child.pk, "asked twice, the count under way is taken"
    child = lab.work(child)
    assert (child.state, child.origin) == (QuestionState.ANSWERED, "count"), child.reasons
    assert child.executed_sql.startswith("SELECT COUNT(*) AS rows_in_all FROM (SELECT id, total FROM ")
    assert opened(lab, child).rows == [[200]]
    assert "Counted in full" in browser.get(f"/questions/{question.pk}/counted/").content.decode()
    shown = api_as(lab.cast.paul).get(f"/api/v1/questions/{question.pk}/").json()
    assert shown["counted"] == {"question": str(child.pk), "state": "answered", "rows": 200}
    assert len(server.requests) == 1, "counting asks no model"
    with lab.cast.ada.inside():
        assert [event.type for event in events_of(child)][:2] == ["question.asked", "question.answered"]
        assert AnswerBudget.objects.get(user=lab.cast.paul.user).used_rows == 21


def test_what_may_not_be_counted_is_refused_in_words(lab: Lab) -> None:
    whole = lab.run_sql(lab.cast.paul, "SELECT id FROM orders LIMIT 3")
    with lab.cast.paul.inside(), pytest.raises(ValidationError, match="is not cut"):
        counting.count(whole)
    refused = api_as(lab.cast.paul).post(f"/api/v1/questions/{whole.pk}/count/", {}, format="json")
    assert refused.status_code == 400
    cut = lab.run_sql(lab.cast.paul, "SELECT id FROM orders")
    with lab.cast.ada.inside(), pytest.raises(Refused):
        counting.count(cut)
    assert browser_as(lab.cast.ada).post(f"/questions/{cut.pk}/count/").status_code == 404
    made = api_as(lab.cast.paul).post(f"/api/v1/questions/{cut.pk}/count/", {"wait": 0}, format="json")
    assert made.status_code == 202


def test_a_byte_cut_is_said_first_and_counted_as_well(lab: Lab) -> None:
    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        policy.answer_bytes = 1_024
        change.apply(policy)
    question = lab.run_sql(lab.cast.paul, "SELECT id, body FROM notes ORDER BY id")
    assert (question.rows_cut, question.bytes_cut) == (question.rows_cut, True)
    said = opened(lab, question).text
    assert said.startswith("This is only a part")
    assert "rows." not in said.removeprefix("This is only a part")
    with lab.cast.paul.inside():
        child = counting.count(question)
    assert opened(lab, lab.work(child)).rows == [[2]]


@pytest.mark.requirement("Q12", part="truncation")
@pytest.mark.parametrize("cut", [{"rows_cut": True}, {"bytes_cut": True}])
@pytest.mark.parametrize("rows", [1, 2, 20])
def test_no_sentence_about_a_cut_answer_counts_it(cut: dict[str, bool], rows: int) -> None:
    columns = (ResultColumn("city", "text", "text"), ResultColumn("orders", "int8", "integer"))
    said = answer_text.sentence_for(Result(columns, (("Oslo", 7),) * rows, **cut))
    assert said.startswith("This is only a part")
    rest = said.split(". ", 1)[1].lower()
    for word in (f"{rows} rows", "one row:", "total", "all", "maximum", "exactly"):
        assert word not in rest


@pytest.mark.requirement("Q12", part="no rows")
def test_an_empty_answer_says_which_filter_emptied_it(lab: Lab) -> None:
    server = lab.model()
    server.script(
        messages.sql("SELECT name FROM customers WHERE city = 'Paris' AND loyalty > 90 ORDER BY name LIMIT 5"),
        messages.sql("SELECT name FROM customers WHERE city = 'Paris' AND loyalty < 0"),
        messages.sql("SELECT name FROM customers WHERE name = 'nobody' AND name IS NULL"),
    )
    one = lab.ask(lab.cast.paul, "Which loyal customers live in Paris?")
    answer = opened(lab, one)
    assert answer.text.startswith("No rows match")
    assert answer.notes == [
        {"text": "The filter on `city` emptied it: without it 11 rows would be found.", "sql": "city = 'Paris'"}
    ]
    both = opened(lab, lab.ask(lab.cast.paul, "Which disloyal customers live in Paris?"))
    assert [note["text"] for note in both.notes] == [
        "No single filter emptied it; without all of them more than 100 rows would be found."
    ]
    with lab.cast.ada.inside():
        counter = AnswerBudget.objects.get(user=lab.cast.paul.user)
        assert counter.used_rows == 5, "two counts and three: each is a row read"
        stored = Question.objects.get(pk=one.pk)
        assert "11" not in json.dumps([stored.assumptions, stored.signals, stored.reading, stored.failure])
        assert next(e for e in events_of(one) if e.type == "question.answered").data["counts"] == 2
    page = browser_as(lab.cast.paul).get(f"/questions/{one.pk}/").content.decode()
    assert "The filter on `city` emptied it" in page
    lab.grant(lab.cast.mia)
    member = lab.ask(lab.cast.mia, "Which customers have no name?")
    shown = api_as(lab.cast.mia).get(f"/api/v1/questions/{member.pk}/").json()
    assert shown["answer"]["notes"][0]["sql"] == "", "members see no SQL, also not a part of it"


def test_counting_why_it_is_empty_is_bounded_and_goes_through_the_guard(lab: Lab, monkeypatch) -> None:
    asked: list[str] = []
    plain = explain_empty.ask_source

    def heard(trip, sql, limits):
        asked.append(sql)
        return plain(trip, sql, limits)

    monkeypatch.setattr(explain_empty, "ask_source", heard)
    filters = " AND ".join(f"loyalty > {1000 + number}" for number in range(9))
    lab.run_sql(lab.cast.paul, f"SELECT name FROM customers WHERE {filters} AND id < 0")
    assert len(asked) == 1, "many filters are told together"
    assert all("LIMIT 101" in sql and sql.endswith("LIMIT 21") for sql in asked)
    asked.clear()
    monkeypatch.setattr(explain_empty, "TOGETHER_S", 0.0)
    slow = lab.run_sql(lab.cast.paul, "SELECT name FROM customers WHERE id < 0")
    assert asked == []
    assert opened(lab, slow).notes == []
