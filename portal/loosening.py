"""Which edits loosen: each field of a policy says once in which direction. Nothing is judged by code of its own.

`None` stands for "no limit" and is the loosest value of every direction. A field that a declared model does not name
fails a test, so that a new one cannot slip by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from portal import tenancy


class Way(StrEnum):
    """How a change of a field loosens."""

    UP = "up"
    UP_ZERO = "up, and 0 stands for no limit"
    DOWN = "down"
    ON = "switched on"
    OFF = "switched off"
    FEWER = "entries taken away"
    MORE = "entries added"
    ANY = "any change"
    NEUTRAL = "never"


@dataclass(frozen=True, slots=True)
class Directions:
    """What of a model loosens: its fields by their way, choices from strict to loose, and whole rows."""

    ways: Mapping[str, Way]
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    created: Callable[[Any], bool] | None = None
    removed: Callable[[Any], bool] | None = None
    always: Callable[[str], bool] = lambda name: False
    """Whether a field needs the second officer already where only the kill switch does."""

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({*self.ways, *self.choices})


@dataclass(frozen=True, slots=True)
class Loosened:
    """One thing that an edit loosens, in words."""

    field: str
    label: str
    before: Any
    after: Any

    @property
    def words(self) -> str:
        return f"{self.label}: from {_shown(self.before)} to {_shown(self.after)}"


ROW = "(row)"
"""Stands for the row itself, where making or removing it loosens."""

_declared: dict[type[models.Model], Directions] = {}


def declare(
    model: type[models.Model],
    *,
    up: str = "",
    up_zero: str = "",
    down: str = "",
    on: str = "",
    off: str = "",
    fewer: str = "",
    more: str = "",
    any_change: str = "",
    neutral: str = "",
    choices: Mapping[str, Sequence[Any]] | None = None,
    created: Callable[[Any], bool] | None = None,
    removed: Callable[[Any], bool] | None = None,
    always: str = "",
) -> None:
    """Say how edits of a governed model loosen; fields are space-separated names. `choices` run from strict to loose.

    `created` and `removed` say of a row whether making or removing it loosens; None means that it never does.
    `always` names what needs two wherever anything does (`ROW` for the row itself).
    """
    named = zip(
        (Way.UP, Way.UP_ZERO, Way.DOWN, Way.ON, Way.OFF, Way.FEWER, Way.MORE, Way.ANY, Way.NEUTRAL),
        (up, up_zero, down, on, off, fewer, more, any_change, neutral),
        strict=True,
    )
    ways = {name: way for way, names in named for name in names.split()}
    urgent = frozenset(always.split())
    _declared[model] = Directions(ways, dict(choices or {}), created, removed, lambda name: name in urgent)


def declared() -> Mapping[type[models.Model], Directions]:
    """Return every model that says how it loosens."""
    return dict(_declared)


def found(row: models.Model, before: models.Model | None, *, is_removal: bool = False) -> list[Loosened]:
    """Return what an edit loosens, in words; nothing where its model declares nothing or it only tightens."""
    directions = _declared.get(type(row))
    if directions is None:
        return []
    kind = str(row._meta.verbose_name)
    if is_removal:
        return [Loosened(ROW, kind, str(row), None)] if directions.removed and directions.removed(row) else []
    if before is None:
        return [Loosened(ROW, kind, None, "a new one")] if directions.created and directions.created(row) else []
    return [
        Loosened(name, str(row._meta.get_field(name).verbose_name), old, new)  # type: ignore[union-attr]
        for name in sorted(directions.fields)
        if (old := getattr(before, name)) != (new := getattr(row, name)) and _loosens(directions, name, old, new)
    ]


def _loosens(directions: Directions, name: str, old: Any, new: Any) -> bool:
    if name in directions.choices:
        order = list(directions.choices[name])
        return _place(order, new) > _place(order, old)
    way = directions.ways[name]
    if way in (Way.ANY, Way.NEUTRAL):
        return way is Way.ANY
    if way in (Way.ON, Way.OFF):
        return bool(new) is (way is Way.ON)
    if way in (Way.FEWER, Way.MORE):
        gone, come = _entries(old) - _entries(new), _entries(new) - _entries(old)
        return bool(gone if way is Way.FEWER else come)
    is_zero = way is Way.UP_ZERO
    if new is None or (is_zero and new == 0):
        return True
    if old is None or (is_zero and old == 0):
        return False
    return bool(new > old if way in (Way.UP, Way.UP_ZERO) else new < old)


def _place(order: list[Any], value: Any) -> int:
    """Return how loose a choice is; one that nobody placed is looser than every other."""
    return order.index(value) if value in order else len(order)


def _entries(value: Any) -> frozenset[str]:
    parts: Iterable[Any] = value.splitlines() if isinstance(value, str) else value or ()
    return frozenset(str(part).strip() for part in parts if str(part).strip())


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    text = " / ".join(str(value).split("\n"))
    return text if len(text) <= 80 else f"{text[:79]}…"


class NeedsSecondOfficer(ValidationError):
    """An edit that loosens and that this organization lets nobody make alone. The edges propose it; others refuse."""

    def __init__(
        self, row: models.Model, before: models.Model | None, loosened: list[Loosened], *, reason: str, is_removal: bool
    ) -> None:
        what = "; ".join(each.words for each in loosened)
        super().__init__(f"This loosens ({what}): a second officer confirms it. Edit it in the admin to propose it.")
        self.row, self.before, self.loosened = row, before, loosened
        self.reason, self.is_removal = reason, is_removal


def demand(
    row: models.Model, before: models.Model | None, *, reason: str, is_removal: bool, is_confirmed: Callable[[], bool]
) -> None:
    """Raise `NeedsSecondOfficer` where the edit loosens, the organization wants two for it, and nobody confirmed it.

    One query, and only for an edit that loosens.
    """
    loosened = found(row, before, is_removal=is_removal)
    if not loosened or not _is_demanded(type(row), loosened, before) or is_confirmed():
        return
    raise NeedsSecondOfficer(row, before, loosened, reason=reason, is_removal=is_removal)


def _is_demanded(model: type[models.Model], loosened: list[Loosened], before: models.Model | None) -> bool:
    from portal.models import AccessPolicy, SecondOfficer

    if tenancy.context().organization_id is None:
        return False
    policy = AccessPolicy.objects.first()
    if policy is None or policy.second_officer == SecondOfficer.OFF:
        return False
    if policy.second_officer == SecondOfficer.LOOSENING:
        return True
    return any(_declared[model].always(each.field) for each in loosened)
