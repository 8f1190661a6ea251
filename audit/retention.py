"""How long the record is kept: what would go, what stops it, and the one job that lets whole months go.

The rules stand in definer functions of the database (migration `retention_and_holds`), which check them again when
a month is dropped: nothing here can drop one too early.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from django.db import DatabaseError, connection, connections, transaction

from audit.models import LegalHold, RetentionPolicy
from portal import tenancy, trail

log = structlog.get_logger(__name__)

AHEAD_DAYS = 92
"""How far ahead the plan looks."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the organization's trail, and what stands between it and its end."""

    month: date
    events: int
    keeps_until: datetime
    holds: int
    unsealed: int
    others_keep: bool

    @property
    def name(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def goes(self) -> bool:
        """Whether the next run drops it."""
        return not (self.waits_for or self.keeps_until > datetime.now(UTC))

    @property
    def waits_for(self) -> str:
        """What else than time keeps it, in words; empty where nothing does."""
        if self.holds:
            return f"{self.holds} legal hold{'' if self.holds == 1 else 's'}"
        if self.unsealed:
            return f"the seal of {self.unsealed:,} event{'' if self.unsealed == 1 else 's'}"
        return "another organization that still keeps it" if self.others_keep else ""


def plan(days: int = AHEAD_DAYS) -> list[Month]:
    """Return the organization's months that end within so many days, oldest first. Changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_retention_plan(make_interval(days => %s))", [days])
        return [Month(*row) for row in cursor.fetchall()]


def due_months() -> dict[date, list[uuid.UUID]]:
    """Return the months that may go and the organizations with events in each, as the dispatcher role."""
    found: dict[date, list[uuid.UUID]] = defaultdict(list)
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute("SELECT month, organization FROM audit_due_months()")
        for month, organization in cursor.fetchall():
            found[month].append(uuid.UUID(str(organization)))
    return dict(found)


def drop_due_months() -> list[str]:
    """Drop every month that may go; return their names. What is in the way is told to the log, and tried tomorrow."""
    dropped = []
    for month, organizations in due_months().items():
        try:
            dropped.append(drop(month, organizations))
        except DatabaseError as error:
            log.warning("trail.month_not_dropped", month=f"{month:%Y-%m}", error=str(error).split("\n")[0])
    return dropped


def drop(month: date, organizations: list[uuid.UUID]) -> str:
    """Drop one month with its texts, and say so in the trail of everybody who had events in it; return its name.

    One transaction: the events stand only where the month went, and it goes only beside them. Leaves and heads stay.
    """
    name = f"{month:%Y-%m}"
    with transaction.atomic():
        for organization_id in organizations:
            with tenancy.scope(organization_id, actor=tenancy.SYSTEM):
                _record(name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_drop_month(%s, %s)", [month, datetime.now(UTC)])
    return name


def _record(name: str) -> None:
    mine = next((month for month in plan() if month.name == name), None)
    policy = RetentionPolicy.objects.first()
    trail.record(
        trail.Event(
            "trail.month_dropped",
            trail.Subject("month", name),
            data={"events": mine.events if mine else 0, "retention_months": policy.months if policy else None},
            policy_revision=policy.revision if policy else None,
        )
    )


def standing_holds() -> list[LegalHold]:
    """Return the organization's holds that are not released, the oldest first."""
    return list(LegalHold.objects.filter(released_at__isnull=True).order_by("id"))
