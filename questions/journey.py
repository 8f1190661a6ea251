"""How a leased question moves on: each step commits what it found under the lease, or ends the journey.

Only here and in `cancel` does a question change its state. What stands in memory alone (schema, rows) is asked for
again by the next worker; what was committed (SQL, holds, cost) is gone on with. Nothing outside is called
inside a transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from connectors import data_policy, sessions, set_up
from connectors.contracts import Plan, Result, Schema
from connectors.models import Connector
from connectors.open import ModelDoor
from guardrails import policy, switch
from guardrails.sql import Decision, GuardPolicy
from portal import compiled, tenancy, trail, work
from portal.models import Organization, data_key
from questions import budget, measured, memory, walking
from questions.models import ENDED, Question, QuestionState
from questions.reading import Calendar

END = "end"
"""What a step returns when it ended the journey."""


class Cancelled(Exception):
    """The person asked to stop; nothing else is done."""


class NoLongerAllowed(Exception):
    """The person may not use the connector any more; the message says so."""


@dataclass(slots=True)
class Journey:
    """A question on its way and what this worker learned of it; nothing here outlives the worker."""

    question: Question
    started: float = field(default_factory=time.monotonic)
    request: Any = None
    door: ModelDoor | None = None
    result: Result | None = None
    answer_text: str = ""
    matched_shown: Mapping[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    rows_counted: int = 0
    decision: Decision | None = None
    plan: Plan | None = None
    is_schema_fresh: bool = False
    _schema: Schema | None = None
    _limits: policy.QuestionLimits | None = None
    _calendar: Calendar | None = None
    _rules: GuardPolicy | None = None
    _session: sessions.Lent | None = None

    @property
    def connector(self) -> Connector:
        found = self.question.connector
        assert found is not None, "the first step chooses a connector"
        return found

    @property
    def dialect(self) -> str:
        return self.connector.kind.dialect

    def read_ahead(self) -> None:
        """Read in one round trip what most journeys read of the connector and its policies, now that it is known."""
        organization, connector = tenancy.organization_id(), self.connector.pk
        compiled.read_ahead(
            compiled.Read(_ZONE, (organization,)),
            *policy.question_reads(),
            *memory.reads(connector),
            *set_up.reads(connector),
            *data_policy.reads(connector, tenancy.current().role),
            *sessions.reads(connector),
            *measured.reads(connector),
            *data_key.reads(organization),
        )

    def schema(self) -> Schema:
        """Return names, types and keys of the source; asks the source at most once. Raises `SourceError`."""
        if self._schema is None:
            self._schema = set_up.recent_schema(self.connector) or self._describe()
        return self._schema

    def read_schema_anew(self) -> bool:
        """Ask the source for its schema once more, once for a journey; return whether that was still to be done."""
        if self.is_schema_fresh:
            return False
        self.is_schema_fresh = True
        self._schema = self._describe(is_fresh=True)
        return True

    def _describe(self, *, is_fresh: bool = False) -> Schema:
        switch.require_running()
        commit(self.question)
        compiled.forget_ahead()  # a source takes its time
        return set_up.describe(self.connector, is_fresh=is_fresh)

    def session(self) -> sessions.Lent:
        """Return the session with the source that serves this journey; the same until it is given back."""
        if self._session is None:
            self._session = sessions.borrow(self.connector)
        return self._session

    def give_back(self) -> None:
        """Give the session back; one that failed is closed by that."""
        lent, self._session = self._session, None
        if lent is not None:
            lent.close()

    def limits(self) -> policy.QuestionLimits:
        """Return what an officer allows of one answer; raises `PolicyMissing`."""
        if self._limits is None:
            self._limits = policy.question_limits()
        return self._limits

    def calendar(self) -> Calendar:
        """Return the organization's day, zone and fiscal year; raises `PolicyMissing`."""
        if self._calendar is None:
            zone = time_zone()
            self._calendar = Calendar(_today_in(zone), zone, self.limits().fiscal_year_start_month)
        return self._calendar

    def rules(self) -> GuardPolicy:
        """Return the guard's policy of this connector for the person who asks; raises `PolicyMissing`."""
        if self._rules is None:
            self._rules = data_policy.guard_policy_for(self.connector, limits=self.limits())
        return self._rules

    def told_schema(self) -> Schema:
        """Return the schema as the person, and a model on their behalf, may be told it: without hidden columns."""
        return data_policy.visible_schema(self.schema(), self.rules())


def today() -> date:
    """Return the day it is in the organization's time zone. One query."""
    return _today_in(time_zone())


_ZONE = compiled.Compiled(lambda pk: Organization._base_manager.filter(pk=pk).values_list("time_zone"))


def time_zone() -> str:
    """Return the organization's time zone. One query."""
    (zone,) = _ZONE.rows(tenancy.organization_id())[0]
    return str(zone)


def _today_in(zone: str) -> date:
    return timezone.now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def committing(question: Question) -> Iterator[set[str]]:
    """One transaction under the question's lease; raises `LeaseLost` when somebody else has it now.

    What was noted before is written with it. The block gets a set of names: what it puts there is written too, with
    what was noted, in one statement at its end.
    """
    noted = _noted_of(question)
    with transaction.atomic():
        work.hold(question)
        for event in noted.events:
            trail.record(event)
        fields = set(noted.fields)
        yield fields
        if fields:
            compiled.update(question, fields)
    noted.fields.clear()
    noted.events.clear()


@dataclass(slots=True)
class _Noted:
    """What was found since the last commit and is written with the next one."""

    fields: set[str] = field(default_factory=set)
    events: list[trail.Event] = field(default_factory=list)


