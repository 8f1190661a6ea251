"""The outbox of notices: written once with what happened, delivered at least once, signed, never lost silently."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from connectors import notify
from connectors.adapters.notices import webhook
from connectors.models import Recipient
from portal import urls_of_servers, work
from portal.models import OutboxMessage
from portal.refusal import Refused
from tests.clients import browser
from tests.factories import Cast

SECRET = "a-secret-of-more-than-24-characters"


@pytest.fixture(scope="module")
def hook() -> Iterator[Any]:
    """A webhook that keeps what it was sent and answers the statuses it is told, 200 when it is told none."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            server.sent.append((self.path, dict(self.headers.items()), body))
            status = server.statuses.pop(0) if server.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server: Any = HTTPServer(("127.0.0.1", 0), Hook)
    server.sent, server.statuses = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/services/T1?x=1"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def ops(northlight: Cast, hook: Any) -> Recipient:
    hook.sent.clear()
    hook.statuses.clear()
    made = Recipient(name="Ops", channel="webhook", topics=["approval.overdue"])
    return notify.set_up(made, address=hook.url, secret=SECRET)


def told(key: str = "approval 1 overdue") -> OutboxMessage:
    notify.tell(
        "approval.overdue", subject="An approval waits", text="It waits since 9.", key=key, link="/approvals/1/"
    )
    return OutboxMessage.objects.order_by("-id").first()


def deliver(message: OutboxMessage, monkeypatch: pytest.MonkeyPatch) -> OutboxMessage:
    """Work on a message as a worker does; the test's own transaction is none of the portal's."""
    monkeypatch.setattr(webhook, "assert_no_transaction", lambda call: None)
    monkeypatch.setattr(notify, "assert_no_transaction", lambda call: None)
    OutboxMessage.objects.filter(pk=message.pk).update(run_after=timezone.now() - timedelta(days=1))
    work.run("notice", message.pk, None)
    return OutboxMessage.objects.get(pk=message.pk)


