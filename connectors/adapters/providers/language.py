"""Guess a text's language from its script, its words and its letter groups: enough to know what was not learned.

The profiles are counted from a few hand-written sentences in `examples/languages.txt` and, for English, the shipped
requests. Latin languages the profiles do not hold are taken for a relative: not English is what matters.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

EXAMPLES = Path(__file__).parent / "examples"
MAX_CHARS = 3_000
WORD_WEIGHT = 2.0
ENGLISH_LEAD = 2.0
"""How much likelier than English another language must be: a few foreign words in an English text change nothing."""
PLAINLY_ENGLISH = 0.75
"""With this share of words that English tickets use, nothing needs to be counted."""

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
)
CYRILLIC = ("ru", "uk", "bg")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SECTION = re.compile(r"\[([a-z]{2})\]")
_SLOT = re.compile(r"\{\w+\}")


def detect_language(text: str) -> str:
    """Return an ISO 639-1 code, or `und` when nothing tells. A single foreign word changes nothing."""
    text = text[:MAX_CHARS]
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    letters = sum(map(len, tokens))
    if not letters:
        return "und"
    for language, script in _SCRIPTS:
        if len(script.findall(text)) > 0.2 * letters:
            return _likeliest(tokens, CYRILLIC)[0] if language == "cyrillic" else language
    profiles = _profiles()
    if sum(token in profiles["en"].words for token in tokens) >= PLAINLY_ENGLISH * len(tokens):
        return "en"
    best, lead = _likeliest(tokens, tuple(name for name in profiles if name not in CYRILLIC))
    if best == "en" or lead < ENGLISH_LEAD:
        is_known = any(token in profiles["en"].words for token in tokens)
        return "en" if is_known or (text.isascii() and len(tokens) <= 3) else "und"
    return best


class Profile:
    """Smoothed log-chances of a language's words and letter groups."""

    def __init__(self, sentences: list[str]) -> None:
        tokens = [token.lower() for sentence in sentences for token in _TOKEN.findall(sentence)]
        self.words = Counter(tokens)
        self.grams = Counter(gram for token in tokens for gram in _grams(token))
        self._all_words, self._all_grams = sum(self.words.values()), sum(self.grams.values())

    def chance(self, token: str) -> float:
        """Return how well a word fits, as a logarithm."""
        fit = sum(math.log((self.grams[gram] + 0.2) / (self._all_grams + 400)) for gram in _grams(token))
        word = math.log((self.words[token] + 0.05) / (self._all_words + 100)) if token in self.words else -9.0
        return fit / math.sqrt(len(token) + 1) + WORD_WEIGHT * word


def _likeliest(tokens: list[str], names: tuple[str, ...]) -> tuple[str, float]:
    """Return the likeliest language and how much likelier than English it is."""
    profiles = _profiles()
    scores = {name: sum(profiles[name].chance(token) for token in tokens[:60]) for name in names}
    best = max(scores, key=lambda name: (scores[name], name == "en"))
    return best, scores[best] - scores.get("en", -math.inf)


def _grams(token: str) -> list[str]:
    padded = f" {token} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


@lru_cache(maxsize=1)
def _profiles() -> dict[str, Profile]:
    """Count the profiles, once in a process (some milliseconds)."""
    sentences: dict[str, list[str]] = {}
    language = ""
    for line in (EXAMPLES / "languages.txt").read_text("utf-8").splitlines():
        if mark := _SECTION.fullmatch(line.strip()):
            language = mark[1]
        elif line.strip():
            sentences.setdefault(language, []).append(line)
    requests = [_SLOT.sub("", line) for line in (EXAMPLES / "requests.txt").read_text("utf-8").splitlines()]
    sentences["en"] = [line for line in requests if not line.startswith("[")]
    return {name: Profile(lines) for name, lines in sentences.items()}
