"""Tries a reply under the output policy, and holds every change of that policy to the replies that were saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from guardrails import policy, rates, reply_facts
from guardrails.models import OutputPolicyModel, ReplyCase
from guardrails.output import MAX_CHARACTERS, Finding, OutputPolicy, Result, inspect
from guardrails.output.grounding import carrying
from portal import change, trail
from portal.roles import Capability, require

_words: list[Callable[[], tuple[str, ...]]] = []


def own_words_from(read: Callable[[], tuple[str, ...]]) -> None:
    """Let an app say which texts are the merchant's own words (macros): they carry terms in a tried reply too."""
    _words.append(read)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a tried reply; `marks` are the numbers of the findings that it belongs to."""

    text: str
    marks: tuple[int, ...]


def judge(text: str, facts: Mapping[str, Any], rules: OutputPolicy | None = None) -> Result:
    """Return what the guard says of a reply with these facts, which are well formed."""
    own = policy.output_policy() if rules is None else rules
    return inspect(text, own.in_context(reply_facts.context_of(facts)))


def with_own_words(text: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with those of the merchant's own words that stand in the text."""
    texts = carrying(text, [each for read in _words for each in read()])
    return {**facts, "texts": list(texts)} if texts else dict(facts)


def try_one(text: str, facts: Mapping[str, Any]) -> Result:
    """Judge a reply that an officer typed and record the verdict, not the text; raise `ValidationError` by field."""
    require(Capability.SET_POLICY)
    _require_well_formed(text, facts)
    rates.take(rates.Kind.CHECK)
    result = judge(text, facts)
    kinds = sorted({finding.kind for finding in result.findings})
    subject = trail.Subject("output_policy", str(OutputPolicyModel.objects.values_list("pk", flat=True).first() or ""))
    trail.record(trail.Event("reply.tried", subject, verdict=result.verdict, data={"kinds": kinds}))
    return result


def save(name: str, text: str, facts: Mapping[str, Any]) -> ReplyCase:
    """Save a reply with what the guard says of it now; raise `ValidationError` by field."""
    require(Capability.SET_POLICY)
    _require_well_formed(text, facts)
    result = judge(text, facts)
    case = ReplyCase(
        name=name.strip(),
        text=text,
        facts=dict(facts),
        expected_verdict=result.verdict,
        expected_kinds=sorted({finding.kind for finding in result.findings}),
    )
    change.apply(case, reason="saved from the reply test")
    return case


def _require_well_formed(text: str, facts: Mapping[str, Any]) -> None:
    problems: dict[str, list[str]] = {}
    if not text.strip():
        problems["text"] = ["text: it is empty; type a reply"]
    elif len(text) > MAX_CHARACTERS:
        problems["text"] = [f"text: it has {len(text):,} characters; shorten it to {MAX_CHARACTERS:,}"]
    elif "\x00" in text:
        problems["text"] = ["text: it holds a NUL character; remove it"]
    for problem in reply_facts.problems_of(facts):
        problems.setdefault(problem.partition(":")[0].removeprefix("facts."), []).append(problem)
    if problems:
        raise ValidationError(problems)


def broken(case: ReplyCase, rules: OutputPolicy) -> str:
    """Return how a case fails under a policy, or nothing."""
    result = judge(case.text, case.facts, rules)
    missing = sorted(set(case.expected_kinds) - {finding.kind for finding in result.findings})
    if result.verdict != case.expected_verdict:
        why = f" ({result.findings[0].reason})" if result.findings else ""
        return f"the verdict would be {result.verdict}{why}, expected is {case.expected_verdict}"
    return f"nothing of kind {', '.join(missing)} would be found" if missing else ""


def require_cases(row: models.Model, before: models.Model | None) -> None:
    """Refuse an output policy under which a saved case would no longer get its verdict; names each case."""
    if not isinstance(row, OutputPolicyModel):
        return
    rules = policy.output_policy_of(row)
    found = [(case, why) for case in ReplyCase.objects.all() if (why := broken(case, rules))]
    if found:
        raise ValidationError(
            [f"test case `{case.name}`: {why}; edit the case first if this is meant" for case, why in found[:20]]
        )


def require_true(row: models.Model, before: models.Model | None) -> None:
    """Refuse a case that does not hold under the policy of today."""
    if isinstance(row, ReplyCase) and (why := broken(row, policy.output_policy())):
        raise ValidationError({"expected_verdict": [f"expected_verdict: {why}; say what the guard says today"]})


def pieces(text: str, findings: tuple[Finding, ...]) -> list[Piece]:
    """Return the text cut where findings begin and end, each part with the numbers of its findings."""
    edges = sorted({0, len(text), *(f.start for f in findings), *(f.end for f in findings)})
    cut = []
    for begin, end in pairwise(edges):
        marks = tuple(n for n, f in enumerate(findings, start=1) if f.start <= begin and end <= f.end)
        cut.append(Piece(text[begin:end], marks))
    return cut
