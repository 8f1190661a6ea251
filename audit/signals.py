"""What becomes of a risk signal: raised once for each cause, then acknowledged, snoozed, resolved by people.

Every change of state is one act with one event. Nothing else writes a signal.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit import alerts, tune
from audit.detect.contracts import GAP
from audit.models import Feedback, RiskSignal, SignalComment, SignalState
from portal import tenancy, trail
from portal.models import Membership
from portal.refusal import Conflict
from portal.roles import Capability, Role, may, require

LONGEST_SNOOZE = timedelta(days=90)
MOST_COMMENT = 4_000
_FROM = {
    SignalState.ACKNOWLEDGED: (SignalState.OPEN, SignalState.SNOOZED),
    SignalState.SNOOZED: (SignalState.OPEN, SignalState.ACKNOWLEDGED),
    SignalState.RESOLVED: (SignalState.OPEN, SignalState.ACKNOWLEDGED, SignalState.SNOOZED),
}
"""From which states a signal may go into each; nothing leads out of resolved."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a signal is raised. `cause` names the occasion; `key` what it is about, where a detector found it."""

    detector: str
    cause: str
    severity: str
    title: str
    explanation: str
    began_at: datetime
    ended_at: datetime
    key: str = ""
    value: int = 0
    score: float | None = None
    threshold: float | None = None
    evidence: Sequence[uuid.UUID] = ()
    evidence_count: int = 0


def raise_signal(cause: Cause) -> RiskSignal | None:
    """Raise a signal, or let the one that stands for this cause grow; return it where it is new.

    The same occasion again, under the same name or overlapping in time for the same key, raises nothing.
    """
    with transaction.atomic():
        standing = _standing(cause)
        if standing is not None:
            _grow(standing, cause)
            return None
        signal = RiskSignal(
            detector=cause.detector, cause=cause.cause, key=cause.key, severity=cause.severity, title=cause.title,
            began_at=cause.began_at, **_measured(cause),
        )  # fmt: skip
        signal.alert_at = alerts.due_at(signal.severity, timezone.now())
        made = RiskSignal.objects.bulk_create([signal], ignore_conflicts=True)
        signal = made[0]
        if not RiskSignal.objects.filter(pk=signal.pk).exists():  # somebody else raised it meanwhile
            return None
        with tenancy.acting_as(tenancy.SYSTEM):
            _record("risk_signal.raised", signal, severity=signal.severity, cause=cause.cause, value=cause.value)
        return signal


def _standing(cause: Cause) -> RiskSignal | None:
    rows = RiskSignal.objects.select_for_update(of=("self",))
    found: RiskSignal | None = rows.filter(cause=cause.cause).first()
    if found is None and cause.score is not None:
        found = rows.filter(
            detector=cause.detector, key=cause.key,
            ended_at__gt=cause.began_at - GAP, began_at__lt=cause.ended_at + GAP,
        ).order_by("-ended_at").first()  # fmt: skip
    return found


def _grow(signal: RiskSignal, cause: Cause) -> None:
    """Let a signal that nobody has resolved hold what was found since."""
    if signal.state == SignalState.RESOLVED or cause.evidence_count <= signal.evidence_count:
        return
    for name, value in _measured(cause).items():
        setattr(signal, name, value)
    signal.save()
    with tenancy.acting_as(tenancy.SYSTEM):
        _record("risk_signal.extended", signal, value=cause.value)


def _measured(cause: Cause) -> dict[str, object]:
    return {
        "explanation": cause.explanation,
        "ended_at": cause.ended_at,
        "value": min(cause.value, 2**62),
        "score": None if cause.score is None else round(Decimal(min(cause.score, 1e9)), 2),
        "threshold": None if cause.threshold is None else round(Decimal(cause.threshold), 2),
        "evidence": [str(each) for each in cause.evidence],
        "evidence_count": cause.evidence_count,
    }


# --- what people do ---


def acknowledge(pk: uuid.UUID) -> RiskSignal:
    """Say that somebody looks into it; who says so becomes its owner where it has none."""
    with transaction.atomic():
        signal = _take(pk, SignalState.ACKNOWLEDGED)
        if signal.owner_id is None:
            signal.owner_id = tenancy.current().user_id
        return _save(signal, "risk_signal.acknowledged")


