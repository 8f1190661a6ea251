"""The mail adapter: encrypted or not at all, one mail, nothing smuggled in, and never twice what may have been sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.adapters.smtp.helpdesk import PLAIN, STARTTLS, TLS, Server, SmtpHelpdesk
from connectors.adapters.smtp.message import message_id
from connectors.contracts import HelpdeskError, HelpdeskOutcomeUnknown, HelpdeskRefused, HelpdeskUnreachable
from tests.connectors.desk_labs import SENDER, TO
from tests.servers.certificates import HOST, Authority
from tests.servers.smtp import SmtpServer


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as played:
        yield played


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("smtp")))


def open_smtp(server: SmtpServer, **changes: Any) -> SmtpHelpdesk:
    where = Server(HOST, server.port, STARTTLS, addresses=("127.0.0.1",))
    return SmtpHelpdesk(replace(where, **changes), SENDER, timeout_s=3.0)


def plainly(server: SmtpServer) -> SmtpHelpdesk:
    return open_smtp(server, host="127.0.0.1", security=PLAIN)


def test_the_mail_says_who_to_whom_and_in_answer_to_what(server):
    plainly(server).send("<abc.1@mail.example.com>", TO, "Grüße", idempotency_key="k1")
    (mail,) = server.mails
    assert (mail["From"], mail["To"]) == ("Northlight care <care@northlight.example>", TO)
    assert (mail["In-Reply-To"], mail["References"]) == ("<abc.1@mail.example.com>",) * 2
    assert mail["Message-ID"] == message_id(SENDER, "k1") != message_id(SENDER, "k2")
    assert (mail["Subject"], mail["Auto-Submitted"]) == ("Your request", "auto-replied")
    assert (mail.get_content_type(), mail.get_content().strip()) == ("text/plain", "Grüße")
    assert server.envelopes == [("FROM:<care@northlight.example>", [f"TO:<{TO}>"])]
    assert server.raw[0].isascii()
    assert b"\n" not in server.raw[0].replace(b"\r\n", b"")


def test_a_long_reference_stays_in_one_piece(server):
    identifier = f"<{'a' * 180}@mail.example.com>"
    plainly(server).send(identifier, TO, "Hello", idempotency_key="k1")
    plainly(server).send("T-77", TO, "Hello", idempotency_key="k2")
    assert f"In-Reply-To: {identifier}\r\n".encode() in server.raw[0]
    assert (server.mails[1]["Subject"], server.mails[1]["In-Reply-To"]) == ("Your request T-77", None)


@pytest.mark.requirement("T22", part="e-mail: nothing is smuggled into a header or the envelope")
@pytest.mark.parametrize(
    ("to", "reference"),
    [
        ("cara@example.com\r\nBcc: eve@example.com", "1"),
        ("cara@example.com>\r\nRCPT TO:<eve@example.com", "1"),
        ("cara@example.com, eve@example.com", "1"),
        ("Cara <cara@example.com>", "1"),
        ('"a b"@example.com', "1"),
        ("cara@exämple.com", "1"),
        ("cara@example.com\u2028", "1"),
        (TO, "1\r\nBcc: eve@example.com"),
        (TO, "1\x85Bcc: eve@example.com"),
        (TO, "x" * 401),
    ],
)
def test_a_header_or_command_that_is_smuggled_in_is_refused(server, to, reference):
    with pytest.raises(HelpdeskRefused):
        plainly(server).send(reference, to, "Hello", idempotency_key="k1")
    assert server.verbs == []


def test_a_text_that_ends_the_mail_early_does_not(server):
    smuggled = "Hello\r\n.\r\nMAIL FROM:<x@y.z>\n.\rRCPT TO:<eve@example.com>\r.\r"
    plainly(server).send("1", TO, smuggled, idempotency_key="k1")
    assert len(server.raw) == 1
    assert server.verbs.count("MAIL") == 1
    assert "RCPT TO:<eve@example.com>" in server.mails[0].get_content()


@pytest.mark.requirement("T22", part="e-mail: encrypted to the named server or not at all")
@pytest.mark.parametrize("security", [STARTTLS, TLS])
def test_mail_goes_out_encrypted_to_the_named_server_alone(authority, security):
    with SmtpServer(authority.issue(f"good-{security}"), is_tls=security == TLS) as server:
        server.demands_sign_in = True
        known = {"security": security, "root_certificates": authority.certificate}
        signed = {"user": server.user, "password": server.password}
        open_smtp(server, **known, **signed).send("1", TO, "Hello", idempotency_key="k1")
        assert (len(server.raw), open_smtp(server, **known, **signed).probe().is_encrypted) == (1, True)
        for changes, code in (
            ({**known, **signed, "host": "other.example"}, "hung_up"),
            ({**known, **signed, "root_certificates": ""}, "hung_up"),
            ({**known, **signed, "password": "wrong"}, "not_authorized"),
        ):
            with pytest.raises(HelpdeskUnreachable) as refused:
                open_smtp(server, **changes).send("1", TO, "Hello", idempotency_key="k2")
            assert refused.value.code == code
            assert server.password not in repr(refused.value)
        assert len(server.raw) == 1


def test_a_server_without_encryption_hears_neither_password_nor_mail(server):
    for changes in ({"user": "desk", "password": "smtp-password-canary"}, {"security": PLAIN}):
        with pytest.raises(HelpdeskUnreachable) as refused:
            open_smtp(server, **changes).send("1", TO, "Hello", idempotency_key="k1")
        assert (refused.value.code, refused.value.is_retryable) == ("no_tls", False)
    assert not {"AUTH", "MAIL"} & set(server.verbs)


@pytest.mark.parametrize("moment", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_before_the_text_got_nothing(server, moment):
    server.hangs_up_at = moment
    with pytest.raises(HelpdeskUnreachable) as told:
        plainly(server).send("1", TO, "Hello", idempotency_key="k1")
    assert (told.value.code, told.value.is_retryable) == ("hung_up", True)


@pytest.mark.parametrize(
    ("verb", "says", "error"),
    [
        ("RCPT", "550 no such user cara@example.com", HelpdeskRefused),
        ("RCPT", "450 greylisted", HelpdeskUnreachable),
        ("DATA", "421 closing", HelpdeskUnreachable),
        ("text", "554 looks like spam", HelpdeskRefused),
        ("text", "452 full", HelpdeskUnreachable),
        ("text", "999 nonsense", HelpdeskOutcomeUnknown),
        ("text", "", HelpdeskOutcomeUnknown),
    ],
)
def test_every_answer_says_whether_the_mail_may_have_been_sent(server, verb, says, error):
    server.says[verb] = says
    with pytest.raises(HelpdeskError) as told:
        plainly(server).send("1", TO, "Hello", idempotency_key="k1")
    assert type(told.value) is error
    assert "cara" not in str(told.value)
