"""Every route demands a signed-in person unless it is on the short list: the URL map is walked (I06)."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import Resolver404, path, resolve
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.access import OPEN_ROUTES
from tests.clients import browser
from tests.house.url_map import Route, routes

METHODS = ("get", "post", "put", "patch", "delete")
REFUSED = {401, 403}


def is_refused(answer: Any) -> bool:
    """Whether the answer is a refusal: 401, 403, or the way to the sign-in."""
    if answer.status_code == 302:
        return answer["Location"] == "/sign-in/" or answer["Location"].startswith("/sign-in/?next=")
    return answer.status_code in REFUSED


def unprotected(found: list[Route]) -> list[str]:
    """Return what a stranger is let into: route and method, tried without anything and with a made-up token."""
    leaks = []
    client = browser(raise_request_exception=False)
    for route in found:
        if route.name in OPEN_ROUTES:
            continue
        for method in METHODS:
            for headers in ({}, {"Authorization": "Bearer a.b.c"}):
                answer = getattr(client, method)(route.path, headers=headers)
                if not is_refused(answer):
                    leaks.append(f"{method.upper()} {route.name} ({route.path}): {answer.status_code}")
    return leaks


@pytest.mark.requirement("I06")
def test_every_route_off_the_list_refuses_a_stranger(db: None) -> None:
    found = routes()
    assert len(found) > 25
    assert unprotected(found) == []


@pytest.mark.requirement("I06")
def test_every_sample_address_leads_to_its_own_route(db: None) -> None:
    """The walk above proves something only where it reaches the route it names."""
    missed = []
    for route in routes():
        try:
            match = resolve(route.path)
        except Resolver404:
            missed.append(f"{route.name}: {route.path} leads nowhere")
            continue
        if match.func is not route.view and match.view_name != route.name:
            missed.append(f"{route.name}: {route.path} leads to {match.view_name}")
    assert missed == []


@pytest.mark.requirement("I06")
def test_the_list_is_short_each_entry_is_used_and_has_a_reason() -> None:
    names = {route.name for route in routes()}
    assert set(OPEN_ROUTES) - names == set(), "these exemptions open nothing; take them off the list"
    assert all(len(reason) > 10 for reason in OPEN_ROUTES.values())
    assert len(OPEN_ROUTES) <= 10


@pytest.mark.requirement("I06")
def test_an_open_route_answers_a_stranger(db: None) -> None:
    assert {name: Client().get(path).status_code for name, path in (("live", "/healthz"), ("in", "/sign-in/"))} == {
        "live": 200,
        "in": 200,
    }


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("what nobody guards")


class Forgotten(APIView):
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get(self, request: Any) -> Response:
        return Response("what nobody guards")

    post = put = patch = delete = get


@pytest.fixture
def careless_urls() -> Any:
    """The portal's map with three routes whose author forgot everything."""
    from portal import urls

    module = ModuleType("tests.careless_urls")
    module.handler404, module.handler500 = urls.handler404, urls.handler500  # type: ignore[attr-defined]
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("forgotten/", plain, name="forgotten"),
        path("api/v1/forgotten/", plain, name="forgotten_api"),
        path("api/v1/allowed/", Forgotten.as_view(), name="allowed_api"),
        *urls.urlpatterns,
    ]
    sys.modules[module.__name__] = module
    with override_settings(ROOT_URLCONF=module.__name__):
        yield module.__name__
    del sys.modules[module.__name__]


@pytest.mark.requirement("I06")
def test_a_view_that_forgets_everything_is_refused_all_the_same(db: None, careless_urls: str) -> None:
    assert unprotected(routes(careless_urls)[:3]) == []


@pytest.mark.requirement("I06")
def test_control_a_route_without_protection_is_caught(db: None, careless_urls: str, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "portal.access.RequireSignIn"]
    caught = unprotected(routes(careless_urls)[:3])
    assert {line.split(" ")[1] for line in caught} == {"forgotten", "forgotten_api", "allowed_api"}
