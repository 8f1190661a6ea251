"""An edit that loosens, waiting for a second officer: proposed, weighed, confirmed exactly as shown, or recalled.

What is confirmed is bound by its digest and by what stood before: where either changed meanwhile, it is proposed anew.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from portal import change, telling, tenancy, trail
from portal.fields import SealedField
from portal.loosening import NeedsSecondOfficer
from portal.models import Membership, PendingChange, PendingState, SecondOfficer
from portal.refusal import Conflict, Refused
from portal.roles import Capability, Role, require

WAITS = timedelta(hours=72)
TOPIC = "change.waiting"

_confirmed: ContextVar[uuid.UUID | None] = ContextVar("the pending change that is carried out now", default=None)
_weigh: dict[type[models.Model], Callable[[models.Model, str, bool], str]] = {}
_rights: dict[type[models.Model], Capability] = {}


def weighed(model: type[models.Model], weigh: Callable[[models.Model, str, bool], str]) -> None:
    """Say what shows the effect of an edit of `model`: `weigh(draft, reason, is_removal)` returns an address."""
    _weigh[model] = weigh


def right(model: type[models.Model], capability: Capability) -> None:
    """Say which capability the second officer of a model's edits needs; setting policy where nothing is said."""
    _rights[model] = capability


def propose(needed: NeedsSecondOfficer) -> PendingChange:
    """Keep an edit that was refused for want of a second officer, and tell the others; return it.

    Call it outside the transaction that the refusal rolled back. Raises `Refused` without the right, `ValidationError`
    where a change of the same subject waits already or a secret is part of it.
    """
    row, model = needed.row, type(needed.row)
    require(_rights.get(model, Capability.SET_POLICY))
    me = _me()
    before, after = _values(row, needed)
    asked = PendingChange(
        kind=change.kind_of(model),
        verb="remove" if needed.is_removal else "create" if needed.before is None else "change",
        subject_id=row.pk,
        label=str(row)[:200],
        before=before,
        after=after,
        loosens=[each.words for each in needed.loosened],
        reason=needed.reason[:300],
        proposed_by_id=me,
        proposed_by_name=tenancy.current().actor.name[:160],
        expires_at=timezone.now() + WAITS,
    )
    asked.digest = digest(asked)
    asked.weighed_url = _weighed(needed)
    with transaction.atomic():
        _expire()
        if PendingChange.objects.filter(
            kind=asked.kind, subject_id=asked.subject_id, state=PendingState.WAITING
        ).exists():
            raise ValidationError(
                f"A change of `{asked.label[:60]}` waits for a second officer already; decide that first"
            )
        asked.save(force_insert=True)
        _record("pending_change.proposed", asked, verb=asked.verb, loosens=asked.loosens)
        telling.tell(
            TOPIC,
            subject=f"{asked.proposed_by_name} asks to loosen: {asked.label}",
            text="\n".join(asked.loosens),
            key=f"{asked.pk} proposed",
            link="/changes/",
        )
    return asked


def confirm(change_id: uuid.UUID, *, shown: str) -> models.Model:
    """Confirm another officer's edit as it was `shown` (its digest), and make it; return the row.

    Raises `Refused` for one's own and without the right, `Conflict` where it or what stands is not what was shown any
    more, `ValidationError` as the edit itself.
    """
    with transaction.atomic():
        asked: PendingChange = PendingChange.objects.select_for_update().get(pk=change_id)
        model = _model(asked)
        require(_rights.get(model, Capability.SET_POLICY))
        me = _me()
        if asked.proposed_by_id == me:
            raise Refused("Nobody confirms what they proposed; another officer does.", subject=_subject(asked))
        if asked.state != PendingState.WAITING or asked.expires_at <= timezone.now():
            raise Conflict("This change does not wait any more; propose it anew.")
        if shown != asked.digest or digest(asked) != asked.digest:
            raise Conflict("This is not the change you were shown; read it again.")
        row = _draft(asked, model)
        asked.state, asked.decided_at = PendingState.CONFIRMED, timezone.now()
        asked.decided_by_id, asked.decided_by_name = me, tenancy.current().actor.name[:160]
        asked.save(update_fields=["state", "decided_at", "decided_by_id", "decided_by_name"])
        with _carrying_out(asked.pk):
            if asked.verb == "remove":
                change.remove(row, reason=asked.reason, source="two officers")
            else:
                row = change.apply(
                    row, reason=asked.reason, source="two officers", evidence=f"pending_change {asked.pk}"
                )
        _record("pending_change.confirmed", asked)
    return row


