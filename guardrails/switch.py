"""The kill switches (T01): asked before every outside call, read anew each time. What cannot be read halts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from guardrails.gates.facts import SwitchFacts
from guardrails.models import KillSwitch, OrganizationSwitch
from portal import compiled, tenancy, trail
from portal.refusal import Refused
from portal.roles import is_platform_staff


class Halted(RuntimeError):
    """All AI work is halted, here or everywhere; the message is the reason a person reads."""


def switch_facts() -> SwitchFacts:
    """Return how the three switches stand; None for what could not be read. One query."""
    return _read()[0]


def is_halted() -> str | None:
    """Return why AI work is halted, None where it is known to run. One query, none where the environment halts."""
    return _why(*_read()[:2])


def _why(facts: SwitchFacts, reasons: dict[str, str]) -> str | None:
    for name, state in (
        ("environment", facts.environment),
        ("platform", facts.platform),
        ("organization", facts.organization),
    ):
        if state is not False:
            return reasons.get(name) or f"the {name}'s kill switch could not be read; AI work halts until it can"
    return None


@dataclass(frozen=True, slots=True)
class Beside:
    """A constant statement of ours for one value, with its parameters, to be read together with the switches."""

    sql: str
    parameters: tuple[Any, ...]


NOTHING = Beside("NULL", ())


def require_running(beside: Beside = NOTHING) -> Any:
    """Raise `Halted` unless every switch is known to be off; return what was read beside them. One query."""
    facts, reasons, value = _read(beside)
    reason = _why(facts, reasons)
    if reason is not None:
        raise Halted(reason)
    return value


def engage(reason: str) -> int:
    """Halt all AI work in every organization at once; platform staff only.

    Writes a row and its event and returns the row's number; raises `Refused`, or `ValueError` without a reason.
    """
    return _turn(reason, is_halted=True)


def release(reason: str) -> int:
    """Let AI work run again where neither environment nor organization halts it; otherwise as `engage`."""
    return _turn(reason, is_halted=False)


def _read(beside: Beside = NOTHING) -> tuple[SwitchFacts, dict[str, str], Any]:
    """Return how the switches stand, for those that are on why, and what was asked for beside them."""
    if settings.AI_HALTED is not False:
        return SwitchFacts(True), {"environment": "AI work is halted by COUNTERSIGN_AI_HALTED in the environment"}, None
    try:
        row = _row(beside)
    except Exception:  # what cannot be read halts, whatever went wrong
        row = None
    if row is None:
        return SwitchFacts(False), {}, None
    platform, platform_reason, own, own_reason, value = row
    reasons = {
        "platform": f"AI work is halted everywhere: {platform_reason}" if platform else "",
        "organization": f"AI work of this organization is halted: {own_reason}" if own else "",
    }
    return SwitchFacts(False, platform, own), reasons, value


_STATE = f"""
    SELECT k.is_halted, k.reason, o.is_halted, o.reason, ({{beside}})
    FROM {KillSwitch._meta.db_table} k LEFT JOIN {OrganizationSwitch._meta.db_table} o ON o.organization_id = %s
    ORDER BY k.id DESC LIMIT 1
"""  # noqa: S608 - names of our own tables
"""Written out, because it is asked before every step and every outside call: the same through the ORM costs more."""


def _row(beside: Beside) -> tuple[Any, ...] | None:
    found = compiled.run(_STATE.format(beside=beside.sql), [*beside.parameters, tenancy.organization_id()])
    return found[0] if found else None


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
