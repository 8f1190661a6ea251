"""The months of the trail are made ahead of time, and on the spot where one is missing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from audit import write
from audit.models import Event
from audit.tasks import keep_partitions
from portal import trail
from portal.ids import uuid7_floor
from portal.money import Money
from tests.factories import Cast

ORPHAN = trail.Event("person.signed_out", trail.Subject("person", "x"), amount=Money(100, "USD"))


def months() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass")
        return {row[0] for row in cursor.fetchall()}


def in_months(number: int) -> datetime:
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 + number, 12)
    return datetime(year, month + 1, 15, tzinfo=UTC)


def test_the_task_makes_the_coming_months_as_the_runtime_role(db: None) -> None:
    keep_partitions.apply().get()
    assert {f"audit_event_{in_months(ahead):%Y_%m}" for ahead in range(4)} <= months()


def test_a_missing_month_is_made_and_the_event_written(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    far = in_months(20)
    name = f"audit_event_{far:%Y_%m}"
    assert name not in months()
    trail.record(ORPHAN)  # so that this transaction has rows pending in another month
    made = uuid.UUID(int=uuid7_floor(far).int + 7)
    monkeypatch.setattr(write, "uuid7", lambda: made)
    assert trail.record(ORPHAN) == made
    assert Event.objects.get(pk=made).type == "person.signed_out"
    assert name in months()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [name])
        assert cursor.fetchone() == (True, True)
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'append%%'", [name]
        )
        assert cursor.fetchone() == (2,)
        indexes = "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass"
        cursor.execute(f"SELECT ({indexes}), ({indexes})", [name, "audit_event"])
        made, wanted = cursor.fetchone()
        assert made == wanted > 0


def test_a_clock_that_is_years_off_is_refused_by_name(northlight: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    far = datetime.now(UTC) + timedelta(days=900)
    monkeypatch.setattr(write, "uuid7", lambda: uuid.UUID(int=uuid7_floor(far).int + 7))
    with pytest.raises(DatabaseError, match="set the clock"):
        trail.record(ORPHAN)


def test_nul_in_what_is_recorded_is_kept_as_a_replacement(northlight: Cast) -> None:
    made = trail.record(
        trail.Event("access.refused", trail.Subject("place", "x"), data={"where": "a\x00b", "reason": ["\x00"]})
    )
    assert Event.objects.get(pk=made).data == {"where": "a\ufffdb", "reason": ["\ufffd"]}
