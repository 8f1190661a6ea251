"""Plays a Zendesk account: tickets, audits with metadata, `safe_update`, cursor pages, tokens and their scopes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.servers.rest import Query, RestServer

AGENT, CUSTOMER, COLLEAGUE = 7, 900, 8


@dataclass
class Ticket:
    id: int
    updated_at: datetime
    status: str = "open"
    requester_id: int = CUSTOMER
    email_cc_ids: list[int] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class ZendeskServer(RestServer):
    """One account with one ticket and the token `zd-token-canary` of an agent."""

    domain = "northlight.zendesk.com"
    token, email = "zd-token-canary", "agent@northlight.example"

    def __init__(self) -> None:
        super().__init__()
        self.page_size, self.scopes = 100, ["read", "tickets:write"]
        self.users: dict[int, dict[str, Any]] = {
            AGENT: {"id": AGENT, "name": "Countersign", "role": "agent", "email": self.email},
            COLLEAGUE: {"id": COLLEAGUE, "name": "Mia Ortega", "role": "agent", "email": "mia@northlight.example"},
            CUSTOMER: {"id": CUSTOMER, "name": "Cara Lind", "role": "end-user", "email": "Cara@example.com"},
        }
        self.tickets = {number: Ticket(number, self.now) for number in (1, 2)}
        self._last_audit = 40_000

    def write_on(self, number: int, author: int, text: str, *, public: bool = True, channel: str = "web") -> None:
        """Let somebody write on a ticket at the account itself."""
        with self.lock:
            self.now += self.step
            self._audit(self.tickets[number], author, {"body": text, "public": public}, {}, channel)

    def replies(self, number: int = 1) -> list[str]:
        """Return the public texts that our token sent, oldest first."""
        return [
            each["body"]
            for audit in self.tickets[number].audits
            for each in audit["events"]
            if each["type"] == "Comment" and each["public"] and audit["author_id"] == AGENT
        ]

    def answer(self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        basic = base64.b64encode(f"{self.email}/token:{self.token}".encode()).decode()
        if headers.get("authorization") not in (f"Basic {basic}", f"Bearer {self.token}"):
            return 401, {"error": "Couldn't authenticate you"}
        if path == "/api/v2/users/me.json":
            return 200, {"user": self.users[AGENT]}
        if path == "/api/v2/oauth/tokens/current.json":
            return 200, {"token": {"id": 1, "scopes": self.scopes}}
        parts = path.removeprefix("/api/v2/tickets/").removesuffix(".json").split("/")
        ticket = self.tickets.get(int(parts[0])) if parts[0].isdigit() else None
        if ticket is None:
            return 404, {"error": "RecordNotFound"}
        if parts[1:] == ["audits"]:
            return 200, self._page(ticket, query)
        if method == "GET":
            return 200, {"ticket": self._told(ticket), "users": [self.users[ticket.requester_id]]}
        return self._update(ticket, body["ticket"])

    def _update(self, ticket: Ticket, asked: dict[str, Any]) -> tuple[int, Any]:
        if ticket.status == "closed":
            return 422, {"error": "RecordInvalid"}
        if asked.get("safe_update") and asked.get("updated_stamp") != _stamp(ticket.updated_at):
            return 409, {"error": "UpdateConflict"}
        ticket.status = asked.get("status", ticket.status)
        audit = self._audit(ticket, AGENT, asked["comment"], asked.get("metadata", {}), "api")
        return 200, {"ticket": self._told(ticket), "audit": audit}

    def _audit(
        self, ticket: Ticket, author: int, comment: dict[str, Any], custom: dict[str, Any], channel: str
    ) -> dict[str, Any]:
        self._last_audit += 1
        ticket.updated_at = self.now
        made = {
            "id": self._last_audit,
            "ticket_id": ticket.id,
            "created_at": _stamp(self.now),
            "author_id": author,
            "metadata": {"custom": custom, "system": {}},
            "via": {"channel": channel},
            "events": [{"id": self._last_audit + 500_000, "type": "Comment", **comment}],
        }
        ticket.audits.append(made)
        return made

    def _told(self, ticket: Ticket) -> dict[str, Any]:
        return {
            "id": ticket.id,
            "status": ticket.status,
            "requester_id": ticket.requester_id,
            "email_cc_ids": ticket.email_cc_ids,
            "updated_at": _stamp(ticket.updated_at),
        }

    def _page(self, ticket: Ticket, query: Query) -> dict[str, Any]:
        start = int(query.get("page[after]", ["0"])[0])
        shown = ticket.audits[start : start + self.page_size]
        has_more = start + self.page_size < len(ticket.audits)
        users = [self.users[key] for key in {each["author_id"] for each in shown} if key in self.users]
        after = str(start + self.page_size) if has_more else None
        return {"audits": shown, "users": users, "meta": {"has_more": has_more, "after_cursor": after}}
