"""Profanity, insults, threats and discrimination, also in disguise; and tone (T19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from guardrails.output import words
from guardrails.output.linear import compiled
from guardrails.output.normalise import View
from guardrails.output.result import BLOCK, Finding
from guardrails.output.scan import sign

_REASONS = {
    "profanity": "profanity",
    "insult": "an insult",
    "threat": "a threat",
    "discrimination": "discrimination",
    "tone": "aggressive phrasing",
}


def _blanks(fragment: str) -> str:
    """Return the fragment with its plain blanks as any blanks."""
    return fragment.replace(" ", r"\s{1,3}")


def _stretch(stem: str) -> str:
    """Return a stem whose letters may repeat: `fuuuck`."""
    return "".join(f"{letter}+" for letter in stem)


def _any_of(fragments: tuple[str, ...]) -> str:
    return "|".join(_blanks(fragment) for fragment in fragments)


_LISTS = {
    "profanity": words.PROFANITY,
    "insult": words.INSULTS,
    "threat": words.THREATS,
    "discrimination": (*words.SLURS, *words.HATE),
    "tone": words.RUDE,
}
_EDGE = r"(?:^|[^\pL\pN_])"
_PATTERNS = {name: compiled(rf"{_EDGE}({_any_of(parts)})(?:$|[^\pL\pN_])") for name, parts in _LISTS.items()}
_ANY = sign("rude", rf"{_EDGE}(?:{'|'.join(_any_of(parts) for parts in _LISTS.values())})(?:$|[^\pL\pN_])")
_COUNTER = compiled("|".join(words.COUNTER))
_SLUR = compiled(rf"^(?:{_any_of(words.SLURS)})$")
_STRONG = compiled("|".join(_stretch(stem) for stem in words.STRONG))
_GAP = r"[\s.\-_*~|/'\",:;^+]{0,2}"
_SUFFIX = r"(?:s|es|ed|er|ers|ing|in|y|head|face)*"
_BROKEN_STEMS = "|".join(_GAP.join(f"{letter}+" for letter in stem) for stem in words.STRONG)
_BROKEN = compiled(rf"{_EDGE}((?:{_BROKEN_STEMS}){_SUFFIX})(?:$|[^\pL\pN_])")
_BROKEN_SIGN = sign("broken word", rf"{_EDGE}(?:{_BROKEN_STEMS}){_SUFFIX}(?:$|[^\pL\pN_])")
_STRETCHED_STEMS = "|".join(_stretch(stem) for stem in (*words.STRONG, "shit", "dumb", "loser"))
_STRETCHED = compiled(rf"{_EDGE}((?:{_STRETCHED_STEMS}){_SUFFIX})(?:$|[^\pL\pN_])")
_TRIPLE = re.compile(r"([a-z])\1\1")
_TRIPLE_SIGN = sign("triple letter", "|".join(f"{letter}{{3}}" for letter in "abcdefghijklmnopqrstuvwxyz"))
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:([ .\-_*~|/+,])[^\W_])(?:\1[^\W_]){1,200}(?![^\W_])")
_SPACED_SIGN = sign(
    "letter by letter",
    r"(?:^|[^\pL\pN])[\pL\pN](?:[ .\-_*~|/+,][\pL\pN]){2}(?:$|[^\pL\pN])|(?:[ .\-_*~|/+,][\pL\pN]){3}",
)
_LEET_SIGN = sign("leet", r"[a-z][0-9@$!|+€£][a-z]|[0-9@$!|+€£][a-z]{2}|[a-z]{2}[0-9@$|+€£]|[a-z][0-9@$!|+€£]{2}")
_LEET = str.maketrans("013456789@$!|+€£", "oieasbtbgasiltel")
_LEET_L = str.maketrans("1!|", "lll")
_LEET_STEMS = "|".join(_stretch(stem) for stem in (*words.STRONG, "shit", "dick", "pussy", "loser", "kill"))
_LEET_STEMS = _LEET_STEMS.replace("i+", "[il]+").replace("l+", "[il]+")
_LEET_WORDS = compiled(rf"{_EDGE}((?:{_LEET_STEMS}){_SUFFIX})(?:$|[^\pL\pN_])")


_TOXIC_SIGNS = frozenset({_ANY, _BROKEN_SIGN, _TRIPLE_SIGN, _SPACED_SIGN, _LEET_SIGN})


def find_toxicity(view: View, signs: frozenset[str]) -> list[Finding]:
    """Return the places of profanity, insults, threats and discrimination; each blocks."""
    if not signs & _TOXIC_SIGNS:
        return []
    low = view.lower()
    findings = list(_listed(low, ("profanity", "insult", "threat", "discrimination"))) if _ANY in signs else []
    findings += _disguised(low, signs)
    return _distinct(findings)


def _listed(low: View, names: tuple[str, ...]) -> Iterator[Finding]:
    """Search the lists in plain text."""
    for name in names:
        for start, end in _places(_PATTERNS[name], low.text):
            is_quoted = '"' in low.text[max(0, start - 90) : end + 60]
            if (name == "discrimination" or (name == "insult" and is_quoted)) and _is_countered(low.text, start, end):
                continue
            kind = "tone" if name == "tone" else "toxicity"
            yield Finding(kind, *low.span(start, end), _REASONS[name], BLOCK)


def _places(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the pattern's first group; neighbours may share the character between them."""
    position = 0
    while (match := pattern.search(text, position)) is not None:
        start, end = match.span(1)
        if end > start:
            yield start, end
        position = max(end, position + 1)


