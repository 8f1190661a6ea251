"""Find events: a page with its count by the indexes, and a walk through all of them in chunks.

Two ways lead to the same rows. A page goes through a definer function (`audit_find`), because the trigram index cannot
be used under row security, and because no single plan is quick for both a frequent and a rare word. A walk (an export)
reads in the order of the key under row security: every row is looked at once, whatever is searched. `matches` and the
function say the same; a test holds them together.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.db.models.expressions import RawSQL

from audit.filters import Filters
from audit.models import Event, EventText

COUNTED = 1_000
"""Counting stops here: above it the page says `1,000+`."""
COUNT_MS = 40
"""And it stops at the end of a window of time when this is over and the page is full."""
PATIENCE_MS = 5_000
SEARCHES = ("trail.searched", "trail.exported")
"""They quote what was searched for: a search looks into them only where their type is asked for."""

_HAYSTACK = "(audit_event.actor_name || ' ' || audit_event.subject_id || ' ' || audit_event.data::text)"
_MATCHES = """(
    {haystack} {compared} %s
    OR EXISTS (
        SELECT 1 FROM audit_eventtext t
        WHERE t.organization_id = audit_event.organization_id AND t.event_id = audit_event.id AND t.text {compared} %s
    )
)"""
_SHORT = re.compile(r"[A-Za-z0-9]{1,2}")
_EDGE = r"""[] \t\n!"#$%&'()*+,./:;<=>?@[\\^`{|}~-]"""
"""What a word of one or two characters stands between: such a regular expression has trigrams, `%ab%` has none."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest events that match, how many there are, and whether that is all of them."""

    events: list[Event]
    count: int
    is_all: bool
    is_more: bool


class SearchTooSlow(Exception):
    """The search was given up; the message says what to narrow."""


def page(filters: Filters, before: uuid.UUID | None, size: int) -> Found:
    """Return up to `size` matching events, newest first, older than `before`, and their bounded count from there on.

    Two queries, bounded in time; raises `SearchTooSlow`.
    """
    with _patience():
        most = max(COUNTED, size) + 1
        ids, is_all = _ids(older_than(filters, before), most, enough=size + 1)
        events = list(Event.objects.filter(pk__in=ids[:size]).newest_first()) if ids else []
    return Found(events, min(len(ids), most - 1), is_all and len(ids) < most, len(ids) > size)


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
        "confidence__in": filters.confidences,
        "actor_kind__in": filters.actor_kinds,
        "connector_id__in": filters.connectors,
        "subject_id": filters.subject or None,
        "subject_kind": filters.subject_kind or None,
        "currency": filters.currency or None,
        "amount_minor__gte": filters.least,
        "amount_minor__lte": filters.greatest,
    }
    if filters.person:
        given |= {"actor_kind": "person", "actor_id": filters.person}
    rows = Event.objects.filter(**{key: value for key, value in given.items() if value is not None})
    if filters.reason:
        is_reason = RawSQL("audit_reason(data) = %s", [filters.reason], models.BooleanField())
        rows = rows.filter(is_reason, type="question.refused")
    if filters.search:
        compared, needle = _needle(filters.search)
        if filters.types is None:
            rows = rows.exclude(type__in=SEARCHES)
        sql = _MATCHES.format(haystack=_HAYSTACK, compared=compared)
        rows = rows.filter(RawSQL(sql, [needle, needle], models.BooleanField()))  # noqa: S611 - parameters apart
    return rows


def older_than(filters: Filters, before: uuid.UUID | None) -> Filters:
    """Return the filters narrowed to what is older than `before`."""
    if before is None:
        return filters
    return replace(filters, last=min(before, filters.last) if filters.last else before)


def _ids(filters: Filters, most: int, *, enough: int) -> tuple[list[uuid.UUID], bool]:
    """Return the newest ids, and whether no more than these match (or `most` were reached)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_find(%s::jsonb, %s, %s, %s)", [_asked(filters), most, enough, COUNT_MS])
        found = [row[0] for row in cursor.fetchall()]
    is_cut = bool(found) and found[-1] is None
    return (found[:-1] if is_cut else found), not is_cut


def _asked(filters: Filters) -> str:
    """Return the filters as the definer function reads them; what is not asked is left out."""
    asked: dict[str, Any] = {
        "first": filters.first,
        "last": filters.last,
        "types": filters.types,
        "verdicts": filters.verdicts,
        "confidences": filters.confidences,
        "actor_kinds": filters.actor_kinds,
        "connectors": filters.connectors,
        "subject": filters.subject or None,
        "subject_kind": filters.subject_kind or None,
        "person": filters.person or None,
        "currency": filters.currency or None,
        "least": filters.least,
        "greatest": filters.greatest,
        "reason": filters.reason or None,
    }
    if filters.search:
        compared, needle = _needle(filters.search)
        asked["word" if compared == "~*" else "pattern"] = needle
        if filters.types is None:
            asked["but_types"] = SEARCHES
    return json.dumps({key: value for key, value in asked.items() if value is not None}, default=str)


def _needle(search: str) -> tuple[str, str]:
    """Return how a text is compared and with what: a part of it, or the whole word where it has one or two letters."""
    if _SHORT.fullmatch(search):
        return "~*", f"(^|{_EDGE}){search}({_EDGE}|$)"
    return "ILIKE", f"%{_escaped(search)}%"


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
