"""One person in several organizations: the switcher enters what one belongs to, and nothing else (I01)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from portal import tenancy
from portal.models import Membership
from portal.roles import Role
from tests.clients import browser, program
from tests.factories import Cast


@pytest.fixture
def paul_in_both(cast: Cast) -> Cast:
    """Paul is a power user of Northlight and an admin of Southwind."""
    with tenancy.scope(cast.southwind.pk, actor=tenancy.SYSTEM):
        Membership(user_id=cast.paul.user.pk, role=Role.ADMIN).save(force_insert=True)
    return cast


def here(client: Client) -> dict[str, Any]:
    told = client.get("/api/v1/me/").json()
    return {"organization": told["organization"], "role": told["role"]}


def switch(client: Client, organization: Any) -> Any:
    return client.post("/switch/", {"organization": str(organization)})


@pytest.mark.requirement("I01", part="session")
def test_switching_enters_the_other_organization_with_its_role(paul_in_both: Cast) -> None:
    cast, client = paul_in_both, browser(paul_in_both.paul)
    assert here(client) == {"organization": str(cast.northlight.pk), "role": "power_user"}
    assert switch(client, cast.southwind.pk)["Location"] == "/"
    assert here(client) == {"organization": str(cast.southwind.pk), "role": "admin"}
    with cast.cleo.inside():
        assert Event.objects.filter(type="person.switched_organization").count() == 1


@pytest.mark.requirement("I01", part="session")
@pytest.mark.parametrize("wanted", ["southwind", "unknown", "", "northlight\x00", "*"])
def test_an_organization_one_does_not_belong_to_is_refused(cast: Cast, wanted: str) -> None:
    client = browser(cast.mia)
    answer = switch(client, cast.southwind.pk if wanted == "southwind" else wanted)
    assert answer.status_code == 403
    assert "You do not belong to that organization." in answer.content.decode()
    assert here(client)["organization"] == str(cast.northlight.pk)


@pytest.mark.requirement("I01", part="session")
def test_an_organization_named_by_the_request_is_never_trusted(cast: Cast) -> None:
    foreign = str(cast.southwind.pk)
    headers = {"X-Organization": foreign, "Organization": foreign}
    for client in (browser(cast.ada), program(cast.ada)):
        answer = client.get(f"/api/v1/me/?organization={foreign}&organization_id={foreign}", headers=headers)
        assert answer.json()["organization"] == str(cast.northlight.pk)


@pytest.mark.requirement("I01", part="session")
def test_a_session_that_names_a_foreign_organization_falls_back_to_ones_own(cast: Cast) -> None:
    client = browser(cast.mia)
    session = client.session
    session["organization"] = str(cast.southwind.pk)
    session.save()
    assert here(client) == {"organization": str(cast.northlight.pk), "role": "member"}


def test_a_membership_that_ended_leads_back_to_the_other(paul_in_both: Cast) -> None:
    cast, client = paul_in_both, browser(paul_in_both.paul)
    switch(client, cast.southwind.pk)
    with cast.cleo.inside():
        Membership.objects.filter(user_id=cast.paul.user.pk).update(is_active=False)
    assert here(client)["organization"] == str(cast.northlight.pk)


def test_the_switcher_shows_ones_own_organizations_only(paul_in_both: Cast) -> None:
    page = browser(paul_in_both.paul).get("/password/").content.decode()
    assert page.count('name="organization"') == 2
    single = browser(paul_in_both.mia).get("/password/").content.decode()
    assert "Southwind" not in single
    assert 'name="organization"' not in single


def test_a_person_of_no_organization_is_told_so(cast: Cast) -> None:
    with cast.ada.inside():
        Membership.objects.filter(pk=cast.mia.membership.pk).update(is_active=False)
    client = browser(cast.mia)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "You belong to no organization" in answer.content.decode()
    assert client.get("/admin/").status_code == 403
    assert client.get("/api/v1/me/").status_code in (401, 403)


def test_switching_takes_a_post(cast: Cast) -> None:
    assert browser(cast.mia).get("/switch/").status_code == 405
