"""Tickets in the admin: what officers keep for the flow, and read-only views of what the flow wrote."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from guardrails.admin import PolicyAdmin
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.reason_form import ReasonForm
from portal.roles import Capability
from portal.sheets import SheetAdmin
from tickets import intake as intakes
from tickets.models import Action, Approval, Difference, FlaggedCustomer, Intake, ReplyMacro, Ticket
from tickets.resources import ReplyMacroResource
from tickets.set_up_intake import set_up


class ReplyMacroAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [ReplyMacroResource]
    list_display = ["name", "action", "is_active"]
    list_filter = ["action", "is_active"]
    search_fields = ["name", "text"]
    ordering = ["name"]


class FlaggedCustomerAdmin(PolicyAdmin):
    list_display = ["customer_ref", "reason", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["customer_ref", "reason"]
    ordering = ["customer_ref"]


class IntakeForm(ReasonForm):
    """A webhook intake; its secret is written and never shown."""

    secret = forms.CharField(
        required=False,
        strip=False,
        max_length=200,
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Shared with the sender, who signs each delivery with it. Written once, never shown again. Leave it"
        " empty to keep the one that is set; a new one takes its place, and the old one stays valid beside it.",
    )

    class Meta:
        model = Intake
        fields = ["name", "verifies_senders", "is_active"]


class IntakeAdmin(TenantAdmin):
    """Signed webhooks. Switched off rather than removed: their tickets name them."""

    edit = Capability.SET_POLICY
    form = IntakeForm
    may_remove = False
    list_display = ["name", "address", "verifies_senders", "has_secret", "is_active"]
    fields = ["name", "verifies_senders", "is_active", "secret", "change_reason", "address", "has_previous"]
    readonly_fields = ["address", "has_previous"]
    ordering = ["name"]

    @admin.display(description="post deliveries to")
    def address(self, intake: Intake) -> str:
        """Return the path below the portal's own address; the key names the intake and proves nothing."""
        return reverse("tickets_api:webhook", args=[intake.key])

    @admin.display(description="secret set", boolean=True)
    def has_secret(self, intake: Intake) -> bool:
        return bool(intake.secret)

    @admin.display(description="previous secret still valid", boolean=True)
    def has_previous(self, intake: Intake) -> bool:
        return bool(intake.previous_secret)

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        set_up(obj, secret=given.get("secret", ""), reason=given.get("change_reason", ""))


class TicketForm(forms.ModelForm):
    """A ticket taken in by hand, judged as the API's and the webhook's are."""

    sender_email = forms.CharField(required=False, max_length=254, widget=UnfoldAdminEmailInputWidget)
    subject = forms.CharField(required=False, max_length=intakes.MAX_SUBJECT, widget=UnfoldAdminTextInputWidget)
    body = forms.CharField(max_length=intakes.MAX_BODY, widget=UnfoldAdminTextareaWidget)
    channel = forms.ChoiceField(choices=[(name, name) for name in intakes.CHANNELS], initial="phone")
    sender_is_verified = forms.BooleanField(
        required=False,
        label="I have made sure who the sender is",
        help_text="Only then their orders are looked up; recorded with your name.",
    )

    class Meta:
        model = Ticket
        fields = ["subject", "body", "channel", "sender_email", "sender_name"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = ("subject", "body", "channel", "sender_email", "sender_name")
        if not self.errors:
            message = {name: str(given.get(name) or "") for name in names}
            try:
                self.message = intakes.checked({"external_ref": f"admin-{uuid.uuid4()}", **message})
            except ValidationError as error:
                self.add_error(None, error)
        return given

    def _post_clean(self) -> None:
        """`intake.checked` is the judge; the row is made by `intake.receive`."""


class TicketAdmin(ReadOnlyAdmin):
    """Tickets are seen by officers and taken in by hand; what becomes of them stands on their own pages."""

    see = Capability.VIEW_GOVERNANCE
    form = TicketForm
    list_display = ["__str__", "state", "intent", "confidence", "sender_email", "received_at"]
    list_filter = ["state", "intent", "source", "is_shadow"]
    search_fields = ["subject", "body", "sender_email", "external_ref"]
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._has(Capability.SET_POLICY) and self._has(Capability.WORK_APPROVALS)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["subject", "body", "channel", "sender_email", "sender_name", "sender_is_verified"]
        return [
            "subject", "body", "channel", "sender_email", "sender_name", "sender_is_verified", "source", "external_ref",
            "received_at", "state", "reason", "disposition", "intent", "confidence", "other_intents", "order_numbers",
            "customer_ref", "is_shadow", "assigned_to", "cost_microusd",
        ]  # fmt: skip

    def apply_change(self, obj: Any, form: Any) -> None:
        verified = form.cleaned_data["sender_is_verified"]
        made, _ = intakes.receive(form.message, source="admin", sender_is_verified=verified)
        obj.pk, obj.subject, obj.body = made.pk, made.subject, made.body


class ActionAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["created_at", "status", "kind", "order_number", "amount", "tool", "actor", "verdict"]
    list_filter = ["state", "kind", "is_shadow"]
    search_fields = ["order_number", "tool", "actor", "customer_ref"]
    ordering = ["-id"]

    def amount(self, action: Action) -> str:
        return str(action.money or "–")


class ApprovalAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["created_at", "question", "state", "claimed_by", "first_by", "decided_by", "decided_at"]
    list_filter = ["state", "needs_second"]
    list_select_related = ["claimed_by", "first_by", "decided_by"]
    search_fields = ["question", "why"]
    ordering = ["-id"]


class DifferenceAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["day", "kind", "detail", "store", "receipt_id", "is_resolved"]
    list_filter = ["kind", "is_resolved"]
    list_select_related = ["store"]
    search_fields = ["detail", "receipt_id", "order_id"]
    ordering = ["-id"]


site.register(ReplyMacro, ReplyMacroAdmin)
site.register(FlaggedCustomer, FlaggedCustomerAdmin)
site.register(Intake, IntakeAdmin)
site.register(Ticket, TicketAdmin)
site.register(Action, ActionAdmin)
site.register(Approval, ApprovalAdmin)
site.register(Difference, DifferenceAdmin)
