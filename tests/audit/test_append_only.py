"""Nobody at work can change the trail: refused by grant, and by trigger where a grant slipped in (A04)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, ProgrammingError, connection, connections, transaction
from django.db.utils import DatabaseError

from audit.erase import erase_text
from audit.models import Event, EventText
from audit.write import commitment
from portal import trail
from portal.isolation import role_name
from portal.refusal import Refused
from tests.factories import Cast, make_cast

STATEMENTS = ("UPDATE {} SET organization_id = organization_id", "DELETE FROM {}", "TRUNCATE {}")


def tables() -> list[str]:
    """Return the event table, every partition of it, and the table of texts."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1"
        )
        return ["audit_event", *(row[0] for row in cursor.fetchall()), "audit_eventtext"]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.requirement("A04")
@pytest.mark.django_db(databases=["default", "owner"])
def test_no_grant_to_change_or_empty_any_table_of_the_trail(cast: Cast) -> None:
    found = tables()
    assert len(found) > 12, "this month and twelve more were made"
    with cast.ada.inside():
        for table in found:
            for statement in STATEMENTS:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    run(statement.format(table))


@pytest.fixture
def granted(transactional_db: None) -> Iterator[Cast]:
    """Give the runtime role by mistake what it must not have, on every table, and take it back."""
    cast, runtime = make_cast(), role_name("default")
    with cast.ada.inside():
        trail.record(trail.Event("person.sign_in_refused", trail.Subject("person", "x"), text={"email": "a@b.example"}))
    made = tables()
    with connections["owner"].cursor() as cursor:
        for table in made:
            cursor.execute(f'GRANT UPDATE, DELETE, TRUNCATE, SELECT ON {table} TO "{runtime}"')
            cursor.execute(f'CREATE POLICY mistake ON {table} TO "{runtime}" USING (true) WITH CHECK (true)')
    yield cast
    with connections["owner"].cursor() as cursor:
        for table in made:
            cursor.execute(f"DROP POLICY mistake ON {table}")
            kept = ", SELECT" if table not in ("audit_event", "audit_eventtext") else ""
            cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE{kept} ON {table} FROM "{runtime}"')


@pytest.mark.requirement("A04")
@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_a_trigger_refuses_where_a_grant_slipped_in(granted: Cast) -> None:
    month = this_month()
    with granted.ada.inside():
        for table in ("audit_event", month, "audit_eventtext"):
            for statement in STATEMENTS:
                with pytest.raises(DatabaseError, match="append-only"):
                    run(statement.format(table))
        for table in tables():
            with pytest.raises(DatabaseError, match="append-only"):
                run(f"TRUNCATE {table}")
        assert Event.objects.exists()


def this_month() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 'audit_event_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
        return str(cursor.fetchone()[0])


def refused_sign_in(email: str) -> Event:
    made = trail.record(
        trail.Event("person.sign_in_refused", trail.Subject("person", "x"), data={"way": "page"}, text={"email": email})
    )
    return Event.objects.get(pk=made)


def test_an_erased_text_leaves_its_commitment_and_an_event(northlight: Cast) -> None:
    event = refused_sign_in("somebody@example.com")
    kept = EventText.objects.get(event_id=event.pk)
    assert event.commitments == {"email": commitment(bytes(kept.salt), "somebody@example.com")}
    assert erase_text(event.pk, reason="asked for by the person") == 1
    again = Event.objects.get(pk=event.pk)
    assert (again.type, again.data, again.commitments) == (event.type, event.data, event.commitments)
    assert not EventText.objects.filter(event_id=event.pk).exists()
    left = Event.objects.filter(type="text.erased").get()
    assert left.data == {"fields": ["email"], "reason": "asked for by the person"}
    assert (left.subject_kind, left.subject_id, left.actor_name) == ("event", str(event.pk), "Ada Lindqvist")


def test_nothing_is_erased_without_its_event_or_without_a_reason(northlight: Cast) -> None:
    event = refused_sign_in("somebody@example.com")
    with pytest.raises((InternalError, ProgrammingError, DatabaseError), match=r"text\.erased"):
        run(f"SELECT audit_erase_text('{event.pk}')")
    with pytest.raises(ValidationError, match="reason"):
        erase_text(event.pk, reason=" ")
    assert EventText.objects.filter(event_id=event.pk).exists()


def test_another_organization_erases_nothing_of_ours(cast: Cast) -> None:
    with cast.ada.inside():
        event = refused_sign_in("somebody@example.com")
    with cast.cleo.inside():
        with pytest.raises(LookupError, match="no text to erase"):
            erase_text(event.pk, reason="not mine")
        trail.record(
            trail.Event("text.erased", trail.Subject("event", str(event.pk)), data={"fields": [], "reason": "x"})
        )
        run(f"SELECT audit_erase_text('{event.pk}')")
    with cast.ada.inside():
        assert EventText.objects.filter(event_id=event.pk).exists()


def test_only_who_sets_policy_may_erase(cast: Cast) -> None:
    with cast.ada.inside():
        event = refused_sign_in("somebody@example.com")
    with cast.paul.inside(), pytest.raises(Refused):
        erase_text(event.pk, reason="because")
