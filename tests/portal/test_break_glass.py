"""Platform staff reach an organization's data by break-glass alone (I07): attacked from every side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from portal import change, tenancy, timed_access, tokens
from portal.admin_site import site
from portal.ids import PLATFORM_ID
from portal.models import (
    AccessPolicy,
    BreakGlass,
    Membership,
    Organization,
    OutboxMessage,
    TimedAccess,
    TimedState,
)
from portal.refusal import Refused
from portal.roles import Role
from tests.clients import browser, program
from tests.factories import Cast, Person, make_person

REASON = "ticket 4711: the export of the trail fails"


@pytest.fixture
def pia(cast: Cast) -> Person:
    """An admin of the platform's own organization."""
    return make_person(Organization(pk=PLATFORM_ID), "Pia Holm", "pia@platform.example", Role.ADMIN)


@pytest.fixture
def omar(cast: Cast) -> Person:
    """A second one."""
    return make_person(Organization(pk=PLATFORM_ID), "Omar Said", "omar@platform.example", Role.ADMIN)


def asked(pia: Person, hours: int = 1) -> TimedAccess:
    with pia.inside():
        return timed_access.ask(organization="northlight", reason=REASON, hours=hours)


def granted(cast: Cast, pia: Person) -> TimedAccess:
    request = asked(pia)
    with cast.ada.inside():
        return timed_access.confirm(request.pk)


def looking_in(access: TimedAccess, pia: Person) -> Client:
    client = browser(pia, raise_request_exception=False)
    assert client.post(f"/access/{access.pk}/enter/").status_code == 302
    return client


def over(access: TimedAccess, cast: Cast) -> None:
    """Let the access's time be over; what the database forbids is only to make it longer."""
    with cast.ada.inside():
        TimedAccess.objects.filter(pk=access.pk).update(ends_at=timezone.now() - timedelta(seconds=1))


def policy(cast: Cast, **values: Any) -> None:
    with cast.ada.inside():
        row = AccessPolicy.objects.get()
        for name, value in values.items():
            setattr(row, name, value)
        change.apply(row, reason="a test")


def told(cast: Cast, kind: str) -> list[Event]:
    with cast.ada.inside():
        return list(Event.objects.filter(type=kind).order_by("id"))


TRAIL = "/admin/audit/event/"


@pytest.mark.requirement("I07")
def test_without_a_grant_the_platforms_staff_see_nothing_of_an_organization(cast: Cast, pia: Person) -> None:
    client = browser(pia)
    client.post("/switch/", {"organization": str(cast.northlight.pk)})
    assert "northlight" not in client.get("/admin/portal/membership/").content.decode().lower()
    with pia.inside():
        assert not Membership.objects.filter(user_id=cast.ada.user.pk).exists()
        assert not Membership._base_manager.filter(user_id=cast.ada.user.pk).exists()


@pytest.mark.requirement("I07")
def test_a_confirmed_grant_opens_it_for_reading_with_a_banner_and_one_event_for_each_page(
    cast: Cast, pia: Person
) -> None:
    access = granted(cast, pia)
    client = looking_in(access, pia)
    for path in (TRAIL, "/admin/portal/membership/", "/admin/guardrails/ticketpolicy/"):
        page = client.get(path).content.decode()
        assert "Break-glass: you are looking into Northlight Outfitters" in page, path
    page = client.get("/admin/portal/membership/?q=ada").content.decode()
    assert cast.ada.email in page
    seen = told(cast, "timed_access.viewed")
    assert [each.data["path"] for each in seen] == [
        TRAIL, "/admin/portal/membership/", "/admin/guardrails/ticketpolicy/", "/admin/portal/membership/",
    ]  # fmt: skip
    assert {each.actor_id for each in seen} == {str(pia.user.pk)}
    assert {each.actor_name for each in seen} == {"Pia Holm (break-glass)"}
    assert {each.subject_id for each in seen} == {str(access.pk)}


@pytest.mark.requirement("I07")
@pytest.mark.parametrize("state", ["unconfirmed", "refused", "expired", "ended"])
def test_what_is_not_in_force_opens_nothing_and_a_session_it_opened_is_worth_nothing(
    cast: Cast, pia: Person, state: str
) -> None:
    access = asked(pia)
    client = browser(pia)
    if state in ("expired", "ended"):
        with cast.ada.inside():
            timed_access.confirm(access.pk)
        client = looking_in(access, pia)
        assert client.get(TRAIL).status_code == 200
    with cast.ada.inside():
        if state == "refused":
            timed_access.refuse(access.pk)
        elif state == "ended":
            timed_access.end(access.pk)
    if state == "expired":
        over(access, cast)
    before = len(told(cast, "timed_access.viewed"))
    session = client.session
    session["visit"], session["organization"] = str(access.pk), str(cast.northlight.pk)  # replayed, or forged
    session.save()
    for path in (TRAIL, "/admin/portal/membership/"):
        assert "northlight" not in client.get(path).content.decode().lower()
    assert client.post(f"/access/{access.pk}/enter/").status_code == 403
    assert len(told(cast, "timed_access.viewed")) == before


