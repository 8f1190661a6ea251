"""An auditor reads the evidence until their access ends, and nothing else by any door: the permission table, walked."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from audit.models import Event
from portal import timed_access
from portal.models import TimedAccess, User
from portal.refusal import Refused
from portal.visits import ONES_OWN, auditor_routes, judge
from tests.clients import browser
from tests.factories import PASSWORD, Cast
from tests.house.url_map import routes
from tests.tables.permissions import ROUTES

TRAIL = "/admin/audit/event/"


@pytest.fixture
def audit(cast: Cast) -> TimedAccess:
    with cast.ada.inside():
        return timed_access.grant_auditor(
            email="Edda@audit.example",
            name="Edda Ruiz",
            until=timezone.now() + timedelta(days=14),
            reason="SOC 2, the second half of the year",
            password=PASSWORD,
        )


def edda(audit: TimedAccess) -> Client:
    client = browser(raise_request_exception=False)
    client.force_login(User.objects.get_by_natural_key(audit.person_email), backend="portal.sign_in.EmailBackend")
    return client


EVIDENCE = {
    "admin:audit_event_changelist", "admin:audit_event_change", "admin:audit_event_export",
    "admin:audit_event_export_ready", "admin:audit_event_export_file", "audit:reviews", "audit:review",
}  # fmt: skip
"""What an auditor opens at least; rooms of evidence add to it by `visits.open_to_auditors`."""
NEVER = re.compile(r"^(admin:(?!audit_)|api:|tickets|questions|connectors|portal:(?!home))")


def test_every_route_that_is_not_evidence_is_shut_and_nothing_is_sent_to_any() -> None:
    assert auditor_routes() >= EVIDENCE
    assert [name for name in auditor_routes() if NEVER.search(name)] == []
    paths = {route.name: route.path for route in routes()}
    opened = {
        (method, name)
        for name in set(ROUTES) - set(ONES_OWN)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if not judge("auditor", method=method, path=paths[name], route=name)
    }
    assert {name for method, name in opened if method == "GET"} == auditor_routes() | {"portal:home"}
    assert {(method, name) for method, name in opened if method != "GET"} == {("POST", "admin:audit_event_export")}


def test_the_edge_does_what_the_judge_says(cast: Cast, audit: TimedAccess) -> None:
    client = edda(audit)
    for path in (
        "/admin/",
        "/admin/portal/membership/",
        "/approvals/",
        "/access/",
        "/changes/",
        "/mcp/",
        "/api/v1/me/",
    ):
        assert client.get(path).status_code == 403, path
    assert client.post(TRAIL).status_code == 403


def test_they_read_the_trail_and_take_it_with_them_and_each_page_is_an_event(cast: Cast, audit: TimedAccess) -> None:
    client = edda(audit)
    assert client.get("/", follow=True).redirect_chain[-1][0] == TRAIL
    page = client.get(TRAIL).content.decode()
    assert "Auditor: you read the evidence of Northlight Outfitters" in page
    assert "/admin/portal/membership/" not in page  # no link to what is shut
    assert client.get("/reviews/").status_code == 200
    ready = client.post(f"{TRAIL}export/", follow=True)
    link = html.unescape(re.search(r'href="([^"]*export/file/[^"]*as=csv[^"]*)"', ready.content.decode())[1])
    taken = client.get(link)
    assert b"timed_access.confirmed" in b"".join(taken.streaming_content)
    with cast.ada.inside():
        found = Event.objects.filter(type="trail.exported").get()
        assert (found.actor_id, found.actor_name) == (str(audit.person_id), "Edda Ruiz (auditor)")
        opened = set(Event.objects.filter(type="timed_access.viewed").values_list("data__route", flat=True))
    assert opened == {"portal:home"} | (EVIDENCE - {"admin:audit_event_change", "audit:review"})
    with cast.ada.inside():
        timed_access.end(audit.pk)
    assert client.get(link).status_code == 403


@pytest.mark.parametrize("how", ["over", "ended"])
def test_after_the_end_every_door_is_shut(cast: Cast, audit: TimedAccess, how: str) -> None:
    client = edda(audit)
    assert client.get(TRAIL).status_code == 200
    with cast.ada.inside():
        if how == "ended":
            timed_access.end(audit.pk)
        else:
            TimedAccess.objects.filter(pk=audit.pk).update(ends_at=timezone.now())
    for path in (TRAIL, "/admin/", "/reviews/", "/", "/mcp/", "/api/v1/me/"):
        answer = client.get(path)
        assert answer.status_code in (401, 403), path
        assert "Northlight" not in answer.content.decode(), path
    assert client.post(f"{TRAIL}export/?type=trail.exported").status_code == 403
    assert client.post(f"/access/{audit.pk}/enter/").status_code == 403


def test_somebody_who_belongs_elsewhere_finds_their_access_and_leaves_their_own_as_it_is(cast: Cast) -> None:
    with cast.ada.inside():
        timed_access.grant_auditor(
            email=cast.cleo.email,
            name="Cleo",
            until=timezone.now() + timedelta(days=1),
            reason="an audit between two houses",
        )
    client = browser(cast.cleo)
    assert "southwind" in client.get("/admin/portal/membership/").content.decode().lower()
    page = client.get("/access/mine/").content.decode()
    assert "Northlight Outfitters" in page
    client.post(re.search(r'action="(/access/[^"]+/enter/)"', page)[1])
    assert "Auditor: you read the evidence of Northlight" in client.get(TRAIL).content.decode()
    assert client.get("/admin/portal/membership/").status_code == 403
    client.post("/switch/", {"organization": str(cast.southwind.pk)})
    assert "southwind" in client.get("/admin/portal/membership/").content.decode().lower()


def test_they_get_no_token_for_a_program(cast: Cast, audit: TimedAccess) -> None:
    answer: Any = Client().post(
        "/api/v1/token/", {"email": "edda@audit.example", "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 401
    assert "access" not in answer.json()


def test_who_may_be_let_in_by_whom_and_for_how_long(cast: Cast, audit: TimedAccess) -> None:
    good = {"email": "new@audit.example", "name": "New", "reason": "a long enough reason", "password": PASSWORD}
    soon = timezone.now() + timedelta(days=1)
    with cast.paul.inside(), pytest.raises(Refused):
        timed_access.grant_auditor(**good, until=soon)
    with cast.ada.inside():
        for wrong in (
            {"until": timezone.now()}, {"until": timezone.now() + timedelta(days=91)}, {"email": "nobody"},
            {"email": cast.mia.email}, {"email": "edda@audit.example"}, {"reason": "x"}, {"password": ""},
        ):  # fmt: skip
            with pytest.raises(ValidationError):
                timed_access.grant_auditor(**{**good, "until": soon, **wrong})
