"""A merchant's blocked patterns: matched in linear time, refused when bad, never opened by a full memory (T18)."""

from __future__ import annotations

import time

import pytest

from guardrails.output import OutputPolicy, PatternError, PatternRule, compile_pattern, inspect
from guardrails.output.patterns import PatternSet, pattern_set


def judge(text: str, *rules: PatternRule):
    """Inspect under a policy that has only these patterns."""
    return inspect(text, OutputPolicy(ai_disclosure=False, patterns=rules))


ACME = PatternRule("acme", "Acme Corp", "competitor")


@pytest.mark.requirement("T18")
@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        (ACME, "Try ACME  corp instead.", "ACME  corp"),
        (ACME, "Try Acme-Corp.", "Acme-Corp"),
        (ACME, "A\u200bcme Corp", "A\u200bcme Corp"),
        (ACME, "Аcme Cоrp", "Аcme Cоrp"),
        (ACME, "A c m e  C o r p", "A c m e  C o r p"),
        (PatternRule("p", "guaranteed", "phrase"), "It is Guaranteed!", "Guaranteed"),
        (PatternRule("l", "lawsuit", "legal"), "a lawsuit", "lawsuit"),
        (PatternRule("i", "Projekt Größe", "internal"), "Projekt Größe 7", "Projekt Größe"),
        (PatternRule("c", r"\bNL-\d{3}X\b", "custom", is_regex=True), "see NL-123X now", "NL-123X"),
        (PatternRule("c", r"größe \d", "custom", is_regex=True), "GRÖSSE? Größe 7", "Größe 7"),
        (PatternRule("c", r"C\+\+", "custom", is_regex=True), "in C++ code", "C++"),
        (PatternRule("p", "C++", "phrase"), "in C++ code", "C++"),
    ],
)
def test_patterns_block(rule, text, found):
    result = judge(text, rule)
    assert result.verdict == "block"
    (finding,) = {f for f in result.findings if f.kind == "pattern"}
    assert text[finding.start : finding.end] == found
    assert finding.rule_id == rule.id


@pytest.mark.requirement("T18")
def test_a_word_is_a_whole_word():
    assert judge("Macmecorporate and acme corpse", ACME).verdict == "pass"


def test_a_rule_may_redact_and_every_place_is_taken_out():
    rule = PatternRule("x", "zeta", "internal", action="redact")
    assert judge("zeta zeta,zeta!", rule).redacted == "[removed] [removed],[removed]!"


@pytest.mark.requirement("T18")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(", "`(` is not an RE2 pattern"),
        (r"(?=a)b", "look-around"),
        (r"(a)\1", "not an RE2 pattern"),
        ("", "is empty"),
        ("   ", "is empty"),
        ("a*", "matches the empty text"),
        ("x" * 1001, "has 1001 characters"),
        (None, "is empty"),
    ],
)
def test_a_bad_pattern_is_refused_with_field_and_fix(text, words):
    with pytest.raises(PatternError, match=r"^blocked_pattern: ") as error:
        compile_pattern(text, field="blocked_pattern")
    assert words in str(error.value)


def test_a_bad_pattern_that_got_in_all_the_same_blocks_every_reply():
    result = judge("All is well.", PatternRule("bad", "(", "custom", is_regex=True))
    assert result.verdict == "block"
    assert "rule `bad` is not a valid pattern" in result.reason


def test_a_set_that_ran_out_of_memory_does_not_open_the_guard():
    patterns = PatternSet((ACME,))

    class Exhausted:
        """A set that reports nothing, as RE2 does when its memory is full."""

        def Match(self, text):
            return []

    patterns._set = Exhausted()
    assert [rule.id for rule, _, _ in patterns.hits("acme corp")] == ["acme"]


def test_a_policy_s_rules_are_known_again_without_looking_at_each():
    rules = tuple(PatternRule(f"r{n}", f"word {n}") for n in range(3))
    assert pattern_set(rules) is pattern_set(rules) is pattern_set((*rules,))


def test_a_quotation_without_end_hides_no_other_rule():
    rules = (
        PatternRule("q", r"\Qab", "custom", is_regex=True),
        PatternRule("e", r"x\E|y", "custom", is_regex=True),
        ACME,
    )
    assert {f.rule_id for f in judge("Try Acme Corp.", *rules).findings if f.start} == {"acme"}


@pytest.mark.requirement("T18")
def test_patterns_that_break_backtracking_engines_cost_linear_time():
    rules = tuple(PatternRule(f"r{n}", rf"(a+)+{n}$", "custom", is_regex=True) for n in range(20))
    text = "a" * 5_000 + "!"
    judge(text, *rules)
    start = time.perf_counter()
    assert judge(text, *rules).verdict == "pass"
    assert time.perf_counter() - start < 1.0


def test_five_hundred_patterns_cost_about_what_five_do():
    text = "We are sorry that your parcel arrived late and hope that you like what is in it. " * 6
    few = pattern_set(tuple(PatternRule(f"f{n}", f"forbidden word {n}") for n in range(5)))
    many = pattern_set(tuple(PatternRule(f"m{n}", f"forbidden word {n}") for n in range(500)))

    def cost(patterns: PatternSet) -> float:
        best = 1.0
        for _ in range(20):
            start = time.perf_counter()
            for _ in range(20):
                assert not list(patterns.hits(text))
            best = min(best, time.perf_counter() - start)
        return best

    assert cost(many) < 2 * cost(few)
