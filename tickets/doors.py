"""The organization's doors as this flow uses them: each behind its breaker, the kill switch asked before it opens."""

from __future__ import annotations

from connectors import breaker
from connectors import open as doors
from connectors.contracts import Helpdesk, RiskFeed, Store
from connectors.models import Connector
from connectors.open import ModelDoor
from guardrails import switch


def connector(role: str) -> Connector | None:
    """Return the organization's only active connector of a role; None where there is none or several. One query."""
    found = list(Connector.objects.active().with_role(role).select_related("organization")[:2])
    return found[0] if len(found) == 1 else None


def store(of: Connector) -> Store:
    """Open the store, unless AI work is halted."""
    switch.require_running()
    return breaker.guard(doors.store(of), of)


def helpdesk() -> Helpdesk:
    """Open the helpdesk, unless AI work is halted."""
    switch.require_running()
    of = connector("helpdesk")
    return breaker.guard(doors.helpdesk(), of) if of is not None else doors.helpdesk()


def risk_feed() -> RiskFeed:
    """Open the risk feed, unless AI work is halted."""
    switch.require_running()
    of = connector("risk_feed")
    return breaker.guard(doors.risk_feed(), of) if of is not None else doors.risk_feed()


def model() -> ModelDoor:
    """Open the model provider, unless AI work is halted. Raises a `ProviderError` an admin can fix."""
    switch.require_running()
    return doors.model()
