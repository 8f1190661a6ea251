"""The access that this flow gives: keys by which tickets come in, and what the AI does by itself."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.models import TicketPolicy
from portal import change
from portal.reviewable import AI, SERVICE, Reviewable, Source, Trace, add
from tickets.models import LIVE_KINDS, Intake


def register() -> None:
    """Register them; called when the app is ready."""
    add(Source("intake", "Keys by which tickets come in", _intakes, _switch_intake_off))
    add(Source("ai_action", "What the AI does by itself", _live, _back_to_shadow))


def _intakes() -> Iterator[Reviewable]:
    for each in Intake.objects.filter(is_active=True).order_by("name"):
        yield Reviewable(
            "intake",
            str(each.pk),
            SERVICE,
            each.name,
            "sends tickets in by signed webhook",
            given=Trace(("intake.created",), subject=str(each.pk)),
            used=Trace(("ticket.received",), data=(("source", "webhook"),)),  # of all of them together
        )


def _switch_intake_off(key: str, reason: str) -> None:
    row = Intake.objects.get(pk=key, is_active=True)
    row.is_active = False
    change.apply(row, reason=reason, source="access review")


def _live() -> Iterator[Reviewable]:
    policy = TicketPolicy.objects.first()
    for kind in LIVE_KINDS:
        if policy is not None and not policy.is_shadow(kind):
            yield Reviewable(
                "ai_action",
                kind,
                AI,
                "The AI",
                f"executes {kind} by itself within the gates",
                given=Trace(("go_live.confirmed",), data=(("action", kind),)),
                used=Trace(("action.succeeded",), data=(("kind", kind),)),
                is_privileged=True,
            )


def _back_to_shadow(key: str, reason: str) -> None:
    policy = TicketPolicy.objects.get()
    if key not in LIVE_KINDS or policy.is_shadow(key):
        raise TicketPolicy.DoesNotExist
    setattr(policy, f"shadow_{key}", True)
    change.apply(policy, reason=reason, source="access review")
