"""Step: the connector. Named by the person, or found among those they may use, with the reason said."""

from __future__ import annotations

from dataclasses import dataclass

from connectors import data_policy
from connectors.adapters.providers import matching
from connectors.contracts import SourceError
from connectors.models import Connector
from guardrails import switch
from questions import access, journey, memory, schema_context
from questions.journey import Journey
from questions.models import QuestionState

CLOSE = 0.05
"""Two connectors nearer to each other than this are not told apart: the person chooses."""
FITS = 0.30
"""Below it no table of a connector is what the question is about."""
MOST_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A connector that may be meant, how well it fits, and why in words."""

    connector: Connector
    score: float
    reason: str


def choose(trip: Journey) -> str | None:
    """Prove the grant on the named connector, or find the fitting one. Queries: one; more where none is named."""
    question = trip.question
    if question.connector_id is not None:
        access.require_connector(question)
        return None
    sources = access.usable_sources()
    if not sources:
        sentence = "There is no data source that you may ask. An admin can set one up or grant it to you."
        return journey.unanswered(question, QuestionState.UNANSWERABLE, sentence, [])
    if len(sources) == 1:
        _take(trip, Candidate(sources[0], 1.0, "it is the only data source you may ask"))
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
    return [{"label": each.name, "connector": str(each.pk), "text": ""} for each in sources[:6]]


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
    """Connectors by their most relevant table, best first; one that cannot be reached is left out."""
    found = []
    for connector in sources[:MOST_LOOKED_AT]:
        switch.require_running()
        try:
            schema = data_policy.described(connector)
        except SourceError:
            continue
        scored = schema_context.score_tables(trip.question.text, schema)[:2]
        if scored:
            names = " and ".join(f"`{table.name}`" for _, table in scored)
            found.append(Candidate(connector, scored[0][0], f"its tables {names} fit the question best"))
    return sorted(found, key=lambda each: -each.score)
