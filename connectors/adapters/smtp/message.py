"""Writes the one mail of a reply (RFC 5322): plain text, one recipient, an identifier that follows from its key."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from connectors.contracts import HelpdeskRefused

MAX_TEXT = 60_000
MAX_KEY = 200
MAX_REFERENCE = 400
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"(?=.{{3,254}}\Z){_LOCAL}@{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(rf"<?({_LOCAL}@[A-Za-z0-9.\[\]:-]{{1,200}})>?")
_PLAIN = SMTP.clone(cte_type="7bit")
"""Any server takes it, also one that knows ASCII alone."""
_WIDE = _PLAIN.clone(max_line_length=998)
"""Headers are not folded: an identifier must stay in one piece (RFC 5322 §2.1.1 allows 998)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from. `subject` may hold `{reference}`."""

    address: str
    name: str = ""
    reply_to: str = ""
    subject: str = "Your request {reference}"

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def is_mailbox(address: str) -> bool:
    """Return whether an address is one plain mailbox: no name, no list, no quoting, no control character."""
    return _MAILBOX.fullmatch(address) is not None and len(address.partition("@")[0]) <= 64


def message_id(sender: Sender, key: str) -> str:
    """Return the identifier of a key's mail: the same key is the same mail, wherever it is received twice."""
    return f"<countersign.{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"


def written(sender: Sender, ticket_ref: str, to: str, body: str, *, key: str, now: datetime) -> bytes:
    """Return the mail as it goes over the wire, lines ending in CR LF. Raises `HelpdeskRefused`."""
    _judge(sender, ticket_ref, to, body, key)
    answered = _MESSAGE_ID.fullmatch(ticket_ref)
    mail = EmailMessage(policy=_PLAIN)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=to)
    if sender.reply_to:
        mail["Reply-To"] = Address(addr_spec=sender.reply_to)
    reference = "" if answered else ticket_ref
    mail["Subject"] = " ".join(sender.subject.replace("{reference}", reference).split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(sender, key)
    if answered:
        mail["In-Reply-To"] = mail["References"] = f"<{answered[1]}>"
    mail["Auto-Submitted"] = "auto-replied"  # RFC 3834: absence notes do not answer it
    mail.set_content(body)
    return re.sub(rb"\r\n|\r|\n", b"\r\n", mail.as_bytes(policy=_WIDE))


def _judge(sender: Sender, ticket_ref: str, to: str, body: str, key: str) -> None:
    if not key or len(key) > MAX_KEY:
        raise HelpdeskRefused("bad_key", f"idempotency_key: give 1 to {MAX_KEY} characters")
    if not is_mailbox(to):
        raise HelpdeskRefused("bad_recipient", "to: is not one plain e-mail address")
    if not is_mailbox(sender.address) or (sender.reply_to and not is_mailbox(sender.reply_to)):
        raise HelpdeskRefused("bad_sender", "from_address, reply_to: is not one plain e-mail address; correct it")
    if not _is_line(sender.name + sender.subject):
        raise HelpdeskRefused("bad_sender", "from_name, subject: holds a control character; correct it")
    if len(ticket_ref) > MAX_REFERENCE or not _is_line(ticket_ref):
        raise HelpdeskRefused("bad_reference", "ticket_ref: is too long or holds a control character")
    if not body.strip() or "\x00" in body or len(body) > MAX_TEXT:
        raise HelpdeskRefused("bad_text", f"body: give 1 to {MAX_TEXT} characters of plain text")


def _is_line(text: str) -> bool:
    """Return whether a text may stand in a header: printable, whole Unicode, nothing that could end a line."""
    return all(each.isprintable() for each in text)
