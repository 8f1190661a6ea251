"""Gate 4 (T04): tickets that end right after classification, without a generated reply."""

from __future__ import annotations

from guardrails.contracts import Disposition, Verdict
from guardrails.gates.facts import INTENTS, Facts
from guardrails.gates.gate import EARLY, Gate, passed, stopped, unknown


def decide(facts: Facts) -> Verdict:
    """Close spam, hand over to a person on request, end general enquiries as the policy says.

    A request for a person counts wherever it appears. Spam or a general enquiry that also asks for something
    else is handed over rather than closed: nobody's request is dropped unread.
    """
    answer = facts.classification
    if answer is None:
        return unknown("the ticket has not been classified; a person reads it")
    others = tuple(intent for intent in answer.others if intent != answer.intent)
    inputs = {"intent": answer.intent, "others": ", ".join(others)}
    strange = [intent for intent in (answer.intent, *others) if intent not in INTENTS]
    if strange:
        return unknown(f"the intent `{strange[0]}` is not one the gates know; a person reads it", inputs)
    if "request_for_person" in (answer.intent, *others):
        return stopped("the customer asks for a person", inputs, disposition=Disposition.HAND_OVER)
    if answer.intent == "spam":
        return _end("spam", others, Disposition.CLOSE, inputs)
    if answer.intent == "general":
        closes = facts.policy.general_disposition == "close"
        return _end("a general enquiry", others, Disposition.CLOSE if closes else Disposition.HAND_OVER, inputs)
    return passed(f"`{answer.intent}` goes on to a proposal", inputs)


def _end(what: str, others: tuple[str, ...], disposition: Disposition, inputs: dict[str, str]) -> Verdict:
    """End the run, handing over instead where the ticket asks for something else too."""
    if others:
        reason = f"{what} that also asks for `{others[0]}`; a person reads it"
        return stopped(reason, inputs, disposition=Disposition.HAND_OVER)
    word = "closed" if disposition is Disposition.CLOSE else "handed over"
    return stopped(f"{what} is {word} without a generated reply", inputs, disposition=disposition)


GATE = Gate("short_circuit", "T04", "Short-circuit", EARLY, decide)
