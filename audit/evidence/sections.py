"""What every pack holds from the trail itself, apart: the edits of what is governed, and the kill switch's drills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from audit.models import Event, ReviewResult
from audit.words import sentence
from portal import change, evidence
from portal.evidence import Cut
from portal.ids import uuid7_floor


def add() -> None:
    """Add the sections of the trail."""
    evidence.add_section(
        evidence.Section(
            "changes",
            "Changes of what is governed",
            "Every edit of a policy, grant, role, connector or memory, with what it was before and after.",
            ("event", "at", "what", "actor", "subject_kind", "subject_id", "revision", "reason", "before", "after"),
            changes,
            order=20,
        )
    )
    evidence.add_section(
        evidence.Section(
            "drills",
            "Drills of the kill switch",
            "How soon every worker stopped when the switch was turned. Drills stand in the platform's own log.",
            ("at", "scope", "verdict", "asked", "answered", "slowest_ms", "limit_ms"),
            drills,
            order=30,
        )
    )
    evidence.add_section(
        evidence.Section(
            "access-reviews",
            "Access reviews",
            "The result of every review closed in the period: who held what, who decided, and what became of it.",
            ("campaign", "name", "closed_at", "digest", "content"),
            reviews,
            order=25,
        )
    )


def changes(cut: Cut) -> Iterator[Mapping[str, Any]]:
    """Yield the edits of governed rows, oldest first."""
    types = [f"{kind}.{verb}" for kind in change.governed().values() for verb in ("created", "changed", "removed")]
    found = Event.objects.filter(
        type__in=types, id__gte=uuid7_floor(cut.since), id__lt=uuid7_floor(cut.until), recorded_at__lt=cut.end
    )
    for event in found.order_by("id").iterator(1_000):
        yield {
            "event": str(event.pk),
            "at": event.recorded_at.isoformat(),
            "what": sentence(event.type),
            "actor": event.actor_name,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "revision": event.policy_revision,
            "reason": event.data.get("reason", ""),
            "before": event.before,
            "after": event.after,
        }


def reviews(cut: Cut) -> Iterator[Mapping[str, Any]]:
    """Yield the results of access reviews, in the order they were closed."""
    found = ReviewResult.objects.filter(closed_at__gte=cut.since, closed_at__lt=cut.end)
    for result in found.order_by("closed_at", "id").iterator(20):
        yield {
            "campaign": str(result.campaign_id),
            "name": result.name,
            "closed_at": result.closed_at.isoformat(),
            "digest": result.digest,
            "content": result.content,
        }


def drills(cut: Cut) -> Iterator[Mapping[str, Any]]:
    """Yield the drills, oldest first: figures alone, read from the platform's trail by a definer function."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_drills(%s, %s)", [cut.since, cut.end])
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield {**dict(zip(names, row, strict=True)), "at": row[0].isoformat()}
