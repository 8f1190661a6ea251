"""Place a legal hold and release it: while it stands, what it covers is neither dropped nor erased."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import LegalHold
from portal import change, tenancy
from portal.refusal import Conflict
from portal.roles import Capability, require


def place(hold: LegalHold, *, source: str = "admin") -> LegalHold:
    """Place a hold and record it with its reason; raise `ValidationError` naming the field."""
    require(Capability.SET_POLICY)
    hold.placed_by = tenancy.current().actor.name[:160]
    change.apply(hold, reason=hold.reason, source=source)
    return hold


def release(hold: LegalHold, *, reason: str, source: str = "admin") -> LegalHold:
    """Release a hold for good; raise `ValidationError` without a reason, `Conflict` where it is released already."""
    require(Capability.SET_POLICY)
    if not reason.strip():
        raise ValidationError({"reason": "reason: say why the hold ends; it stays in the trail"})
    if not hold.is_standing:
        raise Conflict({"reason": f"reason: the hold `{hold.name}` was released before; nothing was changed"})
    hold.released_at, hold.released_by = timezone.now(), tenancy.current().actor.name[:160]
    hold.release_reason = reason.strip()[:400]
    change.apply(hold, reason=hold.release_reason, source=source)
    return hold


def keep(edit: change.Edit) -> None:
    """Refuse to remove a hold, by whichever road."""
    if edit.is_removed:
        raise ValidationError("A legal hold is released, never removed: what it kept must be seen to have been kept.")
