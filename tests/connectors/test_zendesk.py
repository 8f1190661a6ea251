"""The Zendesk adapter: one reply for a key however late a call arrives, to nobody else, and every bad answer told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connectors.adapters.zendesk.client import SignIn
from connectors.contracts import HelpdeskError, HelpdeskOutcomeUnknown, HelpdeskRefused, HelpdeskUnreachable
from tests.connectors.desk_labs import TO, open_zendesk
from tests.servers import shopify
from tests.servers.zendesk import COLLEAGUE, CUSTOMER, ZendeskServer

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[ZendeskServer]:
    with ZendeskServer() as played:
        yield played


def send(server: ZendeskServer, text: str = "Hello", key: str = "k1", to: str = TO, ticket: str = "1"):
    return open_zendesk(server).send(ticket, to, text, idempotency_key=key)


def test_the_reply_is_public_sets_the_status_and_carries_its_key_out_of_sight(server):
    send(server)
    (audit,) = server.tickets[1].audits
    (comment,) = audit["events"]
    assert (comment["body"], comment["public"], server.tickets[1].status) == ("Hello", True, "pending")
    assert audit["metadata"]["custom"]["countersign_key"] == "k1"
    assert "k1" not in comment["body"]


@pytest.mark.requirement("T22", part="Zendesk: a call that arrives late is refused")
def test_a_reply_that_arrives_after_its_second_try_is_not_sent_again(server):
    server.fail(shopify.executes_late(0.3), on="PUT")
    with pytest.raises(HelpdeskOutcomeUnknown):
        send(server)
    assert send(server).was_replayed is False
    time.sleep(0.4)
    assert server.replies() == ["Hello"]


def test_eight_at_once_with_one_key_send_one_reply(server):
    def attempt(_: int) -> str:
        for _again in range(20):
            try:
                return send(server).id
            except HelpdeskUnreachable:  # the other's came between
                continue
        raise AssertionError("never settled")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(attempt, range(8)))) == 1
    assert server.replies() == ["Hello"]


def test_a_state_of_this_very_second_is_not_written_for(server):
    server.step = timedelta(0)
    with pytest.raises(HelpdeskUnreachable) as later:
        send(server)
    assert (later.value.code, later.value.retry_after_s, server.replies()) == ("changed", 2.0, [])


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (shopify.server_error(), HelpdeskOutcomeUnknown, "server_error"),
        (shopify.html(), HelpdeskOutcomeUnknown, "bad_answer"),
        (shopify.nothing(), HelpdeskOutcomeUnknown, "bad_answer"),
        (shopify.half(), HelpdeskOutcomeUnknown, "cut_short"),
        (shopify.two_documents(), HelpdeskOutcomeUnknown, "bad_answer"),
        (shopify.endless(), HelpdeskOutcomeUnknown, "too_large"),
        (shopify.too_many("60"), HelpdeskUnreachable, "throttled"),
        (shopify.closed(401), HelpdeskUnreachable, "not_authorized"),
        (shopify.closed(403), HelpdeskUnreachable, "forbidden"),
        (shopify.closed(409), HelpdeskUnreachable, "changed"),
        (shopify.closed(422), HelpdeskRefused, "refused"),
        (shopify.closed(302), HelpdeskUnreachable, "redirected"),
    ],
)
def test_every_bad_answer_to_a_reply_says_whether_it_may_have_been_sent(server, fault, error, code):
    server.fail(fault, on="PUT")
    with pytest.raises(HelpdeskError) as told:
        send(server)
    assert (type(told.value), told.value.code) == (error, code)
    assert server.token not in repr(told.value)
    if code == "throttled":
        assert told.value.retry_after_s == 60.0


def test_a_read_is_asked_again_and_a_long_wait_is_the_callers(server):
    server.fail(shopify.html(), shopify.too_many("0.01"), on="GET")
    assert send(server).id
    server.fail(shopify.too_many("600"), on="GET")
    with pytest.raises(HelpdeskUnreachable) as told:
        send(server, key="k2")
    assert (told.value.code, told.value.retry_after_s) == ("throttled", 600.0)


@pytest.mark.parametrize("case", ["closed", "other_recipient", "others_read", "no_such_ticket"])
def test_a_reply_that_would_reach_somebody_else_or_nobody_is_refused(server, case):
    if case == "closed":
        server.tickets[1].status = "closed"
    elif case == "others_read":
        server.tickets[1].email_cc_ids = [901]
    to = "eve@example.com" if case == "other_recipient" else TO
    with pytest.raises(HelpdeskRefused) as refusal:
        send(server, to=to, ticket="77" if case == "no_such_ticket" else "1")
    assert (refusal.value.code, server.replies()) == (case, [])


@pytest.mark.parametrize("reference", ["", "T-1", "1/../2", "01", "1?x=1", "9" * 19])
def test_a_reference_that_is_no_number_asks_for_nothing(server, reference):
    for call in (
        lambda: send(server, ticket=reference),
        lambda: open_zendesk(server).answered_since(reference, LONG_AGO),
    ):
        with pytest.raises(HelpdeskUnreachable) as told:
            call()
        assert told.value.code == "no_such_ticket"
    assert server.calls == []


def test_only_a_persons_public_answer_counts_and_the_newest_is_told(server):
    server.page_size = 2
    desk = open_zendesk(server)
    server.write_on(1, CUSTOMER, "Where is it?")
    server.write_on(1, COLLEAGUE, "a note", public=False)
    server.write_on(1, COLLEAGUE, "We got your mail.", channel="rule")
    send(server)
    assert desk.answered_since("1", LONG_AGO) is None
    server.write_on(1, COLLEAGUE, "First.")
    server.write_on(1, 555, "By somebody the answer does not introduce.")
    newest = desk.answered_since("1", LONG_AGO)
    assert newest is not None
    assert newest.id == str(server.tickets[1].audits[-1]["id"])


def test_the_probe_says_what_the_token_may_do(server):
    def found(**how):
        return {(each.code, each.severity) for each in open_zendesk(server, **how).probe().findings}

    oauth = SignIn.by_oauth(server.token)
    assert found() == {("wide_token", "info")}
    assert found(sign_in=oauth) == set()
    server.scopes = ["read", "write"]
    assert found(sign_in=oauth) == {("superfluous_scopes", "warning")}
    server.scopes = ["tickets:read"]
    assert ("missing_scopes", "critical") in found(sign_in=oauth)
    server.users[7]["role"] = "admin"
    assert ("superfluous_role", "warning") in found()
    server.users[7]["role"] = "end-user"
    assert ("cannot_reply", "critical") in found()
    with pytest.raises(HelpdeskUnreachable) as refused:
        open_zendesk(server, sign_in=SignIn.by_oauth("wrong")).probe()
    assert refused.value.code == "not_authorized"
