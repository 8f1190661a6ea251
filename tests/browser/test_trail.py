"""The trail and the dashboard in a browser: list, one event, errors at their fields, an export that downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guardrails.models import TicketPolicy
from portal import change, trail
from portal.money import Money
from tests.audit.events import refused_sign_in
from tests.factories import Cast

TRAIL = "/admin/audit/event/"


def make_events(cast: Cast) -> tuple[Any, Any]:
    """Record something of every look; return the ids of an event with texts and of one with changes."""
    with cast.ada.inside():
        policy = TicketPolicy.objects.get()
        policy.vip_factor, policy.max_order_age_days_refund = 3, 45
        change.apply(policy, reason="long winters")
        for number, verdict in enumerate(("success", "blocked", "unknown", "record", "")):
            subject = trail.Subject("action", f"0193b6aa-0000-7000-8000-00000000004{number}")
            kind = "action.blocked" if verdict == "blocked" else "action.succeeded"
            trail.record(trail.Event(kind, subject, verdict=verdict, amount=Money(14_200 + number, "USD")))
        text_id = refused_sign_in("a-rather-long-address-of-somebody@an-equally-long-domain.example")
        changed = trail_id("ticket_policy.changed")
    return text_id, changed


def trail_id(event_type: str) -> Any:
    from audit.models import Event

    return Event.objects.filter(type=event_type).latest("id").pk


def test_the_dashboard_keeps_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    make_events(cast)
    visit("/admin/", cast.ada, name="dashboard")


def test_the_trail_keeps_every_rule(cast: Cast, visit: Callable[..., Any]) -> None:
    text_id, changed = make_events(cast)
    visit(TRAIL, cast.ada, name="trail")
    visit(f"{TRAIL}?type=action.*&verdict=blocked", cast.ada, name="trail-filtered")
    visit(f"{TRAIL}?q=no+such+thing", cast.ada, name="trail-nothing")
    visit(f"{TRAIL}?since=yesterday&q={'x' * 300}", cast.ada, status=400, name="trail-wrong")
    visit(f"{TRAIL}{changed}/change/", cast.ada, name="event-changed")
    visit(f"{TRAIL}{text_id}/change/", cast.ada, name="event-text")


def test_a_view_is_exported_from_the_page(cast: Cast, open_window: Callable[..., Any]) -> None:
    make_events(cast)
    window = open_window(cast.ada)
    page = window.go(f"{TRAIL}?type=action.blocked")
    page.get_by_role("button", name="Export this view as CSV").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    written = download.value.path().read_bytes()
    assert written.count(b"\n") == 2, "a head and one event"
    assert b"action.blocked" in written
