"""What a question's model calls may cost: held before a call, settled after it, never left behind (Q16)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connectors.adapters.providers.contracts import ProviderError, SqlDraft, Summary, cost_microusd
from connectors.open import ModelDoor
from guardrails import spend, switch
from guardrails.models import SpendReservation, SpendState
from portal import compiled
from portal.trail import Subject
from questions import journey, ledger
from questions.models import Question

Draft = TypeVar("Draft", SqlDraft, Summary)


def subject(question: Question) -> Subject:
    return Subject("question", str(question.pk))


def hold(question: Question, estimate: int) -> None:
    """Hold the most one call can cost, unless at least that much is held. Raises `spend.CapReached`."""
    if question.spend_hold is not None and question.spend_hold_microusd >= estimate:
        return
    let_go(question)
    held = spend.reserve(subject(question), question.asked_by_id, estimate)
    journey.keep(question, spend_hold=held.id, spend_hold_microusd=estimate, is_calling=False)


def call(question: Question, door: ModelDoor, ask: Callable[[], Draft], told: Mapping[str, Any]) -> Draft:
    """Make one model call under the hold, write it into the ledger, settle what it cost.

    Raises `ProviderError` with the spend settled. `told` is the ledger's entry of what the call carries.
    """
    switch.require_running()
    if door.provider.name == "local":
        return ask()
    journey.keep(question, is_calling=True, ledger=ledger.opened(question.ledger, told))
    compiled.forget_ahead()  # a model takes its time
    try:
        draft = ask()
    except ProviderError as error:
        _settle_failed(question, door, error)
        raise
    cost = cost_microusd(draft.call.usage, door.prices) if draft.call else 0
    _settle(question, cost, ledger.closed(question.ledger, "answered", draft.call, cost))
    return draft


def _settle_failed(question: Question, door: ModelDoor, error: ProviderError) -> None:
    """Settle what was billed, in full where nobody can say; release what was not."""
    cost = 0
    if error.cost_unknown:
        cost = question.spend_hold_microusd
    elif error.call is not None:
        cost = cost_microusd(error.call.usage, door.prices)
    noted = ledger.closed(question.ledger, f"model.{error.state}", error.call, cost)
    if error.cost_unknown or error.call is not None:
        _settle(question, cost, noted)
    else:
        journey.keep(question, is_calling=False, ledger=noted)
        let_go(question)


def let_go(question: Question) -> None:
    """Give back what is held for a call that was not made; settle in full one that may have been made.

    INVARIANT: unknown is never free. A worker that died with a call on its way leaves `is_calling` behind.
    """
    if question.spend_hold is None:
        return
    if question.is_calling:
        _settle(question, question.spend_hold_microusd)
        return
    spend.release(question.spend_hold)
    journey.keep(question, spend_hold=None, spend_hold_microusd=0)


def _settle(question: Question, cost: int, noted: dict[str, Any] | None = None) -> None:
    """Settle what is held, once, and add what it came to to the question's cost; commit the ledger `noted` with it."""
    counted = 0
    if question.spend_hold is not None:
        is_first = spend.settle(question.spend_hold, cost)
        counted = cost if is_first else _settled_at(question.spend_hold)
    journey.keep(
        question,
        spend_hold=None,
        spend_hold_microusd=0,
        is_calling=False,
        cost_microusd=question.cost_microusd + counted,
        ledger=question.ledger if noted is None else noted,
    )


def _settled_at(reservation_id: uuid.UUID) -> int:
    """Return what a reservation was settled at by a worker that died before it could say so."""
    found = SpendReservation.objects.filter(pk=reservation_id).values_list("actual_microusd", flat=True).first()
    return found or 0


_OPEN = compiled.Compiled(
    lambda question_id: SpendReservation.objects.filter(
        subject_kind="question", subject_id=question_id, state__in=(SpendState.HELD, SpendState.EXPIRED)
    ).values_list("pk")
)


def reads(question: Question) -> tuple[compiled.Read, ...]:
    """Return what `clear_up` reads, to be read ahead."""
    return (compiled.Read(_OPEN, (str(question.pk),)),)


def clear_up(question: Question) -> None:
    """Settle what an earlier worker left behind: a hold it could not note down was never called upon."""
    let_go(question)
    for (reservation_id,) in _OPEN.rows(str(question.pk)):
        spend.settle(reservation_id, 0)
