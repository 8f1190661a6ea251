"""What a level has meant on a connector: how often its answers were right in the last evaluation run (Q11)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from connectors.models import Connector
from portal import compiled
from questions.models import Confidence, EvaluationResult, EvaluationRun, Outcome, RunState
from questions.signals import Calibration, Platt, combine

ENOUGH = 20
"""Below it a share says more about chance than about the connector."""
JUDGED = (Outcome.RIGHT, Outcome.WRONG)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many answers of one level were right, of how many."""

    level: str
    right: int
    cases: int

    @property
    def sentence(self) -> str:
        """In words, beside the level."""
        if self.cases < ENOUGH:
            return f"not enough data: {self.cases} of {ENOUGH} cases" if self.cases else "not enough data: no cases yet"
        label = Confidence(self.level).label
        return f"{self.right} of {self.cases} right when it said {label} on this connector's evaluation set"


@dataclass(frozen=True, slots=True)
class Point:
    """A place of the risk–coverage chart: answering only from this probability on, how much is answered and wrong."""

    least: float
    answered: int
    wrong: int
    cases: int

    @property
    def coverage(self) -> float:
        return self.answered / self.cases if self.cases else 0.0

    @property
    def risk(self) -> float:
        return self.wrong / self.answered if self.answered else 0.0


_LAST_RUN = compiled.Compiled(
    lambda connector_id: EvaluationRun.objects.filter(
        connector_id=connector_id, state=RunState.FINISHED, change=None
    ).order_by("-id")[:1]
)


def reads(connector_id: UUID) -> tuple[compiled.Read, ...]:
    """Return what `last_run` reads, to be read ahead."""
    return (compiled.Read(_LAST_RUN, (connector_id,)),)


def last_run(connector: Connector) -> EvaluationRun | None:
    """Return the last finished run over what is live. One query."""
    found: EvaluationRun | None = _LAST_RUN.first(connector.pk)
    return found


def calibration_of(connector: Connector) -> Calibration:
    """Return the curve in force: the connector's own where its set was large enough, else the shipped. One query."""
    run = last_run(connector)
    if run is None or run.slope is None or run.offset is None:
        return Calibration()
    return Calibration(Platt(run.slope, run.offset), run.cases)


def of(connector: Connector, level: str) -> Measured:
    """Return what a level has meant on the connector. Two queries."""
    run = last_run(connector)
    if run is None:
        return Measured(level, 0, 0)
    found = EvaluationResult.objects.filter(run=run, level=level, outcome__in=JUDGED).values_list("outcome", flat=True)
    outcomes = list(found)
    return Measured(level, outcomes.count(Outcome.RIGHT), len(outcomes))


def levels(run: EvaluationRun) -> list[Measured]:
    """Return every level of one run, the best first. One query."""
    found = list(run.results.filter(outcome__in=JUDGED).values_list("level", "outcome"))
    return [
        Measured(
            level,
            sum(each == (level, Outcome.RIGHT) for each in found),
            sum(each[0] == level for each in found),
        )
        for _, level in combine.LEVELS
    ]


def risk_and_coverage(run: EvaluationRun) -> list[Point]:
    """Return the chart's points, the strictest first: what is answered, and how much of it is wrong. One query."""
    found = sorted(run.results.filter(outcome__in=JUDGED).values_list("score", "outcome"), reverse=True)
    curve = Platt(run.slope, run.offset) if run.slope is not None and run.offset is not None else combine.SHIPPED
    points, wrong = [], 0
    for number, (score, outcome) in enumerate(found, 1):
        wrong += outcome == Outcome.WRONG
        if number == len(found) or found[number][0] != score:
            points.append(Point(curve(score), number, wrong, len(found)))
    return points
