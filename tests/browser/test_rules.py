"""The rule builder in a browser: only there the script turns JSON into controls and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from guardrails.models import EscalationRule
from portal import change
from tests.factories import Cast

LARGE = {"field": "action.amount", "op": "gte", "value": "50.00 USD"}
NESTED = {"and": [LARGE, {"not": {"or": [{"field": "customer.is_vip", "op": "eq", "value": True}]}}]}


def test_a_rule_is_built_with_the_keyboard_and_saved_as_json(cast: Cast, open_window: Callable[..., Any]) -> None:
    window = open_window(cast.ada, "narrow", "dark")
    page = window.go("/admin/guardrails/escalationrule/add/")
    page.fill("[name=name]", "Large refunds")
    page.fill("[name=priority]", "10")
    builder = page.locator("[data-rule-builder=condition]")
    builder.get_by_role("combobox", name="Comparison").select_option("gte")
    builder.get_by_role("textbox", name="Amount", exact=True).fill("50")
    builder.get_by_role("button", name="Add condition").focus()
    page.keyboard.press("Enter")
    page.locator(":focus").select_option("customer.is_vip")
    assert "customer.is_vip" in page.locator("#id_condition").input_value()
    cases = page.locator("[data-rule-builder=cases]")
    cases.get_by_role("button", name="Add test case").click()
    page.keyboard.type("small")
    cases.get_by_label("Expected").select_option("no match")
    cases.get_by_role("button", name="Add fact").click()
    cases.get_by_role("textbox", name="Amount", exact=True).fill("5.00")
    window.judge("the builder")
    window.picture("rule-builder")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    with cast.ada.inside():
        rule = EscalationRule.objects.get()
    assert rule.condition == {
        "and": [LARGE | {"value": "50 USD"}, {"field": "customer.is_vip", "op": "eq", "value": True}]
    }
    assert rule.cases == [{"name": "small", "facts": {"action.amount": "5.00 USD"}, "expects": "no match"}]


def test_a_saved_rule_opens_as_it_was_and_an_untouched_one_is_not_rewritten(
    cast: Cast, open_window: Callable[..., Any]
) -> None:
    with cast.ada.inside():
        rule = change.apply(EscalationRule(name="Nested", priority=3, condition=NESTED))
    window = open_window(cast.ada)
    page = window.go(f"/admin/guardrails/escalationrule/{rule.pk}/change/")
    assert page.locator("[data-rule-builder=condition] fieldset").count() == 2
    assert json.loads(page.locator("#id_condition").input_value()) == NESTED
    window.picture("rule-nested")
    page.get_by_role("textbox", name="Amount", exact=True).fill("70.00")
    told = json.loads(page.locator("#id_condition").input_value())
    assert told["and"][0]["value"] == "70.00 USD"
    assert told["and"][1] == {"not": {"field": "customer.is_vip", "op": "eq", "value": True}}
