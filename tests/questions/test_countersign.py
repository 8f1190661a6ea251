"""A verified query is written by one officer and countersigned by another; the signature expires and lapses (Q09)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from connectors import set_up
from guardrails.models import QuestionPolicy
from portal.refusal import Refused
from questions import countersign, keep, memory
from questions.models import Standing, VerifiedQuery
from tests.connectors.doors import api_as, browser_as, events
from tests.questions.test_memory import HEADERS, VerifiedQueryResource, load
from tests.questions_lab import DATABASE, Lab, in_database, make_database
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"
ASKED = "How many orders are there?"


def standing(lab: Lab, row: VerifiedQuery, *, in_days: int = 0) -> Standing:
    with lab.cast.ada.inside():
        found = VerifiedQuery.objects.get(pk=row.pk)
        return found.standing(timezone.now() + timedelta(days=in_days), QuestionPolicy.objects.get().signature_days)


@pytest.mark.requirement("Q09")
def test_nobody_countersigns_what_they_wrote(lab: Lab) -> None:
    row = lab.write(ASKED, COUNT)
    with pytest.raises(Refused, match="another admin"):
        lab.sign(row, lab.cast.ada)
    with pytest.raises(Refused):
        lab.sign(row, lab.cast.paul)
    assert standing(lab, row) == Standing.UNSIGNED
    lab.sign(row)
    assert standing(lab, row) == Standing.COUNTERSIGNED
    with lab.cast.ada.inside():
        assert len(events("verified_query.countersigned")) == 1
        assert VerifiedQuery.objects.get().signed_columns == {}, "count(*) reads no column"


@pytest.mark.requirement("Q09")
def test_an_unsigned_query_answers_at_most_medium_and_says_so(lab: Lab) -> None:
    row = lab.write(ASKED, COUNT)
    before = lab.ask(lab.cast.paul, ASKED)
    lab.sign(row)
    after = lab.ask(lab.cast.paul, ASKED)
    assert (before.state, before.confidence, after.confidence) == ("answered", "medium", "high")
    assert "nobody else has countersigned it" in before.signals[0]["sentence"]


@pytest.mark.requirement("Q09")
def test_a_signature_expires_and_an_edit_ends_it(lab: Lab) -> None:
    row = lab.verify(ASKED, COUNT)
    assert standing(lab, row, in_days=179) == Standing.COUNTERSIGNED
    assert standing(lab, row, in_days=181) == Standing.EXPIRED
    with lab.cast.ada.inside():
        VerifiedQuery.objects.update(verified_at=timezone.now() - timedelta(days=200))
    assert lab.ask(lab.cast.paul, ASKED).confidence == "medium"
    lab.sign(_again(lab, row))
    with lab.cast.ada.inside():
        VerifiedQuery.objects.update(sql="SELECT max(id) AS orders FROM orders")
    assert standing(lab, row) == Standing.EDITED, "also where somebody writes past every verb"
    with lab.olga.inside():
        edited = VerifiedQuery.objects.get(pk=row.pk)
        edited.sql = "SELECT min(id) AS orders FROM orders"
        memory.save_verified(edited)
    assert standing(lab, row) == Standing.UNSIGNED
    with pytest.raises(Refused):
        lab.sign(_again(lab, row))
    lab.sign(_again(lab, row), lab.cast.ada)
    assert standing(lab, row) == Standing.COUNTERSIGNED


def _again(lab: Lab, row: VerifiedQuery) -> VerifiedQuery:
    with lab.cast.ada.inside():
        return VerifiedQuery.objects.get(pk=row.pk)


def test_what_was_not_shown_is_not_signed(lab: Lab) -> None:
    row = lab.write(ASKED, COUNT)
    with lab.olga.inside(), pytest.raises(ValidationError, match="changed after it was shown"):
        countersign.countersign(row, revision=row.revision + 1)


@pytest.mark.requirement("Q09")
@pytest.mark.parametrize(
    "change", ["ALTER TABLE customers RENAME city TO town", "ALTER TABLE customers ALTER loyalty TYPE text"]
)
def test_a_column_that_changes_sets_the_query_aside(lab: Lab, change: str) -> None:
    row = lab.verify("Loyalty by city", "SELECT city, sum(loyalty::bigint) AS loyalty FROM customers GROUP BY city")
    other = lab.verify(ASKED, COUNT)
    assert lab.ask(lab.cast.paul, "Loyalty by city").confidence == "high"
    in_database(change, DATABASE)
    try:
        with lab.cast.ada.inside():
            set_up.look_again(lab.orders)
        assert standing(lab, row) == Standing.STALE
        assert standing(lab, other) == Standing.COUNTERSIGNED
        asked = lab.ask(lab.cast.paul, "Loyalty by city")
        assert asked.verified_query_id is None
        with lab.cast.ada.inside():
            assert len(events("verified_query.lapsed")) == 1
            assert "customers." in VerifiedQuery.objects.get(pk=row.pk).stale_because
            page = browser_as(lab.cast.ada).get(f"/admin/questions/verifiedquery/{row.pk}/change/")
        assert b"Set aside" in page.content
    finally:
        make_database()


@pytest.mark.requirement("Q09")
def test_a_question_that_finds_the_column_changed_sets_it_aside_too(lab: Lab) -> None:
    row = lab.verify("Loyalty by city", "SELECT city, sum(loyalty) AS loyalty FROM customers GROUP BY city")
    with lab.cast.ada.inside():
        VerifiedQuery.objects.update(signed_columns={"public.customers.city": "integer"})
    assert lab.ask(lab.cast.paul, "Loyalty by city").verified_query_id is None
    assert standing(lab, row) == Standing.STALE


@pytest.mark.requirement("Q09", part="prompt")
def test_a_model_is_told_countersigned_queries_alone(lab: Lab) -> None:
    lab.verify("Customers of a city", "SELECT id FROM customers WHERE city = 'Alphatown'")
    lab.write("Customers of a town", "SELECT id FROM customers WHERE city = 'Betatown'")
    server = lab.model()
    server.script(messages.sql("SELECT id FROM customers"))
    lab.ask(lab.cast.paul, "Which people have bought something lately?")
    sent = str(server.requests)
    assert "Alphatown" in sent
    assert "Betatown" not in sent


@pytest.mark.requirement("Q09")
@pytest.mark.parametrize(
    ("sql", "said"),
    [("SELECT count(*) FROM nowhere", "nowhere"), ("SELECT count(", "sql"), ("SELECT nothing FROM orders", "nothing")],
)
def test_an_import_names_the_unknown_table_at_its_row_and_saves_nothing(lab: Lab, sql: str, said: str) -> None:
    with lab.cast.ada.inside():
        set_up.describe(lab.orders)
        good = ("orders_prod", ASKED, "[]", COUNT, "[]", "yes")
        found = load(VerifiedQueryResource, HEADERS, good, ("orders_prod", "Bad", "[]", sql, "[]", "yes"))
        assert len(found) == 1
        assert found[0].startswith("row 2: sql: ")
        assert said in found[0]
        assert not VerifiedQuery.objects.exists()


@pytest.mark.requirement("Q09")
def test_an_admin_keeps_an_answer_and_another_signs_it_over_page_and_api(lab: Lab) -> None:
    server = lab.model()
    server.script(messages.sql(COUNT))
    asked = lab.ask(lab.cast.ada, "What number of purchases do we have?")
    with lab.cast.paul.inside(), pytest.raises(Refused):
        keep.as_verified(asked)
    led = browser_as(lab.cast.ada).post(f"/questions/{asked.pk}/keep/")
    with lab.cast.ada.inside():
        row = VerifiedQuery.objects.get()
    assert str(row.pk) in led.headers["Location"]
    path = f"/api/v1/verified-queries/{row.pk}/countersign/"
    assert api_as(lab.cast.ada).post(path, {"revision": row.revision}, format="json").status_code == 403
    signed = api_as(lab.olga).post(path, {"revision": row.revision}, format="json")
    assert (signed.status_code, signed.json()["standing"]) == (200, "countersigned")
    again = browser_as(lab.olga).post(f"/admin/questions/verifiedquery/{row.pk}/countersign/", {"revision": "1"})
    assert again.status_code == 302
    assert lab.ask(lab.cast.paul, "What number of purchases do we have?").confidence == "high"


def test_a_person_judges_their_own_answer_by_choices_alone(lab: Lab) -> None:
    lab.verify(ASKED, COUNT)
    asked = lab.ask(lab.cast.paul, ASKED)
    path = f"/api/v1/questions/{asked.pk}/judge/"
    assert api_as(lab.cast.paul).post(path, {"is_right": False}, format="json").status_code == 400
    assert api_as(lab.cast.paul).post(path, {"is_right": False, "fault": "it is 42"}, format="json").status_code == 400
    assert api_as(lab.cast.paul).post(path, {"is_right": False, "fault": "number"}, format="json").status_code == 200
    assert api_as(lab.cast.ada).post(path, {"is_right": True}, format="json").status_code == 403
    page = browser_as(lab.cast.paul).post(f"/questions/{asked.pk}/judge/", {"verdict": "right"}, follow=True)
    assert b"You said: right" in page.content
    with lab.cast.ada.inside():
        assert len(events("question.judged")) == 2
