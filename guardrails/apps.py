"""Wiring of the guardrails app: what is governed, what a new organization gets, who may turn the kill switch."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GuardrailsConfig(AppConfig):
    name = "guardrails"
    verbose_name = "Policies"

    def ready(self) -> None:
        from guardrails import directions, events, evidence  # noqa: F401
        from guardrails.defaults import make_defaults
        from portal.ids import PLATFORM_ID
        from portal.isolation import ORGANIZATION, share
        from portal.provision import on_new_organization

        _govern()
        directions.declare_all()
        _hold_cases()
        _keep_versions()
        evidence.add()
        _navigate()
        _count()
        share(
            "guardrails_killswitch",
            "select, insert",
            "one switch halts every organization at once: everybody reads it, only the platform's own turns it",
            select="true",
            insert=f"{ORGANIZATION} = '{PLATFORM_ID}'::uuid",
        )
        on_new_organization(make_defaults)
        post_migrate.connect(make_first_turn, dispatch_uid="guardrails.make_first_turn")


def _govern() -> None:
    from guardrails import models
    from guardrails.models.currency import stamp
    from portal.change import condition, govern

    govern(models.TicketPolicy, "ticket_policy", "the ticket policy")
    govern(models.ActionCeiling, "action_ceiling", "a ceiling")
    govern(models.ActionCap, "action_cap", "a cap on actions")
    govern(models.ActionMoneyCap, "action_money_cap", "a cap on money")
    govern(models.CurrencyRate, "currency_rate", "a rate between two currencies")
    condition(models.CurrencyRate, stamp)
    govern(models.EscalationRule, "escalation_rule", "an escalation rule")
    govern(models.OutputPolicyModel, "output_policy", "the output policy")
    govern(models.ReplyCase, "reply_case", "a test case of the output policy")
    govern(models.SpendPolicy, "spend_policy", "the spend policy")
    govern(models.UserSpendCap, "user_spend_cap", "a person's spend cap")
    govern(models.QuestionPolicy, "question_policy", "the question policy")
    govern(models.RatePolicy, "rate_policy", "the rate policy")
    govern(models.QueuePolicy, "queue_policy", "the policy of the approval queue")
    govern(models.OrganizationSwitch, "organization_switch", "the organization's kill switch")


def _hold_cases() -> None:
    from guardrails import models, reply_cases
    from portal.change import condition

    condition(models.OutputPolicyModel, reply_cases.require_cases)
    condition(models.ReplyCase, reply_cases.require_true)


def _keep_versions() -> None:
    from guardrails import versions
    from portal import change

    for model in versions.VERSIONED:
        change.followed(model, versions.keep)


def _navigate() -> None:
    from portal.navigation import Entry, add_admin
    from portal.roles import Capability

    entries = (
        ("Ticket policy", "ticketpolicy", "confirmation_number"),
        ("Ceilings", "actionceiling", "vertical_align_top"),
        ("Caps on actions", "actioncap", "speed"),
        ("Caps on money", "actionmoneycap", "savings"),
        ("Currency rates", "currencyrate", "currency_exchange"),
        ("Escalation rules", "escalationrule", "rule"),
        ("Output policy", "outputpolicymodel", "mark_chat_read"),
        ("Reply test cases", "replycase", "fact_check"),
        ("Approval queue policy", "queuepolicy", "fact_check"),
        ("Question policy", "questionpolicy", "table_view"),
        ("Rate policy", "ratepolicy", "speed"),
        ("Spend policy", "spendpolicy", "payments"),
        ("Spend caps of people", "userspendcap", "person"),
        ("Kill switch", "organizationswitch", "power_settings_new"),
    )
    for order, (title, name, icon) in enumerate(entries):
        url = f"admin:guardrails_{name}_changelist"
        add_admin(Entry("Policies", title, url, Capability.SET_POLICY, icon, order))
    for order, (title, name, icon) in enumerate(
        (
            ("Spend by billing cycle", "spendcounter", "bar_chart"),
            ("Spend reservations", "spendreservation", "receipt_long"),
            ("Cap reservations", "capreservation", "event_seat"),
        )
    ):
        url = f"admin:guardrails_{name}_changelist"
        add_admin(Entry("Policies", title, url, Capability.VIEW_GOVERNANCE, icon, 20 + order))
    add_admin(
        Entry(
            "Platform",
            "Kill switch of every organization",
            "admin:guardrails_killswitch_changelist",
            Capability.SET_POLICY,
            "emergency",
            platform_only=True,
        )
    )


def _count() -> None:
    """Let the dashboard say what the model calls of this billing cycle have cost, holds included."""
    from django.urls import reverse

    from guardrails.spend import forecast, usage
    from portal import exposure, figures

    exposure.add_ceilings(_ceilings)
    figures.add(
        figures.Figure(
            "Spend",
            "Model calls this billing cycle",
            lambda period: f"${usage().used / 1_000_000:,.2f}",
            lambda period: reverse("admin:guardrails_spendcounter_changelist"),
        )
    )
    figures.add(
        figures.Figure(
            "Spend",
            "Their cap",
            lambda period: f"${usage().cap / 1_000_000:,.2f}",
            lambda period: reverse("admin:guardrails_spendpolicy_changelist"),
            order=51,
        )
    )
    figures.add(
        figures.Figure(
            "Spend",
            "Forecast for the cycle's end",
            lambda period: f"${forecast() / 1_000_000:,.2f}",
            lambda period: reverse("admin:guardrails_spendreservation_changelist"),
            order=52,
        )
    )


def _ceilings() -> list[Any]:
    from guardrails.models import ActionCeiling
    from portal.exposure import Ceiling

    found = ActionCeiling.objects.values_list("action", "currency", "auto_minor", "block_minor")
    return [
        Ceiling(kind, currency, minor) for kind, currency, *minors in found for minor in sorted(set(minors)) if minor
    ]


def make_first_turn(sender: Any, using: str, **kwargs: Any) -> None:
    """Make the first row of the platform's kill switch: without one, nothing may run."""
    if using != "owner" or sender.name != "guardrails":
        return
    from guardrails.models import KillSwitch

    rows = KillSwitch.objects.using("owner")
    if not rows.exists():
        rows.create(is_halted=False, reason="installed", actor_id="countersign", actor_name="Countersign")
