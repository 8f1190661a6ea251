"""Loads what officers set into the frozen facts that gates and guards read. Reads only; what is missing is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from guardrails.gates.facts import (
    ACTION_KINDS,
    AbuseThresholds,
    ActionPolicy,
    Caps,
    Ceilings,
    PolicyFacts,
    Rate,
)
from guardrails.models import (
    ActionCap,
    ActionCeiling,
    ActionMoneyCap,
    CurrencyRate,
    EscalationRule,
    OutputPolicyModel,
    PolicyRevision,
    QuestionPolicy,
    TicketPolicy,
)
from guardrails.models.fields import lines
from guardrails.output.policy import (
    PERSONAL_KINDS,
    OutputPolicy,
    RequiredRule,
)
from guardrails.plan import NO_CEILING, PlanCeiling
from guardrails.sql.policy import GuardPolicy, Mask, RowFilter
from portal import compiled
from portal.money import Money


class PolicyMissing(LookupError):
    """The organization has no such policy; nothing is guessed."""


@dataclass(frozen=True, slots=True)
class QuestionLimits:
    """How much answers may return: `rows` and `answer_bytes` of one; the budgets per person, connector and day."""

    rows: int
    answer_bytes: int
    rows_per_day: int
    bytes_per_day: int
    statement_timeout_ms: int
    revision: int
    plan: PlanCeiling = NO_CEILING
    summaries: str = "off"
    fiscal_year_start_month: int = 1
    agreement_samples: int = 0

    def may_summarize(self, *, is_production: bool) -> bool:
        """Return whether rows of such a connector may be shown to the model; anything not understood is a no."""
        return self.summaries == "on" or (self.summaries == "not_production" and not is_production)


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """How long an approval waits, and above which amount two people approve (None: one is enough)."""

    expires_after: timedelta
    second_approver_above: Money | None

    def needs_second(self, amount: Money) -> bool:
        """Return whether `amount` needs two people; one in another currency always does."""
        above = self.second_approver_above
        return above is not None and (amount.currency != above.currency or above < amount)


def policy_revision() -> int:
    """Return the number that rises with every change of a ticket policy; 0 before the first. One query."""
    return PolicyRevision.objects.values_list("number", flat=True).first() or 0


def ticket_policy_facts() -> PolicyFacts:
    """Return the organization's policy for the gates. Eight queries, however much it holds.

    What the organization has not set is None, which no gate passes.
    """
    # INVARIANT: the revision is read first. A change in between is then seen under a number that is already
    # old, which asks for a new approval; read last, old limits would go under the new number.
    revision = policy_revision()
    policy = TicketPolicy.objects.first()
    actions = _actions(policy)
    rules = tuple(rule.as_rule() for rule in EscalationRule.objects.in_force())
    rates = _rates()
    output = output_policy()
    if policy is None:
        return PolicyFacts(str(revision), actions, reply_shadow=None, rules=rules, output=output, rates=rates)
    return PolicyFacts(
        revision=str(revision),
        actions=actions,
        reply_shadow=policy.shadow_reply,
        classification_threshold=float(policy.classification_threshold),
        general_disposition=policy.general_disposition,
        abuse=AbuseThresholds(
            window_days=policy.abuse_window_days,
            returns=policy.abuse_returns,
            damage_claims=policy.abuse_damage_claims,
            refunds=policy.abuse_refunds,
            refund_percent=policy.abuse_refund_percent,
            min_orders_for_percent=policy.abuse_min_orders,
            accounts_at_address=policy.abuse_accounts_at_address,
            accounts_with_payment=policy.abuse_accounts_with_payment,
            spike_factor=policy.abuse_spike_factor,
            spike_min_orders=policy.abuse_spike_min_orders,
        ),
        risk_max_age_s=policy.risk_max_age_s,
        rules=rules,
        vip_factor=policy.vip_factor,
        output=output,
        rates=rates,
    )


def _rates() -> tuple[Rate, ...]:
    return tuple(
        Rate(row.from_currency, row.to_currency, row.rate, row.holds_from, row.max_age_days)
        for row in CurrencyRate.objects.all()
    )


def output_policy() -> OutputPolicy:
    """Return what replies may and must say. One query. Without a policy all personal data blocks."""
    row = OutputPolicyModel.objects.first()
    return OutputPolicy(blocked_kinds=frozenset(PERSONAL_KINDS)) if row is None else output_policy_of(row)


def output_policy_of(row: OutputPolicyModel) -> OutputPolicy:
    """Return the policy that a row says, saved or not."""
    return OutputPolicy(
        blocked_kinds=frozenset(row.blocked_kinds),
        own_address_allowed=row.own_address_allowed,
        promises=tuple(lines(row.allowed_promises)),
        patterns=row.pattern_rules(),
        required=tuple(_required(rule) for rule in row.required_rules),
        ai_disclosure=row.ai_disclosure,
        ai_disclosure_text=row.ai_disclosure_text,
        default_region=row.default_region,
    )


_QUESTION_POLICY = compiled.Compiled(lambda: QuestionPolicy.objects.order_by("id")[:1])


def question_reads() -> tuple[compiled.Read, ...]:
    """Return what `question_limits` and `signature_days` read, to be read ahead."""
    return (compiled.Read(_QUESTION_POLICY),)


def question_limits() -> QuestionLimits:
    """Return the limits on answers. One query; raises `PolicyMissing`."""
    row = _QUESTION_POLICY.first()
    if row is None:
        raise PolicyMissing("question policy: the organization has none, so nothing is asked; set it under Policies")
    return QuestionLimits(
        rows=row.row_limit,
        answer_bytes=row.answer_bytes,
        rows_per_day=row.rows_per_day,
        bytes_per_day=row.bytes_per_day,
        statement_timeout_ms=row.statement_timeout_ms,
        revision=row.revision,
        plan=PlanCeiling(row.plan_rows or None, row.plan_cost or None),
        summaries=row.summaries,
        fiscal_year_start_month=row.fiscal_year_start_month,
        agreement_samples=row.agreement_samples,
    )


def signature_days() -> int:
    """Return how many days the countersignature of a verified query holds. One query; raises `PolicyMissing`."""
    row = _QUESTION_POLICY.first()
    if row is None:
        raise PolicyMissing("question policy: the organization has none, so no signature holds; set it under Policies")
    return int(row.signature_days)


def guard_policy(
    limits: QuestionLimits | None = None,
    *,
    functions: Iterable[str] = (),
    hidden: Iterable[tuple[str, str]] = (),
    masks: Iterable[Mask] = (),
    filters: Iterable[RowFilter] = (),
    fingerprint: str = "",
) -> GuardPolicy:
    """Return the SQL guard's policy: the organization's row limit with what a connector allows and takes away.

    For a connector call `connectors.data_policy.guard_policy_for` instead, which knows its rules. One query, none
    where `limits` are given; raises `PolicyMissing`.
    """
    found = limits or question_limits()
    return GuardPolicy(
        limit=found.rows,
        functions=frozenset(functions),
        hidden=frozenset(hidden),
        masks=tuple(masks),
        filters=tuple(filters),
        revision=f"{found.revision}+{fingerprint[:12]}" if fingerprint else str(found.revision),
    )


def approval_policy() -> ApprovalPolicy:
    """Return how approvals expire and when two people are needed. One query; raises `PolicyMissing`."""
    row = TicketPolicy.objects.first()
    if row is None:
        raise PolicyMissing("ticket policy: the organization has none, so nothing is approved; set it under Policies")
    return ApprovalPolicy(timedelta(hours=row.approval_expiry_h), row.second_approver_above)


def _actions(policy: TicketPolicy | None) -> MappingProxyType[str, ActionPolicy]:
    """Return the limits by action kind. Three queries."""
    ceilings: dict[str, dict[str, Ceilings]] = {kind: {} for kind in ACTION_KINDS}
    for row in ActionCeiling.objects.all():
        ceilings[row.action][row.currency] = Ceilings(
            Money(row.auto_minor, row.currency), Money(row.block_minor, row.currency)
        )
    money: dict[str, list[ActionMoneyCap]] = {kind: [] for kind in ACTION_KINDS}
    for row in ActionMoneyCap.objects.all():
        money[row.action].append(row)
    counts = {row.action: row for row in ActionCap.objects.all()}
    return MappingProxyType(
        {
            kind: ActionPolicy(
                shadow=policy.is_shadow(kind) if policy else None,
                ceilings=MappingProxyType(ceilings[kind]),
                max_order_age_days=getattr(policy, f"max_order_age_days_{kind}", None),
                caps=_caps(counts[kind], money[kind]) if kind in counts else None,
            )
            for kind in ACTION_KINDS
        }
    )


def _caps(counts: ActionCap, money: list[ActionMoneyCap]) -> Caps:
    return Caps(
        org_count=counts.org_count,
        org_money=MappingProxyType({row.currency: Money(row.org_money_minor, row.currency) for row in money}),
        org_window_s=counts.org_window_s,
        customer_count=counts.customer_count,
        customer_money=MappingProxyType({row.currency: Money(row.customer_money_minor, row.currency) for row in money}),
        customer_period_s=counts.customer_period_s,
    )


def _required(rule: dict) -> RequiredRule:
    return RequiredRule(
        id=rule["id"],
        kind=rule.get("kind", "always"),
        pattern=rule.get("pattern", ""),
        text=rule.get("text", ""),
        applies_to=frozenset(rule.get("applies_to", ())),
    )