@pytest.mark.requirement("I07")
def test_a_grant_opens_its_own_organization_and_its_own_person_alone(cast: Cast, pia: Person, omar: Person) -> None:
    access = granted(cast, pia)
    client = looking_in(access, pia)
    client.post("/switch/", {"organization": str(cast.southwind.pk)})
    assert "southwind" not in client.get("/admin/portal/membership/").content.decode().lower()
    other = browser(omar)
    assert other.post(f"/access/{access.pk}/enter/").status_code == 403
    session = other.session
    session["visit"] = str(access.pk)
    session.save()
    assert "northlight" not in other.get("/admin/portal/membership/").content.decode().lower()
    stranger = browser(cast.cleo)
    assert stranger.post(f"/access/{access.pk}/enter/").status_code == 403
    assert stranger.post(f"/access/{access.pk}/end/").status_code == 404


@pytest.mark.requirement("I07")
def test_nobody_confirms_their_own_and_only_whom_the_policy_names_confirms(
    cast: Cast, pia: Person, omar: Person
) -> None:
    access = asked(pia)
    for nobody in (pia, omar):
        with nobody.inside(), pytest.raises(Refused):
            timed_access.confirm(access.pk)
    with cast.paul.inside(), pytest.raises(Refused):
        timed_access.confirm(access.pk)
    with cast.cleo.inside(), pytest.raises(TimedAccess.DoesNotExist):
        timed_access.confirm(access.pk)
    policy(cast, break_glass=BreakGlass.PLATFORM)
    with pia.inside(), pytest.raises(Refused, match="their own"):
        timed_access.confirm(access.pk)
    with omar.inside():
        assert timed_access.confirm(access.pk).confirmed_by_id == omar.user.pk


@pytest.mark.requirement("I07")
def test_the_database_itself_refuses_ones_own_yes_a_later_end_and_a_return(cast: Cast, pia: Person) -> None:
    access = granted(cast, pia)
    assert access.ends_at is not None
    with cast.ada.inside():
        mine = TimedAccess.objects.filter(pk=access.pk)
        for changes in (
            {"ends_at": access.ends_at + timedelta(minutes=1)},
            {"minutes": 600},
            {"person_id": cast.ada.user.pk},
            {"confirmed_by_id": pia.user.pk},
            {"confirmed_by_id": None},
        ):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                mine.update(**changes)
        timed_access.end(access.pk)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            mine.update(state=TimedState.ACTIVE)


@pytest.mark.requirement("I07")
def test_it_never_changes_anything_by_any_route(cast: Cast, pia: Person) -> None:
    client = looking_in(granted(cast, pia), pia)
    with cast.ada.inside():
        membership = f"/admin/portal/membership/{cast.mia.membership.pk}/change/"
    assert client.get(membership).status_code == 200
    for path, body in (
        (membership, {"role": "admin", "is_active": "on"}),
        ("/admin/portal/membership/add/", {"email": "eve@evil.example", "name": "Eve", "role": "admin"}),
        ("/admin/audit/event/export/", {}),
        ("/access/auditor/", {}),
        ("/password/", {}),
    ):
        assert client.post(path, body).status_code == 403, path
    with cast.ada.inside():
        assert Membership.objects.get(pk=cast.mia.membership.pk).role == Role.MEMBER
    assert told(cast, "trail.exported") == []


@pytest.mark.requirement("I07")
def test_the_connection_itself_writes_nothing_for_a_visitor_but_the_trail(cast: Cast, pia: Person) -> None:
    from portal import visits

    access = granted(cast, pia)
    (visit,) = visits.visits_of(pia.user)
    assert visit.pk == access.pk
    with tenancy.enter(visits.context_of(pia.user, visit)):
        assert Membership.objects.count() == 4
        for write in (
            lambda: Membership.objects.update(role=Role.ADMIN),
            lambda: Membership.objects.filter(role=Role.MEMBER).delete(),
            lambda: Membership(user_id=pia.user.pk, role=Role.ADMIN).save(force_insert=True),
            lambda: connection.cursor().execute("/* SELECT */ UPDATE portal_membership SET role = 'admin'"),
            lambda: connection.cursor().execute("WITH x AS (DELETE FROM portal_membership RETURNING 1) SELECT 1"),
            lambda: timed_access.confirm(access.pk),
            lambda: timed_access.end(access.pk),
        ):
            with pytest.raises(Refused):
                write()


