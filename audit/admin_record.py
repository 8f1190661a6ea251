"""Retention and legal holds in the admin: what would go is shown before it goes; holds are placed and released."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from audit import hold, retention
from audit.models import LegalHold, RetentionPolicy
from portal.admin_site import TenantAdmin, site
from portal.reason_form import ReasonForm
from portal.roles import Capability


class RetentionAdmin(TenantAdmin):
    """How long events are kept: one policy, with what would go under it as it stands."""

    edit = Capability.SET_POLICY
    see = Capability.VIEW_GOVERNANCE
    may_add = may_remove = False
    form = ReasonForm
    fields = ["months", "change_reason"]
    list_display = ["__str__"]
    change_form_outer_after_template = "audit/admin/would_go.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show beside the form which months go next, and what keeps those that are past their time."""
        more = {"months": retention.plan(), "holds": retention.standing_holds(), "ahead": retention.AHEAD_DAYS}
        return super().changeform_view(request, object_id, form_url, {**more, **(extra_context or {})})


class LegalHoldAdmin(TenantAdmin):
    """Holds: placed with a reason, released with one, never changed and never removed."""

    edit = Capability.SET_POLICY
    see = Capability.VIEW_GOVERNANCE
    may_remove = False
    fields = ["name", "reason", "scope", "covers"]
    list_display = ["name", "scope", "covers", "placed_by", "created_at", "standing"]
    search_fields = ["name", "covers"]
    ordering = ["-id"]
    change_form_outer_after_template = "audit/admin/release.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is released by its own verb

    def get_urls(self) -> list[Any]:
        release = self.admin_site.admin_view(require_POST(self.release_view))
        return [path("<uuid:pk>/release/", release, name="audit_legalhold_release"), *super().get_urls()]

    def apply_change(self, obj: LegalHold, form: Any) -> None:
        hold.place(obj)

    def standing(self, held: LegalHold) -> str:
        return "Stands" if held.is_standing else f"Released {held.released_at:%Y-%m-%d} by {held.released_by}"

    def release_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Release one hold for good, with a reason."""
        held = LegalHold.objects.filter(pk=pk).first()
        if held is None:
            raise Http404
        try:
            hold.release(held, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            for problem in error.messages:
                messages.error(request, problem)
        else:
            messages.success(request, f"The hold {held.name} is released. What it kept goes by the retention again.")
        return redirect(reverse("admin:audit_legalhold_change", args=[pk]))


site.register(RetentionPolicy, RetentionAdmin)
site.register(LegalHold, LegalHoldAdmin)
