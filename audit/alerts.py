"""Tells people outside of risk signals: at once or in the day's digest, never in quiet hours. Through the outbox alone.

When a signal is to be told is set as it is raised (`alert_at`), by the organization's clock and its policy. `send_due`
marks what it tells in the transaction that writes the messages, each under its own key: told once, however often it
is killed. What piled up over quiet hours is told in one message for each severity.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.filters import zone
from audit.models import AlertPolicy, RiskSignal, SignalState, Way, alert_policy
from portal import telling

MOST_LISTED = 40
TOPIC = "risk."
"""With the severity behind it: `risk.high`. Recipients choose the topics they are told."""


def due_at(severity: str, now: datetime) -> datetime | None:
    """Return when a signal of this severity is to be told, None for never. Two queries."""
    return when(alert_policy(), severity, now, zone())


def when(policy: AlertPolicy, severity: str, now: datetime, where: ZoneInfo) -> datetime | None:
    """Return the moment of a policy for something that happened `now`, by the clock of `where`."""
    way = policy.way_of(severity)
    if way == Way.NEVER:
        return None
    if way == Way.DIGEST:
        return _next(now, policy.digest_at_h, where)
    if (severity == "high" and policy.high_breaks_quiet) or not is_quiet(policy, now, where):
        return now
    return _next(now, policy.quiet_until_h, where)


def is_quiet(policy: AlertPolicy, now: datetime, where: ZoneInfo) -> bool:
    """Tell whether `now` lies in the quiet hours, which may go over midnight."""
    hour, start, end = now.astimezone(where).hour, policy.quiet_from_h, policy.quiet_until_h
    if start == end:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def _next(now: datetime, hour: int, where: ZoneInfo) -> datetime:
    """Return the next full `hour` of the local clock after `now`."""
    local = now.astimezone(where)
    today = datetime.combine(local.date(), time(hour), where)
    if today.astimezone(UTC) <= now:
        today = datetime.combine(local.date() + timedelta(days=1), time(hour), where)
    return today.astimezone(UTC)


def send_due(now: datetime | None = None) -> int:
    """Tell what is due and still asks for somebody; return how many messages were written."""
    moment, written = now or timezone.now(), 0
    with transaction.atomic():
        due = RiskSignal.objects.select_for_update(of=("self",), skip_locked=True).filter(
            alert_at__lte=moment, alerted_at=None
        )
        by_severity: dict[str, list[RiskSignal]] = defaultdict(list)
        for signal in due.order_by("id"):
            if signal.state == SignalState.OPEN:  # what somebody has taken up needs no bell
                by_severity[signal.severity].append(signal)
            signal.alerted_at = moment
            signal.save(update_fields=["alerted_at"])
        for severity, found in by_severity.items():
            written += _tell(severity, found)
    return written


def _tell(severity: str, found: list[RiskSignal]) -> int:
    if len(found) == 1:
        signal = found[0]
        return telling.tell(
            TOPIC + severity,
            subject=f"{severity.capitalize()} risk: {signal.title}"[:200],
            text=signal.explanation,
            key=f"risk:{signal.pk}:{signal.alert_at:%Y%m%dT%H%M%S}",
            link=reverse("admin:audit_risksignal_change", args=[signal.pk]),
        )
    lines = [f"{signal.title}: {signal.explanation}" for signal in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        lines.append(f"And {len(found) - MOST_LISTED} more.")
    return telling.tell(
        TOPIC + severity,
        subject=f"{len(found)} risk signals ({severity})",
        text="\n\n".join(lines),
        key=f"risks:{found[-1].pk}:{len(found)}",
        link=f"{reverse('admin:audit_risksignal_changelist')}?severity={severity}&state=open",
    )
