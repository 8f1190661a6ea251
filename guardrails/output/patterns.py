"""What a merchant's replies never say (T18): words, phrases and RE2 patterns, in linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import re2

from guardrails.output.linear import compiled, options
from guardrails.output.normalise import View, fold, unspace
from guardrails.output.policy import PatternRule
from guardrails.output.result import BLOCK, REDACT, Finding

MAX_PATTERN = 1_000
_NAMES = {
    "competitor": "a competitor's name",
    "phrase": "a prohibited phrase",
    "legal": "a legal trigger word",
    "internal": "an internal term",
    "custom": "a blocked pattern",
}


class PatternError(ValueError):
    """A pattern that may not be saved; the message names it and says the fix."""


def compile_pattern(text: str, *, field: str = "pattern") -> Any:
    """Return the compiled RE2 pattern; raise `PatternError` naming `field` where it may not be saved.

    Refused: what is not RE2 (look-around, back-references), what is longer than `MAX_PATTERN` characters, and
    what matches the empty text and so every reply.
    """
    if not isinstance(text, str) or not text.strip():
        raise PatternError(f"{field}: is empty; give a word or an RE2 expression")
    if len(text) > MAX_PATTERN:
        raise PatternError(f"{field}: has {len(text)} characters; shorten it to {MAX_PATTERN}")
    shown = " ".join(text.split())[:60]
    try:
        pattern = compiled(text)
    except re2.error as error:
        cause = error.args[0] if error.args else "not understood"
        cause = cause.decode(errors="replace") if isinstance(cause, bytes) else cause
        message = f"{field}: `{shown}` is not an RE2 pattern ({cause}); look-around and \\1 are not supported"
        raise PatternError(message) from error
    if pattern.search("") is not None:
        raise PatternError(f"{field}: `{shown}` matches the empty text, so every reply; make it longer")
    return pattern


def _expression(rule: PatternRule) -> str:
    """Return the RE2 expression of a rule; a literal is a whole word, blanks in it may be any blanks."""
    if rule.is_regex:
        return rule.text
    words = fold(rule.text).text.split()
    body = r"[\s_-]+".join(re2.escape(word) for word in words)
    begin = r"\b" if _is_plain(words[0][0]) else ""
    end = r"\b" if _is_plain(words[-1][-1]) else ""
    return f"{begin}{body}{end}"


def _is_plain(char: str) -> bool:
    """Whether RE2's word boundary, which knows ASCII only, holds at this character."""
    return char.isascii() and char.isalnum()


class PatternSet:
    """All rules of a policy, compiled into one set. A rule that does not compile makes every reply block.

    # INVARIANT: the set holds one expression that always matches. Where even that is not reported, the set
    # ran out of memory, and every rule is searched on its own: a full memory never opens the guard.
    """

    def __init__(self, rules: Sequence[PatternRule]) -> None:
        self.rules = tuple(rules)
        self._set = re2.Set.SearchSet(options(max_mem_bytes=64 << 20))
        self._each: list[Any] = []
        self.refused: list[PatternRule] = []
        for rule in self.rules:
            try:
                if rule.is_regex:
                    compile_pattern(rule.text)
                pattern = compiled(_expression(rule))
                self._set.Add(_expression(rule))
            except (PatternError, re2.error, IndexError):
                self.refused.append(rule)
                continue
            self._each.append((rule, pattern))
        self._any = _together([_expression(rule) for rule, _ in self._each])
        self._sentinel = len(self._each)
        self._set.Add("")
        try:
            self._set.Compile()
        except re2.error:  # too large for one set: each is searched on its own
            self._set = None

    def hits(self, text: str) -> Iterator[tuple[PatternRule, int, int]]:
        """Yield each rule that matches, with every place."""
        if self._any is not None and self._any.search(text) is None:
            return
        indices = self._set.Match(text) if self._set is not None else ()
        if self._sentinel not in indices:
            indices = range(len(self._each))
        for index in indices:
            if index == self._sentinel:
                continue
            rule, pattern = self._each[index]
            position = 0
            while (match := pattern.search(text, position)) is not None:
                start, end = match.span()
                if end > start:
                    yield rule, start, end
                position = max(end, position + 1)


def _together(expressions: list[str]) -> Any:
    """Return one pattern that says whether any of them matches at all, which most replies answer with no.

    None where there is none to trust: too large for RE2, or with a quotation (`\\Q`) that might end in another rule.
    """
    if not expressions or any(r"\Q" in expression for expression in expressions):
        return None
    try:
        return re2.compile("|".join(f"(?:{each})" for each in expressions), options=options(max_mem_bytes=64 << 20))
    except re2.error:
        return None


_KEPT = 64
_recent: dict[int, tuple[tuple[PatternRule, ...], PatternSet]] = {}


def pattern_set(rules: tuple[PatternRule, ...]) -> PatternSet:
    """Return the compiled set of these rules, kept for the next reply.

    The very tuple a policy holds is known again without looking at its rules: to hash 500 of them costs more than to
    search a reply for them. The entry holds the tuple, so that its identity stays its own.
    """
    kept = _recent.get(id(rules))
    if kept is not None and kept[0] is rules:
        return kept[1]
    made = _compiled_set(rules)
    if len(_recent) >= _KEPT:
        _recent.clear()
    _recent[id(rules)] = (rules, made)
    return made


@lru_cache(maxsize=256)
def _compiled_set(rules: tuple[PatternRule, ...]) -> PatternSet:
    """Return the compiled set of equal rules."""
    return PatternSet(rules)


def find_patterns(view: View, original: str, rules: tuple[PatternRule, ...]) -> list[Finding]:
    """Return the findings of a policy's patterns in the text, its undisguised and its closed-up copy."""
    if not rules:
        return []
    patterns = pattern_set(rules)
    findings = [
        Finding("pattern", 0, 0, f"rule `{rule.id}` is not a valid pattern; correct it", BLOCK, rule.id)
        for rule in patterns.refused
    ]
    views = [view]
    if view.text != original:
        views.append(View(original))
    closed = unspace(view)
    if closed is not None:
        views.append(closed)
    seen: set[tuple[str, int, int]] = set()
    for each in views:
        for rule, start, end in patterns.hits(each.text):
            place = each.span(start, end)
            if (rule.id, *place) not in seen:
                seen.add((rule.id, *place))
                action = REDACT if rule.action == REDACT else BLOCK
                reason = f"{_NAMES.get(rule.kind, 'a blocked pattern')} (rule `{rule.id}`)"
                findings.append(Finding("pattern", *place, reason, action, rule.id))
    return findings
