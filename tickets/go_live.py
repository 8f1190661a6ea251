"""Leaving shadow mode, one action at a time: one officer asks and names the evidence, another one confirms.

There is no other road: `only_by_two` stands before every edit of the ticket policy. Going back needs nobody's yes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from guardrails.models import TicketPolicy
from portal import change, tenancy, trail
from portal.refusal import Refused
from portal.roles import Capability, require
from tickets import report
from tickets.models import LIVE_KINDS, GoLive, GoLiveState

WAITS = timedelta(days=7)
"""How long the second officer has; the evidence would be old after that."""
PERIOD = timedelta(days=90)
_permit: ContextVar[uuid.UUID | None] = ContextVar("going_live", default=None)


def ask(kind: str, *, reason: str, period: timedelta = PERIOD) -> GoLive:
    """Ask that an action leaves shadow mode, with the report of the last `period` as evidence.

    Raises `ValidationError`, `Refused` without the right to set policy.
    """
    require(Capability.SET_POLICY)
    _judge(kind, reason)
    until = timezone.now()
    with transaction.atomic():
        policy = TicketPolicy.objects.select_for_update(of=("self",)).get()
        if not policy.is_shadow(kind):
            raise ValidationError({"action": f"action: `{kind}` is live already"})
        _expire(kind)
        if GoLive.objects.filter(action=kind, state=GoLiveState.ASKED).exists():
            raise ValidationError({"action": f"action: going live with `{kind}` waits for a second officer already"})
        asked = GoLive.objects.create(
            action=kind,
            reason=reason.strip(),
            evidence=report.evidence(kind, until - period, until),
            asked_by_id=_me(),
            expires_at=until + WAITS,
        )
        _record("go_live.asked", asked)
    return asked


def _judge(kind: str, reason: str) -> None:
    errors = {}
    if kind not in LIVE_KINDS:
        errors["action"] = f"action: `{kind[:20]}` does not go live; use one of {', '.join(LIVE_KINDS)}"
    if not reason.strip() or len(reason) > 300 or "\x00" in reason:
        errors["reason"] = "reason: say in 1 to 300 characters why it may act from now on"
    if errors:
        raise ValidationError(errors)


def confirm(go_live_id: uuid.UUID) -> GoLive:
    """Confirm what another officer asked; the action leaves shadow mode in the same transaction.

    Raises `Refused` for one's own request, `ValidationError` where it does not wait any more.
    """
    require(Capability.SET_POLICY)
    with transaction.atomic():
        asked = _waiting(go_live_id)
        me = _me()
        if asked.asked_by_id == me:
            raise Refused("Nobody goes live alone; another officer confirms it.", subject=("go_live", str(asked.pk)))
        asked.state, asked.confirmed_by_id, asked.confirmed_at = GoLiveState.CONFIRMED, me, timezone.now()
        asked.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        policy = TicketPolicy.objects.get()
        setattr(policy, f"shadow_{asked.action}", False)
        with _permitted(asked.pk):
            change.apply(policy, reason=asked.reason, source="going live", evidence=f"go_live {asked.pk}")
        _record("go_live.confirmed", asked)
    return asked


def withdraw(go_live_id: uuid.UUID) -> GoLive:
    """Take a request back, or refuse it; any officer may."""
    require(Capability.SET_POLICY)
    with transaction.atomic():
        asked = _waiting(go_live_id)
        asked.state, asked.ended_at = GoLiveState.WITHDRAWN, timezone.now()
        asked.save(update_fields=["state", "ended_at"])
        _record("go_live.recalled", asked)
    return asked


def back_to_shadow(kind: str, *, reason: str) -> None:
    """Put an action back into shadow mode at once; one officer may."""
    require(Capability.SET_POLICY)
    _judge(kind, reason)
    policy = TicketPolicy.objects.get()
    setattr(policy, f"shadow_{kind}", True)
    change.apply(policy, reason=reason, source="shadow report")


def _waiting(go_live_id: uuid.UUID) -> GoLive:
    asked: GoLive = GoLive.objects.select_for_update(of=("self",)).get(pk=go_live_id)
    if asked.state != GoLiveState.ASKED or asked.expires_at <= timezone.now():
        raise ValidationError({"go_live": "go_live: it does not wait any more; ask anew, with the evidence of today"})
    return asked


def _expire(kind: str) -> None:
    over = GoLive.objects.filter(action=kind, state=GoLiveState.ASKED, expires_at__lte=timezone.now())
    over.update(state=GoLiveState.EXPIRED, ended_at=timezone.now())


def only_by_two(policy: models.Model, before: models.Model | None) -> None:
    """Refuse every edit that takes an action out of shadow mode without two people's word for it."""
    errors = {}
    for kind in LIVE_KINDS:
        field = f"shadow_{kind}"
        was_shadow = before is None or getattr(before, field) is not False
        if getattr(policy, field) is False and was_shadow and not _is_permitted(kind):
            errors[field] = (
                f"{field}: shadow mode is switched off by two officers together;"
                " ask for it on the shadow report, and another officer confirms it there"
            )
    if errors:
        raise ValidationError(errors)


def _is_permitted(kind: str) -> bool:
    """Whether a confirmed request of this very transaction stands behind the edit; the row is what counts."""
    permit = _permit.get()
    if permit is None:
        return False
    found = GoLive.objects.filter(pk=permit, action=kind, state=GoLiveState.CONFIRMED)
    return bool(found.exclude(confirmed_by=models.F("asked_by")).exclude(confirmed_by=None).exists())


@contextmanager
def _permitted(go_live_id: uuid.UUID) -> Iterator[None]:
    token = _permit.set(go_live_id)
    try:
        yield
    finally:
        _permit.reset(token)


def keep_in_step(edit: change.Edit) -> None:
    """End the live spell of every action that is back in shadow mode, whoever put it there."""
    for kind in LIVE_KINDS:
        if getattr(edit.instance, f"shadow_{kind}") is False and not edit.is_removed:
            continue
        GoLive.objects.filter(action=kind, state=GoLiveState.CONFIRMED).update(
            state=GoLiveState.ENDED, ended_at=timezone.now(), ended_because=edit.reason
        )


def _me() -> uuid.UUID:
    me = tenancy.current().user_id
    if me is None:
        raise Refused("Only a person can ask for going live, or confirm it.")
    return me


def _record(kind: str, row: GoLive) -> None:
    data: dict[str, Any] = {"action": row.action, "reason": row.reason}
    if kind != "go_live.recalled":
        data |= {key: row.evidence.get(key) for key in ("since", "until", "compared", "agreed", "low", "high")}
    trail.record(trail.Event(kind, trail.Subject("go_live", str(row.pk)), data=data))
