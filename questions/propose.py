"""Changes of AI memory that wait for the evaluation set: run first, applied when nothing gets worse, else by another.

A connector whose plan holds changes lets none in past this: `portal.change` asks `require_checked` before it saves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from connectors.models import Connector
from portal import change, tenancy, trail
from portal.refusal import Refused
from portal.roles import Capability, require
from questions import memory, runs
from questions.models import (
    ChangeState,
    EvaluationCase,
    EvaluationPlan,
    EvaluationRun,
    MemoryChange,
    MemoryEntry,
    Metric,
    Outcome,
    RunState,
    VerifiedQuery,
)

MODELS: dict[str, type[Any]] = {"verified_query": VerifiedQuery, "memory_entry": MemoryEntry, "metric": Metric}
FIELDS: dict[str, tuple[str, ...]] = {
    "verified_query": ("connector_id", "question", "phrasings", "sql", "parameters", "is_active"),
    "memory_entry": ("kind", "name", "text", "connector_id", "is_active"),
    "metric": ("connector_id", "name", "description", "expression", "table", "synonyms", "is_active"),
}
_TOLD = {
    ChangeState.WAITING: "memory_change.held",
    ChangeState.APPLIED: "memory_change.applied",
    ChangeState.REJECTED: "memory_change.rejected",
}
_applying: ContextVar[bool] = ContextVar("applying a checked change", default=False)


def save(row: Any, *, reason: str = "", source: str = "admin") -> MemoryChange | None:
    """Save a row of AI memory, or propose the change where a set has to be run first; return the proposal.

    Raises `ValidationError` naming the field, for a proposal as for a change.
    """
    if not _held_by(row):
        if isinstance(row, VerifiedQuery):
            memory.save_verified(row, reason=reason, source=source)
        else:
            change.apply(row, reason=reason, source=source)
        return None
    return _propose(row, reason=reason, source=source)


def require_checked(row: models.Model, before: models.Model | None) -> None:
    """Refuse a change of AI memory that goes past the evaluation set; asked by `portal.change` for every one."""
    if not _applying.get() and _held_by(row, before=before):
        raise ValidationError(
            "the evaluation set of this connector holds changes of AI memory: propose it on the page or over the API"
        )


def _held_by(row: Any, before: Any = None) -> list[Connector]:
    """Return the connectors whose set a change of the row has to be run against. At most three queries."""
    kind = _kind(row)
    before = before or type(row).objects.filter(pk=row.pk).first()
    if before is not None and _values(kind, before) == _values(kind, row):
        return []
    plans = EvaluationPlan.objects.filter(holds_changes=True).select_related("connector")
    concerned = {row.connector_id} | ({before.connector_id} if before is not None else set())
    if None not in concerned:
        plans = plans.filter(connector__in=concerned)
    return [plan.connector for plan in plans if EvaluationCase.objects.of(plan.connector).exists()]


def _propose(row: Any, *, reason: str, source: str) -> MemoryChange:
    require(Capability.EDIT_MEMORY)
    row.full_clean()
    kind = _kind(row)
    with transaction.atomic():
        proposed = MemoryChange(
            kind=kind,
            target=row.pk,
            title=str(row)[:500],
            fields=_values(kind, row),
            revision_seen=type(row).objects.filter(pk=row.pk).values_list("revision", flat=True).first() or 0,
            reason=reason[:300],
            source=source,
            author_id=runs.me(),
        )
        proposed.save(force_insert=True)
        _record("memory_change.proposed", proposed)
        for connector in _held_by(row):
            runs.start(connector, why=f"before a change: {proposed}", proposed=proposed)
    return proposed


def settle(proposed: MemoryChange) -> None:
    """Apply a change whose runs have all ended well, or leave it to a second officer. Needs a transaction."""
    locked: MemoryChange = MemoryChange.objects.select_for_update(of=("self",)).get(pk=proposed.pk)
    runs = list(locked.runs.select_related("connector"))
    if locked.state != ChangeState.CHECKING or any(run.state == RunState.RUNNING for run in runs):
        return
    locked.cases = sum(run.cases for run in runs)
    for run in runs:
        worse, better = against_live(run)
        locked.worse, locked.better = locked.worse + worse, locked.better + better
    failed = next((run.failure for run in runs if run.state == RunState.FAILED), "")
    if failed or locked.worse:
        said = f"The set could not be run whole: {failed}" if failed else ""
        count = "case" if locked.worse == 1 else "cases"
        said = said or f"This change makes {locked.worse} of {locked.cases} {count} worse: it needs a second officer."
        _decide(locked, ChangeState.WAITING, said)
        return
    said = f"None of {locked.cases} cases is worse, {locked.better} better."
    try:
        with transaction.atomic():
            _apply(locked)
    except ValidationError as error:
        _decide(locked, ChangeState.WAITING, f"It could not be applied: {' '.join(error.messages)}"[:400])
        return
    _decide(locked, ChangeState.APPLIED, said)


def against_live(run: EvaluationRun) -> tuple[int, int]:
    """Return how many cases are worse and better than in the last run over what is live.

    Where there was none, every case that is not right counts as worse: unknown never passes.
    """
    live = (
        EvaluationRun.objects.filter(connector=run.connector, state=RunState.FINISHED, change=None, id__lt=run.pk)
        .order_by("-id")
        .first()
    )
    before = dict(live.results.values_list("case_id", "outcome")) if live is not None else {}
    worse = better = 0
    for case_id, outcome in run.results.values_list("case_id", "outcome"):
        was_right = before.get(case_id, Outcome.RIGHT) == Outcome.RIGHT
        worse += was_right and outcome != Outcome.RIGHT
        better += not was_right and outcome == Outcome.RIGHT
    return worse, better


def approve(proposed: MemoryChange) -> MemoryChange:
    """Apply a change that makes cases worse, as a second officer. Raises `Refused` for its author."""
    require(Capability.EDIT_MEMORY)
    with transaction.atomic():
        locked = _waiting(proposed)
        if locked.author_id == tenancy.current().user_id:
            subject = ("memory_change", str(locked.pk))
            raise Refused("You proposed this change, so another admin decides.", subject=subject)
        _apply(locked)
        _decide(locked, ChangeState.APPLIED, locked.finding)
    return locked


def reject(proposed: MemoryChange) -> MemoryChange:
    """Leave AI memory as it is; its author may withdraw it so, too."""
    require(Capability.EDIT_MEMORY)
    with transaction.atomic():
        locked = _waiting(proposed)
        _decide(locked, ChangeState.REJECTED, locked.finding)
    return locked


def _waiting(proposed: MemoryChange) -> MemoryChange:
    locked: MemoryChange = MemoryChange.objects.select_for_update(of=("self",)).get(pk=proposed.pk)
    if locked.state != ChangeState.WAITING:
        said = f"state: this change is {locked.get_state_display().lower()}; nothing is left to decide"
        raise ValidationError({"state": said})
    return locked


def row_of(proposed: MemoryChange) -> Any:
    """Return the row as it would stand after the change; not saved."""
    model = MODELS[proposed.kind]
    row = model.objects.filter(pk=proposed.target).first() or model(pk=proposed.target)
    for name, value in proposed.fields.items():
        setattr(row, name, value)
    return row


def _apply(proposed: MemoryChange) -> None:
    """Write the change as its author's, unless the row was changed meanwhile. Raises `ValidationError`."""
    row = row_of(proposed)
    now = type(row).objects.filter(pk=row.pk).values_list("revision", flat=True).first() or 0
    if now != proposed.revision_seen:
        raise ValidationError("the row was changed after this was proposed; propose it again")
    reason = f"{proposed.reason} (proposal {proposed.pk})".strip()[:300]
    with _applied():
        if isinstance(row, VerifiedQuery):
            memory.save_verified(row, reason=reason, source=proposed.source, author_id=proposed.author_id)
        else:
            change.apply(row, reason=reason, source=proposed.source)


@contextmanager
def _applied() -> Iterator[None]:
    token = _applying.set(True)
    try:
        yield
    finally:
        _applying.reset(token)


def _decide(proposed: MemoryChange, state: ChangeState, finding: str) -> None:
    proposed.state, proposed.finding = state, finding
    if state in (ChangeState.APPLIED, ChangeState.REJECTED):
        proposed.decided_by_id, proposed.decided_at = tenancy.current().user_id, timezone.now()
    proposed.save(update_fields=["state", "finding", "cases", "worse", "better", "decided_by", "decided_at"])
    _record(_TOLD[state], proposed)


def _record(kind: str, proposed: MemoryChange) -> None:
    data = {"kind": proposed.kind, "target": str(proposed.target), "worse": proposed.worse, "cases": proposed.cases}
    trail.record(
        trail.Event(
            kind,
            trail.Subject("memory_change", str(proposed.pk)),
            verdict=proposed.state,
            data={**data, "finding": proposed.finding},
        )
    )


def _kind(row: Any) -> str:
    return next(kind for kind, model in MODELS.items() if isinstance(row, model))


def _values(kind: str, row: Any) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in FIELDS[kind]}
    return {name: str(value) if name == "connector_id" and value else value for name, value in found.items()}
