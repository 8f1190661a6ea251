"""Stripe as a risk feed: what it flags is found, kept for a while, changed by signed events; unknown is never none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors import open as doors
from connectors import risk, set_up
from connectors.adapters.stripe import levels
from connectors.contracts import RiskFeed, RiskUnavailable
from connectors.models import Connector, ConnectorWarning, KnownRisk, RiskEvent, RiskHook
from tests.clients import browser
from tests.guardrails.test_rates import set_policy
from tests.servers import shopify
from tests.servers.stripe import StripeServer, event, signed

EMAIL = "dana@example.com"
NEWER_SECRET = "whsec_the-secret-after-the-rotation"


@pytest.fixture
def stripe(settings) -> Iterator[StripeServer]:
    with StripeServer() as played:
        settings.STRIPE_ORIGIN = played.origin
        played.charge("ch_1")
        yield played


@pytest.fixture
def feed(northlight, stripe) -> Connector:
    return set_up.set_up(Connector(name="Radar", role="risk_feed", adapter="stripe", settings={}), secret=stripe.key)


@pytest.fixture
def hook(feed) -> RiskHook:
    return risk.set_up_hook(RiskHook(connector=feed), secret=StripeServer.secret)


def level() -> str:
    return doors.risk_feed().fetch("dana", email=EMAIL).level


def post(hook: RiskHook, body: bytes, signature: str | None = None) -> Any:
    headers = {"Stripe-Signature": signed(body, time.time()) if signature is None else signature}
    path = f"/api/v1/risk-webhook/{hook.key}/"
    return Client().post(path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("needs_response", "fraudulent", "critical"),
        ("needs_response", "product_not_received", "high"),
        ("warning_under_review", "general", "high"),
        ("lost", "fraudulent", "critical"),
        ("won", "fraudulent", "low"),
        ("warning_closed", "general", "low"),
        ("prevented", "fraudulent", "medium"),
        ("a_word_of_tomorrow", "general", "high"),
    ],
)
def test_each_state_of_a_dispute_has_its_level(status, reason, expected):
    given = {"id": "dp_1", "charge": {"id": "ch_1"}, "status": status, "reason": reason, "created": 1}
    assert levels.dispute(given, 1).flag.level == expected


@pytest.mark.requirement("T06", part="Stripe: disputes, warnings and verdicts are found")
def test_what_stripe_flags_of_a_customer_is_found_on_every_page(feed, stripe):
    assert isinstance(doors.risk_feed(), RiskFeed)
    stripe.page_size = 2
    for number in range(2, 6):
        stripe.charge(f"ch_{number}", risk="elevated" if number == 5 else "normal")
    stripe.charge("ch_other", customer="cus_other", user_report="fraudulent")
    stripe.dispute("ch_other", "lost", key="dp_other")
    assert level() == "medium"
    KnownRisk.objects.all().delete()
    stripe.warn("ch_4", actionable=False)
    stripe.dispute("ch_3", "needs_response", "product_not_received")
    report = doors.risk_feed().fetch("dana", email=EMAIL)
    assert (report.customer_ref, report.level) == ("dana", "high")
    assert sorted(flag.code for flag in report.flags) == [
        "dispute_needs_response",
        "early_fraud_warning",
        "radar_elevated",
    ]


@pytest.mark.requirement("T06", part="what is too old or fails is unknown")
def test_what_is_known_is_not_asked_again_until_it_is_too_old_and_then_a_failure_is_unknown(feed, stripe):
    assert level() == "none"
    asked = len(stripe.calls)
    stripe.warn("ch_1")
    assert (level(), len(stripe.calls)) == ("none", asked)
    KnownRisk.objects.update(fetched_at=timezone.now() - timedelta(seconds=901))
    stripe.fail(*[shopify.server_error()] * 3)
    with pytest.raises(RiskUnavailable):
        level()
    assert level() == "high"


@pytest.mark.parametrize(
    "fault",
    [shopify.html(), shopify.nothing(), shopify.half(), shopify.too_many("600"), shopify.times_out_before_executing()],
)
def test_no_proper_answer_is_unknown_and_never_none(feed, stripe, fault):
    stripe.fail(*[fault] * 3)
    with pytest.raises(RiskUnavailable) as unknown:
        level()
    assert stripe.key not in repr(unknown.value)
    assert not KnownRisk.objects.exists()


def test_a_stranger_or_too_many_payments_are_unknown_unless_the_officer_says_otherwise(feed, stripe):
    with pytest.raises(RiskUnavailable) as stranger:
        doors.risk_feed().fetch("eve", email="eve@example.com")
    assert stranger.value.code == "stranger"
    for number in range(60):
        stripe.charge(f"ch_more_{number}")
    with pytest.raises(RiskUnavailable) as many:
        level()
    assert many.value.code == "too_many"
    feed.settings |= {"strangers": "none"}
    set_up.set_up(feed)
    assert doors.risk_feed().fetch("eve", email="eve@example.com").level == "none"


def test_the_probe_says_what_the_key_may_do(feed, stripe):
    assert set_up.probe(feed).error_code == ""
    assert not ConnectorWarning.objects.standing().exists()
    stripe.key, stripe.forbidden = "sk_test_canary", {"disputes"}
    set_up.set_up(feed, secret=stripe.key)
    set_up.probe(feed)
    codes = set(ConnectorWarning.objects.standing().values_list("code", flat=True))
    assert codes == {"missing_permissions", "superfluous_key", "test_mode"}


@pytest.mark.requirement("T06", part="a signed event changes what is known, once and in order")
def test_an_event_changes_what_is_known_once_and_never_out_of_order(hook, stripe):
    assert level() == "none"
    at = stripe.seconds + 100
    opened = event("charge.dispute.created", stripe.dispute("ch_1", "needs_response"), key="evt_1", at=at)
    assert [post(hook, opened).status_code for _ in range(2)] == [202, 200]
    assert level() == "critical"
    won = stripe.dispute("ch_1", "won")
    older = event("charge.dispute.updated", won, key="evt_0", at=at - 1)
    same = event("charge.dispute.updated", won, key="evt_2", at=at)
    assert [post(hook, body).status_code for body in (older, same)] == [202, 202]
    assert level() == "critical"
    assert post(hook, event("charge.dispute.closed", won, key="evt_3", at=at + 1)).status_code == 202
    assert level() == "low"
    post(hook, event("charge.dispute.updated", stripe.dispute("ch_1", "lost"), key="evt_4", at=at))
    assert (level(), RiskEvent.objects.count()) == ("low", 5)


def test_a_look_does_not_undo_a_later_event(hook, stripe):
    assert level() == "none"
    told = event("radar.early_fraud_warning.created", stripe.warn("ch_1"), key="evt_1", at=stripe.seconds + 10_000)
    post(hook, told)
    stripe.rows["warnings"].clear()  # as a look that began before the event saw it
    KnownRisk.objects.update(fetched_at=timezone.now() - timedelta(days=1))
    assert level() == "high"


def test_an_event_about_a_payment_nobody_knows_makes_everybody_be_looked_at_anew(hook, stripe):
    assert level() == "none"
    stripe.charge("ch_new")
    body = event("charge.dispute.created", stripe.dispute("ch_new", "lost"), key="evt_1", at=stripe.seconds)
    assert post(hook, body).status_code == 202
    assert level() == "critical"


@pytest.mark.requirement("T06", part="an event that does not prove its sender changes nothing")
def test_an_event_that_does_not_prove_its_sender_changes_nothing(hook, stripe):
    assert level() == "none"
    body = event("radar.early_fraud_warning.created", stripe.warn("ch_1"), key="evt_1", at=stripe.seconds)
    now = time.time()
    for signature in (
        "",
        "v1=abc",
        f"t={int(now)}",
        signed(body, now - 301),
        signed(body + b" ", now),
        signed(body, now, "whsec_somebody-else-signs-here"),
        signed(body, now).replace("v1=", "v0="),
        f"t=9,{signed(body, now)}",
    ):
        assert post(hook, body, signature).status_code == 401
    assert post(RiskHook(key="nobody"), body).status_code == 401
    assert (level(), RiskEvent.objects.count()) == ("none", 0)


def test_during_a_rotation_both_secrets_prove_the_sender(hook, stripe):
    risk.set_up_hook(hook, secret=NEWER_SECRET)
    now = time.time()
    for key, secret in (("evt_1", StripeServer.secret), ("evt_2", NEWER_SECRET)):
        body = event("charge.succeeded", {"id": "ch_1"}, key=key, at=stripe.seconds)
        both = f"{signed(body, now, 'whsec_a-third-one-that-is-unknown')},{signed(body, now, secret).partition(',')[2]}"
        assert post(hook, body, both).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": "evt_1", "type": "charge.dispute.created", "created": 1}',
        b'{"id": 1, "type": "x", "created": 1, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": "soon", "data": {"object": {}}}',
        event("charge.dispute.created", {"id": "dp_1"}, key="evt_1", at=1),
        event("charge.dispute.created", {"id": "dp", "charge": None, "status": "won", "created": 1}, key="e", at=1),
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_whole_event_is_told_so(hook, body):
    answer = post(hook, body)
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)
    assert RiskEvent.objects.count() == 0


def test_a_body_that_is_too_large_is_told_so(hook):
    assert post(hook, b" " * (risk.MAX_BODY + 1)).status_code == 413


@pytest.mark.requirement("S06", part="events of a risk feed")
def test_too_many_events_are_refused_and_an_unsigned_one_uses_up_nothing(cast, hook, stripe):
    set_policy(cast, risk_events_of_organization=1)
    bodies = [event("charge.succeeded", {"id": "ch_1"}, key=f"evt_{n}", at=stripe.seconds) for n in range(2)]
    assert post(hook, bodies[0], "t=1,v1=00").status_code == 401
    assert post(hook, bodies[0]).status_code == 202
    refused = post(hook, bodies[1])
    assert (refused.status_code, RiskEvent.objects.count()) == (429, 1)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "risk events" in refused.json()["errors"][0]["message"]


def test_events_that_no_feed_sends_again_are_forgotten(hook, stripe, monkeypatch):
    monkeypatch.setattr(risk, "FORGOTTEN_AT_ONCE", 2)

    def send(*numbers):
        for n in numbers:
            post(hook, event("charge.succeeded", {"id": "ch_1"}, key=f"evt_{n}", at=stripe.seconds))

    send(1, 2, 3, 4)
    RiskEvent.objects.exclude(event_id="evt_4").update(created_at=timezone.now() - risk.REMEMBERED)
    send(5)
    assert set(RiskEvent.objects.values_list("event_id", flat=True)) == {"evt_3", "evt_4", "evt_5"}
    send(6)
    assert set(RiskEvent.objects.values_list("event_id", flat=True)) == {"evt_4", "evt_5", "evt_6"}


def test_the_connectors_page_leads_to_its_webhook(cast, feed, stripe):
    page = reverse("admin:connectors_connector_change", args=[feed.pk])
    assert reverse("admin:connectors_riskhook_add") in browser(cast.ada).get(page).content.decode()
    made = risk.set_up_hook(RiskHook(connector=feed), secret=StripeServer.secret)
    shown = browser(cast.ada).get(page).content.decode()
    assert reverse("admin:connectors_riskhook_change", args=[made.pk]) in shown
    assert f"/api/v1/risk-webhook/{made.key}/" in shown


@pytest.mark.requirement("I01", part="an event changes its own organization alone")
def test_an_event_reaches_its_own_organization_alone(cast, hook, stripe):
    assert level() == "none"
    with cast.cleo.inside():
        other = set_up.set_up(Connector(name="R", role="risk_feed", adapter="stripe", settings={}), secret=stripe.key)
        theirs = risk.set_up_hook(RiskHook(connector=other), secret="whsec_of-the-other-organization")
    body = event("radar.early_fraud_warning.created", stripe.warn("ch_1"), key="evt_1", at=stripe.seconds + 50)
    assert post(theirs, body).status_code == 401
    assert post(theirs, body, signed(body, time.time(), "whsec_of-the-other-organization")).status_code == 202
    assert (level(), RiskEvent.objects.count()) == ("none", 0)
