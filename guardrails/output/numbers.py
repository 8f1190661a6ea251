"""Which runs of digits are payment cards or telephone numbers. Finds places in a view; changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from guardrails.output.context import is_about, last_word

_SEPARATOR = r"[\s\-._/,:*|~()]{0,3}"
_CARD = re.compile(rf"(?<![\w$€£¥])(?<!\d[.,])\d(?:{_SEPARATOR}\d){{11,30}}")
_GROUP = re.compile(r"\d+")
_PHONE = re.compile(
    r"(?<![\w$€£¥#])(?<!\d[.,/:-])\+?[ ]?[(]?\+?\d(?:[\s().\-_/*|~,]{0,3}\d){6,19}"
    r"(?!(?!x\d|ext)[\w%€£¥]|[.,]\d|-\w)"
)
_EXTENSION = re.compile(r"\s{0,2}(?:,\s?)?(?:x|ext\.?|extension)\s{0,2}\d{1,6}\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:[0-2]?\d|3[01])"
    r"|(?:[0-2]?\d|3[01])[-/. ](?:[0-2]?\d|3[01])[-/. ](?:19|20)\d\d"
)
_REGIONS = (
    "GB",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "BE",
    "CH",
    "AT",
    "AU",
    "NZ",
    "IE",
    "SE",
    "DK",
    "NO",
    "PL",
    "PT",
    "IN",
    "JP",
    "BR",
    "MX",
    "IL",
    "ZA",
)


def luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1 Annex B)."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = ord(char) - 48
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _is_issuer(digits: str) -> bool:
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
        return size == 15
    if 3528 <= four <= 3589 or two in (35, 60, 62, 64, 65, 81, 82):
        return 16 <= size <= 19
    return two in (50, 56, 57, 58, 59, 61, 63, 66, 67, 68, 69) and 12 <= size <= 19


def find_cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of card numbers: an issuer's beginning, length and groups, a fitting check digit."""
    for match in _CARD.finditer(text):
        groups = [(match.start() + g.start(), match.start() + g.end()) for g in _GROUP.finditer(match[0])]
        position = 0
        while position < len(groups):
            end = _card_end(text, groups, position)
            if end is None:
                position += 1
                continue
            yield groups[position][0], groups[end][1]
            position = end + 1


def _card_end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Return the last group of the longest card that begins at the group `first`."""
    digits, sizes, found = "", [], None
    for index in range(first, len(groups)):
        begin, end = groups[index]
        digits += text[begin:end]
        sizes.append(end - begin)
        if len(digits) > 19:
            break
        if len(digits) >= 12 and _is_issuer(digits) and luhn(digits) and _is_card_shape(text, groups[first][0], sizes):
            found = index
    return found


def _is_card_shape(text: str, start: int, sizes: list[int]) -> bool:
    """Whether digits in these groups may be a card, given the words before them."""
    word = last_word(text, start)
    if is_about(text, start, "reference"):
        return False
    if word == "card":
        return True
    total = sum(sizes)
    if len(sizes) == 1:
        return total >= 15 or (total >= 13 and text[start] in "34")
    is_even = len(set(sizes[:-1])) == 1 and sizes[-1] <= max(sizes[0], 4)
    return (is_even and total >= 14) or tuple(sizes) in ((4, 6, 5), (4, 6, 4))


def find_phones(text: str, region: str = "US") -> Iterator[tuple[int, int]]:
    """Yield the places of telephone numbers, with their extension."""
    for match in _PHONE.finditer(text):
        for start, end in _phones_in(text, match.start(), match.end(), region):
            extension = _EXTENSION.match(text, end)
            yield start, extension.end() if extension else end


def _phones_in(text: str, start: int, end: int, region: str) -> Iterator[tuple[int, int]]:
    """Split a run of digit groups into the telephone numbers it holds."""
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    if _is_phone(text, start, end, region):
        yield start, end
        return
    groups = [(start + g.start(), start + g.end()) for g in _GROUP.finditer(text[start:end])]
    index = 0
    while index + 2 < len(groups):
        shape = tuple(finish - begin for begin, finish in groups[index : index + 3])
        begin, finish = groups[index][0], groups[index + 2][1]
        if shape == (3, 3, 4) and len(groups) <= 9 and _is_phone(text, begin, finish, region):
            yield begin, finish
            index += 3
        else:
            index += 1


def _is_phone(text: str, start: int, end: int, region: str) -> bool:
    """Decide on one candidate by its shape, the words before it and the numbering plans."""
    raw = text[start:end]
    digits = "".join(c for c in raw if c.isdigit())
    sizes = tuple(len(group) for group in _GROUP.findall(raw))
    if not 7 <= len(digits) <= 17 or _DATE.match(raw) or is_about(text, start, "reference"):
        return False
    if raw.lstrip("( ").startswith("+"):
        return 8 <= len(digits) <= 16
    word = last_word(text, start)
    if raw.count(",") > (3 if set(sizes) == {1} or word == "phone" else 0):
        return False
    if _is_american(digits, sizes, raw):
        return True
    if word == "reference" and len(sizes) == 1:
        return False
    is_named = word == "phone"
    if digits.startswith("00") and 10 <= len(digits) <= 17:
        return _is_valid("+" + digits[2:], None) or is_named
    if len(sizes) == 1 and not is_named:
        return len(digits) == 10 and region == "US" and _is_valid(digits, "US") and word != "reference"
    if is_named and (sizes in ((3, 4), (4, 4), (10,), (11,), (7,)) or len(set(sizes)) == 1):
        return True
    if digits[0] == "0" and 9 <= len(digits) <= 12:
        return is_named or any(_is_valid(digits, each) for each in _REGIONS)
    return is_named and any(_is_valid(digits, each) for each in (region, *_REGIONS))


def _is_american(digits: str, sizes: tuple[int, ...], raw: str) -> bool:
    """Whether it is written as in North America: 3-3-4, with or without 1 or 001, or single digits."""
    bare = digits.removeprefix("001") if len(digits) == 13 else digits
    bare = bare.removeprefix("1") if len(bare) == 11 else bare
    if len(bare) != 10:
        return False
    if sizes[-3:] == (3, 3, 4) and sizes[:-3] in ((), (1,), (3,)):
        return True
    if raw.startswith("(") and sizes == (3, 7):
        return True
    is_single = sizes.count(1) >= 5 and max(sizes) <= 3
    return is_single and bare[0] in "23456789" and bare[3] in "23456789"


@lru_cache(maxsize=4096)
def _is_valid(number: str, region: str | None) -> bool:
    """Whether a numbering plan knows the number (phonenumbers); never raises."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
