"""What a reply may and must say (T12, T17-T20), as an officer edits it. Toxicity and tone have no switch."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.gates.facts import ACTION_KINDS
from guardrails.models.fields import lines
from guardrails.models.policy import Policy
from guardrails.output import OutputPolicy, PatternError, PatternRule, compile_pattern, inspect
from guardrails.output.grounding import MIN_WORDS
from guardrails.output.policy import BLOCK, DISCLOSURE_TEXT, PATTERN_KINDS, PERSONAL_KINDS, REDACT, REQUIRED_KINDS

LISTS = {
    "competitor": "competitor_names",
    "phrase": "prohibited_phrases",
    "legal": "legal_triggers",
    "internal": "internal_terms",
    "custom": "custom_patterns",
}
"""Which field holds the entries of which kind of pattern."""

_RULE_KEYS = {"id", "kind", "pattern", "text", "applies_to"}
_RULE_KINDS = tuple(kind for kind in REQUIRED_KINDS if kind != "ai_disclosure")
MAX_ENTRIES = 1_000
MAX_ENTRY = 300


class OutputPolicyModel(Policy):
    """An organization's output policy; personal data that does not block is redacted."""

    blocked_kinds = models.JSONField(
        "personal data that blocks",
        default=list,
        blank=True,
        help_text=f"A list out of {', '.join(PERSONAL_KINDS)}; the others are redacted.",
    )
    own_address_allowed = models.BooleanField(
        default=False, help_text="The customer's own e-mail address may stand in a reply to them."
    )
    competitor_names = models.TextField(blank=True, default="", help_text="One per line.")
    prohibited_phrases = models.TextField(blank=True, default="", help_text="One per line.")
    legal_triggers = models.TextField(blank=True, default="", help_text="One per line.")
    internal_terms = models.TextField(blank=True, default="", help_text="One per line.")
    custom_patterns = models.TextField(
        blank=True, default="", help_text="RE2 expressions, one per line; matched in linear time."
    )
    allowed_promises = models.TextField(
        blank=True,
        default="",
        help_text="Sentences that replies may say although no fact carries them, one per line: periods, free returns, "
        "discounts. Word for word; never that something has been done.",
    )
    redacted_patterns = models.JSONField(
        "patterns that are redacted",
        default=list,
        blank=True,
        help_text=f"A list out of {', '.join(PATTERN_KINDS)}; the others block.",
    )
    required_rules = models.JSONField(
        "required content",
        default=list,
        blank=True,
        help_text='A list such as [{"id": "policy", "kind": "policy_reference", "pattern": "", '
        '"text": "See our refund policy.", "applies_to": ["refund"]}].',
    )
    ai_disclosure = models.BooleanField(default=True, help_text="Every reply says that an AI wrote it.")
    ai_disclosure_text = models.CharField(max_length=300, default=DISCLOSURE_TEXT)
    default_region = models.CharField(
        max_length=2, default="US", help_text="Country whose telephone numbers are written without a prefix."
    )

    class Meta:
        verbose_name = "output policy"
        verbose_name_plural = "output policy"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_output_policy")]

    def __str__(self) -> str:
        return "Output policy"

    def pattern_rules(self) -> tuple[PatternRule, ...]:
        """Return the entries of the lists as the guard reads them."""
        return tuple(
            PatternRule(
                f"{kind}:{entry[:40]}",
                entry,
                kind,
                is_regex=kind == "custom",
                action=REDACT if kind in self.redacted_patterns else BLOCK,
            )
            for kind, field in LISTS.items()
            for entry in lines(getattr(self, field))
        )

    def clean(self) -> None:
        problems = {
            "blocked_kinds": _not_out_of("blocked_kinds", self.blocked_kinds, PERSONAL_KINDS),
            "redacted_patterns": _not_out_of("redacted_patterns", self.redacted_patterns, PATTERN_KINDS),
            "required_rules": _rule_problems(self.required_rules),
            "allowed_promises": _promise_problems(self.allowed_promises),
            **{field: _entry_problems(field, getattr(self, field)) for field in LISTS.values()},
        }
        if not (len(self.default_region) == 2 and self.default_region.isascii() and self.default_region.isupper()):
            problems["default_region"] = [
                f"default_region: `{self.default_region}` is not a country; use two letters such as `US`"
            ]
        if self.ai_disclosure and not self.ai_disclosure_text.strip():
            problems["ai_disclosure_text"] = ["ai_disclosure_text: is empty; write the sentence or switch it off"]
        found = {field: messages for field, messages in problems.items() if messages}
        if not found and (own := self._own_text_problems()):
            found = own
        if found:
            raise ValidationError(found)

    def _own_text_problems(self) -> dict[str, list[str]]:
        """Return which texts that the guard adds to replies it would not let pass itself."""
        texts = [(f"required_rules[{i}].text", rule.get("text", "")) for i, rule in enumerate(self.required_rules)]
        if self.ai_disclosure:
            texts.append(("ai_disclosure_text", self.ai_disclosure_text))
        rules = OutputPolicy(ai_disclosure=False, patterns=self.pattern_rules())
        problems: dict[str, list[str]] = {}
        for place, text in texts:
            findings = [f for f in inspect(text, rules).findings if f.kind in ("pattern", "toxicity", "tone")]
            if findings:
                said = f"{place}: `{text[:60]}` holds {findings[0].reason}, which no reply may say; change one of them"
                problems.setdefault(place.partition("[")[0], []).append(said)
        return problems


