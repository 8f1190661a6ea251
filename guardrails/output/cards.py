"""Which groups of digits are payment cards or social security numbers. Finds places in a view; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.output.context import is_about, last_word
from guardrails.output.runs import Chain, is_attached_after, is_attached_before

_TWELVE = frozenset("5018 5020 5038 5612 5893 6304 6759 6761 6762 6763 0604".split())
"""Issuers of twelve-digit cards (Maestro), by their first four digits."""
_SHAPES = frozenset([(4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5), (6, 13), (8, 8), (6, 10), (4, 3, 3, 3)])


def luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1 Annex B)."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(int(d) * 2 - 9 if d > "4" else int(d) * 2 for d in digits[-2::-2])) % 10 == 0


def is_article_number(digits: str) -> bool:
    """Whether the check digit fits a GTIN (EAN-13, ISBN-13): weights 3 and 1 from the right."""
    total = sum(int(d) * (3 if index % 2 == 0 else 1) for index, d in enumerate(reversed(digits[:-1])))
    return (total + int(digits[-1])) % 10 == 0


def is_issuer(digits: str) -> bool:
    """Whether an issuer numbers cards of this beginning and length."""
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return size in (13, 16, 19)
    if two in (34, 37):
        return size == 15
    if 51 <= two <= 55 or 2221 <= four <= 2720 or 2200 <= four <= 2204:
        return size == 16
    if two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305:
        return size in (14, 16, 19)
    if four in (2131, 1800):
        return size in (15, 16)
    if 3528 <= four <= 3589 or two in (35, 60, 62, 64, 65, 81, 82):
        return 16 <= size <= 19 or digits[:4] in _TWELVE
    return (two in (50, 56, 57, 58, 59, 61, 63, 66, 67, 68, 69) or digits[:4] == "0604") and 12 <= size <= 19


def find_cards(chain: Chain) -> Iterator[tuple[int, int]]:
    """Yield the places of card numbers: an issuer's beginning, length and groups, a fitting check digit.

    Where the text calls a number a card (`card number 1234 5678 9012 3456`) the check digit does not have to
    fit: a mistyped card still gives its owner away.
    """
    position = 0
    while position < len(chain.groups):
        end = _end(chain, position)
        if end is None:
            position += 1
            continue
        yield chain.groups[position][0], chain.groups[end][1]
        position = end + 1


def _end(chain: Chain, first: int) -> int | None:
    """Return the last group of the longest card that begins at the group `first`."""
    text, start = chain.text, chain.groups[first][0]
    if is_attached_before(text, start) and not (first and _parts(chain.separators[first - 1])):
        return None
    digits, found = "", None
    for index in range(first, len(chain.groups)):
        begin, end = chain.groups[index]
        digits += text[begin:end]
        if len(digits) > 19:
            break
        if len(digits) >= 12 and not is_attached_after(text, end) and _is_card(chain, first, index, digits):
            found = index
    return found


def _parts(separator: str) -> bool:
    """Whether a separator parts two numbers rather than two groups of one."""
    return len(separator.strip(" -")) > 0 or separator.count(" ") > 1


def _is_card(chain: Chain, first: int, last: int, digits: str) -> bool:
    """Whether digits in these groups may be a card, given the words before them."""
    text, start = chain.text, chain.groups[first][0]
    if len(set(digits)) == 1 or is_about(text, start, "reference"):
        return False
    sizes = chain.sizes[first : last + 1]
    is_called = last_word(text, start, 60) == "card"
    if not (is_issuer(digits) and luhn(digits)):
        is_whole = 15 <= len(digits) <= 16 and sizes in ((15,), (16,), (4, 4, 4, 4), (4, 6, 5))
        return is_whole and digits[0] in "23456" and is_about(text, start, "card")
    if is_called:
        return True
    if len(sizes) == 1:
        return _is_plain(digits)
    if _goes_on(chain, first, last):
        return False
    if len({_bare(separator) for separator in chain.separators[first:last]}) > 1:
        return False
    is_even = len(set(sizes[:-1])) == 1 and sizes[0] <= 6 and sizes[-1] <= max(sizes[0], 4)
    return (is_even and len(digits) >= 14) or sizes in _SHAPES or (len(digits) >= 12 and set(sizes) == {4})


def _bare(separator: str) -> str:
    """Return a separator without its blanks and brackets."""
    return separator.strip().translate(_BRACKETS).replace(" ", "")


_BRACKETS = str.maketrans("", "", "()[]")


def _is_plain(digits: str) -> bool:
    """Whether a bare run of digits is a card: the shorter, the surer its beginning has to be."""
    if len(digits) >= 15:
        return True
    if len(digits) == 12:
        return digits[:4] in _TWELVE or digits[:2] in ("50", "56", "57", "58", "63", "67")
    return digits[0] in "34" and not is_article_number(digits)


def _goes_on(chain: Chain, first: int, last: int) -> bool:
    """Whether the even groups of a longer number run on before or after: a tracking number, an IBAN."""
    sizes, separators = chain.sizes, chain.separators
    size = sizes[first]
    if size != 4:
        return False
    inner = separators[first] if last > first else ""
    before = first > 0 and separators[first - 1] == inner and sizes[first - 1] >= 4
    after = last + 1 < len(sizes) and separators[last] == inner and sizes[last + 1] == 4
    return before or (after and sizes[last] == 4)


def find_ssns(chain: Chain) -> Iterator[tuple[int, int]]:
    """Yield social security numbers: grouped 3-2-4, or nine digits where the text speaks of one."""
    text, sizes = chain.text, chain.sizes
    for index in range(len(sizes) - 2):
        start, end = chain.groups[index][0], chain.groups[index + 2][1]
        if sizes[index : index + 3] != (3, 2, 4) or _is_inside(chain, index, index + 2):
            continue
        area, group, serial = (chain.digits(n, n) for n in range(index, index + 3))
        is_named = last_word(text, start, 60) == "ssn"
        if is_ssn(area, group, serial, is_named) and (is_named or not is_about(text, start, "reference")):
            yield start, end
    if sum(sizes) == 9 and sizes != (3, 2, 4):
        start, end = chain.groups[0][0], chain.groups[-1][1]
        if text[max(0, start - 1) : start] == "+" or is_attached_before(text, start) or is_attached_after(text, end):
            return
        digits = chain.digits()
        is_named = last_word(text, start, 60) == "ssn"
        is_grouped = max(sizes) <= 2 and len(sizes) >= 5 and last_word(text, start) not in ("phone", "reference")
        if (is_named or is_grouped) and is_ssn(digits[:3], digits[3:5], digits[5:], is_named):
            yield start, end


def _is_inside(chain: Chain, first: int, last: int) -> bool:
    """Whether the groups are part of a longer number or of something else."""
    text = chain.text
    if text[max(0, chain.groups[first][0] - 1) : chain.groups[first][0]] == "+" or (
        first and not _parts(chain.separators[first - 1])
    ):
        return True
    if last < len(chain.groups) - 1 and not _parts(chain.separators[last]):
        return True
    start, end = chain.groups[first][0], chain.groups[last][1]
    return (not first and is_attached_before(text, start)) or is_attached_after(text, end)


def is_ssn(area: str, group: str, serial: str, is_named: bool = False) -> bool:
    """Whether these parts can have been issued (SSA: no area 000, 666 or 900-999, no zero part; an ITIN if named)."""
    if group == "00" or serial == "0000" or area in ("000", "666"):
        return False
    return area < "900" or is_named
