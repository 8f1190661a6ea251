"""What a ticket and its audits say: who reads along, what we sent, and whether a person answered. Reads only.

An audit is one update of a ticket; the metadata an update was sent with stands in it and is seen by no customer. That
is where our key is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.adapters.zendesk.client import Client, closed
from connectors.contracts import DispatchReceipt, HelpdeskUnreachable, HumanReply

KEY, TEXT = "countersign_key", "countersign_text"
MOST_PAGES = 20
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_MACHINES = ("rule", "system")
"""Channels of updates that triggers and automations made."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it was at one moment of the account's own clock. `stamp` goes back with an update, as it came."""

    number: str
    is_closed: bool
    requester: str
    has_readers: bool
    stamp: str
    age_s: float


@dataclass(frozen=True, slots=True)
class Update:
    """One audit that carries a public comment."""

    id: str
    at: datetime
    author: str
    is_person: bool
    key: str
    text_digest: str

    def receipt(self, number: str, *, was_replayed: bool) -> DispatchReceipt:
        return DispatchReceipt(self.id, number, self.key, self.at, was_replayed)


def number_of(ticket_ref: str) -> str:
    """Return the account's number of a ticket; raise `HelpdeskUnreachable` for what can be none."""
    if not _NUMBER.fullmatch(ticket_ref):
        raise closed("no_such_ticket", "the ticket's reference is no ticket number of this account")
    return ticket_ref


def ticket(client: Client, number: str) -> Ticket | None:
    """Return a ticket; None where there is none."""
    answer = client.read(f"/api/v2/tickets/{number}.json?include=users")
    if answer is None:
        return None
    try:
        given = answer.told["ticket"]
        people = {each["id"]: each for each in answer.told.get("users", ())}
        if answer.at is None or str(given["id"]) != number:
            raise ValueError
        return Ticket(
            number=number,
            is_closed=given["status"] in ("closed", "deleted"),
            requester=str(people.get(given["requester_id"], {}).get("email") or ""),
            has_readers=bool(given.get("email_cc_ids", given.get("collaborator_ids"))),
            stamp=str(given["updated_at"]),
            age_s=(answer.at - _moment(given["updated_at"])).total_seconds(),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _misread() from None


def updates(client: Client, number: str) -> list[Update]:
    """Return every update with a public comment, oldest first; raise where the ticket is gone or endless."""
    found: list[Update] = []
    for page in _pages(client, number):
        try:
            people = {each["id"]: each for each in page.get("users", ())}
            for audit in page["audits"]:
                if any(each.get("type") == "Comment" and each.get("public") for each in audit["events"]):
                    found.append(_update(audit, people))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _misread() from None
    return found


def newest_by_person(found: list[Update], since: datetime) -> HumanReply | None:
    """Return the newest reply of a person from `since` on. Moments are whole seconds at the account."""
    began = since.replace(microsecond=0)
    theirs = [each for each in found if each.is_person and not each.key and each.at >= began]
    newest = max(theirs, key=lambda each: each.at, default=None)
    return HumanReply(newest.id, newest.author, newest.at) if newest else None


def _pages(client: Client, number: str) -> Iterator[dict[str, Any]]:
    base = f"/api/v2/tickets/{number}/audits.json?include=users&page%5Bsize%5D=100"
    target = base
    for _ in range(MOST_PAGES):
        answer = client.read(target)
        if answer is None:
            raise closed("no_such_ticket", f"there is no ticket `{number}`")
        yield answer.told
        meta = answer.told.get("meta")
        after = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") else None
        if after is None:
            return
        if not re.fullmatch(r"[A-Za-z0-9+/=_-]{1,300}", str(after)):
            raise _misread()
        target = f"{base}&page%5Bafter%5D={str(after).replace('+', '%2B').replace('=', '%3D')}"
    raise closed("too_long", f"ticket `{number}` has more updates than are read; a person has to answer it")


def _update(audit: dict[str, Any], people: dict[Any, dict[str, Any]]) -> Update:
    """Read one audit. An author the answer does not introduce counts as a person: better held back than doubled."""
    custom = (audit.get("metadata") or {}).get("custom") or {}
    author = people.get(audit["author_id"], {})
    is_machine = (audit.get("via") or {}).get("channel") in _MACHINES or int(audit["author_id"]) <= 0
    return Update(
        id=str(audit["id"]),
        at=_moment(audit["created_at"]),
        author=str(author.get("name") or "")[:160],
        is_person=not is_machine and author.get("role") != "end-user",
        key=str(custom.get(KEY) or ""),
        text_digest=str(custom.get(TEXT) or ""),
    )


def of_answer(told: dict[str, Any]) -> Update | None:
    """Return the update that an answer to our own update tells of; None where it tells of none."""
    try:
        return _update(told["audit"], {})
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _moment(given: str) -> datetime:
    found = datetime.fromisoformat(given)
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found


def _misread() -> HelpdeskUnreachable:
    return HelpdeskUnreachable("bad_answer", "helpdesk: its answer cannot be read; try again")
