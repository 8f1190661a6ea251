"""The admin site: asks the role matrix, never flags on a person; changes go through `portal.change`."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from portal import change, views
from portal.access import sign_in_url
from portal.loosening import NeedsSecondOfficer
from portal.page_verb import proposed
from portal.refusal import Refused
from portal.roles import ADMIN_CAPABILITIES, Capability, i_may, is_break_glass

CLOSED = "The admin site is for people who govern the organization. An admin of yours can change your role."


class CountersignSite(UnfoldAdminSite):
    """Open to people whose role has any administrative capability in the current organization."""

    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "Governance"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and any(i_may(capability) for capability in ADMIN_CAPABILITIES)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Refuse people who are signed in without the right at once, and record it; strangers go to the sign-in."""
        opened = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Refused(CLOSED)
            return opened(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one way to sign in; a person who is signed in without the right is refused."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Refused(CLOSED)
        return redirect(sign_in_url(request))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one way to sign out too."""
        return views.SignOut.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Everybody changes their password on the same page, with its event."""
        return redirect("portal:password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("portal:password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        context["colors"] = {}  # admin.css holds them: an inline style sheet would need an exception in the policy
        membership = getattr(request, "membership", None)
        if membership is not None:
            context["site_subheader"] = membership.organization.name
        return context


site = CountersignSite()


def _with_errors(form: Any, refused: ValidationError) -> Any:
    """Return the form class with what a verb refused added to its validation, at the fields that it has."""
    by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}

    class Judged(form):
        def _post_clean(self) -> None:
            super()._post_clean()
            for name, found in by_field.items():
                self.add_error(name if name in self.fields else None, found)

    return Judged


def _proposed(request: HttpRequest, needed: NeedsSecondOfficer) -> HttpResponse:
    """Propose the edit instead of making it, and lead to where the other officer confirms it."""
    for said in proposed(needed):
        messages.warning(request, said)
    return redirect("portal:changes")


class TenantAdmin(ModelAdmin):
    """An admin class over one organization's rows, with capabilities instead of Django's permissions.

    `see` opens lists and details, `edit` adds, changes and removes; None means that nobody may.
    """

    change_form_outer_after_template = "portal/_story.html"
    see: Capability | None = None
    edit: Capability | None = None
    may_add = True
    may_remove = True
    show_full_result_count = False
    list_per_page = 50
    compressed_fields = True

    def _has(self, capability: Capability | None) -> bool:
        return capability is not None and i_may(capability)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_look = is_break_glass() and (self.see or self.edit) is not None  # all of it, and none to change
        return self._has(self.see) or self._has(self.edit) or may_look

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has(self.edit)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self._has(self.edit)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_remove and self._has(self.edit)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.model._default_manager.get_queryset()
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            return super().get_object(request, object_id, from_field)
        except (ValidationError, ValueError):
            return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        self.apply_change(obj, form)

    def apply_change(self, obj: Any, form: Any) -> None:
        """Save through the one way to change a governed model."""
        change.apply(obj, reason=form.cleaned_data.get("change_reason", ""), source="admin")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show what a verb refuses at the field it names; nothing of the edit is kept, nothing typed is lost."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except NeedsSecondOfficer as needed:
            return _proposed(request, needed)
        except ValidationError as error:
            request.refused_edit = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except NeedsSecondOfficer as needed:
            return _proposed(request, needed)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changelist_view(request, *args, **kwargs)
        except NeedsSecondOfficer as needed:  # of what was ticked, the first that needs one; none was removed
            return _proposed(request, needed)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refused = getattr(request, "refused_edit", None)
        return form if refused is None else _with_errors(form, refused)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        change.remove(obj, source="admin")

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for obj in queryset:
                change.remove(obj, source="admin")

    # One record: the trail. Django's own log would be a second truth, without an organization.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the object's events in the trail."""
        return redirect(f"/admin/audit/event/?{urlencode({'subject': object_id})}")


class ReadOnlyAdmin(TenantAdmin):
    """Rows that only verbs write: seen, never edited."""

    may_add = False
    may_remove = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
