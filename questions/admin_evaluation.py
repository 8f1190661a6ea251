"""Evaluation sets in the admin: cases, plans, runs with their reasons and charts, and changes that wait for a run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from portal import tenancy
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.roles import Capability, require
from questions import evaluate, measured, propose, runs
from questions.admin_memory import MemoryAdmin
from questions.models import (
    ChangeState,
    EvaluationCase,
    EvaluationPlan,
    EvaluationRun,
    MemoryChange,
    Outcome,
)
from questions.resources import EvaluationCaseResource

CHART = (640, 220)


class EvaluationCaseAdmin(MemoryAdmin):
    """Questions and the SQL whose result is right; candidates come from people's feedback."""

    may_remove = False  # results of runs refer to it: deactivate instead
    resource_classes = [EvaluationCaseResource]
    list_display = ["question", "connector", "last", "is_active"]
    list_filter = ["connector", "is_active"]
    search_fields = ["question", "expected_sql"]
    ordering = ["question"]
    fields = ["connector", "question", "expected_sql", "is_active"]

    @display(
        description="Last result",
        label={"right": "success", "wrong": "danger", "unanswered": "warning", "failed": "warning"},
    )
    def last(self, case: EvaluationCase) -> tuple[str, str]:
        found = case.results.order_by("-id").first()
        return (found.outcome, found.get_outcome_display()) if found else ("", "not run yet")


class EvaluationPlanAdmin(TenantAdmin):
    """When a connector's set is run, and whether changes of AI memory wait for it."""

    edit = Capability.EDIT_MEMORY
    may_remove = False
    list_display = ["connector", "every_days", "holds_changes", "owner"]
    list_select_related = ["connector", "owner"]
    ordering = ["connector__name"]
    fields = ["connector", "every_days", "holds_changes"]
    change_form_outer_before_template = "questions/admin/plan_before.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        from connectors.models import Connector

        if db_field.name == "connector":
            kwargs["queryset"] = Connector.objects.sources().order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def apply_change(self, obj: Any, form: Any) -> None:
        evaluate.save_plan(obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            cases = EvaluationCase.objects.of(obj.connector).count()
            context.update(plan=obj, cases=cases, last_run=measured.last_run(obj.connector))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.run_view))
        return [path("<uuid:pk>/run/", view, name="questions_evaluationplan_run"), *super().get_urls()]

    def run_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Run the set now, as the current admin."""
        require(Capability.EDIT_MEMORY)
        plan = EvaluationPlan.objects.select_related("connector").filter(pk=pk).first()
        if plan is None:
            raise Http404
        try:
            run = runs.start(plan.connector, why="by button")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(reverse("admin:questions_evaluationplan_change", args=[pk]))
        messages.success(request, "The set is being run; this page shows each case as it is judged.")
        return redirect(reverse("admin:questions_evaluationrun_change", args=[run.pk]))


class EvaluationRunAdmin(ReadOnlyAdmin):
    """What came of a run: each case with its reasons, what each level has meant, and what changed since another run."""

    see = Capability.EDIT_MEMORY
    list_display = ["created_at", "connector", "why", "state", "right", "cases", "cost"]
    list_filter = ["connector", "state"]
    list_select_related = ["connector"]
    ordering = ["-id"]
    fields = ["connector", "asked_by", "why", "state", "failure", "model", "cases", "right", "cost", "ended_at"]
    readonly_fields = ["cost"]
    change_form_outer_before_template = "questions/admin/run_before.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    @display(description="Cost", ordering="cost_microusd")
    def cost(self, run: EvaluationRun) -> str:
        return f"${run.cost_microusd / 1_000_000:.4f}"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            context.update(_run_context(obj, request.GET.get("against", "")))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


def _run_context(run: EvaluationRun, against: str) -> dict[str, Any]:
    others = EvaluationRun.objects.filter(connector=run.connector).exclude(pk=run.pk).order_by("-id")
    earlier = list(others[:12])
    chosen = next((each for each in earlier if str(each.pk) == against), None)
    chosen = chosen or next((each for each in earlier if each.pk < run.pk and each.change_id is None), None)
    before = {r.case_id: r for r in chosen.results.all()} if chosen else {}
    results = list(run.results.select_related("case").order_by("outcome", "case__question"))
    changed = [
        (result, before[result.case_id])
        for result in results
        if result.case_id in before and before[result.case_id].outcome != result.outcome
    ]
    points = measured.risk_and_coverage(run)
    dots = [_place(point) for point in points]
    return {
        "run": run,
        "results": results,
        "levels": measured.levels(run),
        "points": points,
        "line": " ".join(f"{across},{down}" for across, down in dots),
        "dots": dots,
        "chart": CHART,
        "earlier": earlier,
        "against": chosen,
        "changed": changed,
        "right": Outcome.RIGHT,
    }


def _place(point: measured.Point) -> tuple[str, str]:
    """Return where a point is drawn: coverage to the right, risk upwards, in the chart's own units."""
    width, height = CHART
    return f"{point.coverage * width:.0f}", f"{height - point.risk * height:.0f}"


class MemoryChangeAdmin(ReadOnlyAdmin):
    """Changes of AI memory that were run against the set; one that makes cases worse waits for another admin."""

    see = Capability.EDIT_MEMORY
    list_display = ["__str__", "standing", "worse", "better", "cases", "author", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["author"]
    ordering = ["-id"]
    fields = ["kind", "title", "fields", "author", "reason", "state", "finding", "decided_by", "decided_at"]
    change_form_outer_before_template = "questions/admin/change_before.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    @display(
        description="State",
        label={"checking": "info", "waiting": "warning", "applied": "success", "rejected": "danger"},
    )
    def standing(self, row: MemoryChange) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            is_author = obj.author_id == tenancy.current().user_id
            is_waiting = obj.state == ChangeState.WAITING
            runs_of = list(obj.runs.select_related("connector"))
            context.update(proposed=obj, is_author=is_author, is_waiting=is_waiting, runs=runs_of)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"<uuid:pk>/{verb}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"questions_memorychange_{verb}",
            )
            for verb, view in (("approve", self.approve_view), ("reject", self.reject_view))
        ]
        return [*own, *super().get_urls()]

    def approve_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Apply it although cases get worse, as a second officer."""
        return self._decide(request, pk, propose.approve, "The change is applied.")

    def reject_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Leave AI memory as it is."""
        return self._decide(request, pk, propose.reject, "The change is rejected; AI memory is as it was.")

    def _decide(self, request: HttpRequest, pk: Any, verb: Any, said: str) -> HttpResponse:
        require(Capability.EDIT_MEMORY)
        row = MemoryChange.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        try:
            verb(row)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, said)
        return redirect(reverse("admin:questions_memorychange_change", args=[pk]))


site.register(EvaluationCase, EvaluationCaseAdmin)
site.register(EvaluationPlan, EvaluationPlanAdmin)
site.register(EvaluationRun, EvaluationRunAdmin)
site.register(MemoryChange, MemoryChangeAdmin)
