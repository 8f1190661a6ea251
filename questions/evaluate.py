"""Evaluation runs: started by button, by schedule and before a change of memory; worked on case by case (Q09, Q11).

A run acts as who started it, with the rights they have now. It commits after each case, so that a killed worker loses
one; it keeps counts, reasons and keyed digests, and no row of either result.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors import set_up
from connectors.adapters.providers.contracts import ProviderError
from connectors.contracts import Result, SourceError
from connectors.models import ConnectorRole
from guardrails import policy, spend, switch
from guardrails import sql as guard
from portal import change, tenancy, trail, work
from portal.memberships import context_for
from portal.models import Membership
from portal.roles import Capability, i_may
from portal.trail import Subject
from questions import compare, measured, memory, propose, rehearse, rows, runs, statement
from questions.models import (
    EvaluationCase,
    EvaluationPlan,
    EvaluationResult,
    EvaluationRun,
    Outcome,
    RunState,
)
from questions.signals import combine

SLICE_S = 60.0
"""How long a worker stays with one run before it gives others their turn."""
STOPS = (switch.Halted, spend.CapReached, policy.PolicyMissing)


def problems_of(case: EvaluationCase) -> dict[str, str]:
    """Return what is wrong with a case by field; empty where its statement may run."""
    case.question, case.expected_sql = case.question.strip(), case.expected_sql.strip()
    if case.connector.role != ConnectorRole.SOURCE:
        return {"connector": f"connector: `{case.connector}` is not a data source"}
    for field in ("question", "expected_sql"):
        if "\x00" in getattr(case, field):
            return {field: f"{field}: it holds a NUL character; type it again"}
    schema = set_up.kept_schema(case.connector) if case.is_active else None
    decision = guard.decide(case.expected_sql, case.connector.kind.dialect, schema)
    if decision.passes:
        return {}
    return {"expected_sql": f"expected_sql: refused by the guard: {decision.reasons[0].message}"}


def save_plan(plan: EvaluationPlan, *, reason: str = "", source: str = "admin") -> EvaluationPlan:
    """Save a connector's plan as the current person's, who its scheduled runs act as. Raises `ValidationError`."""
    plan.owner_id = tenancy.current().user_id
    with transaction.atomic():
        change.apply(plan, reason=reason, source=source)
        if plan.every_days:
            work.make_ready(plan, after=timedelta(days=plan.every_days))
        else:
            plan.job_state = "idle"
        plan.save(update_fields=work.JOB_FIELDS)
    return plan


def work_on_plan(plan: EvaluationPlan) -> None:
    """Start the scheduled run as the plan's owner, and come back when the next is due."""
    with _acting_as(plan.owner_id) as is_member:
        if is_member and plan.every_days:
            with suppress(ValidationError):  # an empty set: nothing to run, and nothing to fail at
                runs.start(plan.connector, why="by schedule")
    with transaction.atomic():
        work.hold(plan)
        again = timedelta(days=plan.every_days) if plan.every_days else None
        work.finish(plan, again_after=again, afresh=True)


def give_up_plan(plan: EvaluationPlan, error: str) -> None:
    """Try again when the next run is due."""
    with transaction.atomic():
        work.hold(plan)
        work.finish(plan, again_after=timedelta(days=max(1, plan.every_days)), afresh=True)


def work_on_run(run: EvaluationRun) -> None:
    """Work on the cases that have no result yet for a while; end the run, or give others their turn."""
    with _acting_as(run.asked_by_id) as is_member:
        if not is_member:
            _end(run, "Who started it may no longer edit AI memory.")
            return
        begun = time.monotonic()
        done = set(run.results.values_list("case_id", flat=True))
        for case in [each for each in EvaluationCase.objects.of(run.connector) if each.pk not in done]:
            if time.monotonic() - begun > SLICE_S:
                with transaction.atomic():
                    work.hold(run)
                    work.finish(run, again_after=timedelta(0), afresh=True)
                return
            try:
                with _supposing(run):
                    _judge(run, case)
            except STOPS as why:
                _end(run, str(why))
                return
        _end(run, "")


def give_up_run(run: EvaluationRun, error: str) -> None:
    """End a run whose worker failed again and again."""
    with tenancy.acting_as(tenancy.SYSTEM):
        _end(run, f"It could not be worked on ({error}); start it again.")


@contextmanager
def _acting_as(user_id: Any) -> Iterator[bool]:
    """Act as a person of the organization; yields whether they may edit AI memory now."""
    found = Membership.objects.filter(user_id=user_id, is_active=True).select_related("user").first()
    if found is None:
        yield False
        return
    with tenancy.enter(context_for(found.user, found)):
        yield i_may(Capability.EDIT_MEMORY)


