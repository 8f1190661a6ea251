"""Profanity, insults, threats and discrimination, also in disguise; and tone (T19)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from guardrails.output import aimed, dread, frames, scorn, words
from guardrails.output.hate import score
from guardrails.output.linear import compiled
from guardrails.output.normalise import View
from guardrails.output.people import ABOUT_PEOPLE, around, places, sentence_at
from guardrails.output.result import BLOCK, Finding
from guardrails.output.scan import scan, sign

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
    "threat": (*words.THREATS, *aimed.MENACING, *aimed.DREAD, *frames.DIRE, *dread.DARK),
    "discrimination": (*words.SLURS, *words.HATE),
    "tone": (*words.RUDE, *aimed.MOCKING, *frames.CALLING, *scorn.SCORN),
}
_EDGE = r"(?:^|[^\pL\pN_])"
_PATTERNS = {name: compiled(rf"{_EDGE}({_any_of(parts)})(?:$|[^\pL\pN_])") for name, parts in _LISTS.items()}
_ANY = sign("rude", rf"{_EDGE}(?:{'|'.join(_any_of(parts) for parts in _LISTS.values())})(?:$|[^\pL\pN_])")
_HARMLESS = compiled(rf"{_EDGE}({_any_of((*aimed.HARMLESS, *dread.HARMLESS_SCORN))})(?:$|[^\pL\pN_])")
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
    r"(?:^|[^\pL\pN])[\pL@$!](?:[ .\-_*~|/+,][\pL\pN@$!]){2,}(?:$|[^\pL\pN])",
)
_LEET = str.maketrans("013456789@$!|+€£", "oieasbtbgasiltel")
_LEET_TOKEN = re.compile(r"(?<!\S)(?=[^\s]{0,30}[a-z])(?=[^\s]{0,30}[0-9@$!|+])[a-z0-9@$!|+'-]{2,30}(?![^\s.,;:?\"])")
_POSES = {
    "a": "a4@",
    "b": "b8",
    "e": "e3€",
    "g": "g69",
    "i": "il1!|",
    "l": "l1i|!",
    "o": "o0",
    "s": "s5$",
    "t": "t7+",
    "u": "uv",
}
_LEET_STEMS = (*words.STRONG, "shit", "dick", "pussy", "loser", "kill you", "die", "dumb", "scum")
_LEET_BODY = "|".join("".join(f"[{_POSES.get(c, c)}]+" if c != " " else r"\s" for c in stem) for stem in _LEET_STEMS)
_LEET_WORDS = compiled(rf"{_EDGE}((?:{_LEET_BODY}){_SUFFIX})(?:$|[^\pL\pN_])")
_LEET_SIGN = sign("leet", rf"{_EDGE}(?:{_LEET_BODY}){_SUFFIX}(?:$|[^\pL\pN_])")
_MIXED_SIGN = sign("mixed word", r"[a-z][013457$!][a-z]|[a-z]@[a-z]{1,4}(?:$|[^.\pL\pN])")


_TOXIC_SIGNS = frozenset({_ANY, _BROKEN_SIGN, _TRIPLE_SIGN, _SPACED_SIGN, _LEET_SIGN, _MIXED_SIGN, ABOUT_PEOPLE})
_DIRECTED = re.compile(r"\b(?:you|u|ur|your|yours|yourself|he|she|him|her|they|them|customers?|everyone|off)\b")
_SPARED = re.compile(
    r"(?:\bnot|n't|\bnever)(?: (?:at all|being|be|so|that|really|an?|too|call(?:ed)?|you|anyone|say)){0,3}\s$"
)
_TOLD = re.compile(
    r"\b(?:called|calls|calling|call|named|described)(?: \w+){1,3}? (?:as )?(?:an? |the )?(?:\w+ )?[\"']?$"
)
_BY_US = re.compile(r"\b(?:i|we|i'd|i'll|we'd|i've|let me|should|could)\b[^.!?]{0,24}$")
_QUOTES = re.compile(
    r"\b(?:you|customers?|drivers?|couriers?|he|she|they|who|agent|colleague)\b[^.!?]{0,30}\b(?:wrote|said|called|told|"
    r"mentioned|described|felt|find|found|asked|named|sent|read)\b|\b(?:books?|albums?|songs?|games?|movies?|"
    r"films?|shirts?|"
    r"t-shirts?|hoodies?|mugs?|stickers?|cards?|posters?|bands?|titles?|titled|called|named|prints?|shades?|"
    r"designs?|slogans?|"
    r"editions?|series|flavou?rs?|beers?|wines?|sauces?|models?|colou?rs?|lipsticks?|cocktails?|tracks?|shows?|plays?|"
    r"podcasts?|quilts?|candles?|socks?|magnets?|signs?|journals?|notebooks?)\b"
)
_CODE_AFTER = re.compile(r"[-_/#][A-Z0-9]{0,6}\d|\d")
_CODE_BEFORE = re.compile(r"\d[A-Z0-9]{0,6}[-_/#]$|\d$")
_NAMED = re.compile(
    r"\b(?:called|named|titled|entitled|by|the (?:book|album|song|game|movie|film|band|shade|beer|wine|sauce))"
    r"\b(?: [A-Z]\w*| the| of){0,4} $"
)
_CONFIRMED = 0.15
"""From this score on the model confirms what a list of hateful phrases has found."""
_ALONE = 0.45
"""From this score on the model needs no list."""


def find_toxicity(view: View, signs: frozenset[str]) -> list[Finding]:
    """Return the places of insults, threats, discrimination and profanity at somebody; each blocks."""
    if not signs & _TOXIC_SIGNS:
        return []
    low = view.lower()
    findings = (
        [f for f in _listed(low, view.text, ("profanity", "insult", "threat")) if f.kind == "toxicity"]
        if _ANY in signs
        else []
    )
    findings += _disguised(low, signs)
    findings += _attacks(low, signs)
    return _distinct(findings)


def _listed(low: View, cased: str, names: tuple[str, ...]) -> Iterator[Finding]:
    """Search the lists in plain text. Profanity and insults at nobody are a matter of tone."""
    harmless = list(_places(_HARMLESS, low.text))
    for name in names:
        for start, end in _places(_PATTERNS[name], low.text, harmless):
            is_coarse = name in ("profanity", "insult")
            if is_coarse and (_is_spared(low.text, start, end) or _is_name(cased, start, end)):
                continue
            kind = "tone" if name == "tone" or (is_coarse and not _is_directed(low.text, start, end)) else "toxicity"
            yield Finding(kind, *low.span(start, end), _REASONS[name], BLOCK)


def _is_directed(text: str, start: int, end: int) -> bool:
    """Whether a coarse word is said of somebody: a person stands near it in its sentence, or nothing else does."""
    begin, finish = sentence_at(text, start, end)
    near = text[max(begin, start - 40) : min(finish, end + 24)]
    return _DIRECTED.search(near) is not None or finish - begin < end - start + 4


def _attacks(low: View, signs: frozenset[str]) -> Iterator[Finding]:
    """Search sentences that name people for an attack on them: what lists find the model confirms or drops."""
    texts = [low.text] if ABOUT_PEOPLE in signs else []
    if _MIXED_SIGN in signs:
        plain = _LEET_TOKEN.sub(lambda match: _plain(match[0]), low.text)
        texts += [plain] if plain != low.text and ABOUT_PEOPLE in scan(plain) else []
    for text in texts:
        harmless = list(_places(_HARMLESS, text))
        listed = list(_places(_PATTERNS["discrimination"], text, harmless))
        named = [place for place in places(text) if not any(begin <= place[0] < finish for begin, finish in harmless)]
        done = 0
        for start, end in sorted((*listed, *named)):
            if end <= done:
                continue
            begin, done = sentence_at(text, start, end)
            is_listed = any(at < done and begin < finish for at, finish in listed)
            if score(text[slice(*around(text, begin, done))]) >= (_CONFIRMED if is_listed else _ALONE):
                yield Finding("toxicity", *low.span(begin, done), _REASONS["discrimination"], BLOCK)


def _places(pattern: Any, text: str, harmless: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
    """Yield the places of the pattern's first group; neighbours may share the character between them.

    What begins inside of a harmless place is left out, and what follows it is searched anew.
    """
    position = 0
    while (match := pattern.search(text, position)) is not None:
        start, end = match.span(1)
        spared = next((finish for begin, finish in harmless if begin <= start < finish), 0)
        if end > start and not spared:
            yield start, end
        position = max(min(end, spared - 1) if spared else end, position + 1)


def _is_spared(text: str, start: int, end: int) -> bool:
    """Whether a coarse word is denied, told of somebody, or stands in a quotation or a name."""
    if _SPARED.search(text, max(0, start - 24), start):
        return True
    before = text[max(0, start - 90) : start]
    if (told := _TOLD.search(before)) is not None and not _BY_US.search(before[: told.start()]):
        return True
    begin, finish = sentence_at(text, start, end)
    if text.count('"', begin, start) % 2 and '"' in text[end : finish + 1] and _QUOTES.search(text[begin:start]):
        return True
    return '"' in text[max(0, start - 90) : end + 60] and _is_countered(text, start, end)


def _is_name(cased: str, start: int, end: int) -> bool:
    """Whether a coarse word is part of a code in capitals and digits, or of a thing's name."""
    word = cased[start:end]
    left, right = cased[max(0, start - 12) : start], cased[end : end + 12]
    is_short = word.isupper() and word.isalpha() and len(word) <= 4 and word not in ("FUCK", "CUNT")
    if is_short and (_CODE_AFTER.match(right) or _CODE_BEFORE.search(left)):
        return True
    return word[:1].isupper() and _NAMED.search(cased, max(0, start - 60), start) is not None


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
    """Search words in which letters and signs are mixed; numbers alone are no words, nor are words alone."""
    for start, end in _places(_LEET_WORDS, low.text):
        written = low.text[start:end].replace(" ", "")
        if not written.isalpha() and any("a" <= char <= "z" for char in written):
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
_COMMANDS = frozenset(
    "STOP NEVER NOT DON'T CAN'T WON'T LISTEN ENOUGH NOBODY I ME WHY SHUT GET GO LEAVE HATE READ U".split()
)
_SPOKEN = frozenset(
    "YOU YOUR YOURS YOURSELF YOU'RE I'M WE WE'RE MY HE SHE THEY IT IS ARE AM WAS WILL WAIT WHAT HOW THIS THAT "
    "CANNOT COULD "
    "SHOULD WOULD DO DID HAVE NOW PEOPLE TOLD SAID".split()
)
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
        findings += [f for f in _listed(view.lower(), view.text, ("tone", "profanity", "insult")) if f.kind == "tone"]
    return _distinct(findings)


def _shouting(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of four or more words in capitals that speak to somebody.

    Codes, sizes and acronyms speak to nobody; a short heading on a line of its own may, unless it commands.
    """
    for match in _SHOUT.finditer(text):
        letters = [word for word in _WORD.findall(match[0]) if len(word) > 1]
        if len(letters) < 3 or sum(map(len, letters)) < 14:
            continue
        start, end = match.start(), match.start() + len(match[0].rstrip())
        said = set(_WORD.findall(match[0]))
        is_loud = "!" in match[0] or not said.isdisjoint(_COMMANDS)
        is_heading = _is_line(text, start, end) and len(letters) <= 8
        if is_loud or (not said.isdisjoint(_SPOKEN) and not is_heading):
            yield start, end


def _is_line(text: str, start: int, end: int) -> bool:
    """Whether a place is a line of its own, or ends in a colon, in a text that has more to say."""
    before, after = text[:start].rstrip(" "), text[end:].lstrip(" ")
    is_first = not before or before.endswith(("\n", "*", "#", "-"))
    is_last = text[end - 1 : end] == ":" or after.startswith(("\n", ":", "*"))
    return is_first and is_last and len(after) > 20
