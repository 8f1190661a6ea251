"""A small SMTP server (RFC 5321) with STARTTLS, AUTH and faults on demand, for the mail adapter's tests."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage


class SmtpServer:
    """Takes mail until it is closed. `says[verb]` answers a verb otherwise; `hangs_up_at` closes at a verb or moment.

    Moments are `text` (the whole mail came, nothing is kept) and `taken` (it is kept, and no answer goes out).
    """

    user, password = "desk", "smtp-password-canary"

    def __init__(self, certificate: tuple[str, str] | None = None, *, is_tls: bool = False) -> None:
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.verbs: list[str] = []
        self.says: dict[str, str] = {}
        self.hangs_up_at = ""
        self.demands_sign_in = False
        self.offers_tls = certificate is not None and not is_tls
        self.context: ssl.SSLContext | None = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.is_tls = is_tls
        owner = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _Talk(owner, self.request).run()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> SmtpServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(each, policy=policy.default) for each in self.raw]  # type: ignore[misc]


class _Talk:
    def __init__(self, server: SmtpServer, taken: object) -> None:
        self.server = server
        self.socket = server.context.wrap_socket(taken, server_side=True) if server.is_tls else taken  # type: ignore
        self.file = self.socket.makefile("rb")
        self.is_signed_in, self.sender, self.to = False, "", []  # type: ignore[var-annotated]

    def run(self) -> None:
        self.say("220 mail.example ESMTP")
        while line := self.file.readline(4096):
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            verb = verb.upper()
            self.server.verbs.append(verb)
            if self.server.hangs_up_at == verb or not self.one(verb, rest):
                break
        self.file.close()
        self.socket.close()

    def one(self, verb: str, rest: str) -> bool:
        if verb in self.server.says:
            self.say(self.server.says[verb])
            return True
        if verb == "EHLO":
            offered = [
                "mail.example",
                "8BITMIME",
                "AUTH PLAIN LOGIN",
                *(["STARTTLS"] if self.server.offers_tls else []),
            ]
            for number, each in enumerate(offered):
                self.say(f"250{' ' if number == len(offered) - 1 else '-'}{each}")
        elif verb == "STARTTLS" and self.server.context:
            self.say("220 go ahead")
            self.socket = self.server.context.wrap_socket(self.socket, server_side=True)
            self.file = self.socket.makefile("rb")
        elif verb == "AUTH":
            wanted = base64.b64encode(f"\0{self.server.user}\0{self.server.password}".encode()).decode()
            self.is_signed_in = rest == f"PLAIN {wanted}"
            self.say("235 welcome" if self.is_signed_in else "535 no")
        elif verb == "MAIL":
            self.sender = rest
            self.say("530 sign in first" if self.server.demands_sign_in and not self.is_signed_in else "250 ok")
        elif verb == "RCPT":
            self.to.append(rest)
            self.say("250 ok")
        elif verb == "DATA":
            return self.text()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("502 what?")
        return True

    def text(self) -> bool:
        self.say("354 go ahead")
        lines = []
        while (line := self.file.readline(100_000)) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line or self.server.hangs_up_at == "text":
            return False
        if "text" in self.server.says:
            self.say(self.server.says["text"])
            return True
        self.server.raw.append(b"".join(lines))
        self.server.envelopes.append((self.sender, list(self.to)))
        if self.server.hangs_up_at == "taken":
            return False
        self.say("250 queued")
        return True

    def say(self, line: str) -> None:
        self.socket.sendall(line.encode() + b"\r\n")