def _noted_of(question: Question) -> _Noted:
    found: _Noted = question.__dict__.setdefault("_noted", _Noted())
    return found


def note(question: Question, event: trail.Event | None = None, **fields: Any) -> None:
    """Set what a step found, to be committed with the next commit: before anything outside is asked, or at the end.

    For what a later worker finds again by itself when this one dies before that. Nothing is written yet.
    """
    _set(question, fields)
    noted = _noted_of(question)
    noted.fields.update(fields)
    if event is not None:
        noted.events.append(event)


def commit(question: Question) -> None:
    """Commit what was noted, if anything was: a person then sees it while something outside takes its time."""
    noted = _noted_of(question)
    if noted.fields or noted.events:
        with committing(question):
            pass


def enter(question: Question, *, name: str, state: str, is_thought: bool = False) -> None:
    """Begin a step: the kill switch and the person's wish to stop are asked anew. Raises `Halted`, `Cancelled`.

    One query, none for a step that only thinks. The step itself is noted: it shows with the next commit, which comes
    before anything outside.
    """
    if not is_thought:
        require_going(question)
    timings = [*question.timings, {"step": name, "at": timezone.now().isoformat()}]
    note(question, step=name, state=state, timings=timings)


_WISH = f"SELECT cancel_requested_at FROM {Question._meta.db_table} WHERE id = %s AND organization_id = %s"  # noqa: S608


def require_going(question: Question) -> None:
    """Raise `Halted` or `Cancelled` when a kill switch is on or the person asked to stop. One query for both."""
    question.cancel_requested_at = switch.require_running(switch.Beside(_WISH, (question.pk, question.tenant_id)))
    if question.cancel_requested_at is not None:
        raise Cancelled


def require_wanted(question: Question) -> None:
    """Raise `Cancelled` when the person asked to stop. One query."""
    question.refresh_from_db(fields=["cancel_requested_at"])
    if question.cancel_requested_at is not None:
        raise Cancelled


def keep(question: Question, event: trail.Event | None = None, **fields: Any) -> None:
    """Commit what a step found, with its event where it has one."""
    with committing(question) as written:
        _set(question, fields)
        written.update(fields)
        if event is not None:
            trail.record(event)


def end(
    question: Question,
    state: QuestionState,
    event: str,
    data: Mapping[str, Any] | None = None,
    *,
    rows_besides: int = 0,
    **fields: Any,
) -> str:
    """End the journey in one transaction: state, event, day's budget settled, lease given back. Returns `END`.

    `rows_besides` were read beside the answer's own and count as read.
    """
    with committing(question) as written:
        written |= end_inside(question, state, event, data, rows_besides=rows_besides, **fields)
        work.finish(question, written)
        written.clear()
    return END


def end_inside(
    question: Question,
    state: QuestionState,
    event: str,
    data: Mapping[str, Any] | None = None,
    *,
    rows_besides: int = 0,
    **fields: Any,
) -> set[str]:
    """End a question in the caller's transaction, which holds the row and writes the fields that are returned."""
    _set(question, fields)
    is_answered = state == QuestionState.ANSWERED
    read = (question.row_count or 0, question.size_bytes or 0) if is_answered else (0, 0)
    counter = budget.settle(question, (read[0] + rows_besides, read[1]))
    if is_answered and counter is not None:
        walking.look(question, counter)
    question.state, question.ended_at, question.resets_at = state, timezone.now(), None
    assert state in ENDED
    trail.record(event_of(question, event, verdict=state.value, data=data or {}))
    return {*fields, "state", "ended_at", "resets_at", "held_rows", "held_bytes"}


def event_of(
    question: Question, name: str, *, verdict: str = "", data: Mapping[str, Any], cost_microusd: int | None = None
) -> trail.Event:
    """Return an event with everything A01 asks for; texts it does not declare are left out.

    `cost_microusd` is what the act itself cost, where that is not the whole question.
    """
    texts = {"question": question.text, "generated_sql": question.generated_sql, "executed_sql": question.executed_sql}
    declared = trail.declared()[name].text_fields
    is_answer = name == "question.answered"
    return trail.Event(
        name,
        trail.Subject("question", str(question.pk)),
        verdict=verdict,
        cost_microusd=question.cost_microusd if cost_microusd is None else cost_microusd,
        rows=question.row_count if is_answer else None,
        bytes=question.size_bytes if is_answer else None,
        duration_ms=question.duration_ms,
        connector_id=question.connector_id,
        confidence=question.confidence,
        data=data,
        text={key: value for key, value in texts.items() if key in declared},
    )


def refuse(question: Question, reasons: list[dict[str, str]]) -> str:
    """End with a refusal and its reasons."""
    shown = {"reasons": [f"{each['code']}: {each['message']}"[:400] for each in reasons], "origin": question.origin}
    return end(question, QuestionState.REFUSED, "question.refused", shown, reasons=reasons)


def fail(question: Question, code: str, sentence: str, *, is_retryable: bool) -> str:
    """End with a failure that a person can read; the question stays and can be asked again (Q07)."""
    return end(
        question,
        QuestionState.FAILED,
        "question.failed",
        {"code": code, "reason": sentence[:400], "is_retryable": is_retryable},
        failure_code=code,
        failure=sentence,
        is_retryable=is_retryable,
    )


def unanswered(question: Question, state: QuestionState, sentence: str, choices: list[dict[str, str]]) -> str:
    """End without an answer: the data does not hold it, or the person has to choose first."""
    return end(
        question,
        state,
        "question.unanswered",
        {"state": state.value, "reasons": [sentence[:400]]},
        failure=sentence,
        choices=choices,
    )


def _set(question: Question, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(question, name, value)