def _supposing(run: EvaluationRun) -> AbstractContextManager[Any]:
    return memory.supposing(propose.row_of(run.change)) if run.change is not None else nullcontext()


def _judge(run: EvaluationRun, case: EvaluationCase) -> None:
    """Answer one case, compare the results in memory, keep what can be said without them."""
    attempt, trip = rehearse.Attempt(), rehearse.trip_for(run.connector, case.question, run.asked_by_id)
    outcome, reasons, expected = Outcome.FAILED, [], None
    try:
        expected = rehearse.run(rehearse.trip_for(run.connector, case.question, run.asked_by_id), case.expected_sql)
        rehearse.answer(trip, attempt, Subject("evaluation", str(run.pk)))
        assert attempt.result is not None
        reasons = [d.as_json() for d in compare.compare(expected, attempt.result, is_ordered=_is_ordered(case))]
        outcome = Outcome.WRONG if reasons else Outcome.RIGHT
    except rehearse.NotAnswered as why:
        reasons = [{"code": "not_answered" if expected else "expected_refused", "sentence": str(why)[:400]}]
        outcome = Outcome.UNANSWERED if expected else Outcome.FAILED
    except (SourceError, ProviderError) as error:
        reasons = [{"code": "failed", "sentence": str(error)[:400]}]
    _keep(run, case, attempt, outcome, reasons, expected)


def _is_ordered(case: EvaluationCase) -> bool:
    tree = statement.tree_of(case.expected_sql, case.connector.kind.dialect)
    return tree is not None and tree.args.get("order") is not None


def _keep(
    run: EvaluationRun,
    case: EvaluationCase,
    attempt: rehearse.Attempt,
    outcome: Outcome,
    reasons: list[dict[str, str]],
    expected: Result | None,
) -> None:
    level = combine.level_of(attempt.signals, measured.calibration_of(run.connector)) if attempt.signals else ""
    digest = rows.digest(expected) if expected is not None else ""
    before = EvaluationResult.objects.filter(case=case).exclude(expected_digest="").order_by("-id").first()
    with transaction.atomic():
        work.hold(run)
        EvaluationResult(
            run=run,
            case=case,
            outcome=outcome,
            reasons=reasons,
            sql=attempt.sql,
            level=level,
            score=combine.score_of(attempt.signals),
            expected_digest=digest,
            digest=rows.digest(attempt.result) if attempt.result is not None else "",
            is_moved=before is not None and digest != "" and before.expected_digest != digest,
            cost_microusd=attempt.cost_microusd,
        ).save(force_insert=True)
        EvaluationRun.objects.filter(pk=run.pk).update(
            cost_microusd=run.cost_microusd + attempt.cost_microusd, model=attempt.model or run.model
        )
        run.cost_microusd, run.model = run.cost_microusd + attempt.cost_microusd, attempt.model or run.model
        event = trail.Event(
            "evaluation.case_judged",
            Subject("evaluation", str(run.pk)),
            verdict=outcome.value,
            cost_microusd=attempt.cost_microusd,
            connector_id=run.connector_id,
            confidence=level,
            data={"case": str(case.pk), "model": attempt.model, "reasons": [reason["code"] for reason in reasons]},
            text={"question": case.question, "generated_sql": attempt.sql},
        )
        with tenancy.acting_as(tenancy.AI):
            trail.record(event)


def _end(run: EvaluationRun, failure: str) -> None:
    """Count what came of the cases, fit the connector's curve, and settle the change that waited for it."""
    found = list(run.results.all())
    fitted = [(float(r.score), r.outcome == Outcome.RIGHT) for r in found if r.outcome in measured.JUDGED]
    curve = combine.fit_platt(fitted) if len(fitted) >= combine.ENOUGH_TO_FIT and not failure else None
    with transaction.atomic():
        work.hold(run)
        run.state = RunState.FAILED if failure else RunState.FINISHED
        run.failure, run.ended_at = failure[:300], timezone.now()
        run.cases, run.right = len(found), sum(r.outcome == Outcome.RIGHT for r in found)
        run.slope, run.offset = (curve.slope, curve.offset) if curve else (None, None)
        run.save(update_fields=["state", "failure", "ended_at", "cases", "right", "slope", "offset"])
        work.finish(run)
        runs.record("evaluation.ended", run, cases=run.cases, right=run.right, failure=run.failure)
        if run.change is not None:
            propose.settle(run.change)
