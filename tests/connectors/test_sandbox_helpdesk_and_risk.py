"""The sandbox helpdesk sends at most once; the risk feed says the highest level, or that it does not know."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.adapters import guardrail
from connectors.adapters.sandbox import schema
from connectors.adapters.sandbox.helpdesk import SandboxHelpdesk
from connectors.adapters.sandbox.risk import SandboxRiskFeed
from connectors.contracts import (
    Helpdesk,
    HelpdeskOutcomeUnknown,
    HelpdeskRefused,
    HelpdeskUnreachable,
    RiskFeed,
    RiskUnavailable,
)
from tests.connectors.sandbox_shops import make_shop

SHOP = "northlight"


@pytest.fixture
def shop(sandbox_dsn: str) -> str:
    schema.load(sandbox_dsn, SHOP, make_shop())
    return sandbox_dsn


@pytest.fixture
def helpdesk(shop: str) -> SandboxHelpdesk:
    return SandboxHelpdesk(shop, SHOP)


@pytest.fixture
def feed(shop: str) -> SandboxRiskFeed:
    return SandboxRiskFeed(shop, SHOP)


@pytest.mark.requirement("T22", part="sandbox helpdesk")
def test_a_message_is_sent_once_for_its_key(helpdesk):
    assert isinstance(helpdesk, Helpdesk)
    first = helpdesk.send("T-1", "cara@example.com", "Your refund is on its way.", idempotency_key="k1")
    again = helpdesk.send("T-1", "cara@example.com", "Your refund is on its way.", idempotency_key="k1")
    assert (first.was_replayed, again.was_replayed) == (False, True)
    assert first.id == again.id == helpdesk.lookup("k1", ticket_ref="T-1").id
    (message,) = helpdesk.outbox()
    assert (message.ticket_ref, message.to) == ("T-1", "cara@example.com")


def test_sixteen_threads_with_one_key_send_one_message(helpdesk):
    def send(_: int) -> str:
        return helpdesk.send("T-1", "cara@example.com", "Hello", idempotency_key="k1").id

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(send, range(16)))) == 1
    assert len(helpdesk.outbox()) == 1


def test_a_key_used_for_another_message_is_refused(helpdesk):
    helpdesk.send("T-1", "cara@example.com", "Hello", idempotency_key="k1")
    for other in (("T-2", "cara@example.com", "Hello"), ("T-1", "eve@example.com", "Hello"), ("T-1", "a", "Hi")):
        with pytest.raises(HelpdeskRefused) as refusal:
            helpdesk.send(*other, idempotency_key="k1")
        assert refusal.value.code == "key_reused"
    assert len(helpdesk.outbox()) == 1


@pytest.mark.parametrize(("to", "body", "key"), [("", "x", "k"), ("x", " ", "k"), ("x", "x", ""), ("x", "nul\0", "k")])
def test_a_message_that_is_none_is_refused(helpdesk, to, body, key):
    with pytest.raises(HelpdeskRefused):
        helpdesk.send("T-1", to, body, idempotency_key=key)
    assert helpdesk.outbox() == ()


@pytest.mark.parametrize(
    ("kind", "error", "sent"),
    [
        ("down", HelpdeskUnreachable, 0),
        ("error_before_executing", HelpdeskUnreachable, 0),
        ("timeout_before_executing", HelpdeskOutcomeUnknown, 0),
        ("timeout_after_executing", HelpdeskOutcomeUnknown, 1),
    ],
)
def test_a_fault_fails_as_it_says_and_the_same_key_settles_it(shop, helpdesk, kind, error, sent):
    schema.set_fault(shop, SHOP, "send", kind)
    with pytest.raises(error):
        helpdesk.send("T-1", "cara@example.com", "Hello", idempotency_key="k1")
    assert len(helpdesk.outbox()) == sent
    helpdesk.send("T-1", "cara@example.com", "Hello", idempotency_key="k1")
    assert len(helpdesk.outbox()) == 1


@pytest.mark.requirement("T06", part="sandbox feed")
def test_the_feed_tells_the_highest_level_and_every_flag(feed):
    assert isinstance(feed, RiskFeed)
    report = feed.fetch("c1")
    assert report.level == "high"
    assert [flag.code for flag in report.flags] == ["new_card", "chargeback"]
    assert report.fetched_at.tzinfo is not None
    assert feed.fetch("c2").level == "none"


def test_a_feed_that_does_not_answer_says_unknown_and_never_none(shop, feed):
    for kind in ("down", "error_before_executing", "timeout_before_executing", "timeout_after_executing"):
        schema.set_fault(shop, SHOP, "fetch", kind)
        with pytest.raises(RiskUnavailable):
            feed.fetch("c1")
    with pytest.raises(RiskUnavailable):
        SandboxRiskFeed(shop, "no-such-shop").fetch("c1")


def test_neither_is_called_inside_a_transaction_of_the_portal(helpdesk, feed):
    before = guardrail.set_transaction_probe(lambda: True)
    try:
        for call in (
            lambda: helpdesk.send("T", "x", "x", idempotency_key="k"),
            lambda: helpdesk.lookup("k", ticket_ref="T"),
            lambda: feed.fetch("c1"),
        ):
            with pytest.raises(guardrail.TransactionOpen):
                call()
    finally:
        guardrail.set_transaction_probe(before)
