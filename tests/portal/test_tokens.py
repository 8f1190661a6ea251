"""API tokens: ten minutes, rotation, revocation of a whole family on reuse, one organization each (I05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken as AnyRefreshToken

from audit.models import Event
from portal import tenancy
from portal.models import Membership, RefreshToken
from portal.roles import Role
from portal.tokens import OrganizationAccessToken
from tests.clients import browser
from tests.factories import PASSWORD, Cast, Person, make_person

I05 = pytest.mark.requirement("I05", part="API tokens")


def pair_of(person: Person, **more: str) -> dict[str, str]:
    answer = post(browser(), "", email=person.email, password=PASSWORD, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(client: Client, verb: str, **fields: str) -> Any:
    return client.post(f"/api/v1/token/{verb}", fields, "application/json")


def me(access: str) -> Any:
    return browser().get("/api/v1/me/", headers={"Authorization": f"Bearer {access}"})


def refresh(token: str) -> Any:
    return post(browser(), "refresh/", refresh=token)


def events(cast: Cast, kind: str) -> list[Any]:
    with cast.ada.inside():
        return list(Event.objects.filter(type=kind))


@I05
def test_an_access_token_lives_ten_minutes(cast: Cast) -> None:
    access = OrganizationAccessToken(pair_of(cast.ada)["access"])
    assert access["exp"] - access["iat"] == 600


@I05
def test_a_pair_says_who_one_is_and_is_recorded(cast: Cast) -> None:
    told = me(pair_of(cast.ana)["access"]).json()
    assert (told["email"], told["role"], told["organization"]) == (cast.ana.email, "analyst", str(cast.northlight.pk))
    assert "see_sql" in told["capabilities"]
    assert "edit_sql" not in told["capabilities"]
    assert len(events(cast, "token.issued")) == 1


@I05
def test_an_expired_access_token_is_refused(cast: Cast) -> None:
    token = OrganizationAccessToken(pair_of(cast.ada)["access"])
    token.set_exp(lifetime=timedelta(seconds=-1))
    answer = me(str(token))
    assert answer.status_code == 401
    assert "get a new one with the refresh token" in answer.json()["errors"][0]["message"]


@I05
@pytest.mark.parametrize("raw", ["", "x", "a.b.c", "Ünïcode", "x" * 5000])
def test_what_is_no_token_is_refused(cast: Cast, raw: str) -> None:
    assert me(raw).status_code == 401


@I05
def test_a_refresh_token_is_no_access_token_and_the_other_way_round(cast: Cast) -> None:
    pair = pair_of(cast.ada)
    assert me(pair["refresh"]).status_code == 401
    assert refresh(pair["access"]).status_code == 401


@I05
def test_a_refresh_rotates_and_each_token_works_once(cast: Cast) -> None:
    first = pair_of(cast.ada)
    second = refresh(first["refresh"]).json()
    assert me(second["access"]).status_code == 200
    third = refresh(second["refresh"])
    assert third.status_code == 200
    assert third.json()["refresh"] not in (first["refresh"], second["refresh"])


@I05
def test_reuse_revokes_the_whole_family_and_no_other(cast: Cast) -> None:
    first, other = pair_of(cast.ada), pair_of(cast.ada)
    second = refresh(first["refresh"]).json()
    assert refresh(first["refresh"]).status_code == 401  # somebody has a copy
    assert refresh(second["refresh"]).status_code == 401  # whoever holds the newest has to sign in again
    assert refresh(other["refresh"]).status_code == 200
    assert [event.data["cause"] for event in events(cast, "token.revoked")] == ["a refresh token was used twice"]


@I05
def test_a_revoked_family_is_refused_and_revoking_twice_is_harmless(cast: Cast) -> None:
    pair = pair_of(cast.ada)
    assert post(browser(), "revoke/", refresh=pair["refresh"]).status_code == 204
    assert post(browser(), "revoke/", refresh=pair["refresh"]).status_code == 204
    assert refresh(pair["refresh"]).status_code == 401
    assert len(events(cast, "token.revoked")) == 1


@I05
def test_an_expired_refresh_token_is_refused_by_its_row_too(cast: Cast) -> None:
    pair = pair_of(cast.ada)
    with cast.ada.inside():
        RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refresh(pair["refresh"]).status_code == 401


@I05
def test_a_refresh_token_that_was_never_issued_is_refused(cast: Cast) -> None:
    forged = AnyRefreshToken()
    forged["user_id"], forged["org"] = str(cast.ada.user.pk), str(cast.northlight.pk)
    assert refresh(str(forged)).status_code == 401


@I05
def test_another_organization_named_in_a_token_is_refused(cast: Cast) -> None:
    access = OrganizationAccessToken(pair_of(cast.ada)["access"])
    access["org"] = str(cast.southwind.pk)
    assert me(str(access)).status_code == 401
    forged = AnyRefreshToken(pair_of(cast.ada)["refresh"])
    forged["org"] = str(cast.southwind.pk)
    assert refresh(str(forged)).status_code == 401


@I05
def test_a_token_without_an_organization_is_refused(cast: Cast) -> None:
    access = OrganizationAccessToken(pair_of(cast.ada)["access"])
    del access["org"]
    assert me(str(access)).status_code == 401


@I05
def test_an_ended_membership_is_refused_at_once(cast: Cast) -> None:
    pair = pair_of(cast.mia)
    assert me(pair["access"]).status_code == 200
    with cast.ada.inside():
        Membership.objects.filter(pk=cast.mia.membership.pk).update(is_active=False)
    assert me(pair["access"]).status_code == 401
    assert refresh(pair["refresh"]).status_code == 401
    assert post(browser(), "", email=cast.mia.email, password=PASSWORD).status_code == 401


@I05
def test_a_closed_account_is_refused_at_once(cast: Cast) -> None:
    pair = pair_of(cast.mia)
    with tenancy.as_user(cast.mia.user.pk):
        cast.mia.user.is_active = False
        cast.mia.user.save(update_fields=["is_active"])
    assert me(pair["access"]).status_code == 401
    assert refresh(pair["refresh"]).status_code == 401


@I05
def test_a_changed_role_holds_for_tokens_that_are_out(cast: Cast) -> None:
    access = pair_of(cast.paul)["access"]
    assert "edit_sql" in me(access).json()["capabilities"]
    with cast.ada.inside():
        Membership.objects.filter(pk=cast.paul.membership.pk).update(role=Role.MEMBER)
    assert "edit_sql" not in me(access).json()["capabilities"]


@I05
def test_a_person_of_two_organizations_chooses_and_the_sign_in_is_recorded_there(cast: Cast) -> None:
    with tenancy.scope(cast.southwind.pk, actor=tenancy.SYSTEM):
        Membership(user_id=cast.paul.user.pk, role=Role.ANALYST).save(force_insert=True)
    told = me(pair_of(cast.paul, organization="southwind")["access"]).json()
    assert (told["organization"], told["role"]) == (str(cast.southwind.pk), "analyst")
    with cast.cleo.inside():
        assert Event.objects.filter(type="person.signed_in", subject_id=str(cast.paul.user.pk)).count() == 1
    with cast.ada.inside():
        assert not Event.objects.filter(type="person.signed_in", subject_id=str(cast.paul.user.pk)).exists()
    refused = post(browser(), "", email=cast.mia.email, password=PASSWORD, organization="southwind")
    assert refused.status_code == 401
    assert "organization" in refused.json()["errors"][0]["message"]


@I05
def test_two_of_one_name_share_no_token(cast: Cast) -> None:
    twin = make_person(cast.southwind, "Ada Lindqvist", "ada@southwind.example", Role.MEMBER)
    assert me(pair_of(twin)["access"]).json()["role"] == "member"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"text"', '{"email": 1}', '{"email": "a@b.example", "password": null}']
)
def test_a_body_that_is_none_names_the_field(db: None, body: str) -> None:
    answer = browser().post("/api/v1/token/", body, "application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"]