def resolve(pk: uuid.UUID, *, comment: str) -> RiskSignal:
    """End it, with what came of it; nothing raises it again for the same cause."""
    with transaction.atomic():
        signal = _take(pk, SignalState.RESOLVED)
        _say(signal, comment)
        signal.resolved_at = timezone.now()
        return _save(signal, "risk_signal.resolved", text={"comment": comment.strip()})


def snooze(pk: uuid.UUID, *, hours: int) -> RiskSignal:
    """Put it aside for some hours; it opens again by itself."""
    if not 1 <= hours <= LONGEST_SNOOZE // timedelta(hours=1):
        raise ValidationError({"hours": f"hours: `{hours}` is not between 1 and 2160; give how long it may wait"})
    with transaction.atomic():
        signal = _take(pk, SignalState.SNOOZED)
        signal.snoozed_until = timezone.now() + timedelta(hours=hours)
        return _save(signal, "risk_signal.snoozed", until=signal.snoozed_until.isoformat())


def wake() -> int:
    """Open again what was put aside until now; return how many."""
    woken = 0
    with transaction.atomic(), tenancy.acting_as(tenancy.SYSTEM):
        rows = RiskSignal.objects.select_for_update(of=("self",), skip_locked=True)
        for signal in rows.filter(state=SignalState.SNOOZED, snoozed_until__lte=timezone.now()):
            signal.state, signal.snoozed_until = SignalState.OPEN, None
            signal.alert_at, signal.alerted_at = alerts.due_at(signal.severity, timezone.now()), None
            _save(signal, "risk_signal.reopened")
            woken += 1
    return woken


def assign(pk: uuid.UUID, *, to: uuid.UUID) -> RiskSignal:
    """Give it to an officer of the organization."""
    with transaction.atomic():
        signal = _held(pk)
        membership = Membership.objects.filter(user_id=to, is_active=True, user__is_active=True).first()
        if membership is None or not may(Capability.VIEW_GOVERNANCE, Role(membership.role)):
            raise ValidationError({"to": f"to: `{to}` is nobody who may see risk signals; choose an admin"})
        signal.owner_id = to
        return _save(signal, "risk_signal.assigned", to=str(to))


def comment(pk: uuid.UUID, *, text: str) -> RiskSignal:
    """Write something beside it."""
    with transaction.atomic():
        signal = _held(pk)
        _say(signal, text)
        return _save(signal, "risk_signal.commented", text={"comment": text.strip()})


def judge(pk: uuid.UUID, *, feedback: str) -> RiskSignal:
    """Say whether it was useful or noise; that moves its detector's threshold, within bounds."""
    if feedback not in Feedback.values:
        raise ValidationError({"feedback": f"feedback: `{feedback[:20]}` is none; say `useful` or `noise`"})
    with transaction.atomic():
        signal = _held(pk)
        if signal.feedback == feedback:
            return signal
        signal.feedback = feedback
        saved = _save(signal, "risk_signal.judged", feedback=feedback)
        tune.learn(saved)
        return saved


def _held(pk: uuid.UUID) -> RiskSignal:
    require(Capability.SET_POLICY)
    found: RiskSignal = RiskSignal.objects.select_for_update(of=("self",)).get(pk=pk)
    return found


def _take(pk: uuid.UUID, state: SignalState) -> RiskSignal:
    signal = _held(pk)
    if signal.state not in _FROM[state]:
        raise Conflict({"state": f"state: the signal is {signal.state}; it cannot become {state.value} from there"})
    signal.state, signal.snoozed_until = state, None
    return signal


def _say(signal: RiskSignal, text: str) -> None:
    said = text.strip()
    if not said or len(said) > MOST_COMMENT or "\x00" in said:
        raise ValidationError(
            {"comment": f"comment: write between 1 and {MOST_COMMENT} characters; this has {len(said)}"}
        )
    SignalComment.objects.create(signal=signal, author_id=tenancy.current().user_id, text=said)


def _save(signal: RiskSignal, event_type: str, *, text: dict[str, str] | None = None, **data: object) -> RiskSignal:
    signal.save()
    _record(event_type, signal, text=text, **data)
    return signal


def _record(event_type: str, signal: RiskSignal, *, text: dict[str, str] | None = None, **data: object) -> None:
    trail.record(
        trail.Event(
            event_type,
            trail.Subject("risk_signal", str(signal.pk)),
            data={"detector": signal.detector, **data},
            text=text or {},
        )
    )
