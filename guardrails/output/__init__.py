"""The output guard: what a reply may say. Never raises, opens nothing, knows no Django.

`inspect` looks at a normalised copy and answers in places of the original.
"""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.output.grounding import find_ungrounded
from guardrails.output.normalise import View, fold, unmark, unturn
from guardrails.output.patterns import PatternError, compile_pattern, find_patterns
from guardrails.output.pii import find_in
from guardrails.output.policy import OutputPolicy, PatternRule, ReplyContext, RequiredRule
from guardrails.output.redact import PERSONAL, redact
from guardrails.output.required import add_missing, find_missing
from guardrails.output.result import ADD, BLOCK, HUMAN, PASS, REDACT, Finding, Result
from guardrails.output.scan import scan
from guardrails.output.toxicity import find_tone, find_toxicity

MAX_CHARACTERS = 50_000
"""A reply longer than this is blocked unread, which bounds the time."""

_ROUNDS = 5
"""So often a redacted text is looked at again: what is left of a chain of numbers may be a number."""

_CONTENT_ONLY = OutputPolicy(ai_disclosure=False)
_REASONS = {
    "email": "an e-mail address",
    "phone": "a telephone number",
    "card": "a payment card number",
    "ssn": "a social security number",
    "ip": "an IP address",
}

__all__ = [
    "MAX_CHARACTERS",
    "Finding",
    "OutputPolicy",
    "PatternError",
    "PatternRule",
    "ReplyContext",
    "RequiredRule",
    "Result",
    "compile_pattern",
    "inspect",
]


def inspect(text: str | None, policy: OutputPolicy | None = None) -> Result:
    """Return what a reply breaks and the text that may be sent instead; never raises.

    Without a policy only what must not stand in a text is looked for; what has to stand in a reply (T20, the
    AI disclosure first) belongs to a policy, `OutputPolicy()` being the safe default. An error blocks.
    """
    if not isinstance(text, str):
        return Result(BLOCK, "", (), "the reply is not a text")
    if len(text) > MAX_CHARACTERS:
        return Result(BLOCK, "", (), f"the reply has {len(text)} characters; at most {MAX_CHARACTERS} are sent")
    try:
        return _inspect(text, _CONTENT_ONLY if policy is None else policy)
    except Exception as error:  # unknown never passes
        return Result(BLOCK, "", (), f"the reply could not be looked at ({type(error).__name__})")


def _inspect(text: str, policy: OutputPolicy) -> Result:
    """Collect the findings in order of their place, then the verdict and the changed text."""
    findings: list[Finding] = []
    for index, (view, signs) in enumerate(_readings(text)):
        found = _personal(text, view, signs, policy)
        found += find_patterns(view, text if index == 0 else view.text, policy.patterns)
        found += _manners(view, signs, policy)
        found += find_ungrounded(view, policy, signs)
        findings += _news(found, findings) if index else found
    hidden = [f for f in findings if f.action == REDACT or (f.action == BLOCK and f.kind in PERSONAL)]
    kept = _without(text, hidden, policy)
    findings += find_missing(kept, len(text), policy)
    findings.sort(key=lambda finding: (finding.start, finding.end))
    actions = {finding.action for finding in findings}
    if actions & {BLOCK, HUMAN}:
        verdict = BLOCK
    else:
        verdict = REDACT if actions & {REDACT, ADD} else PASS
    changed = add_missing(kept, findings)
    reason = next((f.reason for f in findings if f.action in (BLOCK, HUMAN)), "")
    return Result(verdict, changed, tuple(findings), reason)


def _readings(text: str) -> Iterator[tuple[View, frozenset[str]]]:
    """Yield the text as it is written, and where that differs as it is seen: markup shown, overrides carried out."""
    written = fold(text)
    signs = scan(written.text)
    yield written, signs
    shown = unmark(written, signs)
    if shown is not written:
        yield shown, scan(shown.text)
    turned = unturn(text)
    if turned is not None:
        yield turned, scan(turned.text)


def _news(found: list[Finding], before: list[Finding]) -> list[Finding]:
    """Return what another reading adds: findings that touch none of the same kind."""
    taken = [(each.kind, each.start, each.end) for each in before]
    return [
        each
        for each in found
        if not any(each.kind == kind and each.start < end and start < each.end for kind, start, end in taken)
    ]


def _without(text: str, hidden: list[Finding], policy: OutputPolicy) -> str:
    """Return the text without what is hidden, and without what its absence has brought together."""
    changed = redact(text, hidden)
    for _ in range(_ROUNDS if hidden else 0):
        read = [each for view, signs in _readings(changed) for each in _personal(changed, view, signs, policy)]
        left = [each for each in read if each.end > each.start]
        if not left:
            break
        changed = redact(changed, left)
    return changed


def _personal(text: str, view: View, signs: frozenset[str], policy: OutputPolicy) -> list[Finding]:
    """Return the personal data in the text, without the customer's own address where that is allowed."""
    own = policy.context.own_address.strip().casefold() if policy.own_address_allowed else ""
    findings = []
    for kind, start, end in find_in(view, signs, policy.default_region):
        if own and kind == "email" and text[start:end].casefold() == own:
            continue
        action = BLOCK if kind in policy.blocked_kinds else REDACT
        findings.append(Finding(kind, start, end, f"{_REASONS[kind]} in the reply", action))
    return findings


def _manners(view: View, signs: frozenset[str], policy: OutputPolicy) -> list[Finding]:
    """Return what is toxic or rude, as far as the policy asks."""
    findings = find_toxicity(view, signs) if policy.toxicity_blocked else []
    return findings + (find_tone(view, signs) if policy.tone_blocked else [])
