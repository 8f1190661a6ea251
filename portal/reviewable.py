"""What an access review is about: every floor registers the access it gives, how it is taken away, and how to trace it.

The review draws this registry and asks nobody. It keeps no list of its own of who may what.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

SERVICE, AI, OUTSIDE = "service", "ai", "outside"
"""Groups beside the four roles: keys of programs, what the AI may do, and timed access."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Which events tell of an access: the last that matches all of it counts."""

    types: tuple[str, ...] = ()
    actor: str = ""
    subject: str = ""
    connector: uuid.UUID | None = None
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewable:
    """One access somebody or something has: who, what, how the trail tells of its giving and its last use."""

    kind: str
    key: str
    group: str
    holder: str
    access: str
    holder_id: uuid.UUID | None = None
    given: Trace | None = None
    used: Trace | None = None
    is_privileged: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of access: its words, its present roster, and taking one away (raises where it cannot be)."""

    kind: str
    title: str
    roster: Callable[[], Iterable[Reviewable]]
    revoke: Callable[[str, str], None]


_sources: dict[str, Source] = {}


def add(source: Source) -> None:
    """Register a kind of access; called in an app's `ready()`."""
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    """Return every registered kind by name."""
    return dict(_sources)


def roster() -> list[Reviewable]:
    """Return every access that anybody has in the current organization, as it stands now."""
    return [each for source in _sources.values() for each in source.roster()]


def revoke(kind: str, key: str, *, reason: str) -> None:
    """Take one access away, recorded by its own verb. Raises as that does, `ObjectDoesNotExist` where it is gone."""
    _sources[kind].revoke(key, reason)
