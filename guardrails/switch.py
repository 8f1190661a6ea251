"""The kill switches (T01): asked before every outside call, read anew each time. What cannot be read halts."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Subquery

from guardrails.gates.facts import SwitchFacts
from guardrails.models import KillSwitch, OrganizationSwitch
from portal import tenancy, trail
from portal.refusal import Refused
from portal.roles import is_platform_staff


class Halted(RuntimeError):
    """All AI work is halted, here or everywhere; the message is the reason a person reads."""


def switch_facts() -> SwitchFacts:
    """Return how the three switches stand; None for what could not be read. One query."""
    facts, _ = _read()
    return facts


def is_halted() -> str | None:
    """Return why AI work is halted, None where it is known to run. One query, none where the environment halts."""
    facts, reasons = _read()
    for name, state in (
        ("environment", facts.environment),
        ("platform", facts.platform),
        ("organization", facts.organization),
    ):
        if state is not False:
            return reasons.get(name) or f"the {name}'s kill switch could not be read; AI work halts until it can"
    return None


def require_running() -> None:
    """Raise `Halted` unless every switch is known to be off."""
    reason = is_halted()
    if reason is not None:
        raise Halted(reason)


def engage(reason: str) -> int:
    """Halt all AI work in every organization at once; platform staff only.

    Writes a row and its event and returns the row's number; raises `Refused`, or `ValueError` without a reason.
    """
    return _turn(reason, is_halted=True)


def release(reason: str) -> int:
    """Let AI work run again where neither environment nor organization halts it; otherwise as `engage`."""
    return _turn(reason, is_halted=False)


def _read() -> tuple[SwitchFacts, dict[str, str]]:
    """Return how the switches stand and, for those that are on, why."""
    if settings.AI_HALTED is not False:
        return SwitchFacts(True), {"environment": "AI work is halted by COUNTERSIGN_AI_HALTED in the environment"}
    try:
        row = _row()
    except Exception:  # what cannot be read halts, whatever went wrong
        row = None
    if row is None:
        return SwitchFacts(False), {}
    platform, platform_reason, own, own_reason = row
    reasons = {
        "platform": f"AI work is halted everywhere: {platform_reason}" if platform else "",
        "organization": f"AI work of this organization is halted: {own_reason}" if own else "",
    }
    return SwitchFacts(False, platform, own), reasons


def _row() -> tuple[bool, str, bool | None, str | None] | None:
    own = OrganizationSwitch._base_manager.filter(organization_id=tenancy.organization_id())
    return (
        KillSwitch.objects.order_by("-id")
        .annotate(own=Subquery(own.values("is_halted")[:1]), own_reason=Subquery(own.values("reason")[:1]))
        .values_list("is_halted", "reason", "own", "own_reason")
        .first()
    )


def _turn(reason: str, *, is_halted: bool) -> int:
    if not is_platform_staff():
        raise Refused(
            "Only platform staff may turn the kill switch of every organization."
            " An admin can halt their own organization under Policies.",
            subject=("kill_switch", "platform"),
        )
    said = reason.strip()
    if not said or len(said) > 300:
        raise ValueError("reason: say in 1 to 300 characters why the kill switch is turned")
    actor = tenancy.current().actor
    with transaction.atomic():
        row = KillSwitch.objects.create(
            is_halted=is_halted, reason=said, actor_id=actor.id, actor_name=actor.name[:160]
        )
        trail.record(
            trail.Event(
                "killswitch.engaged" if is_halted else "killswitch.released",
                trail.Subject("kill_switch", str(row.pk)),
                verdict="stop" if is_halted else "",
                data={"reason": said},
            )
        )
    return int(row.pk)
