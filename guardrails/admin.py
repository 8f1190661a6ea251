"""The policies in the admin; every edit goes through `portal.change`, the platform's switch through its verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
)

from guardrails import models, rehearsal, resources, rule_form, switch
from guardrails.admin_replies import ReplyPages
from guardrails.gates import reach
from guardrails.gates.words import in_words
from guardrails.output.policy import PATTERN_KINDS, PERSONAL_KINDS
from guardrails.output.result import KINDS
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.change import kind_of
from portal.reason_form import ReasonForm
from portal.roles import Capability, is_platform_staff
from portal.sheets import SheetAdmin


class OutputPolicyForm(ReasonForm):
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
    form = ReasonForm


class OnePolicyAdmin(PolicyAdmin):
    """A policy an organization has once: neither added nor removed."""

    may_add = may_remove = False


class RehearsedAdmin(PolicyAdmin):
    """A policy that decides about tickets: its draft can be rehearsed over past ones before it is saved (T26)."""

    change_form_before_template = "admin/guardrails/rehearse.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Rehearse what is typed instead of saving it, where that button was pressed; errors stand at their fields."""
        more = {"policy_kind": kind_of(self.model), **(extra_context or {})}
        if request.method == "POST" and "_rehearse" in request.POST and self.has_change_permission(request):
            try:
                if url := self._rehearsed(request, object_id):
                    return redirect(url)
            except ValidationError as error:
                request.refused_edit = error  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, more)

    def _rehearsed(self, request: HttpRequest, object_id: str | None) -> str:
        """Start the rehearsal of the typed draft and return its page; nothing where the form is not valid."""
        row = self.get_object(request, object_id) if object_id else None
        form = self.get_form(request, row, change=row is not None)(request.POST, request.FILES, instance=row)
        if not form.is_valid():
            return ""
        return rehearsal.start(form.instance, form.cleaned_data.get("change_reason", ""))


