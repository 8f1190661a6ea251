"""Step: the connector. Named by the person, or found among those they may use, with the reason said."""

from __future__ import annotations

from dataclasses import dataclass

from connectors import data_policy, set_up
from connectors.adapters.providers import matching
from connectors.models import Connector
from guardrails import switch
from questions import access, journey, memory, retrieval
from questions.journey import Journey
from questions.models import QuestionState
from questions.retrieval import words

CLOSE = 0.08
"""Two connectors nearer to each other than this are not told apart: the person chooses."""
FITS = 0.30
"""Below it no table of a connector is what the question is about."""
MOST_ASKED = 6
"""Sources that were never described and are asked now, all at once; the others were described before."""
ASKED_FOR_S = 4.0
"""How long the choice waits for them; a source that hangs is left out."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A connector that may be meant, how well it fits, and why in words."""

    connector: Connector
    score: float
    reason: str


def choose(trip: Journey) -> str | None:
    """Find the fitting connector where none is named; the grant on a named one was proved as the journey began."""
    question = trip.question
    if question.connector_id is not None:
        return None
    sources = access.usable_sources()
    if not sources:
        sentence = "There is no data source that you may ask. An admin can set one up or grant it to you."
        return journey.unanswered(question, QuestionState.UNANSWERABLE, sentence, [])
    if len(sources) == 1:
        _take(trip, Candidate(sources[0], 1.0, "it is the only data source you may ask"))
        return None
    if named := _by_name(trip, sources):
        _take(trip, named)
        return None
    found = _by_verified_query(trip, sources) or _by_schema(trip, sources)
    if not found or found[0].score < FITS:
        sentence = "None of your data sources seems to hold this. Name the one you mean, or say it differently."
        return journey.unanswered(question, QuestionState.UNANSWERABLE, sentence, _choices(sources))
    if len(found) > 1 and found[0].score - found[1].score < CLOSE:
        near = [each.connector for each in found if found[0].score - each.score < CLOSE]
        sentence = "More than one of your data sources fits. Which one do you mean?"
        return journey.unanswered(question, QuestionState.CLARIFYING, sentence, _choices(near))
    _take(trip, found[0])
    return None


def _take(trip: Journey, found: Candidate) -> None:
    journey.keep(trip.question, connector=found.connector, connector_reason=found.reason[:400])


def _choices(sources: list[Connector]) -> list[dict[str, str]]:
    return [{"label": _label(each), "connector": str(each.pk), "text": ""} for each in sources[:6]]


def _label(source: Connector) -> str:
    """Return what stands on the button that asks a source: production is said before anything meets it."""
    return f"PRODUCTION · {source.name}" if source.is_production else source.name


def _by_name(trip: Journey, sources: list[Connector]) -> Candidate | None:
    """Return the one source whose whole name stands in the question."""
    asked = f" {' '.join(words.split(trip.question.text))} "
    named = [each for each in sources if f" {' '.join(words.split(each.name))} " in asked]
    return Candidate(named[0], 1.0, f"the question names `{named[0].name}`") if len(named) == 1 else None


def _by_verified_query(trip: Journey, sources: list[Connector]) -> list[Candidate]:
    """Connectors with a verified query that fits the question, best first. One query for each connector."""
    today, found = journey.today(), []
    for connector in sources:
        match = matching.match(trip.question.text, memory.verified_of(connector), today)
        if match is not None:
            reason = f"its verified query “{match.query.question}” fits"
            found.append(Candidate(connector, match.score, reason))
    return sorted(found, key=lambda each: -each.score)


def _by_schema(trip: Journey, sources: list[Connector]) -> list[Candidate]:
    """Connectors by how much of the question their tables hold, best first; what cannot be described is left out.

    The schemas are those that were described before, however long ago: the choice needs names, not their last state.
    """
    switch.require_running()
    schemas = {each.pk: set_up.kept_schema(each) for each in sources}
    unknown = [each for each in sources if schemas[each.pk] is None]
    if unknown:  # that takes a while: show where the question stands
        journey.commit(trip.question)
    schemas |= set_up.describe_some(unknown[:MOST_ASKED], within_s=ASKED_FOR_S)
    found = []
    for connector in sources:
        schema = schemas[connector.pk]
        if schema is None:
            continue
        seen = data_policy.visible_schema(schema, data_policy.guard_policy_for(connector))
        fit = retrieval.fit(trip.question.text, seen)
        if fit.tables:
            names = " and ".join(f"`{table.name}`" for table in fit.tables[:2])
            found.append(Candidate(connector, fit.score, f"its tables {names} fit the question best"))
    return sorted(found, key=lambda each: -each.score)
