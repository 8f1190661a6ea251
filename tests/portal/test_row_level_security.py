"""Row-level security alone holds: without the right organization no row is seen and none written (I01, I02)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit.models import Event
from portal import tenancy, trail
from portal.models import Membership, Organization, RefreshToken, User
from portal.roles import Role
from tests.factories import Cast


def rows_of(model: type) -> int:
    return model._base_manager.count()


@pytest.mark.requirement("I02")
def test_without_an_organization_nothing_is_seen_and_nothing_written(cast: Cast) -> None:
    assert (rows_of(Membership), rows_of(Event), rows_of(Organization), rows_of(User)) == (0, 0, 0, 0)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Membership._base_manager.create(organization_id=cast.northlight.pk, user_id=cast.ada.user.pk, role=Role.ADMIN)


@pytest.mark.requirement("I02")
def test_another_organizations_rows_are_neither_seen_nor_changed_nor_made(cast: Cast) -> None:
    with cast.cleo.inside():
        assert rows_of(Membership) == 1
        assert not Membership._base_manager.filter(pk=cast.ada.membership.pk).exists()
        assert Membership._base_manager.filter(pk=cast.ada.membership.pk).update(role=Role.MEMBER) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Membership._base_manager.create(
                organization_id=cast.northlight.pk, user_id=cast.cleo.user.pk, role=Role.ADMIN
            )
    with cast.ada.inside():
        assert rows_of(Membership) == 4


@pytest.mark.requirement("I01")
def test_the_scoped_manager_raises_without_an_organization(cast: Cast) -> None:
    with pytest.raises(tenancy.NoOrganization):
        Membership.objects.count()


@pytest.mark.requirement("I01")
def test_a_reference_to_a_person_who_is_no_member_is_refused_by_the_database(cast: Cast) -> None:
    from django.utils import timezone

    from portal.ids import uuid7

    with cast.ada.inside(), transaction.atomic():
        RefreshToken.objects.create(user_id=cast.cleo.user.pk, family=uuid7(), expires_at=timezone.now())
        with pytest.raises(IntegrityError, match="tenant_ref"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_the_binding_survives_a_savepoint_rollback_and_a_switch(cast: Cast) -> None:
    with cast.ada.inside(), transaction.atomic():
        try:
            with transaction.atomic():
                with cast.cleo.inside():
                    assert rows_of(Membership) == 1
                raise RuntimeError
        except RuntimeError:
            pass
        assert rows_of(Membership) == 4


def test_an_aborted_savepoint_shows_its_own_error(cast: Cast) -> None:
    with cast.ada.inside(), transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user_id=cast.ada.user.pk, role=Role.ADMIN)
        assert rows_of(Membership) == 4


def test_a_server_side_cursor_is_told_before_it_declares(cast: Cast) -> None:
    with cast.ada.inside(), transaction.atomic():
        assert len(list(Membership._base_manager.all().iterator(chunk_size=1))) == 4


def test_people_see_themselves_and_their_colleagues_only(cast: Cast) -> None:
    with cast.ada.inside():
        assert {u.email for u in User._base_manager.all()} == {p.email for p in cast.team}
        assert User._base_manager.filter(pk=cast.mia.user.pk).update(password="x") == 0
        assert User._base_manager.filter(pk=cast.ada.user.pk).update(name="Ada L.") == 1


@pytest.mark.requirement("A04", part="refused to the application")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET type = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_the_trail_refuses_change_to_the_application(cast: Cast, statement: str) -> None:
    with cast.ada.inside():
        assert rows_of(Event) > 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(statement)


def test_an_undeclared_event_is_refused(northlight: Cast) -> None:
    with pytest.raises(trail.TrailError, match="not declared"):
        trail.record(trail.Event("nothing.happened", trail.Subject("nothing", "1")))
