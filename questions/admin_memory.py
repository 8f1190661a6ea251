"""AI memory in the admin: edited by admins alone, countersigned by another one, with what each entry is used for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.decorators import display

from connectors.models import Connector
from guardrails import policy
from portal import tenancy
from portal.admin_site import ReadOnlyAdmin, site
from portal.change import apply as change_apply
from portal.roles import Capability, require
from portal.sheets import SheetAdmin
from questions import countersign, propose
from questions.models import Feedback, MemoryChange, MemoryEntry, Metric, Standing, VerifiedQuery
from questions.resources import MemoryEntryResource, MetricResource, VerifiedQueryResource


class MemoryAdmin(SheetAdmin):
    """What every kind of AI memory shares: admins alone, and only data sources are offered."""

    edit = Capability.EDIT_MEMORY
    list_select_related = ["connector"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save it, or propose it where the evaluation set of its connector holds changes."""
        kind_is_held = type(obj) in propose.MODELS.values()
        request.proposed = propose.save(obj) if kind_is_held else change_apply(obj)  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._proposed(request) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._proposed(request) or super().response_change(request, obj)

    def _proposed(self, request: HttpRequest) -> HttpResponse | None:
        proposed = getattr(request, "proposed", None)
        if not isinstance(proposed, MemoryChange):
            return None
        said = "Nothing is changed yet: the evaluation set is run first, and it is applied where no case is worse."
        messages.info(request, said)
        return redirect(reverse("admin:questions_memorychange_change", args=[proposed.pk]))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "connector":
            kwargs["queryset"] = Connector.objects.sources().order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class VerifiedQueryAdmin(MemoryAdmin):
    """Question and SQL pairs: saved by one admin after the guard passed them, countersigned by another."""

    may_remove = False  # answers refer to it: deactivate instead
    resource_classes = [VerifiedQueryResource]
    list_display = ["question", "connector", "standing", "owner", "verified_by", "verified_at", "uses", "is_active"]
    list_filter = ["connector", "is_active"]
    list_select_related = ["connector", "owner", "verified_by"]
    search_fields = ["question", "sql"]
    ordering = ["question"]
    fields = ["connector", "question", "phrasings", "sql", "parameters", "is_active"]
    change_form_outer_before_template = "questions/admin/verified_before.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.annotate(number_of_uses=Count("answers"), last_used=Max("answers__created_at"))

    @display(
        description="Standing",
        label={"countersigned": "success", "unsigned": "warning", "edited": "warning", "expired": "warning",
               "stale": "danger"},
    )  # fmt: skip
    def standing(self, row: VerifiedQuery) -> tuple[str, str]:
        found = row.standing(timezone.now(), policy.signature_days())
        return found.value, str(found.label)

    @display(description="Used", ordering="number_of_uses")
    def uses(self, row: Any) -> str:
        return f"{row.number_of_uses}, last {row.last_used:%Y-%m-%d}" if row.number_of_uses else "never"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            days = policy.signature_days()
            standing = obj.standing(timezone.now(), days)
            context.update(
                verified=obj,
                standing=standing,
                signature_days=days,
                is_author=obj.owner_id == tenancy.current().user_id,
                may_sign=standing != Standing.COUNTERSIGNED and obj.owner_id != tenancy.current().user_id,
            )
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.countersign_view))
        own = path("<uuid:pk>/countersign/", view, name="questions_verifiedquery_countersign")
        return [own, *super().get_urls()]

    def countersign_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Countersign what was shown, as the current admin."""
        require(Capability.EDIT_MEMORY)
        row = VerifiedQuery.objects.select_related("connector").filter(pk=pk).first()
        if row is None:
            raise Http404
        given = request.POST.get("revision", "")
        try:
            countersign.countersign(row, revision=int(given) if given.isdecimal() and len(given) < 10 else 0)
        except ValidationError as error:
            for said in error.messages:
                messages.error(request, said)
        else:
            messages.success(request, "Countersigned. It answers as a verified query until the signature expires.")
        return redirect(reverse("admin:questions_verifiedquery_change", args=[pk]))


class MemoryEntryAdmin(MemoryAdmin):
    resource_classes = [MemoryEntryResource]
    list_display = ["name", "kind", "connector", "is_active"]
    list_filter = ["kind", "connector", "is_active"]
    search_fields = ["name", "text"]
    ordering = ["kind", "name"]
    fields = ["kind", "name", "text", "connector", "is_active"]


class MetricAdmin(MemoryAdmin):
    """One definition of a figure each, told to the model and matched by its name."""

    resource_classes = [MetricResource]
    list_display = ["name", "connector", "expression", "table", "is_active"]
    list_filter = ["connector", "is_active"]
    search_fields = ["name", "description", "expression"]
    ordering = ["name"]
    fields = ["connector", "name", "description", "expression", "table", "synonyms", "is_active"]


class FeedbackAdmin(ReadOnlyAdmin):
    """What people said of their answers: candidates for the evaluation set."""

    see = Capability.EDIT_MEMORY
    list_display = ["question", "verdict", "connector", "person", "created_at"]
    list_filter = ["is_right", "fault", "question__connector"]
    list_select_related = ["question", "question__connector", "person"]
    ordering = ["-id"]
    fields = ["question", "person", "is_right", "fault", "created_at"]

    @display(description="Said", label={"right": "success", "wrong": "danger"})
    def verdict(self, row: Feedback) -> tuple[str, str]:
        return ("right" if row.is_right else "wrong"), str(row)

    @display(description="Connector", ordering="question__connector")
    def connector(self, row: Feedback) -> str:
        return str(row.question.connector)


site.register(Feedback, FeedbackAdmin)
site.register(Metric, MetricAdmin)
site.register(VerifiedQuery, VerifiedQueryAdmin)
site.register(MemoryEntry, MemoryEntryAdmin)
