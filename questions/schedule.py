"""When a report is refreshed: judged as it is set, so that a schedule that never fires is an error at its field (Q15).

Hours are the organization's, so that a day's report comes in the morning all year. The 31st is the last day of a
shorter month. What was missed while the portal was down runs once.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from portal import tenancy, trail, work
from portal.models import JobState, Organization
from portal.refusal import Refused
from portal.roles import Capability, require
from questions.models import Every, Report, ReportSchedule

LONGEST_GAP_DAYS = 62
FIELDS = ("every", "hour", "day", "until")
DAYS = {Every.WEEKLY: (7, "a day of the week, 1 (Monday) to 7"), Every.MONTHLY: (31, "a day of the month, 1 to 31")}


def set_schedule(report: Report, *, every: Any, hour: Any, day: Any = None, until: Any = None) -> ReportSchedule:
    """Refresh a report of the current person from now on at these times; what paused an earlier schedule is forgotten.

    Raises `ValidationError` naming `every`, `hour`, `day` or `until`.
    """
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    found = _read(every, hour, day, until)
    due = next_run(found, timezone.now(), zone())
    if due is None:
        given = found["until"].isoformat()
        message = f"until: nothing is due before `{given}`, so it would never run; give a later day or leave it empty"
        raise ValidationError({"until": message})
    with transaction.atomic():
        row = ReportSchedule.objects.select_for_update(of=("self",)).filter(report=report).first()
        row = row or ReportSchedule(report=report)
        for name, value in found.items():
            setattr(row, name, value)
        row.pause_code = row.pause_reason = ""
        row.run, row.next_at = None, due
        work.make_ready(row, after=due - timezone.now())
        row.save()
        _record("report.scheduled", report, **{**found, "until": str(found["until"] or "")})
    return row


def stop(report: Report) -> None:
    """Refresh a report of the current person no more; idempotent."""
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    with transaction.atomic():
        removed, _ = ReportSchedule.objects.filter(report=report).delete()
        if removed:
            _record("report.unscheduled", report)


def next_run(when: ReportSchedule | dict[str, Any], after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first moment (UTC) after `after` that the schedule names; None where there is none. Pure."""
    given = when if isinstance(when, dict) else {name: getattr(when, name) for name in FIELDS}
    first = after.astimezone(zone).date()
    for ahead in range(LONGEST_GAP_DAYS + 1):
        candidate = first + timedelta(days=ahead)
        if given["until"] is not None and candidate > given["until"]:
            return None
        moment = datetime(candidate.year, candidate.month, candidate.day, given["hour"], tzinfo=zone).astimezone(UTC)
        if moment > after and _fits(candidate, given["every"], given["day"]):
            return moment
    return None


def zone() -> ZoneInfo:
    """Return the organization's time zone. One query."""
    return ZoneInfo(Organization._base_manager.values_list("time_zone", flat=True).get(pk=tenancy.organization_id()))


def pause(row: ReportSchedule, code: str, reason: str) -> None:
    """Stop refreshing until the owner, who is told on the page and by an event, sets it anew; under the lease."""
    with transaction.atomic():
        work.hold(row)
        row.pause_code, row.pause_reason, row.next_at, row.run = code, reason[:600], None, None
        row.save(update_fields=["pause_code", "pause_reason", "next_at", "run"])
        if code != "over":
            _record("report.paused", row.report, code=code, reason=reason[:400])
        work.finish(row)


def go_on(row: ReportSchedule) -> None:
    """Wait for the next moment, however many were missed; under the lease."""
    due = next_run(row, timezone.now(), zone())
    if due is None:
        pause(row, "over", "Its last day has passed.")
        return
    with transaction.atomic():
        work.hold(row)
        row.next_at, row.run = due, None
        row.save(update_fields=["next_at", "run"])
        work.finish(row, again_after=due - timezone.now(), afresh=True)


def is_waiting(row: ReportSchedule) -> bool:
    return not row.is_paused and row.job_state != JobState.IDLE


def _fits(candidate: date, every: str, day: int | None) -> bool:
    if every == Every.DAILY:
        return True
    if every == Every.WEEKLY:
        return candidate.isoweekday() == day
    return candidate.day == min(day or 1, calendar.monthrange(candidate.year, candidate.month)[1])


def _read(every: Any, hour: Any, day: Any, until: Any) -> dict[str, Any]:
    """Return what was given as values; raise `ValidationError` naming every field that is wrong."""
    wrong: dict[str, str] = {}
    if every not in Every.values:
        wrong["every"] = f"every: `{str(every)[:20]}` is not one of {', '.join(Every.values)}"
    at = _whole(hour, 0, 23)
    if at is None:
        wrong["hour"] = f"hour: `{str(hour)[:20]}` is not a whole hour from 0 to 23"
    on = None
    if every in DAYS:
        most, says = DAYS[Every(every)]
        on = _whole(day, 1, most)
        if on is None:
            wrong["day"] = f"day: `{'' if day is None else str(day)[:20]}` is not {says}"
    last = _day(until)
    if until not in (None, "") and last is None:
        wrong["until"] = f"until: `{str(until)[:20]}` is not a day such as 2026-12-31"
    if wrong:
        raise ValidationError(wrong)
    return {"every": str(every), "hour": at, "day": on, "until": last}


def _whole(given: Any, least: int, most: int) -> int | None:
    text = str(given).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most else None


def _day(given: Any) -> date | None:
    if isinstance(given, date):
        return given
    try:
        return parse_date(str(given)) if given else None
    except ValueError:
        return None


def _require_mine(report: Report) -> None:
    if not report.is_mine:
        raise Refused("Only its owner may schedule this report.", subject=("report", str(report.pk)))


def _record(kind: str, report: Report, **data: object) -> None:
    subject = trail.Subject("report", str(report.pk))
    trail.record(trail.Event(kind, subject, connector_id=report.connector_id, data={"title": report.title, **data}))
