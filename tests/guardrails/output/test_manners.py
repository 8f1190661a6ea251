"""Toxicity and tone block, in disguise as well; harmless look-alikes pass (T19)."""

from __future__ import annotations

import pytest

from guardrails.output import OutputPolicy, inspect
from tests.guardrails.output.examples import HARMLESS, RUDE


@pytest.mark.requirement("T19")
@pytest.mark.parametrize("text", RUDE)
def test_rude_replies_are_blocked(text):
    result = inspect(f"Hello, {text}" if not text.isupper() else text)
    assert result.verdict == "block"
    assert {finding.kind for finding in result.findings} <= {"toxicity", "tone"}


@pytest.mark.requirement("T19")
@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_look_alikes_pass(text):
    result = inspect(text)
    assert (result.verdict, result.findings) == ("pass", ())


def test_the_place_of_a_disguised_word_is_its_own():
    text = "Well, f\u200bu\u200bck that"
    (finding,) = inspect(text).findings
    assert text[finding.start : finding.end] == "f\u200bu\u200bck"


@pytest.mark.parametrize("text", ["What?! No?! Why?! How?!", "Answer now!!!!", "PAY US NOW OR NEVER COME BACK"])
def test_shouting_is_a_matter_of_tone(text):
    assert {finding.kind for finding in inspect(text).findings} == {"tone"}


def test_both_can_be_left_to_others_by_policy_only():
    off = OutputPolicy(ai_disclosure=False, toxicity_blocked=False, tone_blocked=False)
    assert inspect("You are an idiot. Get lost.", off).verdict == "pass"
    assert inspect("You are an idiot. Get lost.", OutputPolicy(ai_disclosure=False)).verdict == "block"