def test_a_notice_is_posted_signed_as_slack_reads_it(ops: Recipient, hook: Any, monkeypatch, settings) -> None:
    settings.PORTAL_URL = "https://portal.example/"
    message = deliver(told(), monkeypatch)
    assert (message.state, message.tries) == ("sent", 1)
    [(path, headers, body)] = hook.sent
    assert path == "/services/T1?x=1"
    said = json.loads(body)
    assert said["text"] == "An approval waits\nIt waits since 9.\nhttps://portal.example/approvals/1/"
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["idempotency-key"] == str(message.pk)
    stamp, signature = headers["countersign-signature"].split(",")
    assert abs(int(stamp[2:]) - time.time()) < 60
    expected = hmac.new(SECRET.encode(), f"{stamp[2:]}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == f"v1={expected}"
    assert Event.objects.filter(type="notice.sent").count() == 1


def test_one_occasion_is_told_once_and_only_to_who_asked(ops: Recipient) -> None:
    notify.set_up(Recipient(name="Mail", channel="email", email="ops@example.com", topics=[]))
    assert [notify.tell("approval.overdue", subject="s", text="t", key="k") for _ in range(2)] == [1, 0]
    assert OutboxMessage.objects.get().recipient == ops.pk


def test_what_is_not_taken_is_tried_again_under_the_same_key_and_then_kept(
    ops: Recipient, hook: Any, monkeypatch
) -> None:
    hook.statuses[:] = [500, 302, 429]
    message = told()
    waits = []
    for _ in range(3):
        message = deliver(message, monkeypatch)
        waits.append(round((message.run_after - timezone.now()).total_seconds()))
        assert message.state == "waiting"
    assert waits == pytest.approx([30, 60, 120], abs=2)
    assert message.said == "the address answered 429"
    assert deliver(message, monkeypatch).state == "sent"
    assert len(hook.sent) == 4, "a redirect is not followed"
    assert len({headers["idempotency-key"] for _, headers, _ in hook.sent}) == 1
    hook.statuses[:] = [500] * notify.MAX_TRIES
    dead = told("another")
    for _ in range(notify.MAX_TRIES):
        dead = deliver(dead, monkeypatch)
    assert (dead.state, dead.tries) == ("dead", notify.MAX_TRIES)
    assert Event.objects.filter(type="notice.failed").count() == 1
    assert deliver(dead, monkeypatch).tries == notify.MAX_TRIES


def test_a_webhook_that_is_gone_and_a_recipient_switched_off_are_not_tried_again(
    ops: Recipient, hook: Any, monkeypatch
) -> None:
    hook.statuses[:] = [410]
    assert deliver(told(), monkeypatch).state == "dead"
    message = told("second")
    ops.is_active = False
    notify.set_up(ops)
    assert deliver(message, monkeypatch).said == "the recipient was removed or switched off"


def test_a_metadata_address_is_never_dialled(ops: Recipient, hook: Any, monkeypatch) -> None:
    notify.set_up(ops, address="https://169.254.169.254/latest")
    message = deliver(told(), monkeypatch)
    assert (message.state, hook.sent) == ("waiting", [])
    assert "never called" in message.said


def test_a_notice_goes_by_mail_where_there_is_a_server(northlight: Cast, monkeypatch, settings) -> None:
    notify.set_up(Recipient(name="Mail", channel="email", email="ops@example.com", topics=["approval.overdue"]))
    settings.MAIL_IS_SET = False
    assert "EMAIL_URL" in deliver(told(), monkeypatch).said
    settings.MAIL_IS_SET = True
    message = deliver(told("second"), monkeypatch)
    assert message.state == "sent"
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["ops@example.com"], "An approval waits")
    assert sent.extra_headers["Message-ID"] == f"<{message.pk}@countersign>"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"address": "ftp://x"}, "address"), ({"address": "http://example.com/x"}, "address"), ({}, "address"),
     ({"address": "https://u:p@example.com/"}, "address"),
     ({"address": "https://example.com/", "secret": "short"}, "secret")],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_refused_by_name(northlight: Cast, given: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as error:
        notify.set_up(Recipient(name="Ops", channel="webhook"), **given)
    assert field in error.value.message_dict
    with pytest.raises(ValidationError, match="none; use"):
        Recipient(name="x", channel="email", email="a@example.com", topics=["nothing"]).clean()


def test_the_address_is_sealed(ops: Recipient, hook: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM connectors_recipient t")
        row = cursor.fetchone()[0]
    assert "services" not in row
    assert SECRET not in row
    assert (ops.host, str(ops.address)) == ("127.0.0.1", "<sealed>")


def test_a_mail_servers_url_is_read_and_judged() -> None:
    found = urls_of_servers.for_mail("smtp+tls://me:p%40ss@mail.example.com")
    assert (found.host, found.port, found.user, found.password) == ("mail.example.com", 587, "me", "p@ss")
    assert (found.is_tls, found.is_starttls) == (False, True)
    assert urls_of_servers.for_mail(None).host == "localhost"
    judge = urls_of_servers.judge_mail
    assert judge("EMAIL_URL", "smtps://h:465", tls_required=True) == []
    assert "without TLS" in judge("EMAIL_URL", "smtp://h", tls_required=True)[0]
    assert "no mail server" in judge("EMAIL_URL", "https://h", tls_required=False)[0]


def act(person: Any, action: str, *rows: Any) -> str:
    """Tick rows of a list in the admin, choose an action, and return what the page says then."""
    page = reverse(f"admin:{rows[0]._meta.app_label}_{rows[0]._meta.model_name}_changelist")
    given = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return browser(person).post(page, given, follow=True).content.decode()


def test_an_officer_sends_a_dead_letter_again_and_nobody_else(
    ops: Recipient, hook: Any, cast: Cast, monkeypatch
) -> None:
    hook.statuses[:] = [410]
    letter = deliver(told(), monkeypatch)
    assert letter.state == "dead"
    for other in (cast.paul, cast.mia):
        act(other, "send_again", letter)
        with other.inside(), pytest.raises(Refused):
            notify.send_again(letter)
    assert OutboxMessage.objects.get().state == "dead"
    assert "Sent again: 1." in act(cast.ada, "send_again", letter)
    row = OutboxMessage.objects.get()
    assert (row.state, row.tries, row.job_state) == ("waiting", 0, "ready")
    assert deliver(row, monkeypatch).state == "sent"
    assert len({headers["idempotency-key"] for _, headers, _ in hook.sent}) == 1
    assert "only a dead letter is sent again" in act(cast.ada, "send_again", letter)
    assert [e.subject_id for e in Event.objects.filter(type="notice.resent")] == [str(letter.pk)]


def test_an_officer_tries_a_recipient_out(ops: Recipient, hook: Any, cast: Cast, monkeypatch) -> None:
    act(cast.paul, "try_out", ops)
    assert OutboxMessage.objects.count() == 0
    assert "Tests on their way: 1." in act(cast.ada, "try_out", ops)
    message = deliver(OutboxMessage.objects.get(topic="test"), monkeypatch)
    assert message.state == "sent"
    assert json.loads(hook.sent[-1][2])["text"].startswith("A test of Countersign")
    assert Event.objects.filter(type="notice.tested").count() == 1
    ops.is_active = False
    notify.set_up(ops)
    assert "is switched off" in act(cast.ada, "try_out", ops)
    assert OutboxMessage.objects.count() == 1
