"""Questions and reports as they stand, without a row of any answer; AI memory stands in `questions.admin_memory`."""

from __future__ import annotations

from unfold.decorators import display

from portal.admin_site import ReadOnlyAdmin, site
from portal.roles import Capability
from questions import admin_evaluation, admin_memory  # noqa: F401 - they register themselves
from questions.models import Question, Report


class QuestionAdmin(ReadOnlyAdmin):
    """Every question of the organization: what was asked, what ran, how it ended; its rows belong to who asked."""

    see = Capability.VIEW_GOVERNANCE
    list_display = ["shown", "asked_by", "connector", "state", "confidence", "row_count", "cost", "created_at"]
    list_filter = ["state", "confidence", "origin", "connector", "verified_only"]
    list_select_related = ["asked_by", "connector"]
    search_fields = ["text", "executed_sql", "asked_by__email"]
    ordering = ["-id"]
    fields = [
        "text", "asked_by", "created_at", "origin", "connector", "connector_reason", "state", "failure", "reasons",
        "generated_sql", "executed_sql", "guard_changes", "repairs", "verified_query", "verified_only", "assumptions",
        "confidence", "signals", "columns", "row_count", "size_bytes", "rows_cut", "bytes_cut", "duration_ms",
        "cost_microusd", "ledger", "timings", "ended_at",
    ]  # fmt: skip

    @display(description="Question")
    def shown(self, question: Question) -> str:
        return str(question)

    @display(description="Cost", ordering="cost_microusd")
    def cost(self, question: Question) -> str:
        return f"${question.cost_microusd / 1_000_000:.4f}"


class ReportAdmin(ReadOnlyAdmin):
    """Saved questions and whose they are; running one is for people with a grant, on their own page."""

    see = Capability.VIEW_GOVERNANCE
    list_display = ["title", "owner", "connector", "is_active", "created_at"]
    list_filter = ["connector", "is_active"]
    list_select_related = ["owner", "connector"]
    search_fields = ["title", "question", "owner__email"]
    ordering = ["-id"]
    fields = ["title", "owner", "connector", "question", "sql", "verified_query", "is_active", "created_at"]


site.register(Question, QuestionAdmin)
site.register(Report, ReportAdmin)
