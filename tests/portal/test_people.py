"""Inviting people and changing what they are, through the admin as officers do (A02, I03)."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import Event
from portal.models import Membership, User
from portal.roles import Capability, Role, i_may
from tests.clients import browser, sign_in
from tests.factories import PASSWORD, Cast, Person

ADD = "/admin/portal/membership/add/"
LENA = {"email": "Lena@northlight.example", "name": "Lena Vogt", "role": "analyst", "password": "a long first password"}


def edit(cast: Cast, person: Person, **fields: str) -> Any:
    return browser(cast.ada).post(f"/admin/portal/membership/{person.membership.pk}/change/", fields)


def errors(answer: Any) -> str:
    assert answer.status_code == 200, "the form is shown again"
    return str(answer.context["adminform"].errors) + str(answer.context["errors"])


@pytest.mark.requirement("A02", part="users and roles")
def test_an_invited_person_can_sign_in_and_the_trail_says_who_invited(cast: Cast) -> None:
    assert browser(cast.ada).post(ADD, LENA).status_code == 302
    assert sign_in(browser(), "lena@northlight.example", LENA["password"]).status_code == 302
    with cast.ada.inside():
        made = Membership.objects.get(user__email="lena@northlight.example")
        assert made.role == Role.ANALYST
        event = Event.objects.get(type="membership.created", subject_id=str(made.pk))
        account = Event.objects.get(type="person.created")
    assert (event.actor_id, event.after["role"]) == (str(cast.ada.user.pk), "analyst")
    assert "password" not in str(account.after)
    assert LENA["password"] not in str(account.after)


def test_an_account_that_exists_elsewhere_is_joined_and_not_changed(cast: Cast) -> None:
    answer = browser(cast.ada).post(ADD, {**LENA, "email": cast.cleo.email, "name": "Somebody Else", "password": ""})
    assert answer.status_code == 302
    with cast.ada.inside():
        joined = User._base_manager.get(pk=cast.cleo.user.pk)
    assert joined.name == "Cleo Southwind"
    assert joined.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "no address"}, "valid email"),
        ({"password": "short"}, "at least 12 characters"),
        ({"password": ""}, "a new account needs a first password"),
        ({"email": "ana@northlight.example"}, "already belongs to this organization"),
        ({"role": "owner"}, "not one of the available choices"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_wrong_with_an_invitation_stands_at_the_form(cast: Cast, change: dict[str, str], said: str) -> None:
    given = {**LENA, **change}
    page = browser(cast.ada).post(ADD, given).content.decode()
    assert said in page
    assert f'value="{given["name"] or given["email"]}"' in page, "nothing typed is lost"
    with cast.ada.inside():
        assert Membership.objects.count() == 4
        assert not Event.objects.filter(type="membership.created").exists()


@pytest.mark.requirement("A02", part="users and roles")
def test_a_changed_role_holds_at_once_with_before_and_after(cast: Cast) -> None:
    assert edit(cast, cast.mia, role="power_user", is_active="on").status_code == 302
    with cast.ada.inside():
        event = Event.objects.get(type="membership.changed", subject_id=str(cast.mia.membership.pk))
    assert (event.before, event.after) == ({"role": "member"}, {"role": "power_user"})
    assert "edit_sql" in browser(cast.mia).get("/api/v1/me/").json()["capabilities"]


@pytest.mark.requirement("I03", part="granted per user")
def test_the_approval_queue_is_granted_in_the_form(cast: Cast) -> None:
    assert edit(cast, cast.ana, role="analyst", is_active="on", works_approvals="on").status_code == 302
    with cast.ana.inside():
        assert i_may(Capability.WORK_APPROVALS)
    assert "cannot work the queue" in errors(edit(cast, cast.mia, role="member", is_active="on", works_approvals="on"))


def test_the_last_admin_stays(cast: Cast) -> None:
    for fields in ({"role": "member", "is_active": "on"}, {"role": "admin"}):
        answer = browser(cast.ada).post(
            f"/admin/portal/membership/{cast.ada.membership.pk}/change/", fields, follow=True
        )
        assert "this is the last admin" in answer.content.decode()
    with cast.ada.inside():
        assert Membership.objects.get(pk=cast.ada.membership.pk).role == Role.ADMIN


def test_people_are_never_deleted(cast: Cast) -> None:
    client = browser(cast.ada)
    assert client.post(f"/admin/portal/membership/{cast.mia.membership.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get("/admin/portal/membership/").content.decode()


@pytest.mark.requirement("I05", part="e-mail and password")
def test_a_changed_password_ends_every_other_way_in(cast: Cast) -> None:
    here, elsewhere = browser(cast.mia), browser(cast.mia)
    pair = browser().post("/api/v1/token/", {"email": cast.mia.email, "password": PASSWORD}, "application/json").json()
    fresh = "another horse battery staple"
    answer = here.post(
        "/password/", {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}, follow=True
    )
    assert "Your password is changed" in answer.content.decode()
    assert here.get("/password/").status_code == 200
    assert elsewhere.get("/password/").status_code == 302
    refused = browser().post("/api/v1/token/refresh/", {"refresh": pair["refresh"]}, "application/json")
    assert refused.status_code == 401
    with cast.mia.inside():
        kinds = list(Event.objects.filter(type__in=["person.password_changed", "token.revoked"]).values_list("type"))
    assert sorted(kinds) == [("person.password_changed",), ("token.revoked",)]


def test_a_new_password_is_judged(cast: Cast) -> None:
    answer = browser(cast.mia).post(
        "/password/", {"old_password": "wrong", "new_password1": "short", "new_password2": "other"}
    )
    assert answer.status_code == 200
    assert answer.content.decode().count('class="error"') == 2
