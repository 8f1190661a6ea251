"""A log to seal and to tamper with: committed events, the sealer, and the owner's own hand in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections

from audit.models import Leaf
from audit.sealing import sealer
from portal import tenancy, trail
from tests import horizon


def happen(number: int = 1) -> list[uuid.UUID]:
    """Record events, each in a transaction of its own where the test has none."""
    return [
        trail.record(trail.Event("person.signed_out", trail.Subject("person", str(each)))) for each in range(number)
    ]


def seal() -> int:
    """Seal once nothing older is open any more, as it soon is; return how many events."""
    horizon.reached()
    return sealer.seal()


def leaves() -> list[tuple[int, uuid.UUID]]:
    """Return the log of the current organization: (index, event)."""
    return list(Leaf.objects.order_by("index").values_list("index", "id"))


def as_owner(statement: str, *values: Any) -> None:
    """Do what only the owner of the tables can, such as tampering."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def another_session() -> Iterator[psycopg.Connection[Any]]:
    """A session of the runtime role in the current organization, in a transaction of its own."""
    made = connection.get_connection_params()
    made = {name: value for name, value in made.items() if name in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**made) as session:
        session.execute("SELECT set_config('app.org', %s, false)", [str(tenancy.organization_id())])
        session.commit()
        yield session


def insert(session: psycopg.Connection[Any], event_id: uuid.UUID) -> None:
    """Write an event in that session, without committing it."""
    session.execute(
        "INSERT INTO audit_event (id, type, actor_kind, actor_id, actor_name, subject_kind, subject_id)"
        " VALUES (%s, 'person.signed_out', 'system', 'x', 'X', 'person', 'late')",
        [event_id],
    )
