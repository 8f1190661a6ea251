"""Every helpdesk adapter keeps the same contract: at most one message for a key, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.adapters import guardrail
from connectors.contracts import Helpdesk, HelpdeskOutcomeUnknown, HelpdeskRefused, HelpdeskUnreachable
from tests.connectors.desk_labs import LABS, TO, DeskLab

HELLO = "Your refund is on its way.\n.\n..two dots, and ünïcode\n"
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(params=sorted(LABS))
def lab(request: pytest.FixtureRequest, sandbox_dsn: str) -> Iterator[DeskLab]:
    made = LABS[request.param](sandbox_dsn)
    yield made
    made.close()


@pytest.mark.requirement("T22", part="a reply goes out once, with a receipt")
def test_a_reply_is_sent_and_answered_with_a_receipt(lab):
    assert isinstance(lab.helpdesk, Helpdesk)
    receipt = lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    assert (receipt.ticket_ref, receipt.idempotency_key, receipt.was_replayed) == ("1", "k1", False)
    assert receipt.id
    assert receipt.sent_at.tzinfo is not None
    assert [each.rstrip("\n") for each in lab.sent()] == [HELLO.rstrip("\n")]


@pytest.mark.requirement("T22")
def test_a_key_is_one_message_where_keys_are_honoured(lab):
    first = lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    found = lab.helpdesk.lookup("k1", ticket_ref="1")
    if not lab.helpdesk.honours_keys:
        assert found is None
        return
    again = lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    assert (again.id, again.was_replayed, found.id, found.was_replayed) == (first.id, True, first.id, True)
    for to, body in ((TO, "another text"), ("eve@example.com", HELLO)):
        with pytest.raises(HelpdeskRefused) as refusal:
            lab.helpdesk.send("1", to, body, idempotency_key="k1")
        assert refusal.value.code == "key_reused"
    assert lab.helpdesk.lookup("k2", ticket_ref="1") is None
    assert len(lab.sent()) == 1


@pytest.mark.requirement("T22")
@pytest.mark.parametrize("after_sending", [True, False])
def test_a_time_out_is_unknown_and_never_two_messages(lab, after_sending):
    lab.time_out(after_sending=after_sending)
    with pytest.raises(HelpdeskOutcomeUnknown):
        lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    assert len(lab.sent()) == int(after_sending)
    if lab.helpdesk.honours_keys:
        assert (lab.helpdesk.lookup("k1", ticket_ref="1") is not None) is after_sending
        assert lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1").was_replayed is after_sending
        assert len(lab.sent()) == 1


def test_one_that_is_away_sent_nothing(lab):
    lab.be_away()
    with pytest.raises(HelpdeskUnreachable) as away:
        lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    assert away.value.is_retryable
    assert lab.sent() == []


@pytest.mark.parametrize(("to", "body", "key"), [("", "x", "k"), (TO, " ", "k"), (TO, "x", ""), (TO, "nul\0", "k")])
def test_a_message_that_is_none_is_refused(lab, to, body, key):
    with pytest.raises(HelpdeskRefused):
        lab.helpdesk.send("1", to, body, idempotency_key=key)
    assert lab.sent() == []


@pytest.mark.requirement("T22", part="what people answered is noticed, our own is not")
def test_a_person_who_answered_is_noticed_and_our_own_reply_is_not(lab):
    lab.helpdesk.send("1", TO, HELLO, idempotency_key="k1")
    assert lab.helpdesk.answered_since("1", LONG_AGO) is None
    lab.reply_by_hand()
    found = lab.helpdesk.answered_since("1", LONG_AGO)
    assert (found.author if found else None) == ("Mia Ortega" if lab.keeps_conversations else None)
    assert lab.helpdesk.answered_since("1", datetime.now(UTC) + timedelta(hours=9)) is None


def test_none_is_called_inside_a_transaction_of_the_portal(lab):
    before = guardrail.set_transaction_probe(lambda: True)
    try:
        with pytest.raises(guardrail.TransactionOpen):
            lab.helpdesk.send("1", TO, HELLO, idempotency_key="k")
    finally:
        guardrail.set_transaction_probe(before)
