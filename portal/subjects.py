"""Where a thing of a kind can be looked at: apps add the pages of their subjects; governed models have the admin's."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.urls import NoReverseMatch, reverse

from portal import change

_pages: dict[str, str] = {}


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
