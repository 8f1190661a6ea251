"""The story of anything: its whole chain of events on a time line, in words, from the first to the last.

What belongs to a subject is said by its app (`portal.subjects.relate`): the actions and approvals of a ticket, the
verified query of a question. A person's story is also what they did. Reads; a fixed number of queries a page.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from audit import search, words
from audit.models import Event
from portal import subjects

PAGE = 100
MOST_SUBJECTS = 200


@dataclass(frozen=True, slots=True)
class Chapter:
    """One event of a story with its changes, its facts and the texts that still stand."""

    event: Event
    what: str
    changes: list[words.Change]
    facts: list[tuple[str, str]]
    texts: dict[str, str]
    erased: list[str]


@dataclass(frozen=True, slots=True)
class Story:
    """A page of a story: what belongs to it, its chapters in the order of time, and whether it goes on."""

    of: list[tuple[str, str]]
    chapters: list[Chapter]
    is_more: bool


def tell(kind: str, subject_id: str, after: uuid.UUID | None = None) -> Story:
    """Return the next page of a subject's story. Three queries, and those of `subjects.related`."""
    of = subjects.related(kind, subject_id)[:MOST_SUBJECTS]
    found = _events(kind, of, after)
    texts = search.texts_of([event.pk for event in found if event.commitments])
    chapters = [_chapter(event, texts.get(event.pk, {})) for event in found[:PAGE]]
    return Story(of, chapters, len(found) > PAGE)


def _events(kind: str, of: list[tuple[str, str]], after: uuid.UUID | None) -> list[Event]:
    given: dict[str, Any] = {"id__gt": after} if after else {}
    about = Event.objects.filter(subject_id__in=[each for _, each in of], **given).order_by("id")[: PAGE + 1]
    found = {event.pk: event for event in about}
    people = [each for k, each in of if k == "person"] if kind in ("person", "membership") else []
    if people:
        done = Event.objects.filter(actor_kind="person", actor_id=people[0], **given).order_by("id")[: PAGE + 1]
        found |= {event.pk: event for event in done}
    return [found[pk] for pk in sorted(found)][: PAGE + 1]


def _chapter(event: Event, texts: dict[str, str]) -> Chapter:
    erased = [field for field in event.commitments if field not in texts]
    return Chapter(event, words.sentence(event.type), words.changes(event), words.facts(event), texts, erased)
