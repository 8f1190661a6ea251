"""In which direction each field of a policy loosens: what a second officer is asked for."""

from __future__ import annotations

from typing import Any

from guardrails import models, rehearsal, versions
from portal import pending
from portal.loosening import declare


def _always(row: Any) -> bool:
    return True


def declare_all() -> None:
    """Declare every policy of this floor; called when the app is ready."""
    _of_tickets()
    _of_limits()
    _of_replies()
    declare(models.OrganizationSwitch, off="is_halted", neutral="reason", always="is_halted")
    for model in versions.VERSIONED:
        pending.weighed(model, weigh)


def weigh(draft: Any, reason: str, is_removal: bool) -> str:
    """Rehearse a proposed edit over past tickets; return the address of what it would have changed (T26)."""
    return "" if is_removal else rehearsal.start(draft, reason)


def _of_tickets() -> None:
    declare(
        models.TicketPolicy,
        down="classification_threshold abuse_window_days fallback_agreement_percent",
        up="abuse_returns abuse_damage_claims abuse_refunds abuse_refund_percent abuse_min_orders"
        " abuse_spike_min_orders risk_max_age_s max_order_age_days_refund max_order_age_days_cancel"
        " max_order_age_days_exchange vip_factor approval_expiry_h second_approver_above_minor fallback_min_actions"
        " fallback_error_percent",
        up_zero="abuse_accounts_at_address abuse_accounts_with_payment abuse_spike_factor",
        any_change="second_approver_currency fallback_days",
        neutral="shadow_refund shadow_cancel shadow_exchange shadow_reply",  # left by two officers in any case
        choices={"general_disposition": ("hand_over", "close")},
    )
    declare(
        models.ActionCeiling, up="auto_minor block_minor", any_change="action currency", created=_always
    )  # without one, nothing passes
    declare(
        models.ActionCap,
        up="org_count customer_count",
        down="org_window_s customer_period_s",
        any_change="action",
        created=_always,
        removed=_always,
    )
    declare(
        models.ActionMoneyCap,
        up="org_money_minor customer_money_minor",
        any_change="action currency",
        created=_always,
        removed=_always,
    )
    declare(models.CurrencyRate, up="max_age_days as_of", any_change="from_currency to_currency rate", created=_always)
    declare(
        models.EscalationRule,
        off="is_active",
        any_change="condition priority",
        neutral="name assign_to cases",
        choices={"outcome": ("block", "human", "assign", "close")},
        created=lambda rule: rule.outcome in ("assign", "close"),
        removed=lambda rule: rule.is_active,
    )


def _of_limits() -> None:
    declare(models.SpendPolicy, up="organization_cap_microusd default_user_cap_microusd")
    declare(models.UserSpendCap, up="cap_microusd", any_change="user", created=_always, removed=_always)
    declare(
        models.QuestionPolicy,
        up="row_limit answer_bytes rows_per_day bytes_per_day statement_timeout_ms signature_days",
        up_zero="plan_rows plan_cost",
        down="agreement_samples",
        neutral="fiscal_year_start_month",
        choices={"summaries": ("off", "not_production", "on")},
    )
    declare(
        models.RatePolicy,
        down="window_s",
        up="asks_of_person asks_of_organization checks_of_person checks_of_organization calls_of_person"
        " calls_of_organization tickets_of_organization risk_events_of_organization",
    )
    declare(
        models.QueuePolicy,
        up="sla_minutes words_per_minute streak day_ends_h",
        down="day_starts_h",
        on="works_weekends",
    )


def _of_replies() -> None:
    declare(
        models.OutputPolicyModel,
        fewer="blocked_kinds competitor_names prohibited_phrases legal_triggers internal_terms custom_patterns"
        " required_rules",
        more="allowed_promises redacted_patterns",
        on="own_address_allowed",
        off="ai_disclosure",
        any_change="ai_disclosure_text",
        neutral="default_region",
    )
    declare(models.ReplyCase, any_change="text facts expected_verdict expected_kinds", neutral="name", removed=_always)
