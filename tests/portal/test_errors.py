"""Errors say what and what to do, in the form of a page or of the API, and never show what broke inside."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from audit.models import Event
from portal.refusal import Refused
from portal.roles import Capability, requires
from tests.clients import browser, program
from tests.factories import Cast

CANARY = "canary-inside-the-error"


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(CANARY)


@requires(Capability.EDIT_SQL)
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the guarded page")


def refuses(request: HttpRequest) -> HttpResponse:
    raise Refused("`pg_sleep` is not allowed here. Leave it out.", subject=("question", "17"))


@pytest.fixture
def odd_urls() -> Any:
    """The portal's map with a view that breaks, one that needs a capability, one that refuses."""
    from portal import urls

    module = ModuleType("tests.odd_urls")
    module.handler404, module.handler500 = urls.handler404, urls.handler500  # type: ignore[attr-defined]
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("breaks/", breaks, name="breaks"),
        path("api/v1/breaks/", breaks, name="api_breaks"),
        path("guarded/", guarded, name="guarded"),
        path("refuses/", refuses, name="refuses"),
        *urls.urlpatterns,
    ]
    sys.modules[module.__name__] = module
    with override_settings(ROOT_URLCONF=module.__name__):
        yield
    del sys.modules[module.__name__]


def test_what_is_not_there_is_said_in_page_and_api_form(cast: Cast) -> None:
    page = browser(cast.mia).get("/no/such/page/")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.content.decode()
    assert "Northlight Outfitters" in page.content.decode(), "the shell stays, one can go on"
    api = program(cast.mia).get("/api/v1/nothing/")
    assert (api.status_code, api.json()["errors"][0]["field"]) == (404, "")


def test_a_stranger_learns_nothing_from_a_missing_page(db: None) -> None:
    assert browser().get("/no/such/page/").status_code == 404
    assert "Govern" not in browser().get("/no/such/page/").content.decode()


@pytest.mark.parametrize(("address", "is_api"), [("/breaks/", False), ("/api/v1/breaks/", True)])
def test_a_failure_shows_nothing_of_its_inside(cast: Cast, odd_urls: None, address: str, is_api: bool) -> None:
    answer = browser(cast.ada, raise_request_exception=False).get(address)
    body = answer.content.decode()
    assert answer.status_code == 500
    assert CANARY not in body
    assert "Traceback" not in body
    if is_api:
        assert answer.json()["errors"][0]["message"].startswith("Something failed on our side")
    else:
        assert "Something failed on our side" in body
        assert answer["X-Request-Id"] in body


def test_the_page_of_a_failure_asks_nothing_of_the_database(rf: Any, django_assert_num_queries: Any) -> None:
    """No database mark: a query would raise here."""
    from portal.views import failed

    assert failed(rf.get("/")).status_code == 500


@pytest.mark.requirement("I03", part="pages")
def test_a_page_asks_the_matrix_and_the_refusal_is_recorded(cast: Cast, odd_urls: None) -> None:
    assert browser(cast.paul).get("/guarded/").content == b"the guarded page"
    answer = browser(cast.mia).get("/guarded/")
    assert answer.status_code == 403
    assert "Your role (member) may not edit SQL live and run it." in answer.content.decode()
    with cast.ada.inside():
        event = Event.objects.get(type="access.refused")
    assert (event.actor_id, event.verdict, event.data["capability"]) == (str(cast.mia.user.pk), "refused", "EDIT_SQL")


def test_a_refusal_names_its_subject_in_the_trail(cast: Cast, odd_urls: None) -> None:
    answer = browser(cast.mia).get("/refuses/")
    assert "`pg_sleep` is not allowed here. Leave it out." in answer.content.decode()
    with cast.ada.inside():
        event = Event.objects.get(type="access.refused")
    assert (event.subject_kind, event.subject_id) == ("question", "17")


@pytest.mark.requirement("I03", part="admin")
@pytest.mark.parametrize("name", ["paul", "ana", "mia"])
def test_the_admin_site_is_closed_to_people_without_the_right(cast: Cast, name: str) -> None:
    answer = browser(getattr(cast, name)).get("/admin/")
    assert answer.status_code == 403
    assert "Governance" not in answer.content.decode()


def test_a_page_sent_without_its_token_is_refused_in_both_forms(cast: Cast) -> None:
    page = browser(cast.ada, enforce_csrf_checks=True).post("/switch/", {"organization": "x"})
    assert page.status_code == 403
    assert "This page was open too long" in page.content.decode()
    api = browser(cast.ada, enforce_csrf_checks=True).post("/api/v1/me/", {}, "application/json")
    assert api.status_code == 403
    assert "CSRF" in api.json()["errors"][0]["message"]


def test_sign_in_itself_is_guarded_against_forged_pages(db: None) -> None:
    assert browser(enforce_csrf_checks=True).post("/sign-in/", {"username": "a@b.example"}).status_code == 403


@pytest.mark.parametrize("address", ["/sign-in/", "/no/such/page/", "/admin/", "/api/v1/me/", "/healthz"])
@pytest.mark.requirement("S05", part="the policy of our pages")
def test_each_answer_carries_its_content_security_policy(cast: Cast, address: str) -> None:
    policy = browser(cast.ada).get(address)["Content-Security-Policy"]
    rules = {name: rest for name, _, rest in (rule.strip().partition(" ") for rule in policy.split(";"))}
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in rules["script-src"]
    if address.startswith("/admin/"):
        assert rules["script-src"] == "'self' 'unsafe-eval'"
        assert (rules["style-src-elem"], rules["style-src-attr"]) == ("'self'", "'unsafe-inline'")
    else:
        assert "unsafe" not in policy
        assert "nonce" not in policy
