"""Personal data in replies, plain and in disguise, and what only looks like it (T17)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.output import OutputPolicy, inspect
from guardrails.output.cards import luhn
from guardrails.output.normalise import fold, refang, undisguise_digits, unspace, unspell
from tests.guardrails.output.examples import NOT_PERSONAL, PERSONAL

CASES = [(kind, text) for kind, texts in PERSONAL.items() for text in texts]


@pytest.mark.requirement("T17")
@pytest.mark.parametrize(("kind", "text"), CASES)
def test_personal_data_is_found_and_redacted(kind, text):
    result = inspect(text)
    assert [finding.kind for finding in result.findings] == [kind]
    assert result.verdict == "redact"
    (finding,) = result.findings
    assert text[finding.start : finding.end] not in result.redacted
    assert "removed]" in result.redacted


@pytest.mark.requirement("T17")
@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_order_numbers_amounts_versions_and_dates_are_not_personal(text):
    assert inspect(text).findings == ()


@pytest.mark.requirement("T17")
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Hi, a@example.com!", 4, 17),
        ("Hi, ａ＠example.com!", 4, 17),
        ("H\u200bi, a\u200b@example.com!", 5, 19),
        ("e\u0301e\u0301: call 415-555-0123 now", 11, 23),
        ("a [at] example [dot] com, yes", 0, 24),
        ("x: ①⑨②.168.1.10.", 3, 15),
    ],
)
def test_places_are_those_of_the_original(text, start, end):
    (finding,) = inspect(text).findings
    assert (finding.start, finding.end) == (start, end)


@pytest.mark.requirement("T17")
def test_a_policy_may_block_instead_of_redacting():
    policy = OutputPolicy(blocked_kinds=frozenset({"card"}), ai_disclosure=False)
    assert inspect("4111 1111 1111 1111", policy).verdict == "block"
    assert inspect("Call 415-555-0123", policy).verdict == "redact"


@pytest.mark.requirement("T17")
def test_the_customers_own_address_only_where_the_policy_allows_it():
    text = "We wrote to ada@example.com and bob@example.com."
    strict = OutputPolicy(ai_disclosure=False).for_reply(own_address="Ada@Example.com")
    allowed = OutputPolicy(ai_disclosure=False, own_address_allowed=True).for_reply(own_address="Ada@Example.com")
    assert [f.kind for f in inspect(text, strict).findings] == ["email", "email"]
    result = inspect(text, allowed)
    assert "ada@example.com" in result.redacted
    assert "bob@example.com" not in result.redacted


def test_the_same_number_is_taken_out_also_where_no_context_gave_it_away():
    text = "Call 754-3010. " + "Many widgets of every colour are in stock. " * 2 + "754-3010"
    result = inspect(text)
    assert len(result.findings) == 1, "the second one is not found by itself"
    assert "754-3010" not in result.redacted


@pytest.mark.parametrize("area", ["000", "666", "900", "999"])
def test_an_area_never_issued_is_no_social_security_number(area):
    assert inspect(f"{area}-22-1234").findings == ()


def test_a_wrong_check_digit_is_no_card():
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert inspect("4111 1111 1111 1112").findings == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([text for _, text in CASES] + ["\u200b", "é", " and ", "ﬁ", "\u0301", "🇦"]), max_size=5)
)
def test_redaction_never_leaves_what_was_found(parts):
    text = " ; ".join(parts)
    result = inspect(text)
    for finding in result.findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] not in result.redacted


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_every_character_of_every_view_has_a_place_in_the_original(text):
    view = undisguise_digits(unspell(refang(fold(text))))
    for each in filter(None, (fold(text), view, unspace(view), view.lower())):
        for index in range(len(each.text)):
            start, end = each.span(index, index + 1)
            assert 0 <= start < end <= len(text)
        places = [each.span(index, index + 1)[0] for index in range(len(each.text))]
        assert places == sorted(places)
