"""Starting a run over an evaluation set, and its events. Working on one is `questions.evaluate`."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors.models import Connector
from portal import tenancy, trail, work
from portal.refusal import Refused
from portal.roles import Capability, require
from questions.models import EvaluationCase, EvaluationRun, MemoryChange


def start(connector: Connector, *, why: str, proposed: MemoryChange | None = None) -> EvaluationRun:
    """Start a run over the connector's set as the current person. Raises `ValidationError` where the set is empty."""
    require(Capability.EDIT_MEMORY)
    if not EvaluationCase.objects.of(connector).exists():
        raise ValidationError({"connector": f"connector: the set of `{connector.name}` is empty; add a case first"})
    with transaction.atomic():
        run = EvaluationRun(connector=connector, asked_by_id=me(), why=why[:200], change=proposed)
        work.make_ready(run)
        run.save(force_insert=True)
        record("evaluation.started", run, why=run.why)
    return run


def me() -> uuid.UUID:
    """Return the current person; raise `Refused` where nobody is signed in."""
    user_id = tenancy.current().user_id
    if user_id is None:
        raise Refused("Only a person changes AI memory or runs its evaluation set; sign in first.")
    return user_id


def record(kind: str, run: EvaluationRun, **data: object) -> None:
    """Record an event about a run."""
    trail.record(
        trail.Event(
            kind,
            trail.Subject("evaluation", str(run.pk)),
            verdict=run.state,
            cost_microusd=run.cost_microusd,
            connector_id=run.connector_id,
            data={**data, "change": str(run.change_id or "")},
        )
    )