class TicketPolicyAdmin(SheetAdmin, RehearsedAdmin, OnePolicyAdmin):
    resource_classes = [resources.TicketPolicyResource]
    list_display = ["__str__", "shadow_refund", "shadow_cancel", "shadow_exchange", "classification_threshold"]
    readonly_fields = ["always_first_time"]
    fieldsets = [
        ("Shadow mode", {"fields": ["shadow_refund", "shadow_cancel", "shadow_exchange", "shadow_reply"]}),
        (
            "Fall-back to shadow mode",
            {
                "fields": [
                    "fallback_days",
                    "fallback_min_actions",
                    "fallback_agreement_percent",
                    "fallback_error_percent",
                ]
            },
        ),
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
                    "abuse_accounts_at_address",
                    "abuse_accounts_with_payment",
                    "abuse_spike_factor",
                    "abuse_spike_min_orders",
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


class ActionCeilingAdmin(SheetAdmin, RehearsedAdmin):
    resource_classes = [resources.ActionCeilingResource]
    list_display = ["action", "currency", "auto_minor", "block_minor"]
    list_filter = ["action", "currency"]


class ActionCapAdmin(SheetAdmin, RehearsedAdmin):
    resource_classes = [resources.ActionCapResource]
    list_display = ["action", "org_count", "org_window_s", "customer_count", "customer_period_s"]


class ActionMoneyCapAdmin(SheetAdmin, RehearsedAdmin):
    resource_classes = [resources.ActionMoneyCapResource]
    list_display = ["action", "currency", "org_money_minor", "customer_money_minor"]
    list_filter = ["action", "currency"]


class CurrencyRateAdmin(SheetAdmin, PolicyAdmin):
    resource_classes = [resources.CurrencyRateResource]
    list_display = ["from_currency", "to_currency", "rate", "as_of", "max_age_days", "set_at", "set_by"]
    readonly_fields = ["set_at", "set_by"]


class RuleForm(ReasonForm):
    """A rule with its condition and its test cases, which are run when it is saved."""

    condition = rule_form.ReadableJSON(widget=rule_form.BuilderWidget("condition"))
    cases = rule_form.ReadableJSON(
        label="Test cases",
        required=False,
        widget=rule_form.BuilderWidget("cases"),
        help_text="Run at every save; a rule that says otherwise is not saved. A fact that is left out is not known.",
    )

    class Meta:
        model = models.EscalationRule
        fields = ["name", "priority", "condition", "outcome", "assign_to", "is_active", "cases"]

    def clean_cases(self) -> Any:
        return self.cleaned_data["cases"] or []


class RuleList(ChangeList):
    """The list of rules; each knows whether it can ever decide."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = reach.find(rule.as_rule() for rule in models.EscalationRule.objects.in_force())
        self.result_list = list(self.result_list)
        for rule in self.result_list:
            rule.finding = found.get(str(rule.pk))


class EscalationRuleAdmin(SheetAdmin, RehearsedAdmin):
    form = RuleForm
    resource_classes = [resources.EscalationRuleResource]
    list_display = ["name", "priority", "says", "outcome", "assign_to", "is_active", "decides"]
    list_filter = ["outcome", "is_active"]
    search_fields = ["name"]
    change_form_outer_before_template = "guardrails/admin/rule_before.html"

    @admin.display(description="condition")
    def says(self, rule: models.EscalationRule) -> str:
        text = in_words(rule.condition)
        return text if len(text) <= 120 else f"{text[:119]}…"

    @admin.display(description="decides")
    def decides(self, rule: models.EscalationRule) -> str:
        """Say what is proven about the rule's place; nothing is claimed of the others."""
        finding = getattr(rule, "finding", None)
        if not rule.is_active:
            return "– not active"
        return "✓" if finding is None else f"✕ never: {finding.reason}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RuleList

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Say above the form what the saved rule says, and whether it can ever decide."""
        rule = kwargs.get("obj")
        context["rule_fields"] = rule_form.described_fields()
        if rule is not None:
            found = reach.find(each.as_rule() for each in models.EscalationRule.objects.in_force())
            context["rule_finding"] = found.get(str(rule.pk))
            context["rule_words"] = in_words(models.EscalationRule.objects.get(pk=rule.pk).condition)
            whom = f" to {rule.assign_to}" if rule.assign_to else ""
            context["rule_outcome"] = f"{rule.get_outcome_display().lower()}{whom}"
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save, and say what is proven about the rules that can now never decide."""
        super().save_model(request, obj, form, change)
        names = {str(rule.pk): rule for rule in models.EscalationRule.objects.in_force()}
        for key, finding in reach.find(rule.as_rule() for rule in names.values()).items():
            messages.warning(request, f"Rule `{names[key].name}` never decides: {finding.reason}.")


class OutputPolicyAdmin(ReplyPages, RehearsedAdmin, OnePolicyAdmin):
    form = OutputPolicyForm
    list_display = ["__str__", "ai_disclosure", "own_address_allowed"]
    list_before_template = change_form_outer_before_template = "guardrails/admin/replies_before.html"

    def get_urls(self) -> list[Any]:
        return [*self.reply_urls(), *super().get_urls()]


class ReplyCaseForm(ReasonForm):
    """A saved reply: it has to hold under the policy of today, and under every later one."""

    facts = rule_form.ReadableJSON(
        required=False, widget=UnfoldAdminTextareaWidget, help_text="What is true of the reply: deed, amount, order, …"
    )
    expected_kinds = forms.MultipleChoiceField(
        label="Findings it has to have",
        required=False,
        choices=[(kind, kind) for kind in KINDS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def clean_facts(self) -> Any:
        return self.cleaned_data["facts"] or {}


class ReplyCaseAdmin(PolicyAdmin):
    form = ReplyCaseForm
    list_display = ["name", "expected_verdict", "kinds"]
    list_filter = ["expected_verdict"]
    search_fields = ["name"]
    list_before_template = "guardrails/admin/replies_before.html"

    @admin.display(description="findings")
    def kinds(self, case: models.ReplyCase) -> str:
        return ", ".join(case.expected_kinds) or "none"


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
site.register(models.CurrencyRate, CurrencyRateAdmin)
site.register(models.EscalationRule, EscalationRuleAdmin)
site.register(models.OutputPolicyModel, OutputPolicyAdmin)
site.register(models.ReplyCase, ReplyCaseAdmin)
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
