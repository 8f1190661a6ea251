"""Which groups of digits are telephone numbers, in every country's way of writing. Finds places; changes nothing.

Numbers with a plus sign or a country code are told by themselves; national ones by their shape, by the numbering
plans (`phonenumbers`), or by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import phonenumbers

from guardrails.output.context import is_about, is_called_phone, last_word
from guardrails.output.linear import compiled
from guardrails.output.runs import Chain, is_attached_after, is_attached_before

_EXTENSION = re.compile(r"\s{0,2}(?:,\s?)?(?:x|extn?\.?|extension|durchwahl|poste|#)\s{0,2}\d{1,6}\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:[0-2]?\d|3[01])(?!\d)"
    r"|(?:[0-2]?\d|3[01])[-/. ](?:[0-2]?\d|3[01])[-/. ][12]\d\d\d(?!\d)"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T_-]?\d{4,6})?$"
    r"|(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d$"
)
_HOURS = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d\s?[-/ ]\s?(?:[01]\d|2[0-4])[0-5]\d$")
_LIST_BEFORE = re.compile(r"(?:(?<!\S)[\w/#.-]*\d[\w/-]*(?:,| and| or|;| &)\s{1,2}(?:and |or )?){1,8}$")
_REGIONS = (
    "GB DE FR ES IT NL BE CH AT AU NZ IE SE DK NO FI PL PT IN JP BR MX IL ZA CZ SK HU GR RO TR RU UA CN KR TW BG HR SI "
    "EE LT LV PH ID TH VN MY SG HK AE SA EG NG KE AR CL CO PE"
).split()
_COUNTRY = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@lru_cache(maxsize=1)
def _national() -> Any:
    """Return one RE2 pattern of every region's national numbers, with the trunk prefix where it is written."""
    plans = []
    for region in _REGIONS:
        plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
        if plan is not None and plan.general_desc is not None:
            trunk = f"(?:{plan.national_prefix})" if plan.national_prefix else ""
            plans.append(f"{trunk}(?:{plan.general_desc.national_number_pattern})")
    return compiled(f"^(?:{'|'.join(plans)})$")


@lru_cache(maxsize=1)
def _american() -> Any:
    """Return the pattern of the North American plan: area code and exchange begin with 2 to 9."""
    return compiled("^1?[2-9][0-8][0-9][2-9][0-9]{6}$")


def has_country(digits: str) -> bool:
    """Whether a country code stands at the beginning."""
    return digits[:1] in _COUNTRY or digits[:2] in _COUNTRY or digits[:3] in _COUNTRY


def find_phones(chain: Chain, region: str = "US") -> Iterator[tuple[int, int]]:
    """Yield the places of telephone numbers, with their extension."""
    for start, end in _in_chain(chain, region):
        extension = _EXTENSION.match(chain.text, end)
        yield start, extension.end() if extension else end


def _in_chain(chain: Chain, region: str) -> Iterator[tuple[int, int]]:
    """Find the numbers of one chain: whole parts, else the parts that are written as in North America."""
    text = chain.text
    parts = chain.parts()
    if len(parts) > 1 and _is_uniform(chain):
        parts = [chain]
    for part in parts:
        if sum(part.sizes) < 6:
            continue
        start, end = _outer(part)
        if _is_phone(part, start, end, region):
            yield start, end
            continue
        index = 0
        while index + 2 < len(part.groups) <= 9:
            window = part.window(index, index + 2)
            if window.sizes == (3, 3, 4):
                begin, finish = _outer(window)
                is_first = index == 0 or _widens(part, index)
                if is_first and not is_attached_after(text, finish) and _is_shape(window, begin, finish, region):
                    yield begin, finish
                    index += 2
            index += 1


def _widens(part: Chain, index: int) -> bool:
    """Whether the groups before belong to something else: another separator stands there than within."""
    return part.separators[index - 1] != part.separators[index]


def _is_uniform(chain: Chain) -> bool:
    """Whether unusual signs part the groups all alike, as in `415|555|0123`, or it is digit by digit."""
    if chain.is_single:
        return True
    bare = {separator.strip() for separator in chain.separators}
    if len(bare) != 1 or any(separator.startswith(",") and " " in separator for separator in chain.separators):
        return False
    return chain.sizes in ((3, 3, 4), (1, 3, 3, 4), (3, 7)) or (len(chain.groups) > 3 and max(chain.sizes) <= 2)