@pytest.mark.requirement("I07")
def test_programs_cannot_visit(cast: Cast, pia: Person) -> None:
    access = granted(cast, pia)
    inside = looking_in(access, pia)
    for path in ("/api/v1/me/", "/mcp/", "/api/v1/tickets/"):
        assert inside.get(path).status_code == 403, path
    assert program(pia).get("/api/v1/me/").json()["organization"] == str(PLATFORM_ID)
    forged = tokens.OrganizationAccessToken()  # as if the key were stolen: a claim without a membership
    forged["user_id"], forged["org"] = str(pia.user.pk), str(cast.northlight.pk)
    for path in ("/api/v1/me/", "/api/v1/tickets/", "/mcp/"):
        assert Client(headers={"Authorization": f"Bearer {forged}"}).get(path).status_code == 401, path
    with pia.inside(), pytest.raises(TimedAccess.DoesNotExist):
        TimedAccess.objects.get(pk=access.pk)


@pytest.mark.requirement("I07")
def test_an_organization_that_switched_it_off_is_left_alone_at_once(cast: Cast, pia: Person) -> None:
    access = granted(cast, pia)
    client = looking_in(access, pia)
    assert client.get(TRAIL).status_code == 200
    policy(cast, break_glass=BreakGlass.OFF)
    assert "northlight" not in client.get(TRAIL).content.decode().lower()
    with pia.inside(), pytest.raises(Refused, match="switched break-glass off"):
        timed_access.ask(organization="northlight", reason=REASON, hours=1)
    (ended,) = told(cast, "timed_access.ended")
    assert ended.data["cause"] == "the organization switched break-glass off"


@pytest.mark.requirement("I07")
def test_it_has_a_reason_and_an_hour_and_only_platform_staff_ask(cast: Cast, pia: Person) -> None:
    with pia.inside():
        for wrong in (
            {"reason": "because"}, {"hours": 0}, {"hours": 9}, {"hours": 5}, {"organization": "nobody"},
            {"organization": "platform"},
        ):  # fmt: skip
            with pytest.raises(ValidationError):
                timed_access.ask(**{"organization": "northlight", "reason": REASON, "hours": 1} | wrong)
        timed_access.ask(organization="northlight", reason=REASON, hours=4)
        with pytest.raises(ValidationError, match="already"):
            timed_access.ask(organization="northlight", reason=REASON, hours=1)
    with cast.cleo.inside(), pytest.raises(Refused):
        timed_access.ask(organization="northlight", reason=REASON, hours=1)


@pytest.mark.requirement("I07")
def test_the_organization_is_told_each_time_and_both_trails_hold_it(cast: Cast, pia: Person) -> None:
    from connectors.models import Recipient

    with cast.ada.inside():
        change.apply(Recipient(name="Officers", channel="email", email="o@northlight.example", topics=["access.timed"]))
    access = granted(cast, pia)
    with pia.inside():
        timed_access.end(access.pk)
    with cast.ada.inside():
        subjects = [each.subject for each in OutboxMessage.objects.order_by("id")]
    assert [words.split(" ")[0] for words in subjects] == ["Pia", "Pia", "The"]
    verbs = ["asked", "confirmed", "ended"]
    for organization_id in (cast.northlight.pk, PLATFORM_ID):
        with tenancy.scope(organization_id, actor=tenancy.SYSTEM):
            found = Event.objects.filter(subject_id=str(access.pk)).order_by("id").values_list("type", flat=True)
            assert list(found) == [f"timed_access.{verb}" for verb in verbs]


@pytest.mark.requirement("I07")
def test_it_ends_by_itself_and_its_end_is_an_event(cast: Cast, pia: Person) -> None:
    from portal import work

    access = granted(cast, pia)
    over(access, cast)
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        TimedAccess.objects.filter(pk=access.pk).update(run_after=timezone.now())
        assert work.run("timed_access", access.pk, None)
        assert TimedAccess.objects.get(pk=access.pk).state == TimedState.ENDED
    (ended,) = told(cast, "timed_access.ended")
    assert (ended.actor_kind, ended.data["cause"]) == ("system", "its time was over")


@pytest.mark.requirement("I07")
def test_leaving_ends_it_at_once(cast: Cast, pia: Person) -> None:
    client = looking_in(granted(cast, pia), pia)
    assert client.post("/access/leave/").status_code == 302
    with cast.ada.inside():
        assert TimedAccess.objects.get().state == TimedState.ENDED
    assert "northlight" not in client.get(TRAIL).content.decode().lower()


@pytest.mark.requirement("I07")
def test_every_list_of_the_admin_is_read_without_a_write(cast: Cast, pia: Person) -> None:
    client = looking_in(granted(cast, pia), pia)
    answers = {
        model._meta.label: client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code
        for model in site._registry
    }
    shut = {label for label, status in answers.items() if status == 403}  # pages of their own, for who edits there
    assert {"guardrails.TicketPolicy", "connectors.Connector", "tickets.Ticket", "portal.Membership"} & shut == set()
    assert {status for label, status in answers.items() if label not in shut} == {200}
    assert "guardrails.KillSwitch" in shut
    assert len(told(cast, "timed_access.viewed")) == len(answers)
