"""Reports: shared with people and roles, refreshed as their owner, rows only for who may see them (Q15)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from connectors import grant
from connectors.models import RowFilter
from portal import change, tenancy, work
from portal.models import Membership
from portal.refusal import Refused
from questions import report as reporting
from questions import schedule
from questions.models import Question, Report, ReportSchedule
from questions.schedule import next_run
from tests.connectors.doors import api_as, browser_as, events
from tests.factories import Person
from tests.questions_lab import CANARY, Lab

NAMES = "SELECT name FROM customers WHERE id = 500"
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def report(lab: Lab) -> Report:
    """Paul's report of a customer's name; Mia holds a grant."""
    lab.grant(lab.cast.mia)
    question = lab.run_sql(lab.cast.paul, NAMES)
    with lab.cast.paul.inside():
        return reporting.save(question, title="Customer five hundred")


def turn(lab: Lab, row: ReportSchedule | None = None) -> ReportSchedule:
    """Let a worker take one turn of the only schedule, due or not, and work on the question it asked."""
    with tenancy.scope(lab.cast.northlight.pk, actor=tenancy.SYSTEM):
        found = row or ReportSchedule.objects.get()
        ReportSchedule.objects.filter(pk=found.pk).update(run_after=timezone.now() - timedelta(days=3))
        work.run("report_schedule", found.pk, None)
        found = ReportSchedule.objects.select_related("run").get(pk=found.pk)
    if found.run is not None and not found.run.is_ended:
        found.run = lab.work(found.run)
    return found


def refreshed(lab: Lab) -> ReportSchedule:
    """Refresh once: the turn that asks, and the one that looks."""
    return turn(lab, turn(lab))


def page(person: Person, report: Report) -> str:
    return browser_as(person).get(f"/reports/{report.pk}/").content.decode()


def scheduled(report: Report, person: Person, **given: Any) -> ReportSchedule:
    with person.inside():
        return schedule.set_schedule(report, **{"every": "daily", "hour": 7, **given})


# --- when ---

DUE = {
    "later today": ("daily", 9, None, "2026-11-23T07:00", "2026-11-23T08:00"),
    "tomorrow": ("daily", 7, None, "2026-11-23T07:00", "2026-11-24T06:00"),
    "exactly now is the next time": ("daily", 8, None, "2026-11-23T07:00", "2026-11-24T07:00"),
    "on Friday": ("weekly", 7, 5, "2026-11-23T07:00", "2026-11-27T06:00"),
    "the 31st of a short month": ("monthly", 7, 31, "2027-02-01T07:00", "2027-02-28T06:00"),
    "next month": ("monthly", 7, 1, "2026-11-23T07:00", "2026-12-01T06:00"),
    "in summer time": ("daily", 7, None, "2027-03-28T00:30", "2027-03-28T05:00"),
    "an hour that the clock leaves out": ("daily", 2, None, "2027-03-28T00:30", "2027-03-28T01:00"),
}


@pytest.mark.requirement("Q15")
@pytest.mark.parametrize("name", DUE)
def test_a_schedule_names_its_next_moment_in_the_organizations_zone(name: str) -> None:
    every, hour, day, after, due = DUE[name]
    given = {"every": every, "hour": hour, "day": day, "until": None}
    found = next_run(given, datetime.fromisoformat(after).replace(tzinfo=UTC), OSLO)
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_after_its_last_day_nothing_is_due() -> None:
    given = {"every": "monthly", "hour": 7, "day": 31, "until": date(2026, 11, 29)}
    assert next_run(given, datetime(2026, 11, 23, tzinfo=UTC), OSLO) is None


NEVER = {
    "every": {"every": "hourly"},
    "hour": {"hour": 24},
    "day": {"every": "monthly", "day": 32},
    "until": {"until": "2020-01-01"},
}
WRONG = [
    *NEVER.items(),
    ("hour", {"hour": "7.5"}), ("hour", {"hour": None}), ("day", {"every": "weekly", "day": 0}),
    ("day", {"every": "weekly"}), ("until", {"until": "2026-02-31"}), ("until", {"until": "soon\x00"}),
    ("every", {"every": None}), ("hour", {"hour": "٧"}), ("day", {"every": "monthly", "day": "31 February"}),
]  # fmt: skip


@pytest.mark.requirement("Q15")
def test_a_schedule_that_never_fires_is_an_error_at_its_field_on_page_and_api(lab: Lab, report: Report) -> None:
    paul, client = browser_as(lab.cast.paul), api_as(lab.cast.paul)
    for field, given in WRONG:
        with pytest.raises(ValidationError) as refused:
            scheduled(report, lab.cast.paul, **given)
        assert list(refused.value.message_dict) == [field], given
        assert refused.value.message_dict[field][0].startswith(f"{field}: ")
    for field, given in NEVER.items():
        sent = {"every": "daily", "hour": 7, **given}
        answer = client.put(f"/api/v1/reports/{report.pk}/schedule/", json.dumps(sent), content_type="application/json")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
        shown = paul.post(f"/reports/{report.pk}/schedule/", sent)
        assert (shown.status_code, f'<div class="error" id="id_{field}_error">{field}: ' in shown.content.decode()) == (
            400,
            True,
        )
    with lab.cast.paul.inside():
        assert not ReportSchedule.objects.exists(), "nothing is half saved"
        assert events("report.scheduled") == []


# --- the refresh ---


@pytest.mark.requirement("Q15")
def test_a_refresh_runs_as_its_owner_once_for_all_that_was_missed_and_keeps_no_row(lab: Lab, report: Report) -> None:
    scheduled(report, lab.cast.paul)
    asked = turn(lab)
    assert (asked.run.state, asked.run.asked_by_id, asked.run.origin) == ("answered", lab.cast.paul.user.pk, "schedule")
    done = turn(lab, asked)
    assert done.run is None
    assert done.next_at > timezone.now()
    assert abs(done.run_after - done.next_at) < timedelta(seconds=2)
    with lab.cast.paul.inside():
        assert Question.objects.filter(origin="schedule").count() == 1, "three missed days run once"
        with connection.cursor() as cursor:
            for table in ("report", "reportschedule", "question"):
                cursor.execute(f"SELECT count(*) FROM questions_{table} t WHERE t::text LIKE %s", [f"%{CANARY}%"])
                assert cursor.fetchone() == (0,), table
        assert CANARY not in json.dumps([event.data for event in events("question.answered")])
    shown = page(lab.cast.paul, report)
    assert ("scheduled</span>" in shown, CANARY in shown) == (True, True)
    runs = api_as(lab.cast.paul).get(f"/api/v1/reports/{report.pk}/runs/").json()["results"]
    assert [(run["origin"], run["row_count"], run["state"]) for run in runs] == [("schedule", 1, "answered")]
    assert CANARY not in json.dumps(runs)


def lose_grant(lab: Lab) -> None:
    with lab.cast.ada.inside():
        lab.orders.is_active = False
        change.apply(lab.orders)


def lose_role(lab: Lab) -> None:
    Membership.objects.filter(user=lab.cast.paul.user).update(role="member")


def leave(lab: Lab) -> None:
    Membership.objects.filter(user=lab.cast.paul.user).update(is_active=False)


def use_up(lab: Lab) -> None:
    from questions.models import AnswerBudget

    AnswerBudget.objects.update(used_rows=10**6)


@pytest.mark.requirement("Q15")
@pytest.mark.parametrize(
    ("lose", "code", "turns"),
    [(lose_grant, "grant", 1), (lose_role, "role", 1), (leave, "left", 1), (use_up, "budget", 2)],
)
def test_a_refresh_pauses_and_says_so_when_the_owner_lost_the_right_or_the_budget(
    lab: Lab, report: Report, lose: Any, code: str, turns: int
) -> None:
    scheduled(report, lab.cast.paul)
    with lab.cast.ada.inside():
        lose(lab)
    paused = refreshed(lab) if turns == 2 else turn(lab)
    assert (paused.pause_code, paused.next_at, paused.job_state) == (code, None, "idle")
    with lab.cast.ada.inside():
        (told,) = events("report.paused")
    assert (told.data["code"], told.data["title"]) == (code, report.title)
    with lab.cast.ada.inside():
        assert Question.objects.filter(origin="schedule").count() == turns - 1
    if code == "budget":
        assert 'class="banner human" role="status">Paused' in page(lab.cast.paul, report)
        assert 'class="verdict human">Paused' in browser_as(lab.cast.paul).get("/reports/").content.decode()
        again = scheduled(report, lab.cast.paul, hour=9)
        assert (again.is_paused, again.job_state) == (False, "ready")


def test_a_source_that_is_down_pauses_nothing_and_a_broken_statement_does(lab: Lab, report: Report) -> None:
    scheduled(report, lab.cast.paul)
    with lab.cast.paul.inside():
        Report.objects.update(sql="SELECT CAST(name AS int) FROM customers")
    assert (refreshed(lab).pause_code, Question.objects) != ("", None)
    with lab.cast.paul.inside():
        Report.objects.update(sql="DELETE FROM customers")
    paused = refreshed(lab)
    assert paused.pause_code == "refused"
    with lab.cast.paul.inside():
        assert {q.state for q in Question.objects.filter(origin="schedule")} == {"failed", "refused"}


def test_a_schedule_is_its_owners_and_ends_with_the_report(lab: Lab, report: Report) -> None:
    with lab.cast.ada.inside():
        reporting_of_another = Report.objects.get()
        with pytest.raises(Refused):
            schedule.set_schedule(reporting_of_another, every="daily", hour=7)
    scheduled(report, lab.cast.paul, every="weekly", day=1, until="2999-12-31")
    seen = api_as(lab.cast.paul).get(f"/api/v1/reports/{report.pk}/").json()["schedule"]
    assert (seen["every"], seen["day"], seen["pause_code"]) == ("weekly", 1, "")
    with lab.cast.paul.inside():
        schedule.stop(report)
        assert not ReportSchedule.objects.exists()
        schedule.set_schedule(report, every="daily", hour=7)
        reporting.remove(report)
        assert not ReportSchedule.objects.exists()


# --- who sees what ---


@pytest.mark.requirement("Q15")
def test_who_lacks_the_grant_is_named_at_sharing_and_sees_no_row(lab: Lab, report: Report) -> None:
    paul = browser_as(lab.cast.paul)
    told = paul.post(f"/reports/{report.pk}/share/", {"role": "analyst"}, follow=True).content.decode()
    assert "ana@northlight.example holds no grant on `orders_prod`" in told
    lab.run_sql(lab.cast.paul, NAMES)
    with lab.cast.paul.inside():
        run = reporting_run(report)
    lab.work(run)
    assert CANARY not in page(lab.cast.ana, report)
    assert "You hold no grant on this connector" in page(lab.cast.ana, report)
    lab.grant(lab.cast.ana)
    assert CANARY in page(lab.cast.ana, report), "the same filters and masks: the owner's rows while they are kept"
    assert browser_as(lab.cast.mia).get(f"/reports/{report.pk}/").status_code == 404
    paul.post(f"/reports/{report.pk}/unshare/", {"role": "analyst"})
    assert browser_as(lab.cast.ana).get(f"/reports/{report.pk}/").status_code == 404
    with lab.cast.ada.inside():
        shared, unshared = events("report.shared"), events("report.unshared")
    assert (shared[0].data["role"], shared[0].data["lacking"], unshared[0].data["role"]) == ("analyst", 1, "analyst")


@pytest.mark.requirement("Q15")
def test_who_has_other_filters_is_told_apart_and_never_sees_the_owners_rows(lab: Lab, report: Report) -> None:
    with lab.cast.ada.inside():
        change.apply(
            RowFilter(
                connector=lab.orders, role="member", schema_name="public", table_name="customers", condition="id < 9"
            )
        )
    client = api_as(lab.cast.paul)
    given = json.dumps({"person": "mia@northlight.example"})
    told = client.post(f"/api/v1/reports/{report.pk}/share/", given, content_type="application/json").json()
    assert (told["has_grant"], told["sees_differently"]) == (True, True)
    assert "their filters or masks are not yours" in told["told"][-1]
    with lab.cast.paul.inside():
        run = reporting_run(report)
    assert lab.work(run).state == "answered"
    assert CANARY in page(lab.cast.paul, report)
    assert CANARY not in page(lab.cast.mia, report)
    mine = api_as(lab.cast.mia).post(f"/api/v1/reports/{report.pk}/run/").json()
    with lab.cast.mia.inside():
        done = lab.work(Question.objects.get(pk=mine["id"]))
    assert (done.state, done.row_count) == ("answered", 0), "under her own filter"
    with lab.cast.ada.inside():
        grant.take(lab.orders, of=lab.cast.mia.membership)
    assert CANARY not in page(lab.cast.mia, report)


def test_a_report_is_renamed_searched_and_paged(lab: Lab, report: Report) -> None:
    paul = browser_as(lab.cast.paul)
    assert paul.post(f"/reports/{report.pk}/rename/", {"title": "Five hundred"}).status_code == 302
    refused = paul.post(f"/reports/{report.pk}/rename/", {"title": " "})
    assert (refused.status_code, "title: write 1 to 160" in refused.content.decode()) == (400, True)
    assert "Five hundred" in paul.get("/reports/?q=hundred").content.decode()
    assert "Nothing matches" in paul.get("/reports/?q=nowhere").content.decode()
    with lab.cast.paul.inside():
        for number in range(26):
            Report.objects.create(owner=lab.cast.paul.user, connector=lab.orders, title=f"Number {number}", sql=NAMES)
    first = paul.get("/reports/").content.decode()
    assert ("25 of 27" in first, "Older" in first, "Five hundred" in first) == (True, True, False)
    for verb in ("share", "unshare", "rename", "schedule", "schedule/stop", "remove"):
        lab_admin = browser_as(lab.cast.ada).post(f"/reports/{report.pk}/{verb}/", {"title": "x"})
        assert lab_admin.status_code == 404, verb


def reporting_run(report: Report) -> Question:
    from questions import ask

    return ask.run_report(report)
