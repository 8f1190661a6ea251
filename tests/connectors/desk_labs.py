"""Helpdesks to hold every adapter against one contract: ticket `1` of Cara, and people who answer by hand.

An adapter joins by a class with these members and one line in `LABS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from connectors.adapters.sandbox import hands, schema
from connectors.adapters.sandbox.helpdesk import SandboxHelpdesk
from connectors.adapters.smtp.helpdesk import PLAIN, Server, SmtpHelpdesk
from connectors.adapters.smtp.message import Sender
from connectors.adapters.transport import Place
from connectors.adapters.zendesk.client import SignIn
from connectors.adapters.zendesk.helpdesk import ZendeskHelpdesk
from connectors.contracts import Helpdesk
from tests.connectors.sandbox_shops import make_shop
from tests.servers import shopify
from tests.servers.smtp import SmtpServer
from tests.servers.zendesk import COLLEAGUE, ZendeskServer

TO = "cara@example.com"
SENDER = Sender("care@northlight.example", "Northlight care")


class DeskLab(Protocol):
    """`keeps_conversations`: whether it knows what people wrote, and finds what was sent."""

    helpdesk: Helpdesk
    keeps_conversations: bool

    def sent(self) -> list[str]: ...

    def reply_by_hand(self) -> None: ...

    def time_out(self, *, after_sending: bool) -> None: ...

    def be_away(self) -> None: ...

    def close(self) -> None: ...


class SandboxLab:
    keeps_conversations = True

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        schema.load(dsn, "desk", make_shop())
        self._desk = SandboxHelpdesk(dsn, "desk")
        self.helpdesk: Helpdesk = self._desk

    def sent(self) -> list[str]:
        return [each.body for each in self._desk.outbox()]

    def reply_by_hand(self) -> None:
        hands.reply(self._dsn, "desk", "1")

    def time_out(self, *, after_sending: bool) -> None:
        schema.set_fault(
            self._dsn, "desk", "send", "timeout_after_executing" if after_sending else "timeout_before_executing"
        )

    def be_away(self) -> None:
        schema.set_fault(self._dsn, "desk", "send", "down")

    def close(self) -> None:
        pass


def open_zendesk(server: ZendeskServer, **how: Any) -> ZendeskHelpdesk:
    place = Place(server.domain, server.origin, ("127.0.0.1",))
    sign_in = how.pop("sign_in", SignIn.by_api_token(server.email, server.token))
    return ZendeskHelpdesk(place, sign_in, **{"timeout_s": 5.0, **how})


class ZendeskLab:
    keeps_conversations = True

    def __init__(self, _dsn: str) -> None:
        self.server = ZendeskServer().__enter__()
        self.helpdesk: Helpdesk = open_zendesk(self.server)

    def sent(self) -> list[str]:
        return self.server.replies()

    def reply_by_hand(self) -> None:
        self.server.write_on(1, COLLEAGUE, "I have done it.")

    def time_out(self, *, after_sending: bool) -> None:
        fault = shopify.times_out_after_executing() if after_sending else shopify.times_out_before_executing()
        self.server.fail(fault, on="PUT")

    def be_away(self) -> None:
        self.server.fail(*[shopify.server_error()] * 3, on="GET")

    def close(self) -> None:
        self.server.__exit__()


class SmtpLab:
    keeps_conversations = False

    def __init__(self, _dsn: str) -> None:
        self.server = SmtpServer().__enter__()
        self.helpdesk: Helpdesk = SmtpHelpdesk(Server("127.0.0.1", self.server.port, PLAIN), SENDER, timeout_s=5.0)

    def sent(self) -> list[str]:
        return [each.get_content().replace("\r\n", "\n") for each in self.server.mails]

    def reply_by_hand(self) -> None:
        pass

    def time_out(self, *, after_sending: bool) -> None:
        self.server.hangs_up_at = "taken" if after_sending else "text"

    def be_away(self) -> None:
        self.server.says["MAIL"] = "451 try again later"

    def close(self) -> None:
        self.server.__exit__()


LABS: dict[str, Callable[[str], DeskLab]] = {"sandbox": SandboxLab, "smtp": SmtpLab, "zendesk": ZendeskLab}
