"""No connector named: the fitting one is found with the reason; two that fit are asked about."""

from __future__ import annotations

import socket
import time

import pytest

from bench import retrieval as exam
from connectors import set_up
from connectors.contracts import Schema
from connectors.models import Connector, SchemaSnapshot
from questions import ask as asking
from questions import retrieval
from questions.models import Question
from questions.steps import choose
from tests.questions_lab import DATABASE, PASSWORD, ROLE, Lab

pytestmark = pytest.mark.django_db(databases=["default", "owner", "dispatcher"])


def chosen(lab: Lab, text: str) -> Question:
    with lab.cast.paul.inside():
        made = asking.ask(text=text)
    return lab.work(made)


def test_the_source_whose_tables_fit_is_taken_and_the_reason_said(lab: Lab) -> None:
    first = chosen(lab, "How many parcels did every carrier take?")
    assert first.connector_id == lab.archive.pk
    assert "its tables `shipments`" in first.connector_reason
    second = chosen(lab, "How loyal are customers from each city?")
    assert second.connector_id == lab.orders.pk
    assert "`customers`" in second.connector_reason


def test_a_source_that_the_question_names_is_taken(lab: Lab) -> None:
    found = chosen(lab, "How many orders does the Archive hold?")
    assert (found.connector_id, found.connector_reason) == (lab.archive.pk, "the question names `archive`")


def test_two_that_fit_alike_are_asked_about_and_no_other_is_named(lab: Lab) -> None:
    with lab.cast.ada.inside():
        lab._postgresql("orders_copy")
        off = lab._postgresql("orders_secret")
        off.is_active = False
        set_up.set_up(off)
    found = chosen(lab, "Which customers live in Bergen?")
    assert found.state == "clarifying"
    assert {each["label"] for each in found.choices} == {"PRODUCTION · orders_prod", "orders_copy"}
    assert "secret" not in str(found.choices) + str(found.reasons) + found.connector_reason


def test_a_question_that_fits_none_says_so(lab: Lab) -> None:
    found = chosen(lab, "Quelle est la météo?")
    assert (found.state, found.connector_id) == ("unanswerable", None)


def test_a_source_that_hangs_is_left_out_in_bounded_time(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "ASKED_FOR_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        given = {"host": "127.0.0.1", "port": silent.getsockname()[1], "database": DATABASE, "user": ROLE}
        with lab.cast.ada.inside():
            row = Connector(name="parcels and carriers", role="source", adapter="postgresql", settings=given)
            set_up.set_up(row, secret=PASSWORD)
        started = time.monotonic()
        found = chosen(lab, "How many parcels did every carrier take?")
        assert time.monotonic() - started < 8
    assert found.connector_id == lab.archive.pk


def test_a_schema_that_was_described_is_not_asked_for_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with lab.cast.ada.inside():
        for each in (lab.orders, lab.archive):
            set_up.describe(each)
        SchemaSnapshot.objects.update(taken_at="2020-01-01T00:00:00Z")
    asked: list[list[Connector]] = []
    monkeypatch.setattr(set_up, "describe_some", lambda connectors, within_s: asked.append(connectors) or {})
    with lab.cast.paul.inside():
        sources = [lab.orders, lab.archive]
        trip = type("Trip", (), {"question": Question(text="parcels by carrier")})()
        assert choose._by_schema(trip, sources)[0].connector == lab.archive
    assert asked == [[]]


def test_among_ten_sources_of_our_own_the_right_one_leads() -> None:
    """The set of `bench.retrieval`, each schema a source of its own: held-out half."""
    tables, questions = exam.read("b")
    sources = {
        name: Schema(tuple(t for t in tables if t.schema == name), "postgres") for name in {t.schema for t in tables}
    }
    right = asked = 0
    for question in questions:
        scores = {name: retrieval.fit(question.text, schema).score for name, schema in sources.items()}
        best, second = sorted(scores.values(), reverse=True)[:2]
        (truth,) = {schema for schema, _ in question.gold}
        is_close = best - second < choose.CLOSE
        asked += is_close and scores[truth] > best - choose.CLOSE
        right += not is_close and scores[truth] == best
    print(f"\nof {len(questions)}: {right} chosen rightly, {asked} asked with the right one among the choices")
    assert right + asked >= 0.85 * len(questions)
    assert right >= 0.6 * len(questions)
