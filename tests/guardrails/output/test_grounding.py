"""An amount or order number that the facts do not carry may not be sent."""

from __future__ import annotations

import pytest

from guardrails.output import OutputPolicy, inspect

POLICY = OutputPolicy(ai_disclosure=False).for_reply(
    amounts={"1234.50", "20.00", "5000"}, order_numbers={"1042", "#NL-7"}
)


@pytest.mark.parametrize(
    "text",
    [
        "We refunded $20.00 for order #1042.",
        "We refunded $20 for order 1042.",
        "USD 1,234.50 for #NL-7",
        "1.234,50 EUR",
        "20 dollars",
        "¥5,000 is back",
        "It takes 5 to 7 days.",
        "size 42, 3 items",
        "order nl-7",
    ],
)
def test_what_the_facts_carry_passes(text):
    assert inspect(text, POLICY).verdict == "pass"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We refunded $21.00.", "21.00"),
        ("You get 200 EUR.", "200"),
        ("about order #1043", "1043"),
        ("order number 99", "99"),
        ("€12,345.50", "12,345.50"),
        ("＄２１.00", "２１.00"),
        ("order #NL-8", "NL-8"),
        ("50 dollars", "50"),
    ],
)
def test_what_they_do_not_carry_blocks(text, found):
    result = inspect(text, POLICY)
    assert result.verdict == "block"
    (finding,) = result.findings
    assert (finding.kind, text[finding.start : finding.end]) == ("grounding", found)


def test_without_facts_nothing_is_compared():
    assert inspect("We refunded $21.00 for #9.", OutputPolicy(ai_disclosure=False)).verdict == "pass"
    assert (
        inspect("$1 of #9", OutputPolicy(ai_disclosure=False).for_reply(amounts=(), order_numbers=())).verdict
        == "block"
    )
