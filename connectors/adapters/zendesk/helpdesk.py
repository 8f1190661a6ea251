"""A Zendesk account behind the `Helpdesk` protocol: public replies, each sent at most once for its key.

Zendesk takes an `Idempotency-Key` where a ticket is made, not where one is answered. The adapter keeps the promise by
two other means of the API: our key is kept in the update's own audit, where it is looked for first; and an update
names the state of the ticket it was written for (`safe_update`), so that of two calls written for the same state only
one is carried out, however late the other arrives.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime

from connectors.adapters.discretion import discreet
from connectors.adapters.transport import Place
from connectors.adapters.zendesk import conversation
from connectors.adapters.zendesk.client import Client, SignIn, closed
from connectors.adapters.zendesk.conversation import KEY, TEXT, Ticket
from connectors.contracts import (
    DispatchReceipt,
    Finding,
    HelpdeskOutcomeUnknown,
    HelpdeskRefused,
    HelpdeskUnreachable,
    HumanReply,
    ProbeReport,
)

MAX_KEY = 200
MAX_TEXT = 60_000
SETTLED_S = 2.0
"""INVARIANT: a ticket's state is told in whole seconds. An update is written only for a state that is older than that,
so that whatever happens afterwards gives the ticket another one."""


class ZendeskHelpdesk:
    """One account. Safe to share between threads; holds no connection."""

    def __init__(self, place: Place, sign_in: SignIn, *, status: str = "pending", timeout_s: float = 15.0) -> None:
        self._domain, self._status = place.domain, status
        self._is_encrypted = not place.origin.startswith("http:")
        self._client = Client(place, sign_in, timeout_s=timeout_s)
        self._is_oauth = sign_in.header.startswith("Bearer ")

    def __repr__(self) -> str:
        return f"ZendeskHelpdesk({self._domain!r})"

    @property
    def honours_keys(self) -> bool:
        return True

    @discreet
    def send(self, ticket_ref: str, to: str, body: str, *, idempotency_key: str) -> DispatchReceipt:
        """Reply to the ticket's requester, who must be `to` and the only customer who reads it."""
        _judge(body, idempotency_key)
        number = conversation.number_of(ticket_ref)
        ticket = conversation.ticket(self._client, number)  # its state before its audits: what comes between is seen
        if ticket is None:
            raise HelpdeskRefused("no_such_ticket", f"helpdesk: there is no ticket `{number}`")
        digest = hashlib.sha256(f"{to.lower()}\n{body}".encode()).hexdigest()
        for update in conversation.updates(self._client, number):
            if update.key == idempotency_key:
                if update.text_digest != digest:
                    raise HelpdeskRefused("key_reused", "idempotency_key: was used for another message; not sent")
                return update.receipt(number, was_replayed=True)
        _judge_ticket(ticket, to)
        made = conversation.of_answer(
            self._client.update(f"/api/v2/tickets/{number}.json", self._written(ticket, body, idempotency_key, digest))
        )
        if made is None or made.key != idempotency_key:
            raise HelpdeskOutcomeUnknown("bad_answer", "helpdesk: its answer does not tell of the reply; look for it")
        return made.receipt(number, was_replayed=False)

    def _written(self, ticket: Ticket, body: str, key: str, digest: str) -> dict[str, object]:
        update: dict[str, object] = {
            "comment": {"body": body, "public": True},
            "metadata": {KEY: key, TEXT: digest},
            "safe_update": True,
            "updated_stamp": ticket.stamp,
        }
        return {"ticket": update | ({"status": self._status} if self._status else {})}

    @discreet
    def lookup(self, idempotency_key: str, *, ticket_ref: str) -> DispatchReceipt | None:
        number = conversation.number_of(ticket_ref)
        for update in conversation.updates(self._client, number):
            if update.key == idempotency_key:
                return update.receipt(number, was_replayed=True)
        return None

    @discreet
    def answered_since(self, ticket_ref: str, since: datetime) -> HumanReply | None:
        number = conversation.number_of(ticket_ref)
        return conversation.newest_by_person(conversation.updates(self._client, number), since)

    @discreet
    def probe(self) -> ProbeReport:
        """Say who the token is, and whether it may do less or more than it needs. Raises `HelpdeskUnreachable`."""
        began = time.monotonic()
        me = self._client.read("/api/v2/users/me.json")
        user = (me.told if me else {}).get("user")
        if not isinstance(user, dict) or not user.get("id"):
            raise closed("not_authorized", "it does not know the user of this token; check the e-mail and the token")
        findings = _role_findings(str(user.get("role")))
        findings += self._scope_findings() if self._is_oauth else [_WIDE_TOKEN]
        return ProbeReport(
            engine="Zendesk Ticketing API",
            version="v2",
            findings=tuple(findings),
            is_encrypted=self._is_encrypted,
            duration_ms=round((time.monotonic() - began) * 1000),
        )

    def _scope_findings(self) -> list[Finding]:
        current = self._client.read("/api/v2/oauth/tokens/current.json")
        token = (current.told if current else {}).get("token")
        scopes = {str(each) for each in (token.get("scopes") or ())} if isinstance(token, dict) else set()
        found = []
        if "read" not in scopes or not scopes & {"write", "tickets:write"}:
            found.append(Finding("missing_scopes", "critical", "the token needs the scopes `read` and `tickets:write`"))
        if extra := scopes - {"read", "tickets:write"}:
            words = ", ".join(f"`{each[:40]}`" for each in sorted(extra)[:12])
            message = f"the token may do more than it needs: {words}"
            found.append(Finding("superfluous_scopes", "warning", message))
        return found


_WIDE_TOKEN = Finding(
    "wide_token", "info", "an API token may do all that its user may; an OAuth token with `read tickets:write` may less"
)


def _role_findings(role: str) -> list[Finding]:
    if role == "admin":
        message = "the token is an administrator's; an agent's, who may reply to tickets, is enough"
        return [Finding("superfluous_role", "warning", message)]
    if role != "agent":
        return [Finding("cannot_reply", "critical", "the token's user is no agent and cannot reply to tickets")]
    return []


def _judge(body: str, key: str) -> None:
    if not key or len(key) > MAX_KEY:
        raise HelpdeskRefused("bad_key", f"idempotency_key: give 1 to {MAX_KEY} characters")
    if not body.strip() or "\x00" in body or len(body) > MAX_TEXT:
        raise HelpdeskRefused("bad_text", f"body: give 1 to {MAX_TEXT} characters of plain text")


def _judge_ticket(ticket: Ticket, to: str) -> None:
    """Refuse a ticket on which the reply would reach somebody else, or nobody."""
    if ticket.is_closed:
        raise HelpdeskRefused("closed", "helpdesk: the ticket is closed and takes no reply")
    if not to.strip() or ticket.requester.strip().lower() != to.strip().lower():
        raise HelpdeskRefused("other_recipient", "to: is not the address of the ticket's requester")
    if ticket.has_readers:
        raise HelpdeskRefused("others_read", "helpdesk: others read along on the ticket; a person has to answer it")
    if ticket.age_s < SETTLED_S:
        message = "helpdesk: the ticket changed a moment ago; nothing was sent, look again"
        raise HelpdeskUnreachable("changed", message, retry_after_s=SETTLED_S)
