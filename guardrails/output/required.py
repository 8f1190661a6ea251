"""What a reply has to say (T20): what is missing is added, or a person writes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from guardrails.output.linear import compiled
from guardrails.output.normalise import fold
from guardrails.output.policy import OutputPolicy, RequiredRule
from guardrails.output.result import ADD, HUMAN, Finding

DISCLOSURE = RequiredRule(
    id="ai_disclosure",
    kind="ai_disclosure",
    pattern=r"\b(?:written|generated|created|prepared|drafted|sent) (?:by|with|using) (?:an? |our )?"
    r"(?:AI|A\.I\.|artificial intelligence|automated|virtual)\b",
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_DENIED = re.compile(r"(?:\b(?:not|never|no|nobody|nothing|neither)|n't)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)
_NAMES = {
    "policy_reference": "a reference to the policy",
    "disclaimer": "a disclaimer",
    "always": "required text",
    "brand": "a brand phrase",
    "custom": "a required pattern",
    "ai_disclosure": "that an AI wrote the reply",
}


def rules_of(policy: OutputPolicy) -> tuple[RequiredRule, ...]:
    """Return the rules that hold for this reply, the disclosure last."""
    action = policy.context.action
    rules = tuple(r for r in policy.required if not r.applies_to or action in r.applies_to)
    if not policy.ai_disclosure:
        return rules
    text = policy.ai_disclosure_text
    return (*rules, RequiredRule(DISCLOSURE.id, DISCLOSURE.kind, DISCLOSURE.pattern, text))


def find_missing(sent: str, end: int, policy: OutputPolicy) -> list[Finding]:
    """Return a finding for each required content that `sent`, the reply after redaction, lacks; its place is `end`.

    Rules with a text are asked first: what one adds may be what another looks for.
    """
    findings: list[Finding] = []
    added: list[str] = []
    for rule in sorted(rules_of(policy), key=lambda rule: not rule.text.strip()):
        if _is_present(rule, "\n\n".join((sent, *added))):
            continue
        name = _NAMES.get(rule.kind, "required text")
        if rule.text.strip():
            added.append(rule.text.strip())
            reason = f"{name} was missing and is added (rule `{rule.id}`)"
            findings.append(Finding("required", end, end, reason, ADD, rule.id, rule.text.strip()))
        else:
            reason = f"{name} is missing and rule `{rule.id}` carries no text to add"
            findings.append(Finding("required", end, end, reason, HUMAN, rule.id))
    return findings


def _is_present(rule: RequiredRule, text: str) -> bool:
    """Whether the content is there: its pattern, or its text with any blanks; a bad pattern never is.

    What stands in quoted lines was said by somebody else.
    """
    own = _QUOTED_LINE.sub("", text)
    wanted = " ".join(rule.text.split()).casefold()
    if wanted and wanted in " ".join(own.split()).casefold():
        return True
    if not rule.pattern:
        return False
    pattern = _pattern(rule.pattern)
    return pattern is not None and any(_says(rule, pattern, each) for each in (own, fold(own).text))


def _says(rule: RequiredRule, pattern: Any, text: str) -> bool:
    """Whether the pattern is found; that an AI wrote it is not said by denying it."""
    position = 0
    while (match := pattern.search(text, position)) is not None:
        if rule.kind != "ai_disclosure" or not _DENIED.search(text[max(0, match.start() - 40) : match.start()]):
            return True
        position = max(match.end(), position + 1)
    return False


@lru_cache(maxsize=512)
def _pattern(text: str) -> Any:
    """Return a compiled pattern, None where it is not RE2 or matches the empty text."""
    try:
        pattern = compiled(text)
    except re2.error:
        return None
    return None if pattern.search("") is not None else pattern


def add_missing(text: str, findings: list[Finding]) -> str:
    """Return the text with the additions of the findings, a paragraph each."""
    additions = [finding.addition for finding in findings if finding.addition]
    return "\n\n".join((text.rstrip(), *additions)) if additions else text
