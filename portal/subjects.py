"""Where a thing of a kind can be looked at: apps add the pages of their subjects; governed models have the admin's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from django.db import models
from django.urls import NoReverseMatch, reverse

from portal import change

_pages: dict[str, str] = {}
_related: dict[str, Callable[[str], Iterable[tuple[str, str]]]] = {}
_stories: list[str] = []
_receipts: list[str] = []


def link(kind: str, url_name: str) -> None:
    """Say which route, taking the id alone, shows a subject of this kind."""
    _pages[kind] = url_name


def pages() -> dict[str, str]:
    """Return the route of every kind that has a page."""
    return dict(_pages)


def url_of(kind: str, subject_id: str) -> str:
    """Return the address that shows the subject; empty where nothing does. Asks no right: the page does."""
    model = model_of(kind)
    name = _pages.get(kind) or (f"admin:{model._meta.label_lower.replace('.', '_')}_change" if model else "")
    try:
        return reverse(name, args=[subject_id]) if name and subject_id else ""
    except NoReverseMatch:
        return ""


def model_of(kind: str) -> type[models.Model] | None:
    """Return the governed model that is recorded as `kind`."""
    return next((model for model, known in change.governed().items() if known == kind), None)


def names_of(kind: str, ids: Iterable[object]) -> dict[str, str]:
    """Return the shown names of governed rows by id, as far as the organization has them. One query."""
    wanted = {str(each) for each in ids if each}
    model = model_of(kind)
    if model is None or not wanted:
        return {}
    return {str(row.pk): str(row) for row in model._default_manager.filter(pk__in=wanted)}


def relate(kind: str, others: Callable[[str], Iterable[tuple[str, str]]]) -> None:
    """Say which other subjects belong to the story of one of this kind: `others(id)` gives (kind, id) of each.

    `others` makes a fixed number of queries, under the tenant's scope.
    """
    _related[kind] = others


def related(kind: str, subject_id: str) -> list[tuple[str, str]]:
    """Return the subject and what belongs to its story, each once, itself first."""
    others = _related.get(kind) if _is_id(subject_id) else None
    found = [(kind, subject_id), *((k, str(i)) for k, i in others(subject_id) if i)] if others else [(kind, subject_id)]
    return list(dict.fromkeys(found))


def tell_stories_at(url_name: str) -> None:
    """Say which route, taking kind and id, tells the story of a subject."""
    _stories[:] = [url_name]


def story_url(kind: str, subject_id: object) -> str:
    """Return the address that tells the subject's story; empty where nothing does. Asks no right: the page does."""
    try:
        return reverse(_stories[0], args=[kind, str(subject_id)]) if _stories and kind and subject_id else ""
    except NoReverseMatch:  # a page's address is a subject too, and tells nothing by itself
        return ""


def give_receipts_at(url_name: str) -> None:
    """Say which route, taking kind and id, gives the receipts of what was decided about a subject."""
    _receipts[:] = [url_name]


def receipts_url(kind: str, subject_id: object) -> str:
    """Return the address that gives the subject's receipts; empty where nothing does. Asks no right: the page does."""
    return reverse(_receipts[0], args=[kind, str(subject_id)]) if _receipts and kind and subject_id else ""


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
