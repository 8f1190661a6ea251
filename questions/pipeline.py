"""The questions flow, top to bottom: from what a person asked to an answer they can rely on, or a reason why not.

Each step commits what it found before the next begins. A worker killed between any two lines loses nothing:
the next one goes on at the guard where there is SQL, else at the beginning, and settles the money that was held.
Model calls and customers' statements happen outside of transactions; the kill switch is asked before every
step and every outside call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.adapters.providers.contracts import ProviderError, Refused
from connectors.contracts import SourceError
from guardrails import spend, switch
from guardrails.policy import PolicyMissing
from portal import compiled, tenancy
from questions import access, journey, money
from questions.budget import BudgetReached
from questions.journey import END, Cancelled, Journey, NoLongerAllowed
from questions.models import Question, QuestionState
from questions.rows import CacheUnavailable
from questions.steps.answer import answer
from questions.steps.choose import choose
from questions.steps.context import context
from questions.steps.guard import guard
from questions.steps.judge import judge
from questions.steps.match import match
from questions.steps.reserve import pause, reserve
from questions.steps.run import run
from questions.steps.weigh import weigh
from questions.steps.write import write


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in `question.step`, the state it stands for, what it says to people, what does it.

    `is_thought`: it works out something from what is known; the kill switch is asked by the step after it, or by itself
    where it does turn to something outside.
    """

    name: str
    state: QuestionState
    says: str
    run: Callable[[Journey], str | None]
    is_thought: bool = False


STEPS = (
    Step("choose", QuestionState.MATCHING, "The connector, and the right to use it", choose, is_thought=True),
    Step("match", QuestionState.MATCHING, "A verified query that fits, free and on this machine", match),
    Step("reserve", QuestionState.GENERATING, "Spend is reserved for the model", reserve),
    Step("context", QuestionState.GENERATING, "Names of the relevant tables, no values", context),
    Step("write", QuestionState.GENERATING, "The model writes SQL", write),
    Step(
        "guard", QuestionState.GUARDING, "The guard decides on the statement and writes it anew", guard, is_thought=True
    ),
    Step("weigh", QuestionState.GUARDING, "The database says what it would read and what that would cost", weigh),
    Step("run", QuestionState.RUNNING, "The statement runs read-only in the database", run),
    Step("judge", QuestionState.RUNNING, "The signals of confidence are gathered", judge),
    Step("answer", QuestionState.RUNNING, "The answer is put into words from its rows", answer),
)
NAMES = tuple(step.name for step in STEPS)

EXPECTED = (
    switch.Halted, Cancelled, NoLongerAllowed, spend.CapReached, BudgetReached, ProviderError, SourceError,
    PolicyMissing, CacheUnavailable,
)  # fmt: skip
"""What may stop a question on its way, each a state a person can read."""


def handle(question: Question) -> None:
    """Take a leased question as far as it goes, as the person who asked it, with the rights they have now."""
    with compiled.reading_ahead():
        compiled.read_ahead(*access.reads(question), *money.reads(question))
        with access.as_asker(question) as is_member:
            if not is_member:
                _stop(question, NoLongerAllowed("The person who asked no longer belongs to the organization."))
                return
            trip = Journey(question)
            try:
                travel(trip)
            except EXPECTED as why:
                _stop(question, why)
            finally:
                trip.give_back()


def travel(trip: Journey) -> None:
    """Walk the steps from where the question stands to its end."""
    question = trip.question
    money.clear_up(question)
    if question.connector_id is not None:
        access.require_connector(question)
        trip.read_ahead()
    place = NAMES.index("guard") if question.generated_sql else 0
    while place < len(STEPS):
        step = STEPS[place]
        journey.enter(question, name=step.name, state=step.state, is_thought=step.is_thought)
        going = step.run(trip)
        if going == END:
            return
        place = NAMES.index(going) if going else place + 1


def _stop(question: Question, why: Exception) -> None:
    """End or pause a question for a reason that is expected; what was held for it is settled first."""
    money.let_go(question)
    if isinstance(why, spend.CapReached):
        pause(question, why)
    elif isinstance(why, Cancelled):
        journey.end(question, QuestionState.CANCELLED, "question.cancelled", {"step": question.step})
    elif isinstance(why, NoLongerAllowed | BudgetReached):
        code = "budget.reached" if isinstance(why, BudgetReached) else "grant.missing"
        journey.refuse(question, [{"code": code, "message": str(why), "fragment": ""}])
    elif isinstance(why, ProviderError):
        may_retry = why.retryable or isinstance(why, Refused)  # another wording, or another day, may be answered
        journey.fail(question, f"model.{why.state}", _sentence(why), is_retryable=may_retry)
    elif isinstance(why, SourceError):
        journey.fail(question, f"source.{why.code}", _sentence(why.message), is_retryable=why.is_retryable)
    else:
        code = "halted" if isinstance(why, switch.Halted) else "no_policy"
        code = "cache" if isinstance(why, CacheUnavailable) else code
        journey.fail(question, code, _sentence(why), is_retryable=code != "no_policy")


def give_up(question: Question, error: str) -> None:
    """End a question whose worker failed again and again; it can be asked again."""
    with tenancy.acting_as(tenancy.SYSTEM):
        money.clear_up(question)
        sentence = f"This question could not be worked on ({error}). Nothing of it was lost; ask it again."
        journey.fail(question, "gave_up", sentence, is_retryable=True)


def _sentence(why: object) -> str:
    text = str(why)
    return text[:1].upper() + text[1:]
