"""Signing in by e-mail and password: one answer for every failure, lock-out, sessions that end and renew (I05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from audit.models import Event, EventText
from portal import tenancy
from portal.ids import PLATFORM_ID
from tests.clients import browser, sign_in
from tests.factories import PASSWORD, Cast, Person

WRONG = "not the password at all"
ONE_MESSAGE = "E-mail and password do not belong together. Check both and try again."


def events_of(person: Person, kind: str) -> list[Any]:
    with person.inside():
        return list(Event.objects.filter(type=kind, subject_id=str(person.user.pk)))


def is_signed_in(client: Client) -> bool:
    return client.get("/switch/").status_code == 405  # POST only; a stranger is sent to the sign-in before that


@pytest.mark.requirement("I05", part="e-mail and password")
def test_email_and_password_sign_in_and_the_trail_says_so(cast: Cast) -> None:
    client = browser()
    assert not is_signed_in(client)
    answer = sign_in(client, " ADA@northlight.example ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert [event.data for event in events_of(cast.ada, "person.signed_in")] == [{"way": "password"}]


@pytest.mark.requirement("I05", part="e-mail and password")
def test_every_refusal_reads_the_same_and_is_recorded(cast: Cast) -> None:
    cast.mia.user.is_active = False
    with tenancy.as_user(cast.mia.user.pk):
        cast.mia.user.save(update_fields=["is_active"])
    pages = {}
    for email, password in (
        (cast.ada.email, WRONG),
        (cast.mia.email, PASSWORD),
        ("nobody@nowhere.example", WRONG),
    ):
        client = browser()
        answer = sign_in(client, email, password)
        assert answer.status_code == 200
        assert ONE_MESSAGE in answer.content.decode()
        assert not is_signed_in(client)
        pages[email] = answer.content.decode().replace(email, "…")
    without_tokens = {page.split("csrfmiddlewaretoken")[0] for page in pages.values()}
    assert len(without_tokens) == 1
    assert [event.verdict for event in events_of(cast.ada, "person.sign_in_refused")] == ["refused"]
    with tenancy.scope(PLATFORM_ID, actor=tenancy.SYSTEM):
        assert EventText.objects.filter(field="email", text="nobody@nowhere.example").exists()


@pytest.mark.parametrize("email", ["", "a" * 300, "ada@northlight.example\x00", "'; DROP TABLE portal_user; --"])
def test_an_email_that_is_none_is_refused_without_failing(cast: Cast, email: str) -> None:
    answer = sign_in(browser(), email, WRONG)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode() or 'class="error"' in answer.content.decode()


@pytest.mark.requirement("I05", part="lock-out")
def test_the_fifth_failure_locks_out_even_the_right_password(cast: Cast) -> None:
    client = browser()
    answers = [sign_in(client, cast.ada.email, WRONG).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in(client, cast.ada.email)
    assert locked.status_code == 429
    assert "Too many failed sign-ins" in locked.content.decode()
    assert not is_signed_in(client)
    assert len(events_of(cast.ada, "person.locked_out")) >= 1
    assert is_signed_in(signed_in_from_elsewhere(cast.ada)), "somebody else's address locks nobody out"


def signed_in_from_elsewhere(person: Person) -> Client:
    client = browser()
    sign_in(client, person.email)
    return client


@pytest.mark.requirement("I05", part="lock-out")
def test_four_failures_and_a_success_start_the_count_anew(cast: Cast) -> None:
    client = browser()
    for _ in range(2):
        assert [sign_in(client, cast.ada.email, WRONG).status_code for _ in range(4)] == [200] * 4
        assert sign_in(client, cast.ada.email).status_code == 302
        client.post("/sign-out/")


@pytest.mark.requirement("I05", part="lock-out")
def test_the_api_locks_out_with_its_own_form_of_answer(cast: Cast) -> None:
    client = browser()
    given = {"email": cast.ada.email, "password": WRONG}
    codes = [client.post("/api/v1/token/", given, "application/json").status_code for _ in range(5)]
    assert codes == [401, 401, 401, 401, 429]
    answer = client.post("/api/v1/token/", {**given, "password": PASSWORD}, "application/json")
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["field"] == "email"


@pytest.mark.requirement("I05", part="session")
def test_a_session_in_use_renews_itself(cast: Cast) -> None:
    client = browser(cast.ada)
    client.get("/")
    key = client.session.session_key
    session = client.session
    session["seen"] = (timezone.now() - timedelta(minutes=6)).timestamp()
    session.save()
    nearly_over = timezone.now() + timedelta(minutes=1)
    Session.objects.filter(pk=key).update(expire_date=nearly_over)
    assert is_signed_in(client)
    assert Session.objects.get(pk=key).expire_date > nearly_over + timedelta(hours=7)


@pytest.mark.requirement("I05", part="session")
def test_a_session_past_its_end_is_refused(cast: Cast) -> None:
    client = browser(cast.ada)
    assert is_signed_in(client)
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(client)


def test_a_new_password_ends_other_sessions(cast: Cast) -> None:
    client = browser(cast.ada)
    assert is_signed_in(client)
    with tenancy.as_user(cast.ada.user.pk):
        cast.ada.user.set_password("another horse battery staple")
        cast.ada.user.save(update_fields=["password"])
    assert not is_signed_in(client)


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(cast: Cast) -> None:
    client = browser()
    cookie = sign_in(client, cast.ada.email).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_replaces_the_session_key(cast: Cast) -> None:
    client = browser()
    planted = client.session
    planted["left"] = "by somebody else"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    sign_in(client, cast.ada.email)
    assert client.session.session_key != planted.session_key


@pytest.mark.requirement("I05", part="session")
def test_signing_out_takes_a_post_and_ends_the_session(cast: Cast) -> None:
    client = browser(cast.ada)
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_signed_in(client)
    assert len(events_of(cast.ada, "person.signed_out")) == 1


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/admin/?a=1&b=2", "/admin/?a=1&b=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///evil.example", "/"),
    ],
)
def test_the_way_back_is_local_only(cast: Cast, wanted: str, leads_to: str) -> None:
    assert sign_in(browser(), cast.ada.email, next=wanted)["Location"] == leads_to


def test_the_way_back_keeps_the_whole_address(cast: Cast) -> None:
    client = browser()
    led = client.get("/admin/portal/membership/?role=admin&q=a b")["Location"]
    assert led == "/sign-in/?next=%2Fadmin%2Fportal%2Fmembership%2F%3Frole%3Dadmin%26q%3Da%2520b"
    page = client.get(led)
    assert page.context["next"] == "/admin/portal/membership/?role=admin&q=a%20b"


def test_a_fragment_asks_the_whole_page_to_sign_in(cast: Cast) -> None:
    answer = browser().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")
