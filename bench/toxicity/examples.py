"""Labelled sentences from the templates: a fixed draw, developed and held out apart."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from bench.toxicity import more
from bench.toxicity import templates as t

OPENINGS = ("", "", "", "", "Hello, ", "Honestly, ", "Look, ", "In my view ", "Sorry, but ", "Dear customer, ", "lol ")
ENDINGS = (
    "", "", "", "", " Best regards, Sam", " Your order ships on Monday.", " Thank you for writing to us.",
    " Just saying.",
    " The refund of $20 is on its way.",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, whether it is hateful, and the family it was made from."""

    text: str
    is_hate: bool
    family: str


class Maker:
    """Fills templates with words of the developed or of the held-out lists."""

    def __init__(self, is_held: bool, seed: int, *, has_all: bool = False) -> None:
        self._random = random.Random(seed)
        tail = "_HELD" if is_held else ""
        names = ("GROUPS", "BAD", "VERMIN", "HARM", "GOOD", "SLURS", "JOBS", "THINGS", "HATE", "FINE")
        self._words: dict[str, Any] = {name: getattr(t, name + tail) for name in names}
        if not is_held:
            self._words["HATE"] = t.HATE | more.HATE
            self._words["FINE"] = t.FINE | more.FINE
        if has_all:
            for name in names:
                other = getattr(t, name + "_HELD")
                self._words[name] = self._words[name] | other if isinstance(other, dict) else self._words[name] + other

    def fill(self, template: str) -> str:
        """Return the template with its slots filled, as a person writes it."""
        pick = self._random.choice
        group, harm, slur = pick(self._words["GROUPS"]), pick(self._words["HARM"]), pick(self._words["SLURS"])
        inner = self._quote() if "{H}" in template else ""
        values = {
            "G": group[0], "g": group[1], "one": group[1].split(" ", 1)[1], "bad": pick(self._words["BAD"]),
            "vermin": pick(self._words["VERMIN"]), "harm": harm[0], "harmed": harm[1], "S": slur[0], "s": slur[1],
            "good": pick(self._words["GOOD"]), "job": pick(self._words["JOBS"]), "thing": pick(self._words["THINGS"]),
            "H": inner,
        }  # fmt: skip
        text = _SLOT.sub(lambda match: values[match[1]], template)
        text = pick(OPENINGS) + text + pick(ENDINGS)
        style = self._random.random()
        if style < 0.2:
            return text.lower()
        return text[0].upper() + text[1:] if style < 0.8 else text.replace(".", "")

    def _quote(self) -> str:
        family = self._random.choice([f for f in self._words["HATE"] if "slur" not in f] * 4 + ["slur"])
        family = family if family in self._words["HATE"] else "slur held"
        template = self._random.choice(self._words["HATE"][family])
        filled = self.fill(template)
        return filled.rstrip(".")

    def draw(self, each: int) -> list[Example]:
        """Return `each` sentences of every template of every family."""
        found = {}
        for is_hate, families in ((True, self._words["HATE"]), (False, self._words["FINE"])):
            for family, templates in families.items():
                for template in templates:
                    for _ in range(_times(template, family, each)):
                        text = self.fill(template)
                        found[text] = Example(text, is_hate, family)
        return list(found.values())


def _times(template: str, family: str, each: int) -> int:
    """Return how often a template is filled: one made of parts is one of many alike."""
    if not _SLOT.search(template):
        return 2
    return max(2, each // 3) if family.startswith("made") else each


def developed(each: int = 14) -> list[Example]:
    """Return the sentences the model learns from."""
    return Maker(False, 1).draw(each)


def everything(each: int = 12) -> list[Example]:
    """Return all sentences, with all words: what the shipped model learns from once it has been measured."""
    return Maker(False, 3, has_all=True).draw(each)


def held_out(each: int = 12) -> list[Example]:
    """Return the sentences it is measured on: other families, other words, other groups."""
    return Maker(True, 2).draw(each)
