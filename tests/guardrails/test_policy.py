"""What officers set is what gates and guards read, under a number that rises with every change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import Event
from guardrails import policy
from guardrails.models import (
    ActionCap,
    ActionCeiling,
    ActionMoneyCap,
    EscalationRule,
    OutputPolicyModel,
    PolicyRevision,
    QuestionPolicy,
    SpendPolicy,
    TicketPolicy,
)
from guardrails.output import inspect
from guardrails.sql import decide
from portal import change
from portal.money import Money
from tests.factories import Cast

HIGH_VALUE = {"field": "action.amount", "op": "gte", "value": "20.00 USD"}


def rule(**fields: object) -> EscalationRule:
    return EscalationRule(**{"name": "High value", "priority": 10, "condition": HIGH_VALUE, **fields})


def errors_of(instance: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        change.apply(instance)
    return caught.value.message_dict


def test_everything_an_officer_sets_reaches_the_facts(northlight: Cast) -> None:
    TicketPolicy.objects.update(shadow_refund=False)
    ticket = TicketPolicy.objects.get()
    ticket.classification_threshold, ticket.vip_factor = "0.9", 3
    ticket.max_order_age_days_cancel, ticket.abuse_returns, ticket.general_disposition = 7, 9, "close"
    change.apply(ticket)
    change.apply(ActionCeiling(action="refund", currency="EUR", auto_minor=100, block_minor=900))
    change.apply(ActionMoneyCap(action="refund", currency="EUR", org_money_minor=5, customer_money_minor=4))
    change.apply(rule(outcome="assign", assign_to="returns team"))
    change.apply(rule(name="off", priority=1, is_active=False))

    facts = policy.ticket_policy_facts()
    assert (facts.classification_threshold, facts.vip_factor, facts.general_disposition) == (0.9, 3, "close")
    assert facts.abuse.returns == 9
    assert facts.actions["refund"].shadow is False
    assert facts.actions["exchange"].shadow is True
    assert facts.actions["cancel"].max_order_age_days == 7
    assert facts.actions["refund"].ceilings["EUR"].block == Money(900, "EUR")
    assert facts.actions["refund"].caps.customer_money["EUR"] == Money(4, "EUR")
    assert [(each.name, each.outcome, each.assign_to) for each in facts.rules] == [
        ("High value", "assign", "returns team")
    ]
    assert facts.revision == str(policy.policy_revision())


def test_loading_takes_eight_queries_however_many_rules(northlight: Cast, django_assert_num_queries) -> None:
    for number in range(12):
        change.apply(rule(name=f"rule {number}", priority=number))
    with django_assert_num_queries(8):
        assert len(policy.ticket_policy_facts().rules) == 12


@pytest.mark.requirement("T16", part="the number an approval is bound to")
def test_the_revision_rises_with_every_change_whoever_makes_it(northlight: Cast) -> None:
    numbers = [policy.policy_revision()]

    def rises() -> None:
        numbers.append(policy.policy_revision())
        assert numbers[-1] > numbers[-2], numbers

    made = change.apply(rule())
    rises()
    made.outcome = "block"
    change.apply(made)
    rises()
    EscalationRule.objects.update(priority=11)  # not the way to do it, and still seen
    rises()
    change.remove(EscalationRule.objects.get())
    rises()
    for model in (TicketPolicy, ActionCeiling, ActionCap, ActionMoneyCap, OutputPolicyModel):
        model.objects.update(revision=model.objects.first().revision + 1)
        rises()


def test_an_edit_that_changes_nothing_or_no_ticket_policy_leaves_the_revision(northlight: Cast) -> None:
    before = policy.policy_revision()
    change.apply(TicketPolicy.objects.get())
    TicketPolicy.objects.update(vip_factor=2)
    spend = SpendPolicy.objects.get()
    spend.organization_cap_microusd = 1
    change.apply(spend)
    assert policy.policy_revision() == before
    assert spend.revision == 2


def test_each_organization_has_a_revision_of_its_own(cast: Cast) -> None:
    with cast.cleo.inside():
        before = policy.policy_revision()
    with cast.ada.inside():
        change.apply(rule())
        assert PolicyRevision.objects.count() == 1
    with cast.cleo.inside():
        assert policy.policy_revision() == before
        assert policy.ticket_policy_facts().rules == ()


@pytest.mark.requirement("A02", part="limits, rules and thresholds")
def test_a_change_is_recorded_with_before_and_after(northlight: Cast) -> None:
    row = ActionCeiling.objects.get(action="refund")
    row.auto_minor = 4_000
    change.apply(row, reason="fewer approvals were wrong")
    event = Event.objects.get(type="action_ceiling.changed")
    assert (event.before, event.after) == ({"auto_minor": 5_000}, {"auto_minor": 4_000})
    assert event.data["reason"] == "fewer approvals were wrong"
    assert event.actor_name == "Ada Lindqvist"


def test_the_auto_ceiling_is_never_above_the_block_ceiling(northlight: Cast) -> None:
    row = ActionCeiling.objects.get(action="refund")
    row.auto_minor = 25_000
    assert errors_of(row) == {
        "auto_minor": ["auto_minor: `25000` is above the block ceiling of `20000`; lower it or raise the block ceiling"]
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionCeiling.objects.update(auto_minor=25_000)


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (ActionCeiling, "block_minor", 0),
        (ActionCeiling, "block_minor", 10**14),
        (ActionCeiling, "currency", "usd"),
        (ActionCeiling, "action", "gift"),
        (ActionCap, "org_window_s", 5),
        (TicketPolicy, "classification_threshold", "0.4"),
        (TicketPolicy, "vip_factor", 0),
        (TicketPolicy, "second_approver_currency", "EURO"),
        (QuestionPolicy, "row_limit", 21),
        (QuestionPolicy, "statement_timeout_ms", 0),
        (SpendPolicy, "organization_cap_microusd", -1),
        (OutputPolicyModel, "default_region", "us"),
    ],
)
def test_a_value_out_of_bounds_is_refused_at_its_field(
    northlight: Cast, model: type, field: str, value: object
) -> None:
    row = model.objects.first()
    setattr(row, field, value)
    said = errors_of(row)
    assert field in said
    if field != "second_approver_currency":  # its length is Django's own sentence
        assert said[field][0].startswith(f"{field}: ")


def test_answers_are_never_longer_than_twenty_rows_whatever_is_written(northlight: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionPolicy.objects.update(row_limit=21)


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({"condition": {"field": "order.colour", "op": "eq", "value": "red"}}, "condition", "is not a field"),
        ({"condition": {"field": "ticket.text", "op": "matches", "value": "(?=x)"}}, "condition", "RE2"),
        ({"condition": []}, "condition", "is not a condition"),
        ({"outcome": "refuse"}, "outcome", "is not known"),
        ({"outcome": "assign"}, "assign_to", "is empty"),
        ({"priority": 10_001}, "priority", "is not a whole number from 0"),
        ({"name": " "}, "name", "is empty"),
    ],
)
def test_a_rule_that_is_not_well_formed_is_refused_at_its_field(
    northlight: Cast, fields: dict, where: str, said: str
) -> None:
    assert any(said in sentence for sentence in errors_of(rule(**fields))[where])


def test_two_rules_never_share_a_priority_or_a_name(northlight: Cast) -> None:
    change.apply(rule())
    assert "priority: another rule has it" in str(errors_of(rule(name="second")))
    assert "name: another rule has it" in str(errors_of(rule(priority=11)))


@pytest.mark.requirement("T18", part="a bad pattern is refused when saved")
@pytest.mark.parametrize("pattern", ["(?=x)", "(", r"(a)\1"])
def test_a_custom_pattern_that_is_not_re2_is_refused_when_saved(northlight: Cast, pattern: str) -> None:
    row = OutputPolicyModel.objects.get()
    row.custom_patterns = f"ok-[0-9]+\n{pattern}"
    said = errors_of(row)
    assert set(said) == {"custom_patterns"}
    assert f"`{pattern}`" in said["custom_patterns"][0]


@pytest.mark.parametrize(
    "rules",
    [
        "text",
        [{"kind": "always", "text": "x"}],
        [{"id": "a", "text": ""}],
        [{"id": "a", "text": "x", "kind": "loud"}],
        [{"id": "a", "text": "x", "applies_to": ["gift"]}],
        [{"id": "a", "pattern": "("}],
        [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}],
        [{"id": "a", "text": "x", "colour": "red"}],
    ],
)
def test_required_content_that_is_not_well_formed_is_refused_when_saved(northlight: Cast, rules: object) -> None:
    row = OutputPolicyModel.objects.get()
    row.required_rules = rules
    assert set(errors_of(row)) == {"required_rules"}


def test_the_output_policy_reaches_the_output_guard(northlight: Cast) -> None:
    assert inspect("Write to ada@example.com", policy.output_policy()).verdict == "redact"
    row = OutputPolicyModel.objects.get()
    row.blocked_kinds, row.competitor_names, row.custom_patterns = ["email"], "Globex\n\nInitech", "SKU-[0-9]{4}"
    row.redacted_patterns = ["custom"]
    row.required_rules = [{"id": "p", "kind": "policy_reference", "text": "See our policy.", "applies_to": ["refund"]}]
    change.apply(row)
    loaded = policy.output_policy()
    assert inspect("Write to ada@example.com", loaded).verdict == "block"
    assert inspect("Try Initech instead", loaded).verdict == "block"
    assert inspect("It was SKU-1234", loaded).verdict == "redact"
    assert any(f.kind == "required" for f in inspect("Done.", loaded.for_reply(action="refund")).findings)
    OutputPolicyModel.objects.all().delete()
    assert inspect("Write to ada@example.com", policy.output_policy()).verdict == "block"


def test_the_question_policy_narrows_the_guard(northlight: Cast) -> None:
    row = QuestionPolicy.objects.get()
    row.row_limit = 5
    change.apply(row)
    guard = policy.guard_policy(hidden=[("people", "salary")])
    assert (guard.limit, guard.revision) == (5, "2")
    assert guard.hidden == {("people", "salary")}
    assert "LIMIT 6" in decide("SELECT name FROM people", "postgres", policy=policy.guard_policy()).sql
    QuestionPolicy.objects.all().delete()
    with pytest.raises(policy.PolicyMissing):
        policy.guard_policy()


def test_a_second_approver_is_needed_above_the_amount_and_in_every_other_currency(northlight: Cast) -> None:
    assert not policy.approval_policy().needs_second(Money(10**9, "USD"))
    row = TicketPolicy.objects.get()
    row.second_approver_above_minor = 10_000
    change.apply(row)
    approval = policy.approval_policy()
    assert approval.expires_after == timedelta(hours=48)
    assert not approval.needs_second(Money(10_000, "USD"))
    assert approval.needs_second(Money(10_001, "USD"))
    assert approval.needs_second(Money(1, "JPY"))


@pytest.mark.requirement("T20", part="what is added is what may be sent")
def test_a_required_text_that_no_reply_may_say_is_refused_and_promises_are_whole_sentences(northlight: Cast) -> None:
    row = OutputPolicyModel.objects.get()
    row.competitor_names = "Outdoor Giant"
    row.required_rules = [{"id": "slogan", "kind": "brand", "text": "Better than Outdoor Giant."}]
    with pytest.raises(ValidationError, match="holds a competitor's name"):
        change.apply(row)
    row.required_rules, row.allowed_promises = [], "free"
    with pytest.raises(ValidationError, match="fewer than 3 words"):
        change.apply(row)
    row.allowed_promises = "Returns are free of charge."
    change.apply(row)
    assert policy.output_policy().promises == ("Returns are free of charge.",)
