"""What the trail is told about an action: always who, what, where, with which tool, for how much, how sure (A03)."""

from __future__ import annotations

from portal import trail
from tickets.models import Action


def record(action: Action, event_type: str, *, verdict: str = "", **data: object) -> None:
    """Record an event about an action with its money, store, tool, actor and the classifier's confidence."""
    confidence = action.ticket.confidence
    trail.record(
        trail.Event(
            event_type,
            trail.Subject("action", str(action.pk)),
            verdict=verdict,
            amount=action.money,
            connector_id=action.store_id,
            confidence="" if confidence is None else f"{confidence:.4f}",
            data={
                "kind": action.kind,
                "order": action.order_number,
                "tool": action.tool,
                "actor": action.actor,
                **data,
            },
        )
    )
