"""Every route has its row in the permission table, and every cell of the table is what happens (I03, I06)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.clients import browser
from tests.factories import Cast
from tests.house import url_map
from tests.house.url_map import routes
from tests.tables.permissions import ROUTES, UNNAMED
from tests.tables.row import WHO, Row


def group_of(name: str) -> str:
    """Return what is asked together, with the same people: a model in the admin, a view set, or one route."""
    model = re.match(r"admin:\w+_(change|changelist|add|delete|history)$", name)
    if model:
        return name.removesuffix(f"_{model[1]}")
    return name.rpartition("-")[0] or name


GROUPS: dict[str, list[str]] = {}
for _name in ROUTES:
    GROUPS.setdefault(group_of(_name), []).append(_name)


@pytest.mark.requirement("I03", part="admin, pages and API")
def test_every_route_has_its_row_and_every_row_its_route() -> None:
    names = {route.name for route in routes() if not route.name.startswith("unnamed ")}
    assert names - set(ROUTES) == set(), "these routes have no row in tests/tables; add one for each"
    assert set(ROUTES) - names == set(), "these rows describe no route"
    unnamed = {route.name for route in routes() if route.name.startswith("unnamed ")}
    unknown = [name for name in unnamed if not any(pattern.search(name) for pattern in UNNAMED)]
    assert unknown == [], "give these routes a name"


@pytest.mark.requirement("I03", part="admin, pages and API")
def test_every_row_says_what_get_and_post_do_and_what_else_the_api_offers() -> None:
    missing = []
    for route in routes():
        row = ROUTES.get(route.name)
        if row is None:
            continue
        offered = {"get", "post"} | (api_methods(route.view) - {"head", "options", "trace"})
        missing += [f"{route.name}: {method}" for method in sorted(offered - set(row.methods))]
    assert missing == []


def api_methods(view: Any) -> set[str]:
    """Return the methods a view set or API view answers to; nothing for pages."""
    if actions := getattr(view, "actions", None):
        return set(actions)
    cls = getattr(view, "cls", None)
    return {method for method in getattr(cls, "http_method_names", ()) if hasattr(cls, method)}


@pytest.mark.requirement("I03")
@pytest.mark.parametrize("group", GROUPS)
def test_each_cell_is_what_happens(cast: Cast, group: str) -> None:
    expected, happened = {}, {}
    made: dict[Any, Any] = {None: None}
    clients = {who: browser(getattr(cast, who, None), raise_request_exception=False) for who in WHO}
    for name in GROUPS[group]:
        row = ROUTES[name]
        if row.make not in made:
            made[row.make] = row.make(cast)
        path = address(name, made[row.make])
        for method in row.methods:
            expected[f"{method.upper()} {name}"] = row.expected(method)
            happened[f"{method.upper()} {name}"] = {who: answer_to(clients[who], who, method, path, row) for who in WHO}
    assert happened == expected


@pytest.mark.requirement("I03", part="admin, pages and API")
def test_control_a_page_that_asks_for_no_capability_is_caught(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.admin import MembershipAdmin

    monkeypatch.setattr(MembershipAdmin, "edit", None)
    with pytest.raises(AssertionError):
        test_each_cell_is_what_happens(cast, "admin:portal_membership")


def address(name: str, arguments: Any) -> str:
    """Return the route's address: of what its row made, else of something that is not there."""
    if arguments is not None:
        return reverse(name, kwargs=dict(arguments))
    found = next(route.path for route in routes() if route.name == name)
    try:
        return reverse(name)
    except NoReverseMatch:
        return found.replace(url_map.ANY_TEXT, str(uuid.UUID(int=7)))


def answer_to(client: Client, who: str, method: str, path: str, row: Row) -> int:
    """Return the status a person gets; the way to the sign-in counts for strangers alone."""
    send = getattr(client, method)
    is_api = path.startswith("/api/")
    if method == "get":
        answer = send(path)
    else:
        answer = send(
            path, dict(row.sent), **({"content_type": "application/json"} if is_api or method != "post" else {})
        )
    if answer.status_code == 302 and who != "nobody":
        is_leaving = path in ("/sign-out/", "/admin/logout/")
        assert is_leaving or not answer["Location"].startswith("/sign-in/"), f"{path}: a signed-in person is asked to"
    return int(answer.status_code)