def _is_countered(text: str, start: int, end: int) -> bool:
    """Whether the phrase is quoted or spoken against; a slur outside quotation marks never is."""
    window = text[max(0, start - 90) : end + 60]
    countered = _COUNTER.search(window) is not None
    return countered and not (_SLUR.search(text[start:end]) and '"' not in window)


def _disguised(low: View, signs: frozenset[str]) -> Iterator[Finding]:
    """Search words that are spaced out, broken up, stretched or written in leetspeak."""
    for start, end in _places(_BROKEN, low.text) if _BROKEN_SIGN in signs else ():
        if not low.text[start:end].isalpha():
            yield Finding("toxicity", *low.span(start, end), "profanity or an insult, broken up", BLOCK)
    for start, end in _places(_STRETCHED, low.text) if _TRIPLE_SIGN in signs else ():
        if _TRIPLE.search(low.text[start:end]):
            yield Finding("toxicity", *low.span(start, end), "profanity or an insult, stretched", BLOCK)
    for run in _SPACED.finditer(low.text) if _SPACED_SIGN in signs else ():
        closed = re.sub(r"[^\w@$!]|_", "", run[0])
        if _STRONG.search(closed) or _PATTERNS["profanity"].search(closed) or _LEET_WORDS.search(_plain(closed)):
            yield Finding("toxicity", *low.span(*run.span()), "profanity or an insult, spaced out", BLOCK)
    if _LEET_SIGN in signs:
        yield from _leet(low)


def _plain(token: str) -> str:
    """Return leetspeak as letters, sign for sign."""
    return token.translate(_LEET)


def _leet(low: View) -> Iterator[Finding]:
    """Search words in which letters and signs are mixed; numbers alone are no words."""
    for text in (_plain(low.text), _plain(low.text.translate(_LEET_L))):
        for start, end in _places(_LEET_WORDS, text):
            written = low.text[start:end]
            if any("a" <= char <= "z" for char in written) and written != text[start:end]:
                yield Finding("toxicity", *low.span(start, end), "profanity or an insult in leetspeak", BLOCK)


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Keep one finding where several overlap: the longest of those that begin first."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SHOUT = re.compile(r"(?:\b[A-Z][A-Z']*\b[\s,;:.!?\"'()-]*){4,}")
_MARKS = re.compile(r"[!?]{4,}|(?:[!?]{2,}[^!?]{1,80}){3,}")


_SHOUT_SIGN = sign("capitals", r"(?:\b[A-Z][A-Z']*\b[\s,;:.!?\"'()-]*){4}", case=True)
_MARKS_SIGN = sign("marks", r"[!?]{4}|(?:[!?]{2,}[^!?]+){2}[!?]{2}")


def find_tone(view: View, signs: frozenset[str]) -> list[Finding]:
    """Return the places where a reply shouts or is aggressive; each blocks."""
    findings = []
    if _SHOUT_SIGN in signs:
        findings += [
            Finding("tone", *view.span(*place), "written in capitals", BLOCK) for place in _shouting(view.text)
        ]
    findings += [
        Finding("tone", *view.span(*match.span()), "too many exclamation or question marks", BLOCK)
        for match in (_MARKS.finditer(view.text) if _MARKS_SIGN in signs else ())
    ]
    if _ANY in signs:
        findings += _listed(view.lower(), ("tone",))
    return _distinct(findings)


def _shouting(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of four or more words in capitals; codes and headings are shorter."""
    for match in _SHOUT.finditer(text):
        letters = [word for word in _WORD.findall(match[0]) if len(word) > 1]
        if len(letters) >= 3 and sum(map(len, letters)) >= 14:
            yield match.start(), match.start() + len(match[0].rstrip())
