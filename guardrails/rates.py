"""How often something may be done by one person and one organization (S06): what an officer set, asked at each door."""

from __future__ import annotations

from enum import StrEnum

from guardrails.models import RatePolicy
from portal import compiled, rate, tenancy


class Kind(StrEnum):
    """What is counted together, and what people read of it."""

    ASK = "questions"
    CHECK = "statements to check"
    CALL = "calls of tools"
    TICKET = "tickets"
    RISK = "risk events"


_FIELDS = {
    Kind.ASK: ("asks_of_person", "asks_of_organization"),
    Kind.CHECK: ("checks_of_person", "checks_of_organization"),
    Kind.CALL: ("calls_of_person", "calls_of_organization"),
    Kind.TICKET: ("", "tickets_of_organization"),
    Kind.RISK: ("", "risk_events_of_organization"),
}


_POLICY = compiled.Compiled(lambda: RatePolicy.objects.order_by("id")[:1])


def reads() -> tuple[compiled.Read, ...]:
    """Return what `take` reads, to be read ahead."""
    return (compiled.Read(_POLICY),)


def take(kind: Kind) -> None:
    """Take one place for the current person and organization, or raise `rate.Limited`, having written nothing.

    One query. An organization without a rate policy is held to its defaults. Call it outside a transaction.
    """
    policy = _POLICY.first() or RatePolicy()
    context = tenancy.current()
    of_person, of_organization = _FIELDS[kind]
    windows = [rate.Window("organization", str(context.organization_id), getattr(policy, of_organization))]
    if of_person and context.user_id is not None:
        windows.append(rate.Window("person", str(context.user_id), getattr(policy, of_person)))
    rate.take(kind.name.lower(), kind.value, windows, policy.window_s)
