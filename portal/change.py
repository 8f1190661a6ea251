"""The one way to change a governed model: validated, with before and after in the trail, in one transaction.

Admin, import, API and shell all call `apply` and `remove`; a save elsewhere leaves no event and fails review.
"""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from portal import loosening, trail
from portal.fields import SealedField
from portal.vault import Secret

HIDDEN = "set (never shown)"
CHANGED = "set anew (never shown)"
_SKIPPED = frozenset(
    {
        "organization",
        "created_at",
        "revision",
        "set_at",  # of a rate: who set it and when is what the event says anyway
        "set_by",
        *(
            [
                "job_state",
                "run_after",
                "lease_token",
                "lease_expires_at",
                "lease_started_at",
                "attempts",
                "last_error",
                "password",
                "last_login",
            ]
        ),
    }
)

_kinds: dict[type[models.Model], str] = {}
_conditions: dict[type[models.Model], list[Callable[[models.Model, models.Model | None], None]]] = {}


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that was made: the row as it is now, as it was (None: new), whether it was removed, and why."""

    instance: models.Model
    before: models.Model | None
    is_removed: bool
    reason: str
    source: str


_follows: dict[type[models.Model], list[Callable[[Edit], None]]] = {}


def govern(model: type[models.Model], kind: str, sentence: str) -> None:
    """Declare that edits of `model` go through here, as events `<kind>.created`, `.changed` and `.removed`."""
    _kinds[model] = kind
    for verb in ("created", "changed", "removed"):
        trail.declare(f"{kind}.{verb}", f"{sentence} was {verb}", fields="reason source evidence", promises=("A02",))


def governed() -> Mapping[type[models.Model], str]:
    """Return every governed model and its kind."""
    return dict(_kinds)


def condition(model: type[models.Model], holds: Callable[[models.Model, models.Model | None], None]) -> None:
    """Ask `holds(instance, as it stands)` before each edit of `model` is saved; what it raises stops the edit."""
    _conditions.setdefault(model, []).append(holds)


def followed(model: type[models.Model], follows: Callable[[Edit], None]) -> None:
    """Call `follows(edit)` after each edit of `model`, in its transaction: what must stand or fall with it."""
    _follows.setdefault(model, []).append(follows)


def kind_of(model: type[models.Model]) -> str:
    """Return the kind a governed model is recorded as; raise `LookupError` otherwise."""
    if model not in _kinds:
        raise LookupError(f"`{model.__name__}` is not governed; declare it with change.govern in the app's ready()")
    return _kinds[model]


def snapshot(instance: models.Model) -> dict[str, Any]:
    """Return the instance's fields as JSON values; a secret only as whether it is set."""
    shown: dict[str, Any] = {}
    for field in instance._meta.concrete_fields:
        if field.name in _SKIPPED or field.primary_key:
            continue
        raw = instance.__dict__.get(field.attname)
        if isinstance(field, SealedField):
            shown[field.name] = CHANGED if isinstance(raw, Secret) else (HIDDEN if raw else None)
        else:
            shown[field.name] = _json(raw)
    return shown


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return f"{len(bytes(value))} bytes"
    return str(value)


def apply(instance: models.Model, *, reason: str = "", source: str = "admin", evidence: str = "") -> models.Model:
    """Validate and save a governed instance, new or changed, and record exactly one event.

    `evidence` names what the change was weighed by, such as a rehearsal. Raises `ValidationError` naming the field. An
    edit that changes nothing saves and records nothing.
    """
    kind = kind_of(type(instance))
    with transaction.atomic():
        before_row = type(instance)._base_manager.select_for_update().filter(pk=instance.pk).first()
        instance.full_clean()
        after = snapshot(instance)
        before = snapshot(before_row) if before_row is not None else None
        if before == after:
            return instance
        for holds in _conditions.get(type(instance), ()):
            holds(instance, before_row)
        _demand_second_officer(instance, before_row, reason)
        if hasattr(instance, "revision") and before_row is not None:
            instance.__dict__["revision"] = before_row.__dict__["revision"] + 1
        instance.save(force_insert=before_row is None)
        changed = {key: value for key, value in after.items() if before is None or before.get(key) != value}
        trail.record(
            trail.Event(
                f"{kind}.{'created' if before is None else 'changed'}",
                trail.Subject(kind, str(instance.pk)),
                data={"reason": reason, "source": source, **({"evidence": evidence} if evidence else {})},
                before={key: before.get(key) for key in changed} if before is not None else None,
                after=changed,
                policy_revision=getattr(instance, "revision", None),
            )
        )
        _follow(Edit(instance, before_row, False, reason, source))
    return instance


def add(rows: Sequence[models.Model], *, reason: str, source: str) -> None:
    """Save new governed rows of one model that the code itself made and nobody typed; record one event for each."""
    if not rows:
        return
    kind = kind_of(type(rows[0]))
    with transaction.atomic():
        type(rows[0])._default_manager.bulk_create(rows)
        for row in rows:
            trail.record(
                trail.Event(
                    f"{kind}.created",
                    trail.Subject(kind, str(row.pk)),
                    data={"reason": reason, "source": source},
                    after=snapshot(row),
                    policy_revision=getattr(row, "revision", None),
                )
            )


def remove(instance: models.Model, *, reason: str = "", source: str = "admin") -> None:
    """Delete a governed instance and record it with what it was."""
    kind = kind_of(type(instance))
    with transaction.atomic():
        _demand_second_officer(instance, instance, reason, is_removal=True)
        trail.record(
            trail.Event(
                f"{kind}.removed",
                trail.Subject(kind, str(instance.pk)),
                data={"reason": reason, "source": source},
                before=snapshot(instance),
            )
        )
        _follow(Edit(instance, instance, True, reason, source))
        instance.delete()


@contextmanager
def supposing() -> Iterator[None]:
    """Make edits inside the block as if two officers had agreed; every one of them is rolled back when it ends.

    # INVARIANT: the rollback is this block's own doing, so that no caller can keep what was only supposed.
    """
    token = _supposing.set(True)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _supposing.reset(token)


_supposing: ContextVar[bool] = ContextVar("edits that are rolled back", default=False)


def _demand_second_officer(
    instance: models.Model, before: models.Model | None, reason: str, *, is_removal: bool = False
) -> None:
    if _supposing.get():
        return
    from portal.pending import is_confirmed

    loosening.demand(
        instance, before, reason=reason, is_removal=is_removal, is_confirmed=lambda: is_confirmed(instance)
    )


def _follow(edit: Edit) -> None:
    for follows in _follows.get(type(edit.instance), ()):
        follows(edit)
