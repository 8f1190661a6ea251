"""Versions of the ticket policies: kept with each edit, compared in words, reverted to by an ordinary edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.models import (
    ActionCap,
    ActionCeiling,
    ActionMoneyCap,
    EscalationRule,
    OutputPolicyModel,
    PolicyVersion,
    TicketPolicy,
)
from portal import change, tenancy
from portal.money import Money
from portal.roles import Capability, require

VERSIONED: tuple[type[models.Model], ...] = (
    TicketPolicy, ActionCeiling, ActionCap, ActionMoneyCap, EscalationRule, OutputPolicyModel,
)  # fmt: skip
"""What decides about tickets: each of these keeps its versions and can be rehearsed."""
SHADOW = "shadow_"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs between two versions, in words."""

    field: str
    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.label}: from {self.before} to {self.after}"


def keep(edit: change.Edit) -> None:
    """Keep the version an edit made; where none was kept yet, what it was before as well. In the edit's transaction."""
    row: Any = edit.instance
    before: Any = edit.before
    kind = change.kind_of(type(row))
    newest = PolicyVersion.objects.filter(kind=kind, subject_id=row.pk).order_by("-number").first()
    number = newest.number if newest else 0
    if newest is None and before is not None and not edit.is_removed:
        number += 1
        _write(before, kind, number, reason="as it was made", source="", made_at=before.created_at)
    _write(row, kind, number + 1, reason=edit.reason[:300], source=edit.source[:40], is_removed=edit.is_removed)


def _write(row: Any, kind: str, number: int, **fields: Any) -> None:
    PolicyVersion.objects.create(
        kind=kind,
        subject_id=row.pk,
        label=str(row)[:200],
        number=number,
        values=change.snapshot(row),
        actor_name=tenancy.current().actor.name[:160],
        **fields,
    )


def of(kind: str, subject_id: Any) -> list[PolicyVersion]:
    """Return a policy's versions, the newest first. One query."""
    return list(PolicyVersion.objects.filter(kind=kind, subject_id=subject_id).order_by("-number"))


def model_of(kind: str) -> type[models.Model]:
    """Return the policy model of a kind; raise `LookupError` for one that keeps no versions."""
    for model in VERSIONED:
        if change.kind_of(model) == kind:
            return model
    raise LookupError(f"`{kind[:40]}` keeps no versions")


def differences(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what differs between two versions' values, field by field in the form's own words."""
    model = model_of(kind)
    code = str(after.get("currency") or before.get("currency") or "")
    found = []
    for field in model._meta.concrete_fields:
        old, new = before.get(field.name), after.get(field.name)
        if old != new and (field.name in before or field.name in after):
            label = str(field.verbose_name)
            found.append(Difference(field.name, label, shown(field, old, code), shown(field, new, code)))
    return found


def shown(field: Any, value: Any, currency: str = "") -> str:
    """Return a value as a person reads it: on or off, money with its currency, a choice in its words."""
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if field.name.endswith("_minor") and currency and isinstance(value, int):
        return str(Money(value, currency))
    if choices := dict(field.flatchoices or ()):
        return str(choices.get(value, value))
    text = " / ".join(str(value).split("\n"))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def revert(version: PolicyVersion, *, reason: str) -> models.Model:
    """Make a policy what it was in `version`, as an ordinary edit with its reason; return it.

    A removed one is made anew. What is live stays live and what is in shadow mode stays there: only two people
    together go live. Raises `ValidationError` naming the field, as any edit.
    """
    require(Capability.SET_POLICY)
    if not reason.strip():
        raise ValidationError({"reason": "reason: say why it goes back to what it was"})
    row = restored(version)
    words = f"{reason.strip()} (back to version {version.number})"[:300]
    return change.apply(row, reason=words, source="revert", evidence=f"policy_version {version.pk}")


def restored(version: PolicyVersion) -> models.Model:
    """Return the policy with the version's values, not saved. One query."""
    model = model_of(version.kind)
    row = model._default_manager.filter(pk=version.subject_id).first() or model(pk=version.subject_id)
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, value in version.values.items():
        field = fields.get(name)
        if field is not None and not name.startswith(SHADOW):
            setattr(row, field.attname, None if value is None else field.to_python(value))
    return row
