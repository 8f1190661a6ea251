"""Toxicity and tone block, in disguise as well; harmless look-alikes pass (T19)."""

from __future__ import annotations

import pytest

from bench import manners
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


def test_replies_of_a_stranger_are_blocked_and_harmless_look_alikes_pass():
    rude, harmless = manners.OPEN
    assert sum(inspect(text).verdict == "block" for text in rude) >= 0.95 * len(rude)
    assert [text for text in harmless if inspect(text).findings] == []


@pytest.mark.parametrize(
    "text",
    [
        "We have your address and will ship tomorrow.",
        "Sometimes parcels get lost in customs.",
        "We will track your parcel and tell you when it arrives.",
        "You will not regret it.",
        "We do not give a refund on gift cards.",
        "Whatever you choose, we will wrap it.",
        "Press the lever to shut it off.",
        "Tomatoes grow up to two metres.",
        "The app is too slow to load on old phones.",
        "Screw them in tightly.",
        "When you are lying on your back the mask may slip.",
        "RETURN INSTRUCTIONS FOR YOUR ORDER\nPlease pack the shoes in their box.",
        "We ship by UPS, USPS, FEDEX, DHL and GLS.",
        "Order ASS-4471-KX left our depot.",
        "You told us that our driver called you an idiot, and we apologize.",
    ],
)
def test_what_a_support_desk_says_every_day_passes(text):
    assert inspect(text).findings == ()


@pytest.mark.parametrize(
    "text", ["I would call you an idiot.", "Shut it.", "You can get lost.", "STOP WRITING TO US NOW"]
)
def test_what_spares_the_harmless_does_not_spare_these(text):
    assert inspect(text).verdict == "block"


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
