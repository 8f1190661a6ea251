"""Each door answers 429 with `Retry-After` and a sentence after too many, before anything is written (S06)."""

from __future__ import annotations

import json
import time

import pytest

from audit.models import Event
from portal import change, signed
from questions.models import Question, Report
from tests.clients import browser, program
from tests.factories import Cast
from tests.guardrails.test_rates import set_policy
from tests.questions_lab import Lab
from tickets.models import Intake, Ticket

SAID = "Try again in"


def test_page_and_api_share_one_window_and_write_nothing_beyond_it(lab: Lab) -> None:
    paul = lab.cast.paul
    set_policy(lab.cast, asks_of_person=2)
    page, api = browser(paul), program(paul)
    body = {"question": "How many orders?", "connector": str(lab.orders.pk)}
    assert page.post("/ask/", body).status_code == 302
    assert api.post("/api/v1/questions/", body, content_type="application/json").status_code == 202
    refused = page.post("/ask/", body)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert SAID in refused.content.decode()
    assert "How many orders?" in refused.content.decode(), "what was typed is not lost"
    answer = api.post("/api/v1/questions/", body, content_type="application/json")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert SAID in answer.json()["errors"][0]["message"]
    live = page.post("/live/", {"connector": str(lab.orders.pk), "sql": "SELECT 1"})
    assert (live.status_code, SAID in live.content.decode()) == (429, True)
    sql = {"connector": str(lab.orders.pk), "sql": "SELECT 1"}
    assert api.post("/api/v1/questions/sql/", sql, content_type="application/json").status_code == 429
    with lab.cast.ada.inside():
        assert Question.objects.count() == 2
        assert Event.objects.filter(type="rate.reached").count() == 1


def test_asking_again_and_running_a_report_count_too(lab: Lab) -> None:
    paul = lab.cast.paul
    asked = lab.ask(paul, "How many orders?")
    with paul.inside():
        report = Report.objects.create(
            title="t", question="q", sql="SELECT 1", connector=lab.orders, owner_id=paul.user.pk
        )
    set_policy(lab.cast, asks_of_person=1)
    page, api = browser(paul), program(paul)
    for path in (f"/questions/{asked.pk}/again/", f"/reports/{report.pk}/run/"):
        refused = page.post(path, follow=True)
        assert SAID in refused.content.decode(), path
    assert api.post(f"/api/v1/questions/{asked.pk}/again/").status_code == 429
    assert api.post(f"/api/v1/reports/{report.pk}/run/", content_type="application/json").status_code == 429


def test_the_guard_as_a_service_has_a_window_of_its_own(lab: Lab) -> None:
    set_policy(lab.cast, checks_of_person=1)
    page, api = browser(lab.cast.paul), program(lab.cast.paul)
    body = {"dialect": "postgres", "sql": "SELECT 1"}
    assert api.post("/api/v1/guard/check/", body, content_type="application/json").status_code == 200
    refused = api.post("/api/v1/guard/check/", body, content_type="application/json")
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    fragment = page.post("/live/check/", {"connector": str(lab.orders.pk), "sql": "SELECT 1"})
    assert SAID in fragment.content.decode()
    assert page.get("/ask/").status_code == 200, "reading is not limited"


def test_tickets_are_limited_by_api_and_webhook_and_an_unsigned_delivery_uses_up_nothing(cast: Cast) -> None:
    with cast.ada.inside():
        made = change.apply(Intake(name="helpdesk", secret="s" * 32))
        key = Intake.objects.get(pk=made.pk).key
    set_policy(cast, tickets_of_organization=1)
    outside = browser()

    def deliver(number: int, secret: str) -> int:
        body = json.dumps({"external_ref": f"r{number}", "body": "It is broken."}).encode()
        headers = {
            "Countersign-Signature": signed.sign(secret, int(time.time()), body),
            "Countersign-Delivery": f"d{number}",
        }
        answer = outside.post(f"/api/v1/webhook/{key}/", body, content_type="application/json", headers=headers)
        assert ("Retry-After" in answer) == (answer.status_code == 429)
        return answer.status_code

    assert [deliver(1, "wrong"), deliver(2, "wrong"), deliver(3, "s" * 32), deliver(4, "s" * 32)] == [
        401,
        401,
        202,
        429,
    ]
    given = {"external_ref": "a1", "body": "It is broken."}
    answer = program(cast.ada).post("/api/v1/tickets/", given, content_type="application/json")
    assert (answer.status_code, SAID in answer.json()["errors"][0]["message"]) == (429, True)
    with cast.ada.inside():
        assert Ticket.objects.count() == 1


@pytest.mark.requirement("S06", part="what an officer sees")
def test_the_limits_stand_among_the_policies(cast: Cast) -> None:
    page = browser(cast.ada).get("/admin/guardrails/ratepolicy/")
    assert "Rate policy" in page.content.decode()
