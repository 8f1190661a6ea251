"""Lists of the pages: pages by key, a count of matches, and the active filters as removable chips."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = 25


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of rows, how many match in all, and the addresses beside it (empty at an end)."""

    rows: list[Any]
    total: int
    newer_url: str
    older_url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter in words, and the address without it."""

    text: str
    url: str


def keyset(request: HttpRequest, rows: QuerySet[Any], *, oldest_first: bool = False, size: int = PAGE) -> Listed:
    """Return one page by the rows' time-ordered key, which `newer` or `older` in the address stand beyond.

    Two queries, constant cost however deep. A key that is none shows the first page.
    """
    newer, older = _key(request, "newer"), _key(request, "older")
    total = rows.count()
    if newer is not None:
        found = list(rows.filter(pk__gt=newer).order_by("pk")[: size + 1])
    elif older is not None:
        found = list(rows.filter(pk__lt=older).order_by("-pk")[: size + 1])
    else:
        found = list(rows.order_by("pk" if oldest_first else "-pk")[: size + 1])
    upwards = newer is not None or (older is None and oldest_first)
    more, found = len(found) > size, found[:size]
    ascending = found if upwards else found[::-1]
    has_newer = more if upwards else older is not None
    has_older = more if not upwards else newer is not None
    return Listed(
        rows=ascending if oldest_first else ascending[::-1],
        total=total,
        newer_url=address(request, newer=str(ascending[-1].pk)) if has_newer and ascending else "",
        older_url=address(request, older=str(ascending[0].pk)) if has_older and ascending else "",
    )


def _key(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def address(request: HttpRequest, *, without: tuple[str, ...] = (), **changes: str) -> str:
    """Return the page's address with filters kept, `without` and the place in the list left out, `changes` added."""
    query = request.GET.copy()
    for name in ("newer", "older", *without):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    kept = "&".join(part for part in query.urlencode().split("&") if not part.endswith("="))
    return f"{request.path}?{kept}" if kept else request.path


def chips(request: HttpRequest, form: Any) -> list[Chip]:
    """Return a chip for each filter that is set and was understood."""
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", [], False, field.initial):
            continue
        words = dict(getattr(field, "choices", ())).get(value, value)
        said = field.label if value is True else f"{field.label}: {words}"
        found.append(Chip(said, address(request, without=(name,))))
    return found
