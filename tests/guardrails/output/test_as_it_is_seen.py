"""A reply is judged as the customer sees it: Markdown and HTML shown, entities read, turned letters turned back."""

from __future__ import annotations

import time

import pytest

from guardrails.output import OutputPolicy, PatternRule, inspect

PERSONAL = {
    "a bold card": ("card", "Your card **4111** **1111** **1111** **1111** was used."),
    "a card in code": ("card", "Your card `4111`-`1111`-`1111`-`1111`."),
    "a card in tags": ("card", "Card <b>4111</b> <b>1111</b> <b>1111</b> <b>1111</b>"),
    "a card in lines": ("card", "Card:<br>4111<br>1111<br>1111<br>1111"),
    "a card in entities": ("card", "Card &#52;111 1111 1111 1111"),
    "a card turned round": ("card", "Card \u202e1111 1111 1111 1114\u202c."),
    "a bold social security number": ("ssn", "SSN **536**-**22**-**1234**"),
    "one in entities": ("ssn", "SSN 536&#45;22&#45;1234"),
    "a bold phone number": ("phone", "Call **(415)** 555-**0132**"),
    "a phone number in tags": ("phone", "Call 415<i>-</i>555<i>-</i>0132"),
    "a bold address": ("ip", "From **203**.0.113.9 you signed in."),
    "a bold mailbox": ("email", "Write to dana@**example**.com"),
    "a mailbox in tags": ("email", "Write to dana<b>@</b>example.com"),
    "a mailbox in a comment": ("email", "Write to dana@<!-- x -->example.com"),
    "a mailbox turned round": ("email", "Write to \u202emoc.elpmaxe@anad\u202c"),
}


@pytest.mark.requirement("T17", part="as it is seen, not as it is written")
@pytest.mark.parametrize("case", PERSONAL)
def test_personal_data_in_markup_is_taken_out(case: str) -> None:
    kind, text = PERSONAL[case]
    result = inspect(text)
    assert (result.verdict, {each.kind for each in result.findings}) == ("redact", {kind}), result
    again = inspect(result.redacted)
    assert again.verdict == "pass", result.redacted
    assert not any(part in result.redacted for part in ("1111", "22", "555", "0132", "203", "example", "elpmaxe"))


@pytest.mark.requirement("T19", part="in markup")
@pytest.mark.parametrize(
    "text",
    ["You are an id<b></b>iot.", "You are an &#105;diot.", "You are an \u202etoidi\u202c.", "You **id**iot, go away."],
)
def test_an_insult_in_markup_blocks(text: str) -> None:
    result = inspect(text)
    assert result.verdict == "block"
    assert all(0 <= each.start < each.end <= len(text) for each in result.findings)


@pytest.mark.parametrize(
    "text", ["Try Ac**me** instead.", "Try Ac<i>m</i>e.", "Try &#65;cme.", "Try \u202eemcA\u202c."]
)
def test_a_blocked_word_in_markup_blocks(text: str) -> None:
    policy = OutputPolicy(ai_disclosure=False, patterns=(PatternRule("rival", "Acme", kind="competitor"),))
    assert [each.kind for each in inspect(text, policy).findings] == ["pattern"]


@pytest.mark.parametrize(
    "text",
    [
        "**Order NL-1042**: 2 * `SKU-4711-22`, size 5 <br>$49.99 * 2 = $99.98",
        "* 12 pieces\n* 34 pieces\n* 5678 in stock\n* 90 on order",
        "| 12 | **34** | 56 |",
        "R&D; a < b > c; Tom &amp; Co",
        "<p>Tracking <code>1Z999AA10123456784</code></p>", "Version **4**.**2**.**1**, __firmware__ 10.2.0.1",
    ],
)  # fmt: skip
def test_plain_replies_in_markup_pass(text: str) -> None:
    assert inspect(text).verdict == "pass"


def test_one_place_is_told_once() -> None:
    result = inspect("Write to **dana@example.com** or &#100;ana@example.com, **SSN 536-22-1234**.")
    places = [(each.kind, each.start) for each in result.findings]
    assert len(places) == len(set(places)) == 3


@pytest.mark.parametrize("unit", ["&#52;", "<b>", "**4", "\u202ea", "<", "`1", "&a", "\u202e1\u202c"])
def test_markup_costs_no_time(unit: str) -> None:
    started = time.process_time()
    inspect(unit * (20_000 // len(unit)))
    assert time.process_time() - started < 2.0
