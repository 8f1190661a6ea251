"""Views of the queue under a name: of the person who saved them, or of everybody who works the queue."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from portal import trail
from portal.roles import Capability, require
from tickets import decision
from tickets.forms import ApprovalFilters
from tickets.models import SavedView

MOST = 30


def visible() -> Any:
    """Return the views the person may open: their own and the shared ones."""
    return SavedView.objects.filter(Q(owner_id=decision.me()) | Q(is_shared=True)).select_related("owner")


def listed(chosen: str) -> list[tuple[SavedView, bool, bool]]:
    """Return each visible view, whether it is open now, and whether it is one's own. One query."""
    me = decision.me()
    found = list(visible().order_by("name", "id")[: 2 * MOST])
    return [(row, str(row.pk) == chosen, row.owner_id == me) for row in found]


def save(*, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Save the filters of an address under a name, anew or in place of one's own of that name.

    Raises `ValidationError` naming `name`.
    """
    require(Capability.WORK_APPROVALS)
    name, me = name.strip(), decision.me()
    if not name:
        raise ValidationError({"name": "name: is empty; call the view something"})
    with transaction.atomic():
        found = SavedView.objects.select_for_update().filter(owner_id=me, name=name).first()
        if found is None and SavedView.objects.filter(owner_id=me).count() >= MOST:
            raise ValidationError({"name": f"name: you have {MOST} views already; remove one first"})
        row = found or SavedView(owner_id=me, name=name)
        row.query, row.is_shared = understood(query), is_shared
        row.save()
        _record("view.saved", row, query=row.query, shared=is_shared)
    return row


def remove(view_id: uuid.UUID) -> None:
    """Remove one's own view; raise `DoesNotExist` for one that is not one's own."""
    require(Capability.WORK_APPROVALS)
    with transaction.atomic():
        row = SavedView.objects.select_for_update().get(pk=view_id, owner_id=decision.me())
        _record("view.removed", row)
        row.delete()


def understood(query: str) -> str:
    """Return the filters of an address, without what is none: an address is typed by anybody."""
    names = set(ApprovalFilters.base_fields)
    pairs = [(name, value[:100]) for name, value in parse_qsl(query[:600]) if name in names and value]
    return urlencode(pairs)[:600]


def address_of(row: SavedView) -> str:
    """Return the query of a view's address, which names the view."""
    return "&".join(part for part in (row.query, urlencode({"view": str(row.pk)})) if part)


def _record(kind: str, row: SavedView, **data: Any) -> None:
    trail.record(trail.Event(kind, trail.Subject("view", str(row.pk)), data={"name": row.name, **data}))
