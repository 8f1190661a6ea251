"""Notices in the admin: who is told what, and what became of each message, dead letters included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from connectors import notify
from connectors.models import TOPICS, Recipient
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.models import OutboxMessage
from portal.roles import Capability, i_may

_HIDDEN = {"autocomplete": "new-password"}


class RecipientForm(forms.ModelForm):
    """A recipient; the webhook's address and its secret are written and never shown."""

    topics = forms.MultipleChoiceField(
        required=False, choices=list(TOPICS.items()), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    address = forms.CharField(
        required=False,
        max_length=1000,
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs=_HIDDEN),
        help_text="For a webhook: where it is posted to. Written once, never shown again; empty keeps what is set.",
    )
    secret = forms.CharField(
        required=False,
        strip=False,
        max_length=200,
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs=_HIDDEN),
        help_text="For a webhook: signs each delivery, 24 characters or more; Slack needs none. Empty keeps it.",
    )
    change_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Goes to the trail.",
    )

    class Meta:
        model = Recipient
        fields = ["name", "channel", "email", "topics", "is_active"]

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"organization"}  # type: ignore[misc]


class _Telling(TenantAdmin):
    """Lists with an action that sends something."""

    def has_tell_permission(self, request: HttpRequest) -> bool:
        return i_may(Capability.SET_POLICY)

    def told(self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[[Any], Any], done: str) -> None:
        """Do it for each row that was ticked, and say how many went and why the others did not."""
        went = 0
        for row in rows.order_by("id"):
            try:
                verb(row)
                went += 1
            except ValidationError as error:
                self.message_user(request, f"{row}: {'; '.join(error.messages)}", messages.ERROR)
        if went:
            self.message_user(request, done.format(went), messages.SUCCESS)


class RecipientAdmin(_Telling):
    """Who is told what. Switched off rather than removed: messages name them."""

    actions = ["try_out"]

    edit = Capability.SET_POLICY
    form = RecipientForm
    may_remove = False
    list_display = ["name", "channel", "goes_to", "topics", "is_active"]
    fields = ["name", "channel", "email", "address", "secret", "topics", "is_active", "change_reason", "goes_to"]
    readonly_fields = ["goes_to"]
    ordering = ["name"]

    @admin.display(description="goes to")
    def goes_to(self, recipient: Recipient) -> str:
        """Return the mailbox, or the host of the webhook; the rest of its address is a secret."""
        return recipient.email or recipient.host or "–"

    @admin.action(description="Send a test", permissions=["tell"])
    def try_out(self, request: HttpRequest, recipients: QuerySet[Recipient]) -> None:
        self.told(request, recipients, notify.try_out, "Tests on their way: {}. The outbox says what became of them.")

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        notify.set_up(
            obj,
            address=given.get("address", ""),
            secret=given.get("secret", ""),
            reason=given.get("change_reason", ""),
        )


class OutboxAdmin(_Telling, ReadOnlyAdmin):
    """Every message; a dead letter is sent again by who sets policy."""

    see = Capability.VIEW_GOVERNANCE
    actions = ["send_again"]
    list_display = ["created_at", "subject", "topic", "state", "tries", "said", "sent_at"]
    list_filter = ["state", "topic"]
    search_fields = ["subject"]
    ordering = ["-id"]

    @admin.action(description="Send dead letters again", permissions=["tell"])
    def send_again(self, request: HttpRequest, letters: QuerySet[OutboxMessage]) -> None:
        self.told(request, letters, notify.send_again, "Sent again: {}.")


site.register(Recipient, RecipientAdmin)
site.register(OutboxMessage, OutboxAdmin)
