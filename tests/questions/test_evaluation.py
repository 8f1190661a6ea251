"""Evaluation sets: results compared without a row kept, worse changes held, confidence measured (Q09, Q11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tablib import Dataset

from connectors.contracts import Result, ResultColumn
from portal import change, tenancy, work
from portal.refusal import Refused
from portal.sheets import sentences
from questions import compare, evaluate, measured, propose, runs
from questions.models import (
    ChangeState,
    EvaluationCase,
    EvaluationPlan,
    EvaluationResult,
    EvaluationRun,
    MemoryChange,
    MemoryEntry,
    Metric,
    Outcome,
    RunState,
    VerifiedQuery,
)
from questions.resources import EvaluationCaseResource, MetricResource
from tests.connectors.doors import api_as, browser_as, events
from tests.questions_lab import CANARY, CANARY_NUMBER, Lab
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"
ASKED = "How many orders are there?"


def result(*rows: tuple[Any, ...], kinds: str = "it", cut: bool = False) -> Result:
    names = {"i": "integer", "t": "text", "d": "decimal", "f": "float"}
    return Result(tuple(ResultColumn(f"c{n}", "", names[k]) for n, k in enumerate(kinds)), rows, rows_cut=cut)  # type: ignore[arg-type]


@pytest.mark.requirement("Q11", part="comparison")
@pytest.mark.parametrize(
    ("got", "is_ordered", "codes"),
    [
        (result((1, "a"), (2, "b")), True, []),
        (result((2, "b"), (1, "a")), False, []),
        (result((2, "b"), (1, "a")), True, ["order"]),
        (result(("1.00", "a"), (2.0, "b"), kinds="dt"), True, []),
        (result((1, "a")), True, ["missing_rows"]),
        (result((1, "a"), (2, "b"), (2, "b")), False, ["extra_rows"]),
        (result((1, "a"), (3, "b")), False, ["missing_rows", "extra_rows"]),
        (result((1,), kinds="i"), False, ["column_count"]),
        (result(("x", "a"), ("y", "b"), kinds="tt"), False, ["column_types", "missing_rows", "extra_rows"]),
        (result((1, "a"), (2, "b"), cut=True), False, ["cut"]),
    ],
)
def test_results_are_compared_with_reasons_that_quote_nothing(got, is_ordered, codes) -> None:
    found = compare.compare(result((1, "a"), (2, "b")), got, is_ordered=is_ordered)
    assert [each.code for each in found] == codes
    assert not any("`" in each.sentence or "'" in each.sentence for each in found)


def case(lab: Lab, question: str, sql: str) -> EvaluationCase:
    with lab.cast.ada.inside():
        made = EvaluationCase(connector=lab.orders, question=question, expected_sql=sql)
        change.apply(made)
        return made


def run_now(lab: Lab) -> EvaluationRun:
    with lab.cast.ada.inside():
        made = runs.start(lab.orders, why="by button")
    return worked(lab, made)


def worked(lab: Lab, run: EvaluationRun) -> EvaluationRun:
    with tenancy.scope(run.organization_id, actor=tenancy.SYSTEM):
        EvaluationRun.objects.filter(job_state="ready").update(run_after=timezone.now() - timedelta(days=1))
        work.run("evaluation", run.pk, None)
        return EvaluationRun.objects.get(pk=run.pk)


def outcomes(lab: Lab, run: EvaluationRun) -> dict[str, str]:
    with lab.cast.ada.inside():
        return {r.case.question: r.outcome for r in run.results.select_related("case")}


@pytest.mark.requirement("Q11")
def test_a_run_judges_each_case_and_keeps_no_row(lab: Lab) -> None:
    lab.verify(ASKED, COUNT)
    lab.verify("Which customer is the most loyal?", "SELECT name, loyalty FROM customers ORDER BY loyalty DESC LIMIT 1")
    case(lab, ASKED, "SELECT count(id) AS n FROM orders")
    case(lab, "Which customer is the most loyal?", "SELECT name, loyalty FROM customers ORDER BY loyalty LIMIT 1")
    case(lab, "Where do ghosts live?", "SELECT city FROM customers WHERE id < 0")
    run = run_now(lab)
    assert (run.state, run.cases, run.right) == (RunState.FINISHED, 3, 1)
    found = outcomes(lab, run)
    assert found[ASKED] == Outcome.RIGHT
    assert found["Which customer is the most loyal?"] == Outcome.WRONG
    assert found["Where do ghosts live?"] == Outcome.UNANSWERED
    with lab.cast.ada.inside():
        kept = str(list(EvaluationResult.objects.values())) + str(list(EvaluationRun.objects.values()))
        assert CANARY not in kept
        assert str(CANARY_NUMBER) not in kept
        assert EvaluationResult.objects.get(case__question=ASKED).expected_digest.count(":") == 1
        assert len(events("evaluation.ended")) == 1
        page = browser_as(lab.cast.ada).get(f"/admin/questions/evaluationrun/{run.pk}/change/")
    assert b"1 of 1 expected rows are missing" in page.content
    assert CANARY.encode() not in page.content


@pytest.mark.requirement("Q11")
def test_confidence_is_measured_on_the_connector_and_says_when_there_is_not_enough(lab: Lab) -> None:
    lab.verify(ASKED, COUNT)
    made = case(lab, ASKED, COUNT)
    run = run_now(lab)
    with lab.cast.ada.inside():
        assert "not enough data: 1 of 20" in measured.of(lab.orders, "high").sentence
        for number in range(24):
            extra = EvaluationCase(connector=lab.orders, question=f"case {number}", expected_sql=COUNT)
            extra.save(force_insert=True)
            outcome = Outcome.WRONG if number == 0 else Outcome.RIGHT
            EvaluationResult(run=run, case=extra, outcome=outcome, level="high", score=65).save(force_insert=True)
        assert measured.of(lab.orders, "high").sentence.startswith("24 of 25 right when it said High")
        assert measured.of(lab.archive, "high").sentence == "not enough data: no cases yet"
        points = measured.risk_and_coverage(run)
        assert (points[-1].answered, points[-1].wrong) == (25, 1)
        assert made.results.count() == 1
    asked = lab.ask(lab.cast.paul, ASKED)
    page = browser_as(lab.cast.paul).get(f"/questions/{asked.pk}/")
    assert b"24 of 25 right when it said High" in page.content


@pytest.mark.requirement("Q11")
def test_a_curve_of_the_connectors_own_is_used_where_its_set_is_large_enough(lab: Lab) -> None:
    lab.verify(ASKED, COUNT)
    case(lab, ASKED, COUNT)
    run = run_now(lab)
    with lab.cast.ada.inside():
        assert not measured.calibration_of(lab.orders).is_own
        EvaluationRun.objects.filter(pk=run.pk).update(slope=0.01, offset=0.0, cases=60)
        assert measured.calibration_of(lab.orders).is_own
    assert lab.ask(lab.cast.paul, ASKED).confidence == "low", "this connector's answers were right less often"


@pytest.mark.requirement("Q11", part="cost")
def test_a_run_with_a_model_is_costed_like_questions_and_recorded(lab: Lab) -> None:
    server = lab.model()
    case(lab, "What number of purchases do we have?", COUNT)
    server.script(messages.sql(COUNT))
    run = run_now(lab)
    assert (run.right, run.cases) == (1, 1)
    assert run.cost_microusd > 0
    with lab.cast.ada.inside():
        (event,) = events("evaluation.case_judged")
        assert event.cost_microusd == run.cost_microusd
        assert event.confidence == "medium"


@pytest.mark.requirement("Q09")
def test_a_change_that_makes_the_set_worse_needs_a_second_officer(lab: Lab) -> None:
    row = lab.verify(ASKED, COUNT)
    case(lab, ASKED, COUNT)
    run_now(lab)
    with lab.cast.ada.inside():
        evaluate.save_plan(EvaluationPlan(connector=lab.orders, holds_changes=True))
        changed = VerifiedQuery.objects.get(pk=row.pk)
        changed.sql = "SELECT count(*) + 1 AS orders FROM orders"
        proposed = propose.save(changed)
        assert isinstance(proposed, MemoryChange)
        assert VerifiedQuery.objects.get(pk=row.pk).sql == COUNT, "nothing is changed yet"
        with pytest.raises(ValidationError, match="holds changes"):
            change.apply(changed)
        run = proposed.runs.get()
    worked(lab, run)
    with lab.cast.ada.inside():
        proposed.refresh_from_db()
        assert proposed.state == ChangeState.WAITING
        assert "makes 1 of 1 case worse" in proposed.finding
        assert VerifiedQuery.objects.get(pk=row.pk).sql == COUNT
        with pytest.raises(Refused, match="another admin"):
            propose.approve(proposed)
    answer = browser_as(lab.olga).post(f"/admin/questions/memorychange/{proposed.pk}/approve/")
    assert answer.status_code == 302
    with lab.cast.ada.inside():
        now = VerifiedQuery.objects.get(pk=row.pk)
        assert "+ 1" in now.sql
        assert now.owner == lab.cast.ada.user
        assert now.verified_by is None
        assert len(events("memory_change.applied")) == 1


@pytest.mark.requirement("Q09")
def test_a_change_that_makes_nothing_worse_goes_live_by_itself_and_not_over_a_newer_one(lab: Lab) -> None:
    lab.verify(ASKED, COUNT)
    case(lab, ASKED, COUNT)
    run_now(lab)
    with lab.cast.ada.inside():
        evaluate.save_plan(EvaluationPlan(connector=lab.orders, holds_changes=True))
        entry = MemoryEntry(kind="glossary", name="loyal", text="above 50")
        first = propose.save(entry)
        assert first is not None
        row = MemoryEntry.objects.filter(pk=entry.pk)
        assert not row.exists()
    worked(lab, _run_of(lab, first))
    with lab.cast.ada.inside():
        assert row.get().text == "above 50"
        later = row.get()
        later.text = "above 60"
        second = propose.save(later)
        row.update(revision=7)
        assert second is not None
    worked(lab, _run_of(lab, second))
    with lab.cast.ada.inside():
        second.refresh_from_db()
        assert second.state == ChangeState.WAITING
        assert "changed after this was proposed" in second.finding
        assert row.get().text == "above 50"
        propose.reject(second)


def _run_of(lab: Lab, proposed: MemoryChange) -> EvaluationRun:
    with lab.cast.ada.inside():
        found: EvaluationRun = proposed.runs.get()
        return found


def test_the_admin_page_and_the_api_propose_where_the_set_holds_changes(lab: Lab) -> None:
    row = lab.verify(ASKED, COUNT)
    case(lab, ASKED, COUNT)
    with lab.cast.ada.inside():
        evaluate.save_plan(EvaluationPlan(connector=lab.orders, holds_changes=True))
    form = {"kind": "instruction", "name": "Dates", "text": "Use UTC.", "connector": "", "is_active": "on"}
    led = browser_as(lab.cast.ada).post("/admin/questions/memoryentry/add/", form, follow=True)
    assert b"Nothing is changed yet" in led.content
    changed = api_as(lab.cast.ada).patch(f"/api/v1/verified-queries/{row.pk}/", {"is_active": False}, format="json")
    assert (changed.status_code, changed.json()["state"]) == (202, "checking")
    with lab.cast.ada.inside():
        assert not MemoryEntry.objects.exists()
        assert VerifiedQuery.objects.get().is_active


def test_a_plan_starts_its_run_as_its_owner_and_a_killed_worker_loses_one_case(lab: Lab, monkeypatch) -> None:
    lab.verify(ASKED, COUNT)
    case(lab, ASKED, COUNT)
    case(lab, "Again?", COUNT)
    with lab.cast.ada.inside():
        plan = evaluate.save_plan(EvaluationPlan(connector=lab.orders, every_days=1))
        plan.refresh_from_db()
        assert plan.run_after > timezone.now() + timedelta(hours=20)
        EvaluationPlan.objects.update(run_after=timezone.now() - timedelta(days=1))
    with tenancy.scope(lab.cast.northlight.pk, actor=tenancy.SYSTEM):
        work.run("evaluation_plan", plan.pk, None)
        run = EvaluationRun.objects.get()
    monkeypatch.setattr(evaluate, "SLICE_S", -1.0)
    assert worked(lab, run).state == RunState.RUNNING, "it gives others their turn"
    monkeypatch.setattr(evaluate, "SLICE_S", 60.0)
    assert worked(lab, run).state == RunState.FINISHED
    with lab.cast.ada.inside():
        assert run.asked_by == lab.cast.ada.user


@pytest.mark.requirement("Q09")
def test_a_metric_is_one_definition_told_to_the_model_and_matched_by_its_name(lab: Lab) -> None:
    with lab.cast.ada.inside():
        figure = Metric(
            connector=lab.orders, name="order volume", description="Of all orders.", expression="sum(total)"
        )
        figure.table, figure.synonyms = "orders", ["purchase volume"]
        change.apply(figure)
    asked = lab.ask(lab.cast.paul, "What is the purchase volume?")
    assert (asked.state, asked.confidence, asked.verified_only) == ("answered", "medium", True)
    assert asked.signals[0]["name"] == "metric"
    server = lab.model()
    server.script(messages.sql(COUNT))
    lab.ask(lab.cast.paul, "Compare the volume of purchases per weekday")
    assert "sum(total) over orders" in str(server.requests)
    assert api_as(lab.cast.ada).get("/api/v1/metrics/").json()["results"][0]["expression"] == "sum(total)"


@pytest.mark.requirement("Q09")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expression", "sum(total), max(total)"),
        ("expression", "total"),
        ("expression", "sum(total) FROM orders; DELETE FROM orders"),
        ("expression", "pg_read_file('/etc/passwd')"),
        ("expression", "(SELECT max(name) FROM customers)"),
        ("table", "orders WHERE id < 5"),
        ("table", "orders, customers"),
        ("table", "pg_user"),
        ("synonyms", [1]),
    ],
)
def test_what_is_no_single_figure_over_a_table_is_refused_at_its_field(lab: Lab, field, value) -> None:
    given = {"name": "x", "description": "x", "expression": "sum(total)", "table": "orders", "synonyms": []}
    with lab.cast.ada.inside(), pytest.raises(ValidationError) as refused:
        change.apply(Metric(connector=lab.orders, **(given | {field: value})))
    assert set(refused.value.message_dict) & {field, "expression", "table"}


@pytest.mark.requirement("Q09", part="import")
@pytest.mark.parametrize(
    ("resource", "headers", "good", "bad", "field"),
    [
        (
            MetricResource,
            ("connector", "name", "description", "expression", "table", "synonyms", "is_active"),
            ("orders_prod", "volume", "all", "sum(total)", "orders", "[]", "yes"),
            ("orders_prod", "bad", "all", "total", "orders", "[]", "yes"),
            "expression",
        ),
        (
            EvaluationCaseResource,
            ("connector", "question", "expected_sql", "is_active"),
            ("orders_prod", ASKED, COUNT, "yes"),
            ("orders_prod", "Bad", "DROP TABLE orders", "yes"),
            "expected_sql",
        ),
    ],
)
def test_sheets_are_all_or_nothing(lab: Lab, resource, headers, good, bad, field) -> None:
    def load(*rows: Any) -> list[str]:
        return sentences(resource().import_data(Dataset(*rows, headers=headers), rollback_on_validation_errors=True))

    with lab.cast.ada.inside():
        (said,) = load(good, bad)
        assert said.startswith(f"row 2: {field}")
        assert not resource._meta.model.objects.exists()
        assert load(good) == []
        assert resource._meta.model.objects.count() == 1
