"""An SMTP server behind the `Helpdesk` protocol (RFC 5321). It keeps no keys and no conversations.

What the server takes counts as sent. Until the text goes out nothing was sent, for certain; from there to the server's
answer nobody knows, and since nobody could ask, nothing of unknown outcome is ever sent again.
"""

from __future__ import annotations

import re
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.adapters.discretion import discreet
from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.smtp.message import Sender, message_id, written
from connectors.adapters.tls import client_context, is_local_name
from connectors.contracts import (
    DispatchReceipt,
    HelpdeskError,
    HelpdeskOutcomeUnknown,
    HelpdeskRefused,
    HelpdeskUnreachable,
    HumanReply,
    ProbeReport,
)

STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
CONNECT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. With `addresses`, which were judged (S09), the name is not resolved again."""

    host: str
    port: int
    security: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    addresses: tuple[str, ...] = ()
    root_certificates: str = ""


class _Session(smtplib.SMTP):
    """A session over a socket that is open already; its name is for the certificate and is not resolved."""

    def __init__(self, server: Server, taken: socket.socket, domain: str, timeout_s: float) -> None:
        self._taken = taken
        super().__init__(timeout=timeout_s, local_hostname=domain)
        self._host = server.host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._taken


class SmtpHelpdesk:
    """One server and one sender. Safe to share between threads; holds no connection."""

    def __init__(self, server: Server, sender: Sender, *, timeout_s: float = 30.0) -> None:
        self._server, self._sender, self._timeout_s = server, sender, timeout_s

    def __repr__(self) -> str:
        return f"SmtpHelpdesk({self._server.host!r})"

    @property
    def honours_keys(self) -> bool:
        return False

    @discreet
    def send(self, ticket_ref: str, to: str, body: str, *, idempotency_key: str) -> DispatchReceipt:
        """Hand one mail over to the server. Raises all three errors of a helpdesk."""
        assert_no_transaction("smtp.send")
        now = datetime.now(UTC)
        mail = written(self._sender, ticket_ref, to, body, key=idempotency_key, now=now)
        with self._session() as session:
            _said(session.docmd("MAIL", f"FROM:<{self._sender.address}>"), 250)
            _said(session.docmd("RCPT", f"TO:<{to}>"), 250, 251)
            _said(session.docmd("DATA"), 354)
            _hand_over(session, mail)
        return DispatchReceipt(message_id(self._sender, idempotency_key), ticket_ref, idempotency_key, now)

    def lookup(self, idempotency_key: str, *, ticket_ref: str) -> DispatchReceipt | None:
        """Return None: a mail server keeps no list of what it took."""
        return None

    def answered_since(self, ticket_ref: str, since: datetime) -> HumanReply | None:
        """Return None: a mail server keeps no conversation."""
        return None

    @discreet
    def probe(self) -> ProbeReport:
        """Sign in, send nothing, and say whether it is encrypted. Raises `HelpdeskUnreachable`."""
        assert_no_transaction("smtp.probe")
        began = time.monotonic()
        with self._session():
            pass
        return ProbeReport(
            engine="SMTP",
            version="",
            findings=(),
            is_encrypted=self._server.security != PLAIN,
            is_local=is_local_name(self._server.host),
            duration_ms=round((time.monotonic() - began) * 1000),
        )

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Open, encrypt and sign in; whatever fails before the text goes out sent nothing."""
        server = self._server
        if server.security == PLAIN and not is_local_name(server.host):
            raise _closed("no_tls", "a host that is not local is only spoken to over TLS; choose starttls or tls")
        taken = self._dialled()
        ends = threading.Timer(self._timeout_s, _shut, [taken])  # however slowly it talks
        ends.daemon = True
        ends.start()
        session: smtplib.SMTP | None = None
        try:
            session = self._signed_in(taken)
            yield session
        except HelpdeskError:
            raise
        except smtplib.SMTPAuthenticationError:
            raise _closed("not_authorized", "it does not accept the user and password; set them again") from None
        except smtplib.SMTPNotSupportedError:
            raise _closed(
                "no_sign_in", "it offers no way to sign in that is spoken here; leave the user empty"
            ) from None
        except (smtplib.SMTPException, OSError, ValueError):
            raise HelpdeskUnreachable(
                "hung_up", "mail server: it ended the talk; nothing was sent, try again"
            ) from None
        finally:
            ends.cancel()
            if session is not None:
                with suppress(smtplib.SMTPException, OSError, ValueError):
                    session.quit()
            taken.close()

    def _dialled(self) -> socket.socket:
        for address in self._server.addresses or (self._server.host,):
            with suppress(OSError):
                taken = socket.create_connection((address, self._server.port), min(CONNECT_TIMEOUT_S, self._timeout_s))
                taken.settimeout(self._timeout_s)
                return taken
        raise HelpdeskUnreachable("unreachable", "mail server: it cannot be reached; nothing was sent, try again")

    def _signed_in(self, taken: socket.socket) -> smtplib.SMTP:
        server, domain = self._server, self._sender.domain
        context = client_context("verify-full", server.root_certificates)
        if server.security == TLS:
            taken = context.wrap_socket(taken, server_hostname=server.host)
        session = _Session(server, taken, domain, self._timeout_s)
        _said(session.connect(server.host, server.port), 220)
        session.ehlo_or_helo_if_needed()
        if server.security == STARTTLS:
            if not session.has_extn("starttls"):
                raise _closed("no_tls", "it offers no encryption; nothing was sent, ask its operator")
            session.starttls(context=context)
            session.ehlo()
        if server.user:
            session.login(server.user, server.password)
        return session


def _said(told: tuple[int, bytes], *expected: int) -> None:
    """Judge a reply before the text goes out. What the server wrote is not repeated: it can quote the recipient."""
    code = told[0]
    if code in expected:
        return
    if 500 <= code < 600:
        raise HelpdeskRefused("refused", f"mail server: it refuses the mail ({code}); look at sender and recipient")
    raise HelpdeskUnreachable("later", f"mail server: it does not take the mail now ({code}); try again later")


def _hand_over(session: smtplib.SMTP, mail: bytes) -> None:
    """Send the text and hear what became of it. From the first byte on, no answer means unknown."""
    quoted = re.sub(rb"(?m)^\.", b"..", mail)
    try:
        session.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code = session.getreply()[0]
    except (smtplib.SMTPException, OSError, ValueError):
        code = 0
    if 200 <= code < 300:
        return
    if 400 <= code < 600:
        return _said((code, b""))
    raise HelpdeskOutcomeUnknown("no_answer", "mail server: it took the mail and did not answer; it may have been sent")


def _shut(taken: socket.socket) -> None:
    with suppress(OSError):
        taken.shutdown(socket.SHUT_RDWR)


def _closed(code: str, message: str) -> HelpdeskUnreachable:
    error = HelpdeskUnreachable(code, f"mail server: {message}")
    error.is_retryable = False
    return error
