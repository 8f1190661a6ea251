"""What an evidence pack holds beside the trail: apps add their sections in `ready()`, the audit app writes them.

A section gives plain rows, a few at a time, and nothing of it may depend on when the pack is made: only on the cut.
The same cut gives the same rows, in the same order, for as long as what they are read from is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Cut:
    """What a pack is about: a period, as far as the organization's log was sealed at one signed head."""

    since: datetime
    until: datetime
    head_number: int
    head_size: int
    sealed_at: datetime

    @property
    def end(self) -> datetime:
        """What everything in the pack is before: the period's end, or the head's seal where that is earlier."""
        return min(self.until, self.sealed_at)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the pack: the stem of its files, its title, one sentence, its columns, and what yields its rows."""

    name: str
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: Callable[[Cut], Iterable[Mapping[str, Any]]]
    order: int = 50


_sections: dict[str, Section] = {}


def add_section(section: Section) -> None:
    """Add a section to every evidence pack. Its rows map each of its columns to what JSON can say."""
    if not _NAME.fullmatch(section.name):
        raise ValueError(f"name: `{section.name}` names no section; use small letters and hyphens")
    if section.name in _sections:
        raise ValueError(f"name: the section `{section.name}` is added twice; keep one")
    _sections[section.name] = section


def sections() -> list[Section]:
    """Return the sections in the order they stand in a pack."""
    return sorted(_sections.values(), key=lambda each: (each.order, each.name))