def recall(change_id: uuid.UUID) -> None:
    """Take a proposal back, or refuse it; any officer may."""
    with transaction.atomic():
        asked: PendingChange = PendingChange.objects.select_for_update().get(pk=change_id)
        require(_rights.get(_model(asked), Capability.SET_POLICY))
        if asked.state != PendingState.WAITING:
            raise Conflict("This change does not wait any more.")
        asked.state, asked.decided_at = PendingState.WITHDRAWN, timezone.now()
        asked.decided_by_id, asked.decided_by_name = _me(), tenancy.current().actor.name[:160]
        asked.save(update_fields=["state", "decided_at", "decided_by_id", "decided_by_name"])
        _record("pending_change.recalled", asked)


def digest(asked: PendingChange) -> str:
    """Return what binds a yes to the contents: SHA-256 over kind, verb, subject, what stood and what shall stand."""
    said = [asked.kind, asked.verb, str(asked.subject_id), asked.before, asked.after]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def is_confirmed(row: models.Model) -> bool:
    """Whether two officers' word stands behind this very edit of this transaction; the row is what counts."""
    permit = _confirmed.get()
    return (
        permit is not None
        and PendingChange.objects.filter(pk=permit, subject_id=row.pk, state=PendingState.CONFIRMED)
        .exclude(decided_by_id=None)
        .exclude(decided_by_id=models.F("proposed_by_id"))
        .exists()
    )


def needs_two_admins(policy: models.Model, before: models.Model | None) -> None:
    """Refuse to demand a second officer where there is none: nobody could loosen anything any more."""
    wanted = getattr(policy, "second_officer", SecondOfficer.OFF)
    if wanted == SecondOfficer.OFF or (before is not None and getattr(before, "second_officer", "") == wanted):
        return
    if Membership.objects.filter(role=Role.ADMIN, is_active=True).count() < 2:
        said = "second_officer: the organization has one admin; make somebody else admin first"
        raise ValidationError({"second_officer": said})


def _values(row: models.Model, needed: NeedsSecondOfficer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what stood and what shall stand, of the fields that differ."""
    old = change.snapshot(needed.before) if needed.before is not None else {}
    if needed.is_removal:
        return change.snapshot(row), {}
    new = change.snapshot(row)
    changed = [name for name, value in new.items() if old.get(name) != value or needed.before is None]
    if any(isinstance(row._meta.get_field(name), SealedField) and new[name] for name in changed):
        raise ValidationError("A secret does not wait for a second officer; set it in an edit of its own")
    return {name: old.get(name) for name in changed if name in old}, {name: new[name] for name in changed}


def _draft(asked: PendingChange, model: type[models.Model]) -> models.Model:
    """Return the row as it was proposed; raise `Conflict` where what it was proposed on does not stand any more."""
    standing = model._default_manager.select_for_update().filter(pk=asked.subject_id).first()
    if (standing is None) != (asked.verb == "create"):
        raise Conflict("What this changes was made or removed meanwhile; propose it anew.")
    now = change.snapshot(standing) if standing is not None else {}
    if any(now.get(name) != value for name, value in asked.before.items()):
        raise Conflict("What this changes is not what it was when it was proposed; propose it anew.")
    row = standing or model(pk=asked.subject_id)
    fields: dict[str, Any] = {each.name: each for each in model._meta.concrete_fields}
    for name, value in asked.after.items():
        setattr(row, fields[name].attname, None if value is None else fields[name].to_python(value))
    return row


def _weighed(needed: NeedsSecondOfficer) -> str:
    """Return where the effect of the change is shown; nothing where it cannot be weighed."""
    weigh = _weigh.get(type(needed.row))
    if weigh is None:
        return ""
    try:
        return weigh(needed.row, needed.reason, needed.is_removal)[:300]
    except ValidationError:
        return ""


def _model(asked: PendingChange) -> type[models.Model]:
    found = next((model for model, kind in change.governed().items() if kind == asked.kind), None)
    if found is None:
        raise PendingChange.DoesNotExist
    return found


def _expire() -> None:
    over = PendingChange.objects.filter(state=PendingState.WAITING, expires_at__lte=timezone.now())
    over.update(state=PendingState.EXPIRED, decided_at=timezone.now())


def _me() -> uuid.UUID:
    me = tenancy.current().user_id
    if me is None:
        raise Refused("Only a person proposes or confirms a change that loosens.")
    return me


@contextmanager
def _carrying_out(change_id: uuid.UUID) -> Iterator[None]:
    token = _confirmed.set(change_id)
    try:
        yield
    finally:
        _confirmed.reset(token)


def _subject(asked: PendingChange) -> tuple[str, str]:
    return "pending_change", str(asked.pk)


def _record(kind: str, asked: PendingChange, **more: Any) -> None:
    data = {"kind": asked.kind, "of": str(asked.subject_id), "digest": asked.digest, **more}
    trail.record(trail.Event(kind, trail.Subject(*_subject(asked)), data=data))
