"""The entry point: it never raises, its time is bounded, and a stricter policy never loosens."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails import output
from guardrails.output import MAX_CHARACTERS, OutputPolicy, PatternRule, RequiredRule, inspect
from tests.guardrails.output.examples import HARMLESS, PERSONAL, RUDE

SEVERITY = {"pass": 0, "redact": 1, "block": 2}
texts = st.text(max_size=200) | st.sampled_from([*HARMLESS, *RUDE, *(t for each in PERSONAL.values() for t in each)])
RULES = (PatternRule("a", "order"), PatternRule("b", "thank you", action="redact"))
POLICY = OutputPolicy(patterns=RULES)


@settings(max_examples=60, deadline=None)
@given(texts, st.booleans())
def test_no_text_raises_and_every_place_lies_in_it(text, is_reply):
    result = inspect(text, OutputPolicy() if is_reply else None)
    assert result.verdict in SEVERITY
    for finding in result.findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.reason
    if result.verdict == "pass":
        assert (result.redacted, result.findings) == (text, ())
    assert "could not be looked at" not in result.reason


@pytest.mark.parametrize("text", [None, b"bytes", 7, ["a"], "\ud800 lone", "\x00", "", "x" * (MAX_CHARACTERS + 1)])
def test_no_input_raises(text):
    result = inspect(text)
    assert result.verdict == ("pass" if isinstance(text, str) and len(text) < 99 else "block")


def test_an_error_inside_blocks(monkeypatch):
    def explode(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(output, "find_patterns", explode)
    result = inspect("Hello.")
    assert (result.verdict, result.redacted) == ("block", "")
    assert "ZeroDivisionError" in result.reason


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a@",
        "1 ",
        "1-",
        "one ",
        "f u ",
        ".",
        "@ . ",
        "[.]",
        "\u200b",
        "1.1.",
        "::",
        "a.",
        " at x dot",
        "A ",
        "!?",
        "4111 ",
        "$1,",
        '"a" ',
        "people say women are ",
        "é",
        "\u0301",
        "x" * 63 + ".",
        "+1(",
        "0 0-",
    ],
)
def test_the_time_is_bounded_whatever_is_repeated(unit):
    for size in (MAX_CHARACTERS // 2, 1_000_000):
        start = time.perf_counter()
        inspect((unit * (size // len(unit) + 1))[:size], POLICY)
        assert time.perf_counter() - start < 3.0


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(["email", "phone", "card", "ssn", "ip"]))
def test_a_stricter_policy_never_loosens(text, kind):
    loose = OutputPolicy(own_address_allowed=True, toxicity_blocked=False, tone_blocked=False, ai_disclosure=False)
    loose = loose.for_reply(own_address="jane.doe+x@example.com", amounts=None)
    stricter = (
        replace(loose, own_address_allowed=False),
        replace(loose, toxicity_blocked=True),
        replace(loose, tone_blocked=True),
        replace(loose, ai_disclosure=True),
        replace(loose, blocked_kinds=frozenset({kind})),
        replace(loose, patterns=RULES),
        replace(loose, required=(RequiredRule("r", pattern="never there"),)),
        replace(loose, context=replace(loose.context, amounts=frozenset())),
    )
    before = SEVERITY[inspect(text, loose).verdict]
    for policy in stricter:
        assert SEVERITY[inspect(text, policy).verdict] >= before
