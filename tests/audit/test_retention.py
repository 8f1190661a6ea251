"""Months go whole, when everybody in them is past their own retention, sealed and not held; the proofs stay (A06)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import DatabaseError

from audit import hold, retention
from audit.models import Event, EventText, LegalHold, RetentionPolicy
from audit.sealing import sealer
from audit.tasks import drop_months
from portal import change, tenancy, trail
from portal.ids import uuid7_floor
from portal.refusal import Conflict, Refused
from tests import horizon
from tests.clients import browser
from tests.factories import Cast, Person, make_cast

pytestmark = pytest.mark.requirement("A06")
EVERY_ROLE = ["default", "owner", "dispatcher"]


def months_ago(number: int) -> datetime:
    """Return the middle of the month so many months before this one."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - number, 12)
    return datetime(year, month + 1, 15, tzinfo=UTC)


def name_of(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


def old_event(moment: datetime, *, recorded: datetime | None = None, number: int = 1, text: str = "") -> Event:
    """Write an event into a month of the past, as the runtime role did then."""
    event = Event.objects.create(
        id=uuid.UUID(int=uuid7_floor(moment).int + number),
        recorded_at=recorded or moment,
        type="person.signed_out",
        actor_kind="person",
        actor_id="x",
        actor_name="Ada Lindqvist",
        subject_kind="person",
        subject_id="x",
    )
    if text:
        EventText.objects.create(event_id=event.pk, field="email", text=text, salt=b"s" * 16)
    return event


def keep(months: int) -> None:
    policy = RetentionPolicy.objects.get()
    policy.months = months
    change.apply(policy)


@dataclass
class Past:
    """Two organizations with events in one old month, and one of them with events in an older one."""

    cast: Cast
    month: datetime
    older: datetime

    def drop(self, moment: datetime, *people: Person, clock: datetime | None = None) -> int:
        """Ask the database itself to drop a month, saying so for these people's organizations."""
        month = date(moment.year, moment.month, 1)
        with transaction.atomic():
            for person in people:
                with person.inside():
                    event = trail.Event("trail.month_dropped", trail.Subject("month", name_of(moment)))
                    trail.record(event)
            with self.cast.ada.inside(), connection.cursor() as cursor:
                cursor.execute("SELECT audit_drop_month(%s, %s)", [month, clock or datetime.now(UTC)])
                return int(cursor.fetchone()[0])

    def months(self) -> set[str]:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT to_char(month, 'YYYY-MM') FROM audit_months()")
            return {row[0] for row in cursor.fetchall()}


def seal_everything(cast: Cast) -> None:
    horizon.reached()
    for person in (cast.ada, cast.cleo):
        with person.inside():
            sealer.seal()


@pytest.fixture
def past(transactional_db: None) -> Iterator[Past]:
    cast, month, older = make_cast(), months_ago(30), months_ago(31)
    with connections["owner"].cursor() as cursor:
        for moment in (month, older):
            cursor.execute("SELECT audit_make_partition(%s)", [moment])
    with cast.ada.inside():
        old_event(month, text="somebody@example.com")
        old_event(older, number=2)
    with cast.cleo.inside():
        old_event(month, number=3)
    seal_everything(cast)
    yield Past(cast, month, older)
    with connections["owner"].cursor() as cursor:
        for moment in (month, older):
            cursor.execute(f"DROP TABLE IF EXISTS audit_event_{moment:%Y_%m}")


@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_a_month_goes_only_when_every_rule_lets_it_and_each_is_told(past: Past) -> None:
    ada, cleo, gone = past.cast.ada, past.cast.cleo, name_of(past.month)
    with cleo.inside():
        keep(36)
    with pytest.raises(DatabaseError, match=f"month {gone} is kept until"):
        past.drop(past.month, ada, cleo)
    assert date(past.month.year, past.month.month, 1) not in retention.due_months()
    with cleo.inside():
        keep(12)

    with ada.inside():
        held = hold.place(LegalHold(name="Case 7", reason="the court's order"))
    with pytest.raises(DatabaseError, match="under a legal hold"):
        past.drop(past.month, ada, cleo)
    with ada.inside():
        hold.release(held, reason="the case is closed")

    with pytest.raises(DatabaseError, match="only together with its event"):
        past.drop(past.month, ada)
    for off in (timedelta(days=2), timedelta(days=-2)):
        with pytest.raises(DatabaseError, match="the clocks"):
            past.drop(past.month, ada, cleo, clock=datetime.now(UTC) + off)
    with pytest.raises(DatabaseError, match="is kept until"):
        past.drop(datetime.now(UTC), ada, cleo)
    assert past.months() >= {gone, name_of(past.older)}

    drop_months.apply().get()
    assert not past.months() & {gone, name_of(past.older)}
    with ada.inside():
        assert not EventText.objects.filter(text="somebody@example.com").exists()
        told = Event.objects.filter(type="trail.month_dropped").order_by("id")
        assert [(event.subject_id, event.data["events"]) for event in told] == [
            (name_of(past.older), 1),
            (gone, 1),
        ]
        assert {event.actor_kind for event in told} == {"system"}
    with cleo.inside():
        assert [event.subject_id for event in Event.objects.filter(type="trail.month_dropped")] == [gone]


@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_an_event_that_a_clock_put_back_is_kept_as_long_as_every_other(past: Past) -> None:
    with past.cast.ada.inside():
        old_event(past.month, recorded=datetime.now(UTC) - timedelta(days=40), number=9)
    seal_everything(past.cast)
    with pytest.raises(DatabaseError, match="is kept until"):
        past.drop(past.month, past.cast.ada, past.cast.cleo)
    with past.cast.ada.inside():
        drop_months.apply().get()
        assert (
            Event.objects.filter(
                recorded_at__gt=datetime.now(UTC) - timedelta(days=41),
                id__lt=uuid7_floor(past.month + timedelta(days=20)),
            ).count()
            == 1
        )
    assert name_of(past.month) in past.months()
    assert name_of(past.older) not in past.months(), "what nobody keeps goes all the same"


@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)
def test_an_organization_without_a_policy_keeps_everything(past: Past) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM audit_retentionpolicy")
    with pytest.raises(DatabaseError, match="is kept until"):
        past.drop(past.month, past.cast.ada, past.cast.cleo)
    assert retention.due_months() == {}


