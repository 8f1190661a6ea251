"""What an evidence pack holds of the policies: every version that was kept in the period, and what differs in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guardrails import versions
from guardrails.models import PolicyVersion
from portal import evidence
from portal.evidence import Cut


def add() -> None:
    """Add the section of policy versions."""
    evidence.add_section(
        evidence.Section(
            "policy-versions",
            "Versions of the ticket policies",
            "Each policy as it stood from a moment on, who set it and why, and what it changed in words.",
            ("kind", "policy", "version", "at", "actor", "reason", "removed", "differences", "values"),
            rows,
            order=10,
        )
    )


def rows(cut: Cut) -> Iterator[Mapping[str, Any]]:
    """Yield the versions made in the period, oldest first, each compared with the one before it."""
    found = PolicyVersion.objects.filter(created_at__gte=cut.since, created_at__lt=cut.end)
    for version in found.order_by("created_at", "id").iterator(500):
        before = PolicyVersion.objects.filter(
            kind=version.kind, subject_id=version.subject_id, number=version.number - 1
        ).first()
        differs = versions.differences(version.kind, before.values, version.values) if before else []
        yield {
            "kind": version.kind,
            "policy": version.label,
            "version": version.number,
            "at": version.made_at.isoformat(),
            "actor": version.actor_name,
            "reason": version.reason,
            "removed": version.is_removed,
            "differences": [each.words for each in differs],
            "values": version.values,
        }
