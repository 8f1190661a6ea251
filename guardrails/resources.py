"""Rules and thresholds as sheets. Each row goes through `portal.change`; keys are what people know rows by."""

from __future__ import annotations

from guardrails.models import ActionCap, ActionCeiling, ActionMoneyCap, CurrencyRate, EscalationRule, TicketPolicy
from portal.sheets import GovernedResource, OneRowResource


class TicketPolicyResource(OneRowResource):
    class Meta:
        model = TicketPolicy
        exclude = ("id", "organization", "created_at", "revision")
        import_id_fields = ()


class ActionCeilingResource(GovernedResource):
    class Meta:
        model = ActionCeiling
        fields = ("action", "currency", "auto_minor", "block_minor")
        import_id_fields = ("action", "currency")


class ActionCapResource(GovernedResource):
    class Meta:
        model = ActionCap
        fields = ("action", "org_count", "org_window_s", "customer_count", "customer_period_s")
        import_id_fields = ("action",)


class ActionMoneyCapResource(GovernedResource):
    class Meta:
        model = ActionMoneyCap
        fields = ("action", "currency", "org_money_minor", "customer_money_minor")
        import_id_fields = ("action", "currency")


class CurrencyRateResource(GovernedResource):
    class Meta:
        model = CurrencyRate
        fields = ("from_currency", "to_currency", "rate", "as_of", "max_age_days")
        import_id_fields = ("from_currency", "to_currency")


class EscalationRuleResource(GovernedResource):
    class Meta:
        model = EscalationRule
        fields = ("name", "priority", "condition", "outcome", "assign_to", "is_active")
        import_id_fields = ("name",)
