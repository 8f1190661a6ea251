"""What looks like a rubber stamp: a yes faster than it can be read, many in a row, or outside the working hours.

Points out and takes nothing back: an officer looks at the flags and their numbers. Nothing of it is shown to who
approves before they do.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.db.models import Max, Q
from django.utils import timezone

from guardrails.models import QueuePolicy, queue_policy
from portal import tenancy
from portal.models import Organization
from tickets import decision
from tickets.models import Approval, ApprovalFlag, ApprovalState, FlagKind

SALT = "tickets.approval.seen"
CLAIM = timedelta(minutes=20)
"""How long a claim holds."""
MOST_WORDS = 1_500
"""Of a longer text nobody reads every word before deciding."""
SHORTEST_S = 1.5
"""Nobody takes in even the shortest question sooner."""


def seen_mark(approval: Approval) -> str:
    """Return a signed mark of when this person opened this page; it proves nothing but the time."""
    return signing.dumps([str(approval.pk), str(decision.me()), timezone.now().timestamp()], salt=SALT)


def seen_at(approval_id: uuid.UUID, mark: str) -> datetime | None:
    """Return when the page was opened by the person who now acts, None where the mark does not say."""
    try:
        approval, person, seconds = signing.loads(mark, salt=SALT, max_age=timedelta(days=2))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (approval, person) != (str(approval_id), str(decision.me())):
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def words_of(approval: Approval) -> int:
    """Return how many words a person has to read before a yes: question, reason, ticket and reply."""
    shown = approval.shown.get("reply", "")
    texts = (approval.question, approval.why, approval.ticket.subject, approval.ticket.body, str(shown))
    return min(sum(len(text[:20_000].split()) for text in texts), MOST_WORDS)


def look_at(approval: Approval, person: uuid.UUID, seen: datetime | None) -> list[FlagKind]:
    """Flag a yes that looks like a rubber stamp. In the transaction of the yes; three queries where nothing is found.

    Where nobody knows when the page was opened (a program asked), the longest it can have been stands in its place.
    """
    rules, now = queue_policy(), timezone.now()
    found: list[tuple[FlagKind, dict[str, Any]]] = []
    if evidence := _hurried(approval, person, seen, rules, now):
        found.append((FlagKind.HURRIED, evidence))
    if evidence := _streak(person, rules):
        found.append((FlagKind.STREAK, evidence))
    if evidence := _out_of_hours(rules, now):
        found.append((FlagKind.OUT_OF_HOURS, evidence))
    for kind, evidence in found:
        flag(approval, person, kind, evidence)
    return [kind for kind, _ in found]


def flag(approval: Approval, person: uuid.UUID, kind: FlagKind, evidence: dict[str, Any]) -> None:
    """Write a flag and its event. A flag on a planted test is the test's result and is no risk event of its own."""
    ApprovalFlag.objects.create(approval=approval, person_id=person, kind=kind, evidence=evidence)
    decision.record("approval.flagged", approval, verdict="flagged", flag=kind.value, evidence=evidence)


def _hurried(
    approval: Approval, person: uuid.UUID, seen: datetime | None, rules: QueuePolicy, now: datetime
) -> dict[str, Any]:
    claimed = approval.claimed_until - CLAIM if approval.claimed_by_id == person and approval.claimed_until else None
    begun = seen or claimed or approval.created_at
    took, words = max((now - begun).total_seconds(), 0.0), words_of(approval)
    needed = max(rules.reading_s(words), SHORTEST_S)
    if took >= needed:
        return {}
    since = "the page was opened" if seen else "it was claimed" if claimed else "it was asked"
    return {"took_s": round(took, 1), "needed_s": round(needed, 1), "words": words, "since": since}


def _streak(person: uuid.UUID, rules: QueuePolicy) -> dict[str, Any]:
    """Count this person's approvals since their last no; flagged at each full streak, not at every yes after it."""
    mine = Approval.objects.filter(Q(decided_by_id=person) | Q(first_by_id=person))
    last_no = mine.filter(state=ApprovalState.REJECTED, decided_by_id=person).aggregate(at=Max("decided_at"))["at"]
    said = mine.filter(state__in=(ApprovalState.APPROVED, ApprovalState.SUPERSEDED, ApprovalState.AWAITING_SECOND))
    if last_no is not None:
        said = said.filter(Q(decided_at__gt=last_no) | Q(decided_at=None))
    count = said.count() + 1
    if count % rules.streak:
        return {}
    return {"approvals": count, "without_a_no_since": last_no.isoformat() if last_no else ""}


def _out_of_hours(rules: QueuePolicy, now: datetime) -> dict[str, Any]:
    name = Organization._base_manager.values_list("time_zone", flat=True).get(pk=tenancy.organization_id())
    if rules.is_working_hour(now, ZoneInfo(name)):
        return {}
    hours = f"{rules.day_starts_h:02}:00 to {rules.day_ends_h:02}:00"
    return {"local_time": f"{now.astimezone(ZoneInfo(name)):%A %H:%M}", "zone": name, "hours": hours}
