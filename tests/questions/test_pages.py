"""The pages of questions: what each role sees, and that page and API refuse alike."""

from __future__ import annotations

import re

import pytest
from django.utils.html import escape

from portal import valkey
from questions import ask as asking
from questions.models import Question, Report
from tests.connectors.doors import browser_as
from tests.questions_lab import CANARY, Lab
from tests.servers import messages

WARNING = 'class="banner block strict" role="status">Production <span>orders_prod is a live production system'
COUNT = "SELECT count(*) AS orders FROM orders"


def page(lab: Lab, person, path: str, **post: object):
    client = browser_as(person)
    return client.post(path, post, follow=True) if post else client.get(path)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def verified(lab: Lab) -> Lab:
    lab.verify("How many orders are there?", COUNT)
    for person in (lab.cast.ana, lab.cast.mia):
        lab.grant(person)
    return lab


@pytest.mark.requirement("Q13")
def test_a_production_connector_warns_wherever_it_is_used(verified: Lab) -> None:
    lab, paul = verified, verified.cast.paul
    question = lab.ask(paul, "How many orders are there?")
    with paul.inside():
        from questions import report as reporting

        report = reporting.save(question, title="Orders")
    chosen, quiet = f"?connector={lab.orders.pk}", f"?connector={lab.archive.pk}"
    warned = [f"/ask/{chosen}", f"/ask/banner/{chosen}", f"/live/{chosen}", f"/live/?question={question.pk}"]
    warned += [f"/questions/{question.pk}/", f"/reports/{report.pk}/"]
    for path in warned:
        assert WARNING in text_of(page(lab, paul, path)).split("<h1")[0], path
    for path in (f"/ask/{quiet}", f"/ask/banner/{quiet}", f"/live/{quiet}"):
        assert WARNING not in text_of(page(lab, paul, path)), path
    checked = browser_as(paul).post("/live/check/", {"connector": str(lab.orders.pk), "sql": COUNT})
    assert WARNING in text_of(checked)
    assert "production" in text_of(page(lab, paul, "/reports/"))
    from questions import serializers

    with paul.inside():  # the API's responses: tests/questions/test_api.py walks them all
        assert "PRODUCTION" in serializers.QuestionOut(question).data["production_warning"]


def test_asking_on_the_page_leads_to_the_questions_own_page(verified: Lab) -> None:
    asked = page(
        verified, verified.cast.mia, "/ask/", question="How many orders are there?", connector=str(verified.orders.pk)
    )
    assert asked.status_code == 200
    with verified.cast.mia.inside():
        question = Question.objects.get()
    assert asked.redirect_chain[-1][0] == f"/questions/{question.pk}/"
    assert 'hx-trigger="every 1s"' in text_of(asked)
    assert "Cancel the question" in text_of(asked)
    verified.work(question)
    done = text_of(page(verified, verified.cast.mia, f"/questions/{question.pk}/progress/"))
    assert "hx-trigger" not in done
    assert "Orders: 300." in done
    assert "1 row, complete" in done
    assert "No model was asked." in done


def test_a_member_sees_the_answer_and_no_sql(verified: Lab) -> None:
    for person, sees in ((verified.cast.ana, True), (verified.cast.mia, False)):
        question = verified.ask(person, "How many orders are there?")
        shown = text_of(page(verified, person, f"/questions/{question.pk}/"))
        assert "300" in shown
        assert ("SELECT" in shown) is sees
        assert ("What the guard changed" in shown) is sees
        assert ("Save to a report" in shown) is sees
        assert "Edit live" not in shown
        assert "Why high" in shown


def test_an_admin_sees_the_question_of_another_and_not_its_rows(lab: Lab) -> None:
    question = lab.run_sql(lab.cast.paul, "SELECT name FROM customers WHERE id = 500")
    assert CANARY in text_of(page(lab, lab.cast.paul, f"/questions/{question.pk}/"))
    shown = text_of(page(lab, lab.cast.ada, f"/questions/{question.pk}/"))
    assert CANARY not in shown
    assert "The rows belong to Paul Novak alone." in shown
    assert page(lab, lab.cast.ana, f"/questions/{question.pk}/").status_code == 404
    admin = page(lab, lab.cast.ada, f"/admin/questions/question/{question.pk}/change/")
    assert admin.status_code == 200
    assert CANARY not in text_of(admin)


def test_what_a_database_holds_is_never_markup(lab: Lab) -> None:
    evil = "<script>alert(1)</script>"
    question = lab.run_sql(lab.cast.paul, f"SELECT '{evil}' AS x, id FROM orders LIMIT 1")
    shown = page(lab, lab.cast.paul, f"/questions/{question.pk}/").content.decode()
    assert evil not in shown
    assert escape(evil) in shown


def test_after_ten_minutes_the_page_offers_to_run_it_again(verified: Lab) -> None:
    question = verified.ask(verified.cast.paul, "How many orders are there?")
    valkey.cache().delete(f"countersign:rows:{question.pk}")
    assert "stored nowhere" in text_of(page(verified, verified.cast.paul, f"/questions/{question.pk}/"))
    again = browser_as(verified.cast.paul).post(f"/questions/{question.pk}/again/")
    assert again.status_code == 302
    assert again["Location"] != f"/questions/{question.pk}/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("x" * 100_000, "question: it has 100,000 characters; shorten it to 2,000"),
        ("a\x00b", "question: it holds a NUL character; remove it"),
        ("", "question: it is empty"),
    ],
)
def test_bad_input_is_refused_at_its_field_as_the_api_does(verified: Lab, given: str, said: str) -> None:
    client = browser_as(verified.cast.paul)
    response = client.post("/ask/", {"question": given, "connector": str(verified.orders.pk)})
    assert response.status_code == 400
    assert said in text_of(response)
    unknown = client.post("/ask/", {"question": "x", "connector": "01890000-0000-7000-8000-000000000000"})
    assert "connector: there is none with this id" in text_of(unknown)
    with verified.cast.ada.inside():
        assert not Question.objects.exists()


