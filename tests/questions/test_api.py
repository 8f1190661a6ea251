"""The questions API: asking, waiting, roles, bad input, and the production warning in every response."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
from django.db import connections

from questions.models import Question, QuestionState
from tests.connectors.doors import api_as
from tests.questions_lab import Lab

ASK = "/api/v1/questions/"
COUNT = "SELECT count(*) AS orders FROM orders"
EVERY_ROLE = ["default", "owner", "dispatcher"]


def post(client, path: str, **body: object):
    return client.post(path, json.dumps(body), content_type="application/json")


def errors(response) -> list[tuple[str, str]]:
    return [(each["field"], each["message"]) for each in response.json()["errors"]]


@pytest.fixture
def verified(lab: Lab) -> Lab:
    lab.verify("How many orders are there?", COUNT)
    for person in (lab.cast.ana, lab.cast.mia):
        lab.grant(person)
    return lab


def answered(lab: Lab, person, text: str = "How many orders are there?") -> tuple[object, dict]:
    """Ask over the API, let a worker run, and return the client and the question as the API shows it."""
    client = api_as(person)
    made = post(client, ASK, question=text, connector=str(lab.orders.pk))
    assert made.status_code == 202, made.content
    with person.inside():
        lab.work(Question.objects.get(pk=made.json()["id"]))
    return client, client.get(f"{ASK}{made.json()['id']}/").json()


def test_an_answer_comes_with_its_rows_for_the_person_who_asked(verified: Lab) -> None:
    _, shown = answered(verified, verified.cast.paul)
    assert shown["state"] == "answered"
    assert shown["answer"]["rows"] == [[300]]
    assert shown["answer"]["text"] == "Orders: 300."
    assert shown["executed_sql"].endswith("LIMIT 21")
    assert shown["confidence"] == "high"


@pytest.mark.requirement("I03", part="SQL over the API")
def test_members_get_the_answer_and_no_sql(verified: Lab) -> None:
    _, analyst = answered(verified, verified.cast.ana)
    _, member = answered(verified, verified.cast.mia)
    assert analyst["executed_sql"]
    assert member["answer"]["rows"] == [[300]]
    for name in ("generated_sql", "executed_sql", "guard_changes"):
        assert name not in member
    assert "SELECT" not in json.dumps(member)


@pytest.mark.requirement("Q01", part="others' rows")
def test_an_admin_sees_every_question_and_nobody_elses_rows(verified: Lab) -> None:
    _, shown = answered(verified, verified.cast.mia)
    admin = api_as(verified.cast.ada).get(f"{ASK}{shown['id']}/").json()
    assert admin["executed_sql"]
    assert admin["row_count"] == 1
    assert admin["answer"] is None
    for other in (verified.cast.paul, verified.cast.ana, verified.cast.cleo):
        assert api_as(other).get(f"{ASK}{shown['id']}/").status_code == 404
        assert api_as(other).post(f"{ASK}{shown['id']}/cancel/").status_code == 404
    assert [q["id"] for q in api_as(verified.cast.ada).get(ASK).json()["results"]] == [shown["id"]]
    assert api_as(verified.cast.paul).get(ASK).json()["results"] == []


@pytest.mark.requirement("Q13", part="API")
def test_every_response_about_a_production_connector_carries_the_warning(verified: Lab) -> None:
    client, shown = answered(verified, verified.cast.paul)
    warned = [
        shown,
        post(client, ASK, question="How many orders are there?", connector=str(verified.orders.pk)).json(),
        client.get(ASK).json()["results"][0],
        client.post(f"{ASK}{shown['id']}/again/").json(),
        client.post(f"{ASK}{shown['id']}/cancel/").json(),
        post(client, f"{ASK}sql/", sql=COUNT, connector=str(verified.orders.pk)).json(),
        post(client, "/api/v1/guard/check/", sql=COUNT, connector=str(verified.orders.pk)).json(),
    ]
    report = post(client, "/api/v1/reports/", question=shown["id"], title="Orders").json()
    warned += [report, client.get("/api/v1/reports/").json()["results"][0]]
    warned += [client.post(f"/api/v1/reports/{report['id']}/run/").json()]
    for response in warned:
        assert "PRODUCTION" in response["production_warning"], response
    quiet = post(
        client, "/api/v1/guard/check/", sql="SELECT carrier FROM shipments", connector=str(verified.archive.pk)
    )
    assert quiet.json()["production_warning"] == ""


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"question": "x" * 100_000}, "question", "100,000 characters"),
        ({"question": "a\x00b"}, "question", "NUL"),
        ({"question": "   "}, "question", "empty"),
        ({}, "question", "empty"),
        ({"question": 7}, "question", "empty"),
        ({"question": "\ud800"}, "question", "surrogate"),
        ({"question": "x", "connector": str(uuid.uuid4())}, "connector", "there is none with this id"),
        ({"question": "x", "connector": "orders_prod'; --"}, "connector", "there is none with this id"),
        ({"question": "x", "connector": "?"}, "connector", "there is none with this id"),
        ({"question": "x", "wait": 21}, "wait", "0 to 20"),
        ({"question": "x", "wait": "soon"}, "wait", "0 to 20"),
        ({"question": "x", "parent": str(uuid.uuid4())}, "parent", "no question of yours"),
        ({"question": "x", "parent": "abc"}, "parent", "no question of yours"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_half_done(verified: Lab, body, field, said) -> None:
    response = post(api_as(verified.cast.paul), ASK, **body)
    assert response.status_code == 400, response.content
    assert errors(response)[0][0] == field
    assert said in errors(response)[0][1]
    with verified.cast.ada.inside():
        assert not Question.objects.exists()


def test_a_connector_that_is_not_granted_looks_like_one_that_is_not_there(lab: Lab) -> None:
    unknown = post(api_as(lab.cast.ana), ASK, question="x", connector=str(uuid.uuid4()))
    ungranted = post(api_as(lab.cast.ana), ASK, question="x", connector=str(lab.orders.pk))
    foreign = post(api_as(lab.cast.cleo), ASK, question="x", connector=str(lab.orders.pk))
    assert errors(unknown) == errors(ungranted) == errors(foreign)


def test_analysts_and_members_name_a_connector(verified: Lab) -> None:
    for person in (verified.cast.ana, verified.cast.mia):
        response = post(api_as(person), ASK, question="How many orders are there?")
        assert response.status_code == 400
        assert errors(response)[0][0] == "connector"


@pytest.mark.parametrize(
    ("name", "path", "body", "status"),
    [
        ("ana", f"{ASK}sql/", {"sql": COUNT}, 403),
        ("mia", f"{ASK}sql/", {"sql": COUNT}, 403),
        ("ana", "/api/v1/guard/check/", {"sql": COUNT}, 403),
        ("mia", "/api/v1/reports/", {"title": "x"}, 403),
        ("paul", "/api/v1/verified-queries/", {}, 403),
        ("mia", "/api/v1/verified-queries/", {}, 403),
        ("ada", "/api/v1/verified-queries/", {}, 400),
        ("paul", f"{ASK}sql/", {}, 400),
        ("paul", "/api/v1/guard/check/", {}, 400),
    ],
)
def test_the_role_matrix_holds_on_every_route(verified: Lab, name, path, body, status) -> None:
    assert post(api_as(getattr(verified.cast, name)), path, **body).status_code == status


def test_nobody_asks_without_signing_in(client) -> None:
    for path in (ASK, "/api/v1/guard/check/", "/api/v1/reports/", "/api/v1/verified-queries/"):
        assert post(client, path, question="x").status_code == 401


@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_with_wait_the_answer_comes_in_the_same_response(verified: Lab, monkeypatch) -> None:
    from questions import ask as asking

    workers: list[threading.Thread] = []
    plain = asking.make

    def make_and_work(question: Question) -> Question:
        made = plain(question)

        def work() -> None:
            try:
                verified.work(made)
            finally:
                connections.close_all()

        workers.append(threading.Thread(target=work))
        workers[-1].start()
        return made

    monkeypatch.setattr(asking, "make", make_and_work)
    body = {"question": "How many orders are there?", "connector": str(verified.orders.pk), "wait": 20}
    response = post(api_as(verified.cast.paul), ASK, **body)
    workers[0].join(20)
    assert response.status_code == 200
    assert response.json()["answer"]["rows"] == [[300]]


def test_a_power_user_may_leave_the_connector_out_and_is_told_which_was_chosen(verified: Lab) -> None:
    client = api_as(verified.cast.paul)
    matched = post(client, ASK, question="How many orders are there?").json()
    by_schema = post(client, ASK, question="Which carrier brought the shipments?").json()
    neither = post(client, ASK, question="xyzzy").json()
    with verified.cast.paul.inside():
        for each in (matched, by_schema, neither):
            verified.work(Question.objects.get(pk=each["id"]))
    first = client.get(f"{ASK}{matched['id']}/").json()
    assert (first["connector"]["name"], first["state"]) == ("orders_prod", "answered")
    assert "verified query" in first["connector_reason"]
    second = client.get(f"{ASK}{by_schema['id']}/").json()
    assert second["connector"]["name"] == "archive"
    assert "`shipments`" in second["connector_reason"]
    third = client.get(f"{ASK}{neither['id']}/").json()
    assert third["state"] == QuestionState.UNANSWERABLE
    assert {choice["label"] for choice in third["choices"]} == {"archive", "PRODUCTION · orders_prod"}


@pytest.mark.requirement("Q15", part="share and run as oneself")
def test_a_shared_report_runs_as_the_person_who_opens_it(verified: Lab) -> None:
    from connectors import grant

    client, shown = answered(verified, verified.cast.paul)
    report = post(client, "/api/v1/reports/", question=shown["id"], title="Orders").json()
    path = f"/api/v1/reports/{report['id']}/"
    mia = api_as(verified.cast.mia)
    assert mia.get(path).status_code == 404
    assert post(client, f"{path}share/", person="mia@northlight.example").json()["has_grant"] is True
    seen = mia.get(path).json()
    assert "sql" not in seen
    run = mia.post(f"{path}run/").json()
    with verified.cast.mia.inside():
        done = verified.work(Question.objects.get(pk=run["id"]))
    assert done.asked_by_id == verified.cast.mia.user.pk
    assert mia.get(f"{ASK}{run['id']}/").json()["answer"]["rows"] == [[300]]
    assert client.get(f"{ASK}{run['id']}/").status_code == 404, "the owner does not see her run"
    with verified.cast.ada.inside():
        grant.take(verified.orders, of=verified.cast.mia.membership)
    assert errors(mia.post(f"{path}run/"))[0][0] == "connector"
    assert post(client, f"{path}share/", person="cleo@southwind.example").status_code == 400
    assert api_as(verified.cast.cleo).get(path).status_code == 404


def test_an_analyst_saves_an_answer_and_may_not_share_it(verified: Lab) -> None:
    client, shown = answered(verified, verified.cast.ana)
    report = post(client, "/api/v1/reports/", question=shown["id"], title="Mine")
    assert report.status_code == 201
    path = f"/api/v1/reports/{report.json()['id']}/"
    assert post(client, f"{path}share/", person="mia@northlight.example").status_code == 403
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_an_admin_verifies_a_query_over_the_api_and_a_delete_is_refused_at_its_field(lab: Lab) -> None:
    client = api_as(lab.cast.ada)
    body = {"connector": str(lab.orders.pk), "question": "How many?", "sql": COUNT}
    made = post(client, "/api/v1/verified-queries/", **body)
    assert (made.status_code, made.json()["owner"]) == (201, "ada@northlight.example")
    path = f"/api/v1/verified-queries/{made.json()['id']}/"
    refused = client.patch(path, json.dumps({"sql": "DELETE FROM orders"}), content_type="application/json")
    assert (refused.status_code, errors(refused)[0][0]) == (400, "sql")
    again = post(client, "/api/v1/verified-queries/", **body)
    assert again.status_code == 400
    foreign = post(api_as(lab.cast.cleo), "/api/v1/verified-queries/", **body)
    assert (foreign.status_code, errors(foreign)[0][0]) == (400, "connector")
