"""Find events: a page by the trigram index, a bounded count, and a walk through all of them in chunks.

Two ways lead to the same rows. A page with a search goes through a definer function, because the trigram
index cannot be used under row security. A walk (an export) reads in the order of the key under row security:
every row is looked at once, whatever is searched. `matches` and the function say the same; a test holds them together.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.db.models.expressions import RawSQL

from audit.filters import Filters
from audit.models import Event, EventText

COUNTED = 1_000
"""Counting stops here: above it the page says `1,000+`."""
PATIENCE_MS = 5_000
SEARCHES = ("trail.searched", "trail.exported")
"""They quote what was searched for: a search looks into them only where their type is asked for."""

_MATCHES = """(
    (audit_event.actor_name || ' ' || audit_event.subject_id || ' ' || audit_event.data::text) ILIKE %s
    OR EXISTS (
        SELECT 1 FROM audit_eventtext t
        WHERE t.organization_id = audit_event.organization_id AND t.event_id = audit_event.id AND t.text ILIKE %s
    )
)"""


class SearchTooSlow(Exception):
    """The search was given up; the message says what to narrow."""


def page(filters: Filters, before: uuid.UUID | None, size: int) -> list[Event]:
    """Return up to `size` matching events, newest first, older than `before`. At most two queries, bounded in time."""
    with _patience():
        narrowed = older_than(filters, before)
        if not filters.search:
            return list(matches(narrowed).newest_first()[:size])
        return list(Event.objects.filter(pk__in=_ids(narrowed, size)).newest_first())


def count(filters: Filters) -> int:
    """Return how many events match, at most one above `COUNTED`. One query, bounded in time."""
    with _patience():
        if filters.search:
            return len(_ids(filters, COUNTED + 1))
        return matches(filters).values("pk")[: COUNTED + 1].count()


def total(filters: Filters) -> int:
    """Return exactly how many events match; for figures, which have no search."""
    return int(matches(filters).count())


def chunks(filters: Filters, columns: tuple[str, ...], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield every matching event as tuples of `columns` (the first must be `id`), newest first, in chunks by key.

    No transaction and no cursor stays open between two chunks: the reader may be slow.
    """
    before: uuid.UUID | None = None
    while True:
        found = list(matches(older_than(filters, before)).newest_first().values_list(*columns)[:size])
        if found:
            yield found
        if len(found) < size:
            return
        before = found[-1][0]


def texts_of(ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """Return the texts of events that still stand, by event and field. One query."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    rows = EventText.objects.filter(event_id__in=ids).values_list("event_id", "field", "text")
    for event_id, field, text in rows:
        found.setdefault(event_id, {})[field] = text
    return found


def matches(filters: Filters) -> Any:
    """Return the query set of the matching events, under row security."""
    given: dict[str, Any] = {
        "id__gte": filters.first,
        "id__lt": filters.last,
        "type__in": filters.types,
        "verdict__in": filters.verdicts,
        "actor_kind__in": filters.actor_kinds,
        "connector_id__in": filters.connectors,
        "subject_id": filters.subject or None,
    }
    rows = Event.objects.filter(**{key: value for key, value in given.items() if value is not None})
    if filters.search:
        pattern = f"%{_escaped(filters.search)}%"
        if filters.types is None:
            rows = rows.exclude(type__in=SEARCHES)
        rows = rows.filter(RawSQL(_MATCHES, [pattern, pattern], models.BooleanField()))  # noqa: S611 - parameters apart
    return rows


def older_than(filters: Filters, before: uuid.UUID | None) -> Filters:
    """Return the filters narrowed to what is older than `before`."""
    if before is None:
        return filters
    return replace(filters, last=min(before, filters.last) if filters.last else before)


def _ids(filters: Filters, most: int) -> list[uuid.UUID]:
    def array(values: tuple[Any, ...] | None) -> list[Any] | None:
        return None if values is None else list(values)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_search(%s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s)",
            [
                filters.search,
                filters.first,
                filters.last,
                array(filters.types),
                array(filters.verdicts),
                array(filters.actor_kinds),
                array(filters.connectors),
                filters.subject or None,
                most,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _escaped(needle: str) -> str:
    return needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@contextmanager
def _patience() -> Iterator[None]:
    """Give the block's statements `PATIENCE_MS` each, in a transaction; raise `SearchTooSlow` after that."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            usual = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [usual])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "57014":
            raise
        raise SearchTooSlow(
            f"the search took longer than {PATIENCE_MS // 1000} seconds; narrow it by dates or by type"
        ) from error
