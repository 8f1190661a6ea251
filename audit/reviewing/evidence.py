"""What the trail says of each access: who gave it and when, when it was last used, and what that suggests."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit.models import Event
from portal.ids import uuid7_floor
from portal.reviewable import Reviewable, Trace

LOOKED_BACK = timedelta(days=400)
UNUSED = timedelta(days=90)
DORMANT = timedelta(days=30)
"""Somebody with much access who was not seen for so long is suggested to lose it."""
YOUNG = timedelta(days=30)
"""What was given so recently need not have been used yet."""


def of(roster: Iterable[Reviewable]) -> list[tuple[Reviewable, dict[str, Any], str]]:
    """Return each access with its evidence and a suggestion (empty: none).

    Two queries read everybody's last acts together; what is not an act of a person takes one query by index each.
    """
    found, acts = list(roster), _last_acts()
    return [(each, evidence := _evidence(each, acts), suggestion(each, evidence)) for each in found]


def suggestion(each: Reviewable, evidence: dict[str, Any], now: datetime | None = None) -> str:
    """Return why an access should perhaps be revoked; nothing where it is in use or too young to say."""
    now = now or timezone.now()
    used, given = _moment(evidence.get("used_at")), _moment(evidence.get("given_at"))
    if used is not None:
        idle = now - used
        if each.is_privileged and each.kind == "membership" and idle > DORMANT:
            return f"dormant admin: not seen for {idle.days} days"
        return f"not used for {idle.days} days" if idle > UNUSED else ""
    if each.used is None or (given is not None and now - given < YOUNG):
        return ""
    return "dormant admin: never seen" if each.is_privileged and each.kind == "membership" else "never used"


def _last_acts() -> dict[tuple[str, uuid.UUID | None], datetime]:
    """Return when each person last did anything, and last did anything with each connector."""
    rows = Event.objects.filter(actor_kind="person", id__gte=uuid7_floor(timezone.now() - LOOKED_BACK)).order_by()
    found: dict[tuple[str, uuid.UUID | None], datetime] = {}
    for actor, connector, last in rows.values_list("actor_id", "connector_id").annotate(last=Max("recorded_at")):
        for key in ((actor, connector), (actor, None)):
            found[key] = max(last, found.get(key, last))
    return found


def _evidence(each: Reviewable, acts: dict[tuple[str, uuid.UUID | None], datetime]) -> dict[str, Any]:
    given = _last(each.given) if each.given else None
    used: datetime | None = None
    if each.used is not None and each.used.actor and not each.used.types:
        used = acts.get((each.used.actor, each.used.connector))
    elif each.used is not None:
        event = _last(each.used)
        used = event.recorded_at if event else None
    return {
        "given_by": given.actor_name if given else "",
        "given_at": given.recorded_at.isoformat() if given else "",
        "given_event": str(given.pk) if given else "",
        "used_at": used.isoformat() if used else "",
    }


def _last(trace: Trace) -> Event | None:
    rows = Event.objects.filter(id__gte=uuid7_floor(timezone.now() - 5 * LOOKED_BACK))
    given: dict[str, Any] = {
        "type__in": trace.types or None,
        "actor_id": trace.actor or None,
        "subject_id": trace.subject or None,
        "connector_id": trace.connector,
        **{f"data__{name}": value for name, value in trace.data},
    }
    return rows.filter(**{name: value for name, value in given.items() if value is not None}).order_by("-id").first()


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
