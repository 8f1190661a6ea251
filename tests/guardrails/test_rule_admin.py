"""The builder of escalation rules: cases run at save, errors at their field, rules that never decide said (T07)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from guardrails.gates import rule_cases
from guardrails.gates.words import in_words
from guardrails.models import EscalationRule
from portal import change
from tests.factories import Cast

ADD = "/admin/guardrails/escalationrule/add/"
LARGE = {"field": "action.amount", "op": "gte", "value": "50.00 USD"}
CASES = [
    {"name": "large", "facts": {"action.amount": "60.00 USD"}, "expects": "match"},
    {"name": "small", "facts": {"action.amount": "5.00 USD"}, "expects": "no match"},
    {"name": "not told", "facts": {}, "expects": "unknown"},
    {"name": "only a question", "facts": {}, "expects": "no match", "without_action": True},
    {"name": "other currency", "facts": {"action.amount": "60.00 EUR"}, "expects": "unknown"},
]


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada.user, backend="portal.sign_in.EmailBackend")
    return client


def sent(name: str = "Large", condition: Any = LARGE, cases: Any = (), **more: Any) -> dict[str, Any]:
    """Return what the form sends."""
    texts = {
        "condition": condition if isinstance(condition, str) else json.dumps(condition),
        "cases": json.dumps(list(cases)),
    }
    return {"name": name, "priority": 10, "outcome": "human", "is_active": "on", **texts, **more}


@pytest.mark.requirement("T07", part="test cases run at save")
def test_a_rule_is_saved_with_its_cases_and_refused_where_one_does_not_hold(cast: Cast, ada: Client) -> None:
    wrong = [*CASES, {"name": "wrong", "facts": {"action.amount": "60.00 USD"}, "expects": "no match"}]
    page = ada.post(ADD, sent(cases=wrong)).content.decode()
    assert "cases[5] `wrong`: expected is no match, the rule says match" in page
    assert ada.post(ADD, sent(cases=CASES)).status_code == 302
    with cast.ada.inside():
        rule = EscalationRule.objects.get()
        assert len(rule.cases) == 5
        rule.condition = {"field": "action.amount", "op": "gte", "value": "70.00 USD"}
        with pytest.raises(ValidationError, match="expected is match, the rule says no match"):
            change.apply(rule)


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ({}, "is not a list"),
        ([7], "cases[0]: is not a case"),
        ([{"facts": {}, "expects": "maybe"}], "cases[0].expects: `maybe`"),
        ([{"facts": {"order.gone": 1}, "expects": "match"}], "`order.gone` is not a field"),
        ([{"facts": {"action.amount": "20"}, "expects": "match"}], "`20` is not an amount with its currency"),
        ([{"facts": {"customer.orders": "3"}, "expects": "match"}], "`3` is not a number"),
        ([{"facts": {"customer.is_vip": "yes"}, "expects": "match"}], "`yes` is not true or false"),
        ([{"facts": {"risk.flags": "fraud"}, "expects": "match"}], "`fraud` is not a list of texts"),
        ([{"facts": {"action.kind": "refund"}, "expects": "match", "without_action": True}], "without an action"),
        ([{"facts": {}, "expects": "match"}] * 51, "51 cases are more than 50"),
    ],
)
def test_a_case_that_is_none_is_refused_with_its_fix(cases: Any, words: str) -> None:
    problems = rule_cases.problems_of(cases, LARGE)
    assert any(words in problem for problem in problems), problems


@pytest.mark.requirement("T07", part="a field that is gone, a pattern that is not RE2")
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"field": "order.colour", "op": "eq", "value": "red"}, "condition.field: `order.colour` is not a field"),
        (
            {"and": [LARGE, {"field": "ticket.text", "op": "matches", "value": "(?=x)"}]},
            "condition.and[1].value: `(?=x)` is not",
        ),
        ("{", "JSON"),
        ({"and": []}, "has no conditions"),
    ],
)
def test_a_bad_condition_is_said_at_its_field_and_nothing_typed_is_lost(
    ada: Client, condition: Any, words: str
) -> None:
    page = ada.post(ADD, sent(condition=condition))
    assert page.status_code == 200
    assert words in page.content.decode().replace("&quot;", '"')
    assert 'value="Large"' in page.content.decode()


@pytest.mark.requirement("T07", part="rules that never decide are pointed out")
def test_rules_that_never_decide_are_pointed_out_at_save_in_the_list_and_on_the_form(cast: Cast, ada: Client) -> None:
    ada.post(ADD, sent())
    narrow = {"and": [LARGE, {"field": "customer.is_vip", "op": "eq", "value": True}]}
    page = ada.post(ADD, sent("Large of VIPs", narrow, priority=20), follow=True).content.decode()
    said = "whenever it matches, `Large` (priority 10) decides first"
    assert f"Rule `Large of VIPs` never decides: it is shadowed: {said}" in page
    assert f"✕ never: it is shadowed: {said}" in page
    never = {"and": [LARGE, {"field": "action.amount", "op": "lt", "value": "9.00 USD"}]}
    page = ada.post(ADD, sent("Odd", never, priority=5), follow=True).content.decode()
    assert "Rule `Odd` never decides: it can never match: no value of `action.amount` fulfils what it asks" in page
    with cast.ada.inside():
        rule = EscalationRule.objects.get(name="Odd")
    form = ada.get(f"/admin/guardrails/escalationrule/{rule.pk}/change/").content.decode()
    assert "This rule never decides" in form
    assert "When action.amount is at least 50.00 USD and action.amount is below 9.00 USD, then human" in form


def test_the_form_stands_without_scripts_and_offers_them_what_they_need(ada: Client) -> None:
    page = ada.get(ADD)
    text = page.content.decode()
    assert 'data-rule-builder="condition"' in text
    assert 'data-rule-builder="cases"' in text
    assert "/static/guardrails/rules.js" in text
    assert "action.amount" in text
    assert "style=" not in text[text.index('data-rule-builder="condition"') : text.index('data-rule-builder="cases"')]


def test_a_condition_in_words() -> None:
    tree = {
        "or": [{"not": LARGE}, {"and": [LARGE, {"field": "action.kind", "op": "in", "value": ["refund", "cancel"]}]}]
    }
    assert in_words(tree) == (
        "not (action.amount is at least 50.00 USD) or "
        "(action.amount is at least 50.00 USD and action.kind is one of refund, cancel)"
    )
    assert in_words(7) == "(not a condition)"
