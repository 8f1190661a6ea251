"""How sealing stands in the current organization: for its page, the dashboard and readiness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.models import Head, SealState
from audit.sealing import publish
from portal import tenancy

LATE_S = 30
"""Sealing takes a few seconds; past this somebody should look."""


@dataclass(frozen=True, slots=True)
class SealingHealth:
    """`lag_s` is the age of the oldest event that is not sealed, 0 where all are; `trouble` is why sealing stopped.

    `publishing` is what is wrong with publishing heads, empty where nothing is.
    """

    lag_s: float
    size: int
    head_number: int
    sealed_at: datetime | None
    trouble: str
    publishing: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing waits for long, nothing stopped, and heads leave the house."""
        return not self.trouble and not self.publishing and self.lag_s <= LATE_S


_OLDEST = """
SELECT COALESCE(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)
FROM audit_event e
WHERE e.organization_id = %s AND (e.xact_id, e.id) > (%s::text::xid8, %s)
  AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.organization_id = e.organization_id AND l.id = e.id)
ORDER BY e.xact_id, e.id LIMIT 1
"""


def sealing_health() -> SealingHealth:
    """Return how sealing stands in the current organization. Five queries."""
    head, state = Head.objects.order_by("-number").first(), SealState.objects.first() or SealState()
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [tenancy.organization_id(), str(state.after_xact), state.after_id])
        row = cursor.fetchone()
    return SealingHealth(
        lag_s=max(float(row[0]), 0.0) if row else 0.0,
        size=head.size if head else 0,
        head_number=head.number if head else 0,
        sealed_at=head.sealed_at if head else None,
        trouble=state.trouble,
        publishing=publish.trouble(),
    )
