"""Asking the model for this flow: spend is reserved before the call and settled after it (Q16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.adapters.providers.contracts import (
    ClassifyRequest,
    ModelCall,
    ProposeRequest,
    ProviderError,
    cost_microusd,
    estimate_max,
)
from connectors.open import ModelDoor
from guardrails import spend
from portal.trail import Subject
from tickets.models import Ticket

T = TypeVar("T")


def ask(
    ticket: Ticket, door: ModelDoor, request: ClassifyRequest | ProposeRequest, call: Callable[[], T]
) -> tuple[T, int]:
    """Return (answer, what it cost in millionths of a dollar).

    Raises `CapReached` before anything is called, `ProviderError` after the spend was settled or released.
    """
    estimate = estimate_max(door.provider.bound(request), door.prices)
    if estimate == 0:
        return call(), 0
    held = spend.reserve(Subject("ticket", str(ticket.pk)), None, estimate)
    try:
        answer = call()
    except ProviderError as error:
        if error.cost_unknown:
            spend.settle(held.id, held.estimate_microusd)
        elif error.call is not None:
            spend.settle(held.id, cost_microusd(error.call.usage, door.prices))
        else:
            spend.release(held.id)
        raise
    made: ModelCall | None = getattr(answer, "call", None)
    cost = cost_microusd(made.usage, door.prices) if made is not None else 0
    spend.settle(held.id, cost)
    return answer, cost
