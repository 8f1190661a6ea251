"""Giving an approval to a colleague: it is then theirs to look at, and still anybody's to decide."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from portal.models import Membership, OrganizationUserPermission
from portal.roles import Capability, may
from tickets import decision
from tickets.models import Approval


def colleagues() -> list[Membership]:
    """Return everybody who may work the approval queue, by name. Two queries."""
    granted = set(
        OrganizationUserPermission.objects.filter(permission__codename="work_approvals").values_list(
            "user_id", flat=True
        )
    )
    rows = Membership.objects.filter(is_active=True).select_related("user")
    extra = {True: frozenset({Capability.WORK_APPROVALS.name}), False: frozenset[str]()}
    found = [row for row in rows if may(Capability.WORK_APPROVALS, row.role, extra[row.user_id in granted])]
    return sorted(found, key=lambda row: str(row.user))


def assign(approval_id: uuid.UUID, *, to: str) -> Approval:
    """Assign an approval to somebody who works the queue, or to nobody (`to` empty); one's own claim ends.

    Raises `ValidationError` naming `to`.
    """
    with transaction.atomic():
        approval = decision.opened(approval_id)
        decision.not_anothers(approval, decision.me())
        person = _person(to)
        approval.assigned_to_id = person
        approval.claimed_by_id = approval.claimed_until = None
        approval.save(update_fields=["assigned_to", "claimed_by", "claimed_until"])
        decision.record("approval.assigned", approval, to=str(person or ""))
    return approval


def _person(to: str) -> uuid.UUID | None:
    if not to:
        return None
    found: dict[str, uuid.UUID] = {str(row.user_id): row.user_id for row in colleagues()}
    if to not in found:
        raise ValidationError({"to": f"to: `{to[:40]}` does not work the approval queue; choose somebody who does"})
    return found[to]
