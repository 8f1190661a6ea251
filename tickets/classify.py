"""Step 1: what does the customer want? The model reads the text as data; nothing it says is an instruction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.adapters.providers.contracts import Classification, ClassifyRequest, ProviderError
from connectors.adapters.providers.orders import find_order_numbers
from guardrails.contracts import Disposition
from guardrails.spend import CapReached
from portal import trail
from tickets import correct, doors, journey, model_calls
from tickets.correct import GATE_WORDS
from tickets.models import Ticket, TicketState

MODEL_CHARACTERS = 20_000
"""How much of a text the model reads; what a customer means stands before that."""
OTHER_INTENT = 0.5
"""From this probability on, another intent counts as present in the ticket."""
UNREAD = 0.49
"""A text that was not read whole is not trusted: no organization's threshold is below 0.5."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the gates are told of a model's answer, in their words."""

    intent: str
    confidence: float
    others: tuple[str, ...]


def understood(answer: Classification, ticket: Ticket) -> Understood:
    """Return the answer in the gates' words; a ticket longer than what the model read is not trusted."""
    confidence = min(answer.confidence, UNREAD) if len(ticket.body) > MODEL_CHARACTERS else answer.confidence
    others = tuple(GATE_WORDS.get(name, name) for name, weight in answer.others if weight >= OTHER_INTENT)
    return Understood(GATE_WORDS.get(answer.intent, answer.intent), confidence, others)


def classify(ticket: Ticket) -> bool:
    """Classify and commit; without a model or a budget the ticket goes to a person, never lost."""
    request = ClassifyRequest(ticket.subject, ticket.body[:MODEL_CHARACTERS], correct.examples(besides=ticket.pk))
    try:
        door = doors.model()
        answer, cost = model_calls.ask(ticket, door, request, lambda: door.provider.classify(request))
    except (ProviderError, CapReached) as error:
        return unanswered(ticket, error)
    told = understood(answer, ticket)
    with journey.committing(ticket):
        journey.move(
            ticket,
            step="early_gates",
            state=TicketState.CLASSIFIED,
            intent=told.intent,
            confidence=told.confidence,
            other_intents=list(told.others),
            language=answer.language[:8],
            order_numbers=list(find_order_numbers(f"{ticket.subject}\n{ticket.body}")),
            cost_microusd=ticket.cost_microusd + cost,
        )
        trail.record(
            trail.Event(
                "ticket.classified",
                trail.Subject("ticket", str(ticket.pk)),
                confidence=f"{told.confidence:.4f}",
                cost_microusd=cost,
                data={
                    "intent": told.intent,
                    "confidence": round(told.confidence, 4),
                    "others": list(told.others),
                    "language": answer.language,
                    "model": answer.call.model if answer.call else door.model,
                },
            )
        )
    return True


def unanswered(ticket: Ticket, error: ProviderError | CapReached) -> bool:
    """Hand the ticket to a person because the model gave no answer: an ordinary state, with its reason."""
    if isinstance(error, ProviderError) and error.retryable and ticket.attempts < 3:
        with journey.committing(ticket):
            journey.rest(ticket, again_after=timedelta(seconds=error.retry_after_s or 2**ticket.attempts))
        return False
    reason = f"No answer from the model: {error}."
    with journey.committing(ticket):
        if (chosen := journey.live_action(ticket)) is not None:
            journey.block(chosen, gate="", reason=reason, actor="Model")
        journey.end(
            ticket,
            TicketState.HANDED_OVER,
            reason=reason,
            disposition=Disposition.HAND_OVER,
        )
    return False
