"""AI memory, edited by admins alone; questions and reports as they stand, without a row of any answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from unfold.decorators import display

from portal.admin_site import ReadOnlyAdmin, site
from portal.roles import Capability
from portal.sheets import SheetAdmin
from questions import memory
from questions.models import MemoryEntry, Question, Report, VerifiedQuery
from questions.resources import MemoryEntryResource, VerifiedQueryResource


class VerifiedQueryAdmin(SheetAdmin):
    """Question and SQL pairs; saving one verifies it as the person who saves, after the guard passed it."""

    edit = Capability.EDIT_MEMORY
    may_remove = False  # answers refer to it: deactivate instead
    resource_classes = [VerifiedQueryResource]
    list_display = ["question", "connector", "verified_by", "verified_at", "is_active"]
    list_filter = ["connector", "is_active"]
    list_select_related = ["connector", "verified_by"]
    search_fields = ["question", "sql"]
    ordering = ["question"]
    fields = ["connector", "question", "phrasings", "sql", "parameters", "is_active", "verified_by", "verified_at"]
    readonly_fields = ["verified_by", "verified_at"]

    def apply_change(self, obj: Any, form: Any) -> None:
        memory.save_verified(obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_sources(db_field, kwargs))


class MemoryEntryAdmin(SheetAdmin):
    edit = Capability.EDIT_MEMORY
    resource_classes = [MemoryEntryResource]
    list_display = ["name", "kind", "connector", "is_active"]
    list_filter = ["kind", "connector", "is_active"]
    list_select_related = ["connector"]
    search_fields = ["name", "text"]
    ordering = ["kind", "name"]
    fields = ["kind", "name", "text", "connector", "is_active"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **_sources(db_field, kwargs))


def _sources(db_field: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Offer data sources alone."""
    from connectors.models import Connector

    return (
        {**kwargs, "queryset": Connector.objects.sources().order_by("name")} if db_field.name == "connector" else kwargs
    )


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


site.register(VerifiedQuery, VerifiedQueryAdmin)
site.register(MemoryEntry, MemoryEntryAdmin)
site.register(Question, QuestionAdmin)
site.register(Report, ReportAdmin)