def test_the_plan_says_what_would_go_and_what_stops_it(northlight: Cast) -> None:
    keep(12)
    moment = months_ago(16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partition_of(%s)", [uuid.UUID(int=uuid7_floor(moment).int)])
    old_event(moment)
    (month,) = retention.plan()
    assert (month.name, month.events, month.others_keep) == (name_of(moment), 1, False)
    assert not month.goes
    assert month.waits_for == "the seal of 1 event"
    hold.place(LegalHold(name="Case 7", reason="the court's order"))
    assert retention.plan()[0].waits_for == "1 legal hold"
    keep(24)
    assert retention.plan() == []


@pytest.mark.parametrize("months", [0, 11, 241, 32_000])
def test_less_than_a_year_is_refused_at_every_road(northlight: Cast, months: int) -> None:
    policy = RetentionPolicy.objects.get()
    answer = browser(northlight.ada).post(
        f"/admin/audit/retentionpolicy/{policy.pk}/change/", {"months": months, "change_reason": "to save space"}
    )
    assert answer.status_code == 200
    assert f"months: `{months}` is too" in answer.content.decode().replace("&#x27;", "'")
    policy.months = months
    with pytest.raises(ValidationError, match="months"):
        change.apply(policy)
    with pytest.raises(IntegrityError, match="events_are_kept_a_year_at_least"), transaction.atomic():
        RetentionPolicy.objects.update(months=months)
    assert RetentionPolicy.objects.get().months == 24


def test_a_new_organization_and_the_platform_have_their_retention(cast: Cast) -> None:
    with cast.cleo.inside():
        assert RetentionPolicy.objects.get().months == 24
    from portal.ids import PLATFORM_ID

    with tenancy.scope(PLATFORM_ID, actor=tenancy.SYSTEM):
        assert RetentionPolicy.objects.get().months == 24


def test_a_hold_is_placed_and_released_with_reasons_and_never_changed_or_removed(northlight: Cast) -> None:
    held = hold.place(LegalHold(name="Case 7", reason="the court's order", scope="person", covers="rosa@example.com"))
    assert held.placed_by == "Ada Lindqvist"
    with pytest.raises(ValidationError, match="never removed"):
        change.remove(held)
    for change_of in ({"reason": "another"}, {"covers": "x"}, {"scope": "everything"}):
        with pytest.raises(DatabaseError, match="only released"), transaction.atomic():
            LegalHold.objects.update(**change_of)
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        LegalHold.objects.all().delete()
    with pytest.raises(ValidationError, match="say why the hold ends"):
        hold.release(held, reason=" ")
    hold.release(held, reason="the case is closed")
    with pytest.raises(Conflict, match="was released before"):
        hold.release(held, reason="again")
    with pytest.raises(DatabaseError, match="only released"), transaction.atomic():
        LegalHold.objects.update(released_at=None)
    told = list(Event.objects.filter(subject_kind="legal_hold").order_by("id").values_list("type", "data__reason"))
    assert told == [("legal_hold.created", "the court's order"), ("legal_hold.changed", "the case is closed")]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": " "}, "reason"),
        ({"scope": "person"}, "covers"),
        ({"covers": "x@example.com"}, "covers"),
        ({"scope": "planet", "covers": "x"}, "scope"),
    ],
)
def test_a_hold_says_what_it_covers_and_why(northlight: Cast, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        hold.place(LegalHold(**{"name": "Case 7", "reason": "the court's order", **fields}))
    assert wrong in refused.value.message_dict


def test_only_who_sets_policy_places_and_releases(cast: Cast) -> None:
    with cast.paul.inside(), pytest.raises(Refused):
        hold.place(LegalHold(name="Case 7", reason="mine"))
