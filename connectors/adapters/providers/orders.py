"""Find the order numbers a text names. Bounded: a text with hundreds of them costs and yields little."""

from __future__ import annotations

import re

MAX_NUMBERS = 20
"""More distinct numbers than this say nothing about which order is meant; the rest are not collected."""
MAX_CHARS = 2_000_000

_NUMBER = r"(?:[A-Za-z]{1,4}-?)?[0-9]{3,12}(?:-[0-9]{1,10}){0,2}"
_END = r"(?![\w%])(?![.,][0-9])"
_NOUN = r"orders?|purchases?|bestellung(?:en)?|auftrag|commandes?|pedidos?|ordine|ordre"
_KIND = r"numbers?|nummer|num|nr|no|id|ref|reference|n[°ºo]|numero|número|is|was|of mine"
_HASH = re.compile(rf"(?<![\w&/#])#\s?({_NUMBER})(?![\w])")
_WORD = re.compile(
    rf"\b(?:{_NOUN})\b[\s,:'\"(]{{0,4}}(?:(?:{_KIND})\b[\s.:]{{0,3}}){{0,3}}#?\s?({_NUMBER}){_END}",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w#-])([A-Za-z]{1,4}-[0-9]{3,12})(?![\w-])")
_MORE = re.compile(rf"\s{{0,2}}(?:,|;|&|\+|/|and|und|et|y|or)\s{{0,2}}#?({_NUMBER}){_END}", re.IGNORECASE)
_NOT_AN_ORDER = frozenset(
    ("ISO", "UTF", "RFC", "SHA", "USB", "DIN", "EN", "GB", "US", "COVID", "IPV", "WD", "MP", "SKU", "ISBN")
)


def normalise_order_number(text: str) -> str:
    """Return the number as it is compared: no `#`, no blanks, upper case."""
    return re.sub(r"[\s#]", "", text)[:64].upper()


def find_order_numbers(text: str) -> tuple[str, ...]:
    """Return the distinct order numbers in order of appearance, at most `MAX_NUMBERS` of them.

    Understood are `#1042`, `order 1042`, `order no. NL-1042`, `orders 1042 and 1043` and a bare
    `NL-1042`. A bare digit string is none: it may be a price, a year or a postcode.
    """
    text = text[:MAX_CHARS]
    found: list[tuple[int, str]] = []
    for pattern in (_HASH, _WORD, _BARE):
        seen: set[str] = set()
        for match in pattern.finditer(text):
            if len(seen) > MAX_NUMBERS:
                break
            number = normalise_order_number(match[1])
            if pattern is _BARE and number.split("-")[0] in _NOT_AN_ORDER:
                continue
            if number not in seen:
                seen.add(number)
                found.append((match.start(1), number))
            if pattern is not _BARE:
                found += _listed(text, match.end())
    distinct = dict.fromkeys(normalise_order_number(number) for _, number in sorted(found))
    return tuple(distinct)[:MAX_NUMBERS]


def _listed(text: str, position: int) -> list[tuple[int, str]]:
    """Return further numbers of a list that begins before `position`: `… and 1043, 1044`."""
    found: list[tuple[int, str]] = []
    while len(found) < MAX_NUMBERS and (match := _MORE.match(text, position)):
        found.append((match.start(1), match[1]))
        position = match.end()
    return found
