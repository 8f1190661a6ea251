"""What the detectors of risk ask of floors above them: which connectors are production, what money is held against.

The apps that keep them answer here, in `ready()`; the detectors read events and ask nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ceiling:
    """An amount from which somebody else decides; `kind` is the action it holds for."""

    kind: str
    currency: str
    amount_minor: int


_ceilings: list[Callable[[], Iterable[Ceiling]]] = []
_production: list[Callable[[], Iterable[str]]] = []


def add_ceilings(find: Callable[[], Iterable[Ceiling]]) -> None:
    """Let `find` say the current organization's ceilings."""
    _ceilings.append(find)


def add_production(find: Callable[[], Iterable[str]]) -> None:
    """Let `find` say the ids of the current organization's production connectors."""
    _production.append(find)


def ceilings() -> list[Ceiling]:
    """Return every ceiling of the organization."""
    return [each for find in _ceilings for each in find()]


def production_connectors() -> frozenset[str]:
    """Return the ids of the organization's production connectors."""
    return frozenset(each for find in _production for each in find())
