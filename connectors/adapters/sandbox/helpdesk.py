"""The sandbox helpdesk: an outbox of the same interface as a real one, at most one message for one key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uuid_utils

from connectors.adapters.discretion import discreet
from connectors.adapters.sandbox.door import Door, Failures
from connectors.contracts import (
    DispatchReceipt,
    HelpdeskOutcomeUnknown,
    HelpdeskRefused,
    HelpdeskUnreachable,
    HumanReply,
)

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as it lies in the outbox."""

    id: str
    ticket_ref: str
    to: str
    body: str
    idempotency_key: str
    sent_at: datetime


class SandboxHelpdesk:
    """One shop's outbox, behind the `Helpdesk` protocol. Safe to share between threads."""

    def __init__(self, dsn: str, shop: str, *, timeout_s: float = 10.0) -> None:
        failures = Failures(HelpdeskUnreachable, HelpdeskOutcomeUnknown, HelpdeskRefused)
        self._door = Door(dsn, shop, "helpdesk", failures, timeout_s)
        self._shop = shop

    def __repr__(self) -> str:
        return f"SandboxHelpdesk(shop={self._shop!r})"

    @property
    def honours_keys(self) -> bool:
        return True

    @discreet
    def send(self, ticket_ref: str, to: str, body: str, *, idempotency_key: str) -> DispatchReceipt:
        """Put a message into the outbox; the same key again returns the first receipt and sends nothing.

        Raises `HelpdeskRefused` when the key was used for another message.
        """
        if not idempotency_key or len(idempotency_key) > MAX_KEY:
            raise HelpdeskRefused("bad_key", f"idempotency_key: give 1 to {MAX_KEY} characters")
        if not to.strip() or not body.strip():
            raise HelpdeskRefused("empty", "to, body: a message needs a recipient and a text")
        with self._door.call("send") as connection:
            fresh = connection.execute(
                "INSERT INTO message (shop, id, ticket_ref, recipient, body, idempotency_key) "
                "SELECT key, %(id)s, %(ticket)s, %(to)s, %(body)s, %(key)s FROM shop WHERE key = %(shop)s "
                "ON CONFLICT (shop, idempotency_key) DO NOTHING RETURNING *",
                {
                    "shop": self._shop,
                    "id": f"message_{uuid_utils.uuid7()}",
                    "ticket": ticket_ref,
                    "to": to,
                    "body": body,
                    "key": idempotency_key,
                },
            ).fetchone()
            row = fresh or self._find(connection, idempotency_key)
            if row is None:
                raise HelpdeskRefused("unknown_shop", f"shop: the sandbox has no shop `{self._shop}`")
            if (row.ticket_ref, row.recipient, row.body) != (ticket_ref, to, body):
                raise HelpdeskRefused(
                    "key_reused", "idempotency_key: was used for another message; this one was not sent"
                )
            return _receipt(row, was_replayed=fresh is None)

    @discreet
    def lookup(self, idempotency_key: str, *, ticket_ref: str) -> DispatchReceipt | None:
        with self._door.call("read") as connection:
            row = self._find(connection, idempotency_key)
        return _receipt(row, was_replayed=True) if row else None

    @discreet
    def answered_since(self, ticket_ref: str, since: datetime) -> HumanReply | None:
        """Return the newest reply of a person after `since`."""
        with self._door.call("read") as connection:
            row = connection.execute(
                "SELECT id, author, sent_at FROM human_reply WHERE shop = %s AND ticket_ref = %s AND sent_at > %s "
                "ORDER BY sent_at DESC, id DESC LIMIT 1",
                (self._shop, ticket_ref, since),
            ).fetchone()
        return HumanReply(*row) if row else None

    @discreet
    def outbox(self) -> tuple[SentMessage, ...]:
        """Return everything sent, oldest first."""
        with self._door.call("read") as connection:
            rows = connection.execute(
                "SELECT id, ticket_ref, recipient, body, idempotency_key, sent_at FROM message "
                "WHERE shop = %s ORDER BY sent_at, id",
                (self._shop,),
            ).fetchall()
        return tuple(SentMessage(*row) for row in rows)

    def _find(self, connection: Any, key: str) -> Any:
        return connection.execute(
            "SELECT * FROM message WHERE shop = %s AND idempotency_key = %s", (self._shop, key)
        ).fetchone()


def _receipt(row: Any, *, was_replayed: bool) -> DispatchReceipt:
    return DispatchReceipt(row.id, row.ticket_ref, row.idempotency_key, row.sent_at, was_replayed)
