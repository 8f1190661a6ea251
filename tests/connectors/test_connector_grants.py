"""A connector is granted to a person or a role; people see, and can name, only those granted to them (I04)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from connectors import grant
from connectors.models import Connector
from portal import tenancy
from portal.ids import uuid7
from portal.roles import Role
from tests.connectors.doors import API, api_as, browser_as, events, make_source


def names_seen(person) -> set[str]:
    with person.inside():
        return {connector.name for connector in Connector.objects.usable_by_me()}


def names_listed(person) -> set[str]:
    answer = api_as(person).get(API)
    assert answer.status_code == 200
    return {row["name"] for row in answer.json()["results"]}


@pytest.fixture
def two(cast):
    """Two connectors of Northlight and one of the other organization."""
    with cast.ada.inside():
        warehouse, payroll = make_source("Warehouse"), make_source("Payroll")
    with cast.cleo.inside():
        make_source("Southern")
    return warehouse, payroll


@pytest.mark.requirement("I04")
def test_a_grant_to_a_person_shows_them_that_connector_alone(cast, two) -> None:
    warehouse, _ = two
    assert names_seen(cast.ana) == names_seen(cast.mia) == set()
    with cast.ada.inside():
        grant.give(warehouse, to=cast.ana.membership)
    assert names_seen(cast.ana) == names_listed(cast.ana) == {"Warehouse"}
    assert names_seen(cast.mia) == names_listed(cast.mia) == set()
    with cast.ada.inside():
        grant.take(warehouse, of=cast.ana.membership)
    assert names_seen(cast.ana) == names_listed(cast.ana) == set()


@pytest.mark.requirement("I04")
def test_a_grant_to_a_role_follows_the_membership(cast, two) -> None:
    warehouse, _ = two
    with cast.ada.inside():
        grant.give(warehouse, to=Role.MEMBER)
    assert names_seen(cast.mia) == names_listed(cast.mia) == {"Warehouse"}
    assert names_seen(cast.ana) == set()
    with cast.ada.inside():
        cast.ana.membership.role = Role.MEMBER
        cast.ana.membership.save()
    assert names_seen(cast.ana) == {"Warehouse"}


@pytest.mark.requirement("I04")
def test_admins_and_power_users_hold_an_implied_grant_on_their_own_organization(cast, two) -> None:
    for person in (cast.ada, cast.paul):
        assert names_seen(person) == names_listed(person) == {"Warehouse", "Payroll"}
    assert names_seen(cast.cleo) == names_listed(cast.cleo) == {"Southern"}


@pytest.mark.requirement("I04")
def test_a_connector_that_is_not_granted_cannot_be_named(cast, two) -> None:
    warehouse, payroll = two
    with cast.ada.inside():
        grant.give(warehouse, to=cast.ana.membership)
    api = api_as(cast.ana)
    assert api.get(f"{API}{warehouse.pk}/").json()["name"] == "Warehouse"
    unknown = api.get(f"{API}{uuid7()}/")
    ungranted = api.get(f"{API}{payroll.pk}/")
    assert (ungranted.status_code, ungranted.content) == (404, unknown.content)
    with cast.ada.inside():
        refusals = [e for e in events("access.refused") if e.subject_id == str(payroll.pk)]
    assert [(e.actor_id, e.verdict) for e in refusals] == [(str(cast.ana.user.pk), "refused")]
    with cast.ana.inside(), pytest.raises(LookupError, match="none with this id that you may use"):
        grant.granted_to_me(payroll.pk)


@pytest.mark.requirement("I04")
@pytest.mark.parametrize("method", ["get", "patch", "probe"])
def test_another_organizations_connector_cannot_be_named_even_by_an_admin(cast, two, method: str) -> None:
    path = f"{API}{two[0].pk}/"
    api = api_as(cast.cleo)
    answer = {
        "get": lambda: api.get(path),
        "patch": lambda: api.patch(path, {"name": "taken over"}, format="json"),
        "probe": lambda: api.post(f"{path}probe/"),
    }[method]()
    assert answer.status_code == 404
    with cast.cleo.inside():
        assert [e.subject_id for e in events("access.refused")] == [str(two[0].pk)]
    with cast.ada.inside():
        assert Connector.objects.get(pk=two[0].pk).name == "Warehouse"
    # the control: at home the same call answers
    assert api_as(cast.ada).get(path).status_code == 200


@pytest.mark.requirement("I04")
def test_row_level_security_alone_hides_another_organizations_connectors_and_grants(cast, two) -> None:
    from connectors.models import ConnectorGroupPermission, ConnectorUserPermission, Credential

    with cast.ada.inside():
        grant.give(two[0], to=cast.ana.membership)
        grant.give(two[0], to=Role.MEMBER)
        assert ConnectorUserPermission._base_manager.count() == ConnectorGroupPermission._base_manager.count() == 1
        assert Connector._base_manager.count() == 2
    with cast.cleo.inside():
        assert Connector._base_manager.count() == 1
        for model in (ConnectorUserPermission, ConnectorGroupPermission, Credential):
            assert model._base_manager.count() == 0


@pytest.mark.requirement("I04")
@pytest.mark.parametrize("given", ["x", "00000000-0000-0000-0000-000000000000", "1 OR 1=1", "a" * 5000])
def test_an_id_that_is_none_is_not_found(cast, given: str) -> None:
    assert api_as(cast.ana).get(f"{API}{given}/").status_code == 404


@pytest.mark.requirement("I04")
def test_without_a_role_nothing_is_usable(cast, two) -> None:
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        assert not Connector.objects.usable_by_me().exists()
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM, user_id=cast.ana.user.pk, role="boss"):
        assert not Connector.objects.usable_by_me().exists()


def test_a_person_who_left_uses_nothing(cast, two) -> None:
    with cast.ada.inside():
        assert Connector.objects.usable_by(cast.paul.membership).count() == 2
        cast.paul.membership.is_active = False
        assert not Connector.objects.usable_by(cast.paul.membership).exists()
        assert not Connector.objects.usable_by(cast.cleo.membership).exists()


def test_an_inactive_connector_is_seen_but_not_usable(cast, two) -> None:
    with cast.ada.inside():
        Connector.objects.filter(pk=two[0].pk).update(is_active=False)
        assert Connector.objects.granted_to_me().count() == 2
    assert names_seen(cast.ada) == {"Payroll"}


def test_each_grant_is_one_event_and_giving_twice_is_one(cast, two) -> None:
    with cast.ada.inside():
        for _ in range(2):
            grant.give(two[0], to=cast.ana.membership)
            grant.give(two[0], to=Role.ANALYST)
        assert [(e.data.get("person"), e.data.get("role")) for e in events("grant.given")] == [
            (str(cast.ana.user.pk), None),
            (None, "analyst"),
        ]
        for _ in range(2):
            grant.take(two[0], of=Role.ANALYST)
        (revoked,) = events("grant.revoked")
        assert (revoked.connector_id, revoked.data["connector"]) == (two[0].pk, "Warehouse")


def test_an_implied_grant_is_shown_as_such_and_cannot_be_given(cast, two) -> None:
    with cast.ada.inside():
        grant.give(two[0], to=cast.mia.membership)
        shown = [(each.name, each.is_implied) for each in grant.grants_of(two[0])]
        with pytest.raises(ValidationError, match="may use every connector already"):
            grant.give(two[0], to=cast.paul.membership)
    assert shown == [("every admin", True), ("every power user", True), ("Mia Chen (Member)", False)]


@pytest.mark.requirement("I03", part="grants on connectors are the admins' alone")
def test_only_admins_write_connectors(cast, two) -> None:
    for person in (cast.paul, cast.ana, cast.mia):
        api, path = api_as(person), f"{API}{two[0].pk}/"
        assert api.post(API, {}, format="json").status_code == 403
        assert api.patch(path, {"name": "x"}, format="json").status_code == 403
        assert api.post(f"{path}probe/").status_code == 403
        browser = browser_as(person)
        for page in ("", "add/", f"{two[0].pk}/change/"):
            assert browser.get(f"/admin/connectors/connector/{page}").status_code in (302, 403)
        for act in ("probe", "grants"):
            answer = browser.post(f"/admin/connectors/connector/{two[0].pk}/{act}/", {"grant": ["role:member"]})
            assert answer.status_code in (302, 403)
    assert names_seen(cast.mia) == set()


def test_nobody_outside_the_organization_is_granted_anything(cast, two) -> None:
    cast.cleo.membership.role = Role.MEMBER
    cast.mia.membership.is_active = False
    with cast.ada.inside():
        for person in (cast.cleo, cast.mia):
            with pytest.raises(ValidationError, match="no longer belongs to the organization"):
                grant.give(two[0], to=person.membership)
        assert not events("grant.given")


@pytest.mark.requirement("I04", part="grants on the page of a connector")
def test_the_admin_page_gives_and_takes_grants_and_lists_the_implied_ones(cast, two) -> None:
    browser, page = browser_as(cast.ada), f"/admin/connectors/connector/{two[0].pk}"
    html = browser.get(f"{page}/change/").content.decode()
    assert "Implied, by role: every admin, every power user" in html
    browser.post(f"{page}/grants/", {"grant": ["role:analyst", f"person:{cast.mia.membership.pk}", "role:admin", "x"]})
    assert names_seen(cast.ana) == names_seen(cast.mia) == {"Warehouse"}
    browser.post(f"{page}/grants/", {"grant": ["role:analyst"]})
    assert (names_seen(cast.ana), names_seen(cast.mia)) == ({"Warehouse"}, set())
    with cast.ada.inside():
        assert (len(events("grant.given")), len(events("grant.revoked"))) == (2, 1)
    foreign = browser_as(cast.cleo).post(f"{page}/grants/", {"grant": ["role:member"]})
    assert foreign.status_code == 404
    assert names_seen(cast.mia) == set()
