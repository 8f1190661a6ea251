"""The policies in the admin; every edit goes through `portal.change`, the platform's switch through its verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from guardrails import models, resources, switch
from guardrails.output.policy import PATTERN_KINDS, PERSONAL_KINDS
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.roles import Capability, is_platform_staff
from portal.sheets import SheetAdmin


class PolicyForm(forms.ModelForm):
    """An edit with its reason, judged within the organization (its uniqueness is per organization)."""

    change_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Goes to the trail.",
    )

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"organization"}  # type: ignore[misc]


class OutputPolicyForm(PolicyForm):
    blocked_kinds = forms.MultipleChoiceField(
        label="Personal data that blocks",
        required=False,
        choices=[(kind, kind) for kind in PERSONAL_KINDS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="The others are redacted.",
    )
    redacted_patterns = forms.MultipleChoiceField(
        label="Patterns that are redacted",
        required=False,
        choices=[(kind, kind) for kind in PATTERN_KINDS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="The others block.",
    )


class PolicyAdmin(TenantAdmin):
    """A policy with many rows."""

    edit = Capability.SET_POLICY
    form = PolicyForm


class OnePolicyAdmin(PolicyAdmin):
    """A policy an organization has once: neither added nor removed."""

    may_add = may_remove = False


class TicketPolicyAdmin(SheetAdmin, OnePolicyAdmin):
    resource_classes = [resources.TicketPolicyResource]
    list_display = ["__str__", "shadow_refund", "shadow_cancel", "shadow_exchange", "classification_threshold"]
    readonly_fields = ["always_first_time"]
    fieldsets = [
        ("Shadow mode", {"fields": ["shadow_refund", "shadow_cancel", "shadow_exchange", "shadow_reply"]}),
        ("Classification", {"fields": ["classification_threshold", "general_disposition"]}),
        (
            "Abuse and risk",
            {
                "fields": [
                    "abuse_window_days",
                    "abuse_returns",
                    "abuse_damage_claims",
                    "abuse_refunds",
                    "abuse_refund_percent",
                    "abuse_min_orders",
                    "risk_max_age_s",
                ]
            },
        ),
        (
            "Orders",
            {
                "fields": [
                    "max_order_age_days_refund",
                    "max_order_age_days_cancel",
                    "max_order_age_days_exchange",
                    "vip_factor",
                ]
            },
        ),
        (
            "Approvals",
            {
                "fields": [
                    "always_first_time",
                    "approval_expiry_h",
                    "second_approver_above_minor",
                    "second_approver_currency",
                    "change_reason",
                ]
            },
        ),
    ]

    @admin.display(description="first time of an action", boolean=True)
    def always_first_time(self, policy: models.TicketPolicy) -> bool:
        """Say that the first execution always needs a person; there is no switch for it (T13)."""
        return policy.first_time_approval


class ActionCeilingAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [resources.ActionCeilingResource]
    list_display = ["action", "currency", "auto_minor", "block_minor"]
    list_filter = ["action", "currency"]


class ActionCapAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [resources.ActionCapResource]
    list_display = ["action", "org_count", "org_window_s", "customer_count", "customer_period_s"]


class ActionMoneyCapAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [resources.ActionMoneyCapResource]
    list_display = ["action", "currency", "org_money_minor", "customer_money_minor"]
    list_filter = ["action", "currency"]


class EscalationRuleAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [resources.EscalationRuleResource]
    list_display = ["name", "priority", "outcome", "assign_to", "is_active"]
    list_filter = ["outcome", "is_active"]
    search_fields = ["name"]


class OutputPolicyAdmin(OnePolicyAdmin):
    form = OutputPolicyForm
    list_display = ["__str__", "ai_disclosure", "own_address_allowed"]


class QuestionPolicyAdmin(OnePolicyAdmin):
    list_display = ["__str__", "row_limit", "answer_bytes", "rows_per_day", "bytes_per_day", "summaries"]


class QueuePolicyAdmin(OnePolicyAdmin):
    list_display = ["__str__", "sla_minutes", "words_per_minute", "streak", "day_starts_h", "day_ends_h"]


class RatePolicyAdmin(OnePolicyAdmin):
    list_display = ["__str__", "window_s", "asks_of_person", "checks_of_person", "calls_of_person"]


class SpendPolicyAdmin(OnePolicyAdmin):
    list_display = ["__str__", "organization_cap_microusd", "default_user_cap_microusd"]


class UserSpendCapAdmin(PolicyAdmin):
    list_display = ["user", "cap_microusd"]
    list_select_related = ["user"]


class OrganizationSwitchAdmin(OnePolicyAdmin):
    list_display = ["__str__", "is_halted", "reason"]


class SpendCounterAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["cycle", "user", "used_microusd"]
    list_filter = ["cycle"]
    list_select_related = ["user"]
    ordering = ["-cycle", "-used_microusd"]


class SpendReservationAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["created_at", "user", "subject_kind", "state", "estimate_microusd", "actual_microusd"]
    list_filter = ["state", "cycle"]
    list_select_related = ["user"]
    ordering = ["-id"]


class CapReservationAdmin(ReadOnlyAdmin):
    see = Capability.VIEW_GOVERNANCE
    list_display = ["reserved_at", "action", "customer_ref", "amount_minor", "currency", "state"]
    list_filter = ["action", "state"]
    ordering = ["-reserved_at"]


class KillSwitchForm(forms.ModelForm):
    """A turn of the platform's switch: its reason is demanded."""

    class Meta:
        model = models.KillSwitch
        fields = ["is_halted", "reason"]


class KillSwitchAdmin(TenantAdmin):
    """Every turn of the platform's kill switch; platform staff alone see it and turn it."""

    form = KillSwitchForm
    may_remove = False
    list_display = ["switched_at", "is_halted", "reason", "actor_name"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_platform_staff()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_platform_staff()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def apply_change(self, obj: Any, form: Any) -> None:
        turn = switch.engage if obj.is_halted else switch.release
        try:
            obj.pk = turn(obj.reason)
        except ValueError as error:
            raise ValidationError(str(error)) from error


site.register(models.TicketPolicy, TicketPolicyAdmin)
site.register(models.ActionCeiling, ActionCeilingAdmin)
site.register(models.ActionCap, ActionCapAdmin)
site.register(models.ActionMoneyCap, ActionMoneyCapAdmin)
site.register(models.EscalationRule, EscalationRuleAdmin)
site.register(models.OutputPolicyModel, OutputPolicyAdmin)
site.register(models.QuestionPolicy, QuestionPolicyAdmin)
site.register(models.QueuePolicy, QueuePolicyAdmin)
site.register(models.RatePolicy, RatePolicyAdmin)
site.register(models.SpendPolicy, SpendPolicyAdmin)
site.register(models.UserSpendCap, UserSpendCapAdmin)
site.register(models.OrganizationSwitch, OrganizationSwitchAdmin)
site.register(models.SpendCounter, SpendCounterAdmin)
site.register(models.SpendReservation, SpendReservationAdmin)
site.register(models.CapReservation, CapReservationAdmin)
site.register(models.KillSwitch, KillSwitchAdmin)
