"""The dashboard's figures are true: each equals the rows its link leads to, and shows one organization only (A08)."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from audit import look, search
from audit.dashboard import EVENTS, last_days
from audit.filters import TrailForm
from audit.models import Event
from guardrails import spend
from portal import trail
from portal.models import Organization
from tests.audit.events import refused_sign_in
from tests.audit.test_actions_are_told import MEDIUM, SMALL
from tests.audit.test_tally import at, count_all
from tests.clients import browser
from tests.factories import Cast
from tests.tickets_shop import Shop
from tickets.models import Approval

pytestmark = pytest.mark.requirement("A08")
FIGURE = re.compile(r'<li><a href="([^"]+)"><strong class="num">([^<]+)</strong> <span>([^<]+)</span>')


@pytest.fixture
def shop(northlight: Cast) -> Iterator[Shop]:
    made = Shop(northlight)
    yield made
    made.wipe()


def drawn(client: Client) -> dict[tuple[str, str], tuple[str, str]]:
    """Return each figure of the admin's start by group and title: (value, address)."""
    page = client.get("/admin/").content.decode()
    sections = re.findall(r'<h2 id="figures-\d+">([^<]+)</h2>(.*?)</section>', page, re.DOTALL)
    return {
        (group, title): (value, html.unescape(url))
        for group, section in sections
        for url, value, title in FIGURE.findall(section)
    }


def make_events() -> None:
    """Record a different number of each counted type."""
    for number, (_, _, event_type) in enumerate(EVENTS, start=1):
        for _ in range(number):
            trail.record(trail.Event(event_type, trail.Subject("thing", "x")))


LINK = re.compile(r'<a[^>]*href="(/admin/audit/event/[?][^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def shown_numbers(client: Client, address: str = "/admin/") -> dict[str, tuple[int, str]]:
    """Return, for every link of the dashboard that leads to the trail, the number it shows and all it says."""
    found = {}
    for url, inside in LINK.findall(client.get(address).content.decode()):
        says = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside)).strip()
        number = re.search(r" in ([\d,]+)", says) or re.match(r"([\d,]+)", says)
        if number:
            found[html.unescape(url)] = (int(number[1].replace(",", "")), says)
    return found


def rows_behind(address: str) -> int:
    """Return how many events the view of an address shows, by the same two calls as its page."""
    form = TrailForm(QueryDict(address.partition("?")[2]))
    assert form.is_valid(), address
    found = search.page(form.filters(), None, 50)
    assert found.is_all
    return found.count


def make_broken_down(cast: Cast, moment: datetime) -> None:
    """Make events at a moment that every breakdown tells apart, of several people, connectors and currencies."""
    connector = uuid.uuid4()
    with cast.mia.inside():
        at(moment, number=3)
        at(moment, "question.answered", 2, confidence="high", connector_id=connector)
        at(moment, "question.answered", 1, confidence="low")
        at(moment, "question.refused", 2, data={"reasons": ["no_table: none", "limit: too many"]})
        at(moment, "question.refused", 1, data={"reasons": ["limit: too many", "no_table: none"]})
    with cast.paul.inside():
        at(moment, number=2)
    for event_type in ("action.succeeded", "approval.asked", "action.blocked"):
        at(moment, event_type, 2, amount_minor=1_250, currency="EUR")
        at(moment, event_type, 1, amount_minor=900, currency="JPY")


