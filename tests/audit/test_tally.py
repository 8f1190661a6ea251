"""Counts by the hour are exact: killed, late and counted twice over (A07, A08)."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction

from audit import tally
from audit.models import Event, Tally
from portal import tenancy, trail
from portal.ids import uuid7_floor
from tests import horizon
from tests.factories import Cast, make_cast

pytestmark = [pytest.mark.requirement("A07"), pytest.mark.requirement("A08")]
EVERYTHING = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC))


def at(moment: datetime, event_type: str = "question.asked", number: int = 1, **columns: object) -> None:
    """Insert events of the current organization at a moment, as the writer would have then."""
    actor = tenancy.context().actor
    for _ in range(number):
        key = uuid.UUID(int=uuid7_floor(moment).int | (7 << 76) | (uuid.uuid4().int & ((1 << 74) - 1)))
        given = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name, "subject_kind": "question",
                 "subject_id": "x", **columns}  # fmt: skip
        Event(id=key, type=event_type, **given).save(force_insert=True)


def counted() -> int:
    """Return how many events the tallies alone hold."""
    return sum(Tally.objects.filter(grain="h", facet="all").values_list("count", flat=True))


def read() -> int:
    """Return how many events a reading finds."""
    return sum(line.count for line in tally.totals(*EVERYTHING) if line.facet == "all")


@pytest.fixture
def two(transactional_db: None) -> Iterator[Cast]:
    cast = make_cast()
    with cast.ada.inside():
        yield cast


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_an_event_that_commits_late_is_counted_and_none_is_counted_twice(two: Cast) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with two.ada.inside(), transaction.atomic():
            trail.record(trail.Event("question.asked", trail.Subject("question", "late")))
            written.set()
            may_commit.wait(5)
        connections.close_all()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    written.wait(5)
    trail.record(trail.Event("question.asked", trail.Subject("question", "early")))  # begun later, ended earlier
    try:
        tally.advance()
        before = counted()
        assert read() == Event.objects.count(), "what is not counted yet is read from the events"
    finally:
        may_commit.set()
        writer.join()
    horizon.reached()
    for _ in range(3):
        tally.advance()
        assert counted() == read() == Event.objects.count()
    assert counted() >= before + 2, "neither was certain while the earlier one was open"


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_killed_in_the_middle_it_counts_all_of_it_next_time(two: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SLICE", 2)
    for number in range(7):
        trail.record(trail.Event("question.asked", trail.Subject("question", str(number))))
    calls, plain = [], tally.TallyCursor.save

    def killed(self: tally.TallyCursor, *args: object, **options: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        plain(self, *args, **options)

    horizon.reached()
    monkeypatch.setattr(tally.TallyCursor, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        tally.advance()
    assert read() == Event.objects.count()
    tally.advance()
    assert counted() == read() == Event.objects.count()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns", "Asia/Kathmandu"])
def test_days_of_any_zone_are_exact_and_so_is_their_sum(northlight: Cast, zone: str) -> None:
    where, first = ZoneInfo(zone), date(2026, 11, 3)
    for number, (hour, minute) in enumerate([(0, 0), (0, 29), (0, 31), (12, 0), (23, 14), (23, 59)], start=1):
        for day in range(-1, 5):
            moment = datetime.combine(first + timedelta(days=day), time(hour, minute), where)
            at(moment.astimezone(UTC), number=number if day in (0, 2) else 1)
    count_all()
    days = [
        (day, *(datetime.combine(day + timedelta(days=n), time.min, where).astimezone(UTC) for n in (0, 1)))
        for day in (first + timedelta(days=n) for n in range(4))
    ]
    found = tally.by_local_day(days, ("question.asked",))
    assert [found[day]["question.asked"] for day, _, _ in days] == [21, 6, 21, 6]
    lines = tally.totals(days[0][1], days[-1][2])
    assert sum(x.count for x in lines if x.facet == "all" and x.type == "question.asked") == 54


def test_facets_say_who_where_why_and_how_much(cast: Cast) -> None:
    now, connector = datetime(2026, 11, 20, 10, 30, tzinfo=UTC), uuid.uuid4()
    with cast.mia.inside():
        at(now, number=3)
        reasons = {"reasons": ["no_table: there is none", "limit: too many"]}
        at(now, "question.refused", 2, data=reasons, connector_id=connector, verdict="refused")
        at(now, "action.succeeded", 2, amount_minor=150, currency="EUR", cost_microusd=7, rows=4)
        at(now, "person.sign_in_refused", actor_kind="system", actor_id="anonymous", subject_kind="person",
           subject_id=str(cast.paul.user.pk))  # fmt: skip
    with cast.cleo.inside():
        at(now, number=9)
    mia = str(cast.mia.user.pk)
    with cast.ada.inside():
        for is_counted in (False, True):
            if is_counted:
                count_all()
            found = tally.totals(now.replace(minute=29), EVERYTHING[1])
            lines = {(x.facet, x.key, x.type, x.currency): x for x in found}
            assert lines["who", mia, "question.asked", ""].count == 3
            assert lines["all", "", "question.asked", ""].count == 3
            assert lines["who", str(cast.paul.user.pk), "person.sign_in_refused", ""].count == 1
            assert lines["reason", "no_table", "question.refused", ""].count == 2
            assert lines["connector", str(connector), "question.refused", ""].count == 2
            moved = lines["all", "", "action.succeeded", "EUR"]
            assert (moved.count, moved.amount_minor, moved.cost_microusd, moved.rows) == (2, 300, 14, 8)


def count_all() -> None:
    """Count as if this test's own transaction had ended."""
    with connection.cursor() as cursor:
        given = {"org": tenancy.organization_id(), "start": "0", "end": str(2**62)}
        cursor.execute(tally._ADD, given)
    kept = tally.cursor_row()
    kept.xact = 2**62
    kept.save()
    assert counted() == Event.objects.count()