def _not_out_of(field: str, given: Any, known: tuple[str, ...]) -> list[str]:
    """Return what in a list of kinds is not one."""
    if not isinstance(given, list):
        return [f"{field}: `{str(given)[:60]}` is not a list; give kinds out of {', '.join(known)}"]
    return [f"{field}: `{str(kind)[:60]}` is not known; use {', '.join(known)}" for kind in given if kind not in known]


def _entry_problems(field: str, text: str) -> list[str]:
    """Return what is wrong with the entries of one list of patterns."""
    entries = lines(text)
    if len(entries) > MAX_ENTRIES:
        return [f"{field}: {len(entries)} entries are more than {MAX_ENTRIES}; shorten the list"]
    problems = [
        f"{field}: `{entry[:60]}` is longer than {MAX_ENTRY} characters; shorten it"
        for entry in entries
        if len(entry) > MAX_ENTRY
    ]
    if field == "custom_patterns":
        problems += filter(None, (_pattern_problem(field, entry) for entry in entries))
    return problems


def _promise_problems(text: str) -> list[str]:
    """Return what is wrong with the promises: too many, too long, or too short to mean only one thing."""
    problems = _entry_problems("allowed_promises", text)
    return problems or [
        f"allowed_promises: `{entry[:60]}` has fewer than {MIN_WORDS} words; write the whole sentence"
        for entry in lines(text)
        if len(entry.split()) < MIN_WORDS
    ]


def _pattern_problem(field: str, pattern: str) -> str:
    """Return why an RE2 expression is refused, or nothing."""
    try:
        compile_pattern(pattern, field=field)
    except PatternError as error:
        return str(error)
    return ""


def _rule_problems(rules: Any) -> list[str]:
    """Return what is wrong with the rules of required content, each naming its place."""
    if not isinstance(rules, list):
        return [f"required_rules: `{str(rules)[:60]}` is not a list; give a list of rules"]
    problems: list[str] = []
    for index, rule in enumerate(rules):
        place = f"required_rules[{index}]"
        if not isinstance(rule, dict) or set(rule) - _RULE_KEYS or not isinstance(rule.get("id"), str):
            problems.append(f"{place}: is not a rule; give id, kind, pattern, text and applies_to")
            continue
        problems += _one_rule(place, rule)
    ids = [rule.get("id") for rule in rules if isinstance(rule, dict)]
    problems += [f"required_rules: id `{i}` stands twice; give each its own" for i in {*ids} if ids.count(i) > 1]
    return problems


def _one_rule(place: str, rule: dict[str, Any]) -> list[str]:
    """Return what is wrong with one well-formed rule."""
    problems = []
    pattern, text, applies_to = rule.get("pattern", ""), rule.get("text", ""), rule.get("applies_to", [])
    if rule.get("kind", "always") not in _RULE_KINDS:
        problems.append(f"{place}.kind: `{str(rule['kind'])[:60]}` is not known; use {', '.join(_RULE_KINDS)}")
    if not isinstance(pattern, str) or not isinstance(text, str) or not (pattern.strip() or text.strip()):
        problems.append(f"{place}: has neither pattern nor text; give what the reply has to say")
    elif pattern and (problem := _pattern_problem(f"{place}.pattern", pattern)):
        problems.append(problem)
    if not isinstance(applies_to, list) or any(kind not in ACTION_KINDS for kind in applies_to):
        problems.append(f"{place}.applies_to: is not a list out of {', '.join(ACTION_KINDS)}; empty means always")
    return problems
