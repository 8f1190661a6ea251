"""A new organization is safe before anybody configures anything (T24)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.models import Event
from guardrails.contracts import Outcome
from guardrails.defaults import make_defaults
from guardrails.gates import GATES
from guardrails.gates.run import run_gates
from guardrails.models import ActionCeiling, SpendPolicy, TicketPolicy
from guardrails.policy import ticket_policy_facts
from portal import tenancy
from tests.factories import Cast, make_organization
from tests.guardrails.gates.make import make_facts


@pytest.mark.requirement("T24")
def test_a_bare_organization_moves_no_money(northlight: Cast) -> None:
    """Facts that pass every gate under an open policy act on nothing under the defaults of a new organization."""
    policy = ticket_policy_facts()
    assert run_gates(make_facts(), GATES).may_act, "the control: under an open policy these facts act"
    for kind in ("refund", "cancel", "exchange"):
        facts = make_facts(policy=policy, classification={"intent": kind}, action={"kind": kind})
        run = run_gates(facts, GATES)
        assert run.is_record_only
        assert not run.may_act


@pytest.mark.requirement("T24")
def test_even_without_shadow_mode_the_first_action_needs_a_person(northlight: Cast) -> None:
    TicketPolicy.objects.update(shadow_refund=False, shadow_reply=False)
    run = run_gates(make_facts(policy=ticket_policy_facts(), first_time={"executed_before": False}), GATES)
    assert run.outcome is Outcome.HUMAN
    assert TicketPolicy.first_time_approval is True


@pytest.mark.requirement("T24")
def test_thresholds_and_caps_are_set(northlight: Cast) -> None:
    policy = ticket_policy_facts()
    assert policy.reply_shadow is True
    assert policy.classification_threshold == 0.8
    assert policy.abuse is not None
    assert policy.risk_max_age_s == 86_400
    assert policy.vip_factor == 2
    assert policy.output.ai_disclosure
    for limits in policy.actions.values():
        assert limits.shadow is True
        assert str(limits.ceilings["USD"].auto) == "$50.00"
        assert str(limits.ceilings["USD"].block) == "$200.00"
        assert limits.max_order_age_days == 90
        assert limits.caps is not None
        assert limits.caps.org_count == 20
        assert limits.caps.customer_count == 3
        assert str(limits.caps.org_money["USD"]) == "$1,000.00"
        assert str(limits.caps.customer_money["USD"]) == "$400.00"


def test_ceilings_follow_the_decimals_of_the_currency(db: None) -> None:
    tokyo = make_organization("Tokyo Outfitters", "tokyo", currency="JPY")
    with tenancy.scope(tokyo.pk, actor=tenancy.SYSTEM):
        row = ActionCeiling.objects.get(action="refund")
        assert (row.currency, row.auto_minor, row.block_minor) == ("JPY", 5_000, 20_000)


def test_making_the_defaults_is_recorded_once_and_changes_nothing_that_is_set(northlight: Cast) -> None:
    SpendPolicy.objects.update(organization_cap_microusd=7)
    make_defaults()
    assert SpendPolicy.objects.get().organization_cap_microusd == 7
    made = Event.objects.get(type="policy.defaults_made")
    assert made.after["action_ceiling refund USD"]["auto_minor"] == 5_000


def test_a_policy_that_is_missing_is_unknown_and_passes_nothing(northlight: Cast) -> None:
    TicketPolicy.objects.all().delete()
    policy = ticket_policy_facts()
    assert policy.classification_threshold is None
    assert not run_gates(replace(make_facts(), policy=policy), GATES).may_act