def test_nothing_typed_is_lost_when_it_is_refused(verified: Lab) -> None:
    client = browser_as(verified.cast.paul)
    refused = client.post("/live/", {"sql": "SELECT kept_as_typed FROM orders", "connector": "nowhere"})
    assert refused.status_code == 400
    assert "kept_as_typed" in text_of(refused)


def test_a_choice_asks_again_with_the_thread(lab: Lab) -> None:
    lab.model().script(messages.clarify("Which year?", "2025", "2026"))
    question = lab.ask(lab.cast.paul, "How was the year?")
    shown = text_of(page(lab, lab.cast.paul, f"/questions/{question.pk}/"))
    assert "Which year?" in shown
    given = {"parent": str(question.pk), "question": "2026", "connector": str(lab.orders.pk)}
    page(lab, lab.cast.paul, "/ask/", **given)
    with lab.cast.paul.inside():
        assert Question.objects.get(text="2026").parent == question


def test_the_four_empty_states_differ(lab: Lab) -> None:
    assert "No connector is granted to you" in text_of(page(lab, lab.cast.mia, "/ask/"))
    assert "Set up a data source" in text_of(page(lab, lab.cast.cleo, "/ask/"))
    assert "Nothing asked yet" in text_of(page(lab, lab.cast.paul, "/ask/"))
    assert "No report yet" in text_of(page(lab, lab.cast.mia, "/reports/"))


def test_live_edit_shows_the_guards_verdict_and_runs(lab: Lab) -> None:
    client = browser_as(lab.cast.paul)
    good = client.post("/live/check/", {"connector": str(lab.orders.pk), "sql": COUNT})
    assert "The guard lets it run" in text_of(good)
    bad = client.post("/live/check/", {"connector": str(lab.orders.pk), "sql": "DELETE FROM orders"})
    assert "The guard refuses it" in text_of(bad)
    with lab.cast.paul.inside():
        assert not Question.objects.exists()
    ran = client.post("/live/", {"connector": str(lab.orders.pk), "sql": "DELETE FROM orders"}, follow=True)
    assert ran.status_code == 200
    with lab.cast.paul.inside():
        question = lab.work(Question.objects.get())
    shown = text_of(client.get(f"/questions/{question.pk}/"))
    assert "Nothing of it ran." in shown


def test_a_report_is_saved_shared_run_and_removed_on_its_pages(verified: Lab) -> None:
    lab, paul, mia = verified, browser_as(verified.cast.paul), browser_as(verified.cast.mia)
    question = lab.ask(lab.cast.paul, "How many orders are there?")
    refused = paul.post(f"/questions/{question.pk}/save/", {"title": " "})
    assert (refused.status_code, "title: write 1 to 160" in text_of(refused)) == (400, True)
    assert paul.post(f"/questions/{question.pk}/save/", {"title": "Orders now"}).status_code == 302
    with lab.cast.paul.inside():
        report = Report.objects.get()
    assert mia.get(f"/reports/{report.pk}/").status_code == 404
    wrong = paul.post(f"/reports/{report.pk}/share/", {"person": "cleo@southwind.example"})
    assert (wrong.status_code, "is nobody else of your organization" in text_of(wrong)) == (400, True)
    shared = paul.post(f"/reports/{report.pk}/share/", {"person": "mia@northlight.example"}, follow=True)
    assert "They run it as themselves" in text_of(shared)
    seen = text_of(mia.get(f"/reports/{report.pk}/"))
    assert "Run it as me" in seen
    assert "SELECT" not in seen
    assert mia.post(f"/reports/{report.pk}/run/").status_code == 302
    with lab.cast.mia.inside():
        run = lab.work(Question.objects.mine().get())
    assert "Orders: 300." in text_of(mia.get(f"/questions/{run.pk}/"))
    assert mia.post(f"/reports/{report.pk}/remove/").status_code == 403
    assert paul.post(f"/reports/{report.pk}/remove/").status_code == 302
    assert mia.get(f"/reports/{report.pk}/").status_code == 404


def test_pages_ask_a_known_number_of_times(verified: Lab, django_assert_max_num_queries) -> None:
    for _ in range(5):
        verified.ask(verified.cast.paul, "How many orders are there?")
    client = browser_as(verified.cast.paul)
    client.get("/ask/")
    with django_assert_max_num_queries(14):
        client.get("/ask/")


@pytest.mark.requirement("Q17")
def test_a_waiting_question_names_its_step_its_cost_and_offers_to_cancel(lab: Lab) -> None:
    with lab.cast.paul.inside():
        question = asking.ask(text="How many orders are there?", connector_id=lab.orders.pk)
        Question.objects.filter(pk=question.pk).update(
            state="generating", step="write", timings=[{"step": "choose", "at": "2026-01-01T00:00:00+00:00"}]
        )
    client = browser_as(lab.cast.paul)
    shown = text_of(client.get(f"/questions/{question.pk}/"))
    assert 'class="current" aria-current="step"><span>The model writes SQL' in shown
    assert "$0.00 so far" in shown
    assert "data-since=" in shown
    assert client.post(f"/questions/{question.pk}/cancel/").status_code == 302
    with lab.cast.paul.inside():
        assert Question.objects.get().state == "cancelled"