def _outer(part: Chain) -> tuple[int, int]:
    """Return the place of the groups with the plus sign and the bracket before them."""
    text, start = part.text, part.groups[0][0]
    while start and text[start - 1] in "(+":
        start -= 1
    if start > 1 and text[start - 1] in " \t" and text[start - 2] == "+":
        start -= 2
    return start, part.groups[-1][1]


def _is_phone(part: Chain, start: int, end: int, region: str) -> bool:
    """Decide on one candidate by its shape, the words around it and the numbering plans."""
    text = part.text
    if is_attached_before(text, start) or (is_attached_after(text, end) and not _EXTENSION.match(text, end)):
        return False
    return _is_shape(part, start, end, region)


def _is_shape(part: Chain, start: int, end: int, region: str) -> bool:
    """Decide on groups that nothing is attached to."""
    text, digits, sizes = part.text, part.digits(), part.sizes
    raw = text[start:end]
    if len(digits) > 17 or _DATE.match(raw):
        return False
    if "+" in raw[:3]:
        return 7 <= len(digits) <= 16 and has_country(digits)
    if is_about(text, start, "reference") or _is_among_references(text, start):
        return False
    if _HOURS.match(raw) and not is_about(text, start, "phone"):
        return False
    word = last_word(text, start)
    is_named = word == "phone" or is_called_phone(text, end)
    if _is_american(digits, sizes, raw):
        return True
    if (
        digits.startswith("00")
        and 10 <= len(digits) <= 17
        and has_country(digits[2:])
        and word not in ("reference", "card")
    ):
        return True
    if is_named and 6 <= len(digits) <= 15 and max(sizes) <= 15:
        return len(sizes) > 1 or len(digits) >= 7 or is_about(text, start, "phone")
    if word == "number" and len(sizes) > 1 and 7 <= len(digits) <= 12:
        return not digits.endswith("000")
    return _is_national(part, digits, sizes, raw, region, word)


def _is_among_references(text: str, start: int) -> bool:
    """Whether a number is a further one of a list of references: `part numbers 8800-4410, 8800-4411`."""
    before = text[max(0, start - 90) : start]
    if before[-2:-1] not in (",", "d", "r", ";", "&"):
        return False
    others = _LIST_BEFORE.search(before)
    return others is not None and is_about(before, others.start(), "reference")


def _is_american(digits: str, sizes: tuple[int, ...], raw: str) -> bool:
    """Whether it is written as in North America: 3-3-4, with or without 1 or 001, or single digits."""
    bare = digits.removeprefix("001") if len(digits) == 13 else digits
    bare = bare.removeprefix("1") if len(bare) == 11 else bare
    if len(bare) != 10:
        return False
    if sizes[-3:] == (3, 3, 4) and sizes[:-3] in ((), (1,), (3,)):
        return True
    if sizes in ((3, 7), (1, 3, 7)) and "(" in raw:
        return True
    is_single = sizes.count(1) >= 5 and max(sizes) <= 3
    return is_single and bare[0] in "23456789" and bare[3] in "23456789"


def _is_national(part: Chain, digits: str, sizes: tuple[int, ...], raw: str, region: str, word: str) -> bool:
    """Decide where neither a country code nor a word says so."""
    size = len(digits)
    if len(sizes) == 1:
        if word in ("reference", "card", "ssn", "version"):
            return False
        if size == 10 and region == "US" and _american().search(digits) is not None:
            return True
        if word == "number" and 8 <= size <= 12:
            return True
        return digits[0] in "01" and size in (10, 11) and _national().search(digits) is not None
    if not 7 <= size <= 12 or digits.endswith("000000") or len(set(part.separators)) > 3:
        return False
    if raw.startswith("(") and len(sizes) <= 5 and sizes[0] <= 5:
        return True
    if word in ("reference", "card", "ssn"):
        return False
    if digits[0] == "0" and size >= 8 and sizes != (3, 2, 4):
        return min(sizes[1:]) >= 2 and (size >= 9 or sizes[0] <= 4)
    if (part.text.strip() == raw and sizes != (3, 2, 4)) or (sizes == (1, 3, 3, 2, 2) and digits[0] in "78"):
        return True
    if sizes == (2, 4, 4) or sizes == (2, 5, 4):
        return part.separators[1] == "-"
    if sizes == (3, 3, 3) and set(part.separators) == {" "} and digits[0] in "56789":
        return _national().search(digits) is not None and not digits.endswith("000")
    return False
