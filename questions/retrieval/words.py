"""Words of questions and of identifiers: how names are taken apart, and how alike two words are in letters."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_VOWELS = frozenset("aeiou")

STOP = frozenset(
    "the and for with from what which who whom whose how many much are was were did does has have had all any each"
    " every per our you your show list give get tell find return display number count total average sum most least last"
    " first this that these those in of by on to is a an at or not do we me my it its be as between than more less"
    " top id"
    " please where when why there their them they he she his her can could would should will into over under only also"
    " ever never yet still now been being same different other both either name names".split()
)
"""Words that say nothing of a table. `name` is one: nearly every table has it."""

ALIASES = {
    "txn": "transaction", "tx": "transaction", "trx": "transaction", "hh": "household", "dob": "birthdate",
    "msisdn": "phone", "tel": "phone", "mob": "phone", "yr": "year", "fy": "fiscal", "pct": "percent", "uom": "unit",
    "ccy": "currency", "fx": "exchange", "sku": "product", "po": "purchase", "gl": "ledger", "ap": "payable",
    "ar": "receivable", "bal": "balance", "hr": "employee", "wh": "warehouse", "whse": "warehouse", "loc": "location",
    "xfer": "transfer", "xref": "reference", "ref": "reference", "org": "organization", "no": "number",
    "num": "number", "nbr": "number", "cd": "code", "ts": "time", "lob": "line", "usr": "user", "pwd": "password",
    "grp": "group", "cat": "category", "veh": "vehicle", "appt": "appointment", "eqp": "equipment",
}  # fmt: skip
"""Short forms that letters alone do not give away."""


def split(text: str) -> list[str]:
    """Return the words of an identifier or a sentence in lower case: snake, camel and numbers glued to words."""
    return [found.lower() for found in _WORD.findall(text)]


def asked(question: str) -> list[str]:
    """Return the words of a question that may mean a table or column, in order, each once."""
    return [word for word in dict.fromkeys(split(question)) if len(word) > 1 and word not in STOP]


_PROPER = re.compile(r"(?<=[a-z,] )[\"']?([A-Z][a-z]+(?: [A-Z][a-z]+)*)|\"([^\"]+)\"|(\d+)")


def values(question: str) -> frozenset[str]:
    """Return the words that are likely values, not names of the schema: proper names, quoted words, numbers."""
    return frozenset(word for found in _PROPER.finditer(question) for word in split(found[0]))


_SUFFIXES = (
    ("ations", "at"), ("ation", "at"), ("ments", ""), ("ment", ""), ("ities", "ity"), ("ies", "y"), ("sses", "ss"),
    ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ings", ""), ("ing", ""), ("ied", "y"), ("ers", ""), ("er", ""),
    ("ors", ""), ("or", ""), ("ed", ""), ("es", ""), ("e", ""),
)  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a rough stem: `pledged`, `pledges` and `pledge` are one word."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    for end, put in _SUFFIXES:
        if word.endswith(end) and len(word) - len(end) >= 3:
            word = word[: -len(end)] + put
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """Return the first letter and the consonants after it, as people abbreviate."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in _VOWELS)


def likeness(word: str, token: str) -> float:
    """Return how alike a word of the question and a token of an identifier are in letters: 0 to 1."""
    if word == token:
        return 1.0
    one, other = stem(word), stem(token)
    if one == other:
        return 0.97
    if ALIASES.get(token) == word or (token in ALIASES and stem(ALIASES[token]) == one):
        return 0.9
    short, long = sorted((word, token), key=len)
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return 0.82  # glued words: `streetaddress`
    if len(min(one, other, key=len)) >= 4 and one[:5] == other[:5]:
        return 0.7  # one root: `library`, `librarian`
    return abbreviation(token, word)


def abbreviation(token: str, word: str) -> float:
    """Return how likely a token of an identifier is short for a word."""
    if not (2 <= len(token) < len(word) and token[0] == word[0]):
        return 0.0
    bones = skeleton(word)
    if token == bones or token == skeleton(stem(word)):
        return 0.85
    if len(token) >= 3 and word.startswith(token):
        return 0.75
    is_bare = not any(letter in _VOWELS for letter in token[1:-1]) or (len(token) > 3 and word.startswith(token[:3]))
    if len(token) >= 3 and is_bare and _is_within(token, word):
        return 0.75 if token[-1] in (word[-1], stem(word)[-1]) else 0.5
    return 0.0


def _is_within(token: str, word: str) -> bool:
    """Whether the letters of `token` stand in `word` in this order."""
    letters = iter(word)
    return all(letter in letters for letter in token)
