"""Chains of digit groups in a text, as cards, telephones and social security numbers are written. Judges nothing.

One pass finds every group of digits and joins neighbours that only a few signs part; each detector then looks at
windows of whole groups, so no number is ever found in the middle of a longer one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_GROUP = re.compile(r"[0-9]+")
_SEPARATOR = re.compile(r"[\s\-._/,:*|~()+\[\]]{1,4}|(?: ?[^\w\s<>=@#$€£¥%&\"']{1,2} ?)")
_BETWEEN_SINGLE = re.compile(r"[^\w<>=@$€£¥%&\n]{1,6}|\s{1,6}")
_SOFT = frozenset(" \t\xa0.-/()")
"""What parts the groups of one telephone number; anything else parts two numbers, or a number in disguise."""


@dataclass(slots=True)
class Chain:
    """Groups of digits that stand together: their places, and what stands between each and the next."""

    text: str
    groups: list[tuple[int, int]]
    separators: list[str]
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = tuple([end - start for start, end in self.groups])

    def digits(self, first: int = 0, last: int | None = None) -> str:
        """Return the digits of the groups from `first` to `last`, inclusive."""
        stop = len(self.groups) if last is None else last + 1
        return "".join([self.text[start:end] for start, end in self.groups[first:stop]])

    def window(self, first: int, last: int) -> Chain:
        """Return the part from group `first` to group `last`, inclusive."""
        return Chain(self.text, self.groups[first : last + 1], self.separators[first:last])

    @property
    def is_single(self) -> bool:
        """Whether it is digit by digit, as in `4 1 5 5 5 5 0 1 2 3`."""
        return len(self.groups) >= 7 and max(self.sizes) == 1

    def parts(self) -> list[Chain]:
        """Split where a telephone number cannot go on: a comma, a line's end, a plus sign, a new bracket."""
        found, first, size = [], 0, 0
        for index, separator in enumerate(self.separators):
            start, end = self.groups[index]
            size += end - start
            opens = "(" in separator and separator.strip() == "(" and size >= 7
            if "+" in separator or opens or not _SOFT.issuperset(separator):
                found.append(self.window(first, index))
                first, size = index + 1, 0
        found.append(self.window(first, len(self.groups) - 1))
        return found


def chains(text: str, minimum: int = 7) -> list[Chain]:
    """Return the chains of at least `minimum` digits, in order."""
    found: list[Chain] = []
    groups: list[tuple[int, int]] = []
    separators: list[str] = []
    size, previous = 0, -9
    for match in _GROUP.finditer(text):
        start, end = match.span()
        if groups and start - previous <= 6 and _is_between(text, groups[-1], start, end):
            separators.append(text[previous:start])
        else:
            if size >= minimum:
                found.append(Chain(text, groups, separators))
            groups, separators, size = [], [], 0
        groups.append((start, end))
        size += end - start
        previous = end
    if size >= minimum:
        found.append(Chain(text, groups, separators))
    return found


def _is_between(text: str, group: tuple[int, int], start: int, end: int) -> bool:
    """Whether what stands between two groups may stand within one number; around single digits nearly anything."""
    begin, previous = group
    if start - previous <= 4 and _SEPARATOR.fullmatch(text, previous, start):
        return True
    return end - start == 1 == previous - begin and _BETWEEN_SINGLE.fullmatch(text, previous, start) is not None


def is_attached_before(text: str, start: int) -> bool:
    """Whether the character before makes the digits part of something else: a code, an amount, a decimal."""
    if not start:
        return False
    char = text[start - 1]
    if char.isalnum() or char in "$€£¥₹#_":
        return True
    if char in ".,/:-" and start > 1:
        return text[start - 2].isalnum() and not (char in ":," and not text[start - 2].isdigit())
    return char == " " and start > 1 and text[start - 2] in "$€£¥₹"


def is_attached_after(text: str, end: int) -> bool:
    """Whether the character after makes the digits part of something else: a unit, a code, a decimal."""
    following = text[end : end + 2]
    if not following:
        return False
    char = following[0]
    if char.isalnum() or char in "%€£¥₹_@":
        return True
    return (
        char in "-.,/:" and len(following) > 1 and (following[1].isdigit() or (char in "-/" and following[1].isalpha()))
    )