def test_every_number_equals_the_rows_behind_its_link(cast: Cast) -> None:
    """Every link of the page that leads to the trail is followed: this period and the one before, counted or not."""
    zone = "Asia/Kolkata"  # its days begin within an hour of UTC
    with cast.ada.inside():
        Organization.objects.filter(pk=cast.northlight.pk).update(time_zone=zone)
        make_events()
        now = timezone.now()
        for back in (1, 4, 8):
            make_broken_down(cast, now - timedelta(days=back))
    with cast.cleo.inside():
        make_events()
        make_broken_down(cast, timezone.now() - timedelta(days=1))
    client = browser(cast.ada)
    today = now.astimezone(ZoneInfo(zone)).date()
    days = f"/admin/?since={today - timedelta(days=5)}&until={today}"
    for is_counted in (False, True):
        if is_counted:
            with cast.ada.inside():
                count_all()
        numbers = shown_numbers(client, days)
        assert len(numbers) > 60
        with cast.ada.inside():
            wrong = {url: says for url, (number, says) in numbers.items() if rows_behind(url) != number}
        assert wrong == {}
    money = {says for _, says in numbers.values() if "in" in says.split()}
    assert "€50.00 in 4" in money, "two events of 12.50 on each of two days"
    assert {"€25.00 in 2 before", "¥900 in 1 before"} <= money
    assert {number for number, _ in numbers.values()} >= set(range(1, len(EVENTS) + 1)) - {1, 2, 3, 5, 6}


def test_a_bad_range_is_answered_at_its_field_with_the_usual_days(northlight: Cast) -> None:
    client = browser(northlight.ada)
    for query, says in (
        ("since=2026-13-40", "`2026-13-40` is not a day"),
        ("since=2026-02-02&until=2026-01-01", "`2026-01-01` is before `2026-02-02`"),
        ("since=1926-01-01&until=2026-01-01", "`1926-01-01` is no day of the trail"),
        ("since=2010-01-01&until=2026-01-01", "ask for at most 732"),
    ):
        page = html.unescape(client.get(f"/admin/?{query}").content.decode())
        assert says in page
        assert "30 days, " in page


def test_open_risks_lead_to_as_many_signals(northlight: Cast) -> None:
    with northlight.mia.inside():
        at(timezone.now(), "question.refused", 8)
        at(timezone.now(), "access.refused", 11)
    look.look()
    client = browser(northlight.ada)
    for severity, title in (("high", "High risks, not resolved"), ("medium", "Medium risks, not resolved")):
        value, address = drawn(client)["Risk", title]
        assert value == "1"
        assert "<strong>1</strong> signal" in client.get(address).content.decode(), severity


def test_a_forecast_goes_on_as_the_last_days_went(northlight: Cast) -> None:
    assert spend.forecast() == 0
    held = spend.reserve(trail.Subject("question", "x"), northlight.ada.user.pk, 2_000_000)
    spend.settle(held.id, 700_000)
    resets = spend.usage().resets_at
    assert spend.forecast(resets - timedelta(days=3)) in range(700_000, 3_500_000)
    assert spend.forecast(resets) == 700_000


def test_approvals_waiting_equal_the_queue(shop: Shop) -> None:
    shop.run(shop.ticket(MEDIUM))
    shop.run(shop.ticket(SMALL))
    client = browser(shop.cast.ada)
    value, address = drawn(client)["Approvals", "Waiting now"]
    queue = client.get(address).content.decode()
    assert value == str(Approval.objects.waiting().count()) == "1"
    assert queue.count(f"/approvals/{Approval.objects.get().pk}/") >= 1
    assert drawn(client)["Actions", "Executed"][0] == "1"


def test_spend_equals_what_the_counters_hold(cast: Cast) -> None:
    with cast.ada.inside():
        held = spend.reserve(trail.Subject("question", "x"), cast.ada.user.pk, 2_000_000)
        spend.settle(held.id, 1_234_567)
        spent = f"${spend.usage().used / 1_000_000:,.2f}"
    assert drawn(browser(cast.ada))["Spend", "Model calls this billing cycle"][0] == spent == "$1.23"


def test_the_period_is_thirty_days_with_today(northlight: Cast) -> None:
    period = last_days()
    assert (period.until - period.since).days == 29
    refused_sign_in("a@example.com")
    assert Event.objects.filter(type="person.sign_in_refused").exists()
