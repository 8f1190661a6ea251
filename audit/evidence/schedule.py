"""Packs that are asked for by themselves: when a month or a quarter is over, for that month or quarter."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from audit.evidence import build
from audit.filters import zone
from audit.models import Cadence, EvidencePack, EvidenceSchedule
from portal import change, work

AFTER = timedelta(hours=1)
"""How long after the end of a period its pack is asked for: what happened in its last minute is sealed by then."""


def follow(edit: change.Edit) -> None:
    """Have an edited schedule wait for the end of the period that runs now."""
    schedule = edit.instance
    if edit.is_removed or not isinstance(schedule, EvidenceSchedule):
        return
    if schedule.cadence == Cadence.OFF:
        EvidenceSchedule.objects.filter(pk=schedule.pk).update(job_state="idle", lease_token=None)
        return
    _, until = last_period(schedule.cadence, timezone.now())
    work.make_ready(
        schedule, after=max(following(schedule.cadence, until) + AFTER - timezone.now(), timedelta(seconds=1))
    )
    schedule.save(update_fields=["job_state", "run_after", "lease_token", "lease_expires_at", "attempts"])


def work_on(schedule: EvidenceSchedule) -> None:
    """Ask for the pack of the period that ended last, once, and wait for the end of the one that runs."""
    if schedule.cadence == Cadence.OFF:
        with transaction.atomic():
            work.finish(schedule)
        return
    since, until = last_period(schedule.cadence, timezone.now())
    with transaction.atomic():
        work.hold(schedule)
        if not EvidencePack.objects.filter(since=since, until=until).exclude(state="failed").exists():
            build.order(since, until)
        wait = following(schedule.cadence, until) + AFTER - timezone.now()
        work.finish(schedule, again_after=max(wait, timedelta(minutes=1)), afresh=True)


def give_up(schedule: EvidenceSchedule, error: str) -> None:
    """Try again tomorrow: a schedule that stopped would be noticed by nobody."""
    with transaction.atomic():
        work.hold(schedule)
        work.finish(schedule, again_after=timedelta(days=1), afresh=True)


def last_period(cadence: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the month or quarter that ended last, in the organization's time zone."""
    months = 3 if cadence == Cadence.QUARTERLY else 1
    local = now.astimezone(zone())
    first = local.month - (local.month - 1) % months
    return _month(local.year, first - months), _month(local.year, first)


def following(cadence: str, until: datetime) -> datetime:
    """Return when the period ends that begins at `until`."""
    local = until.astimezone(zone())
    return _month(local.year, local.month + (3 if cadence == Cadence.QUARTERLY else 1))


def _month(year: int, month: int) -> datetime:
    """Return the first moment of a month, counted on from January of the year, or back."""
    years, index = divmod(month - 1, 12)
    return datetime.combine(datetime(year + years, index + 1, 1).date(), time.min, zone())  # noqa: DTZ001
