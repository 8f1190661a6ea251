"""The dashboard's figures are true: each equals the rows its link leads to, and shows one organization only (A08)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from audit.dashboard import EVENTS, last_days
from audit.models import Event
from guardrails import spend
from portal import trail
from tests.audit.events import refused_sign_in
from tests.audit.test_actions_are_told import MEDIUM, SMALL
from tests.clients import browser
from tests.factories import Cast
from tests.tickets_shop import Shop
from tickets.models import Approval

pytestmark = pytest.mark.requirement("A08", part="figures that equal their rows")
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


def test_each_figure_of_events_equals_the_rows_behind_its_link(cast: Cast) -> None:
    with cast.ada.inside():
        make_events()
    with cast.cleo.inside():
        make_events()
        refused_sign_in("cleo@southwind.example")
    client = browser(cast.ada)
    found = {key: shown for key, shown in drawn(client).items() if shown[1].startswith("/admin/audit/event/")}
    assert {key: int(value) for key, (value, _) in found.items()} == {
        (group, title): number for number, (group, title, _) in enumerate(EVENTS, start=1)
    }
    for (group, title), (value, address) in found.items():
        page = re.sub(r"\s+", " ", client.get(address).content.decode())
        assert f"<strong>{value}</strong> event" in page, f"{group}, {title}: {value} is not what {address} shows"


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
