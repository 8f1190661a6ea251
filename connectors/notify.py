"""Telling people outside: written as rows beside the business change, delivered at least once, never lost silently.

Who is told what is set by an officer (`Recipient`). A message that is not taken is tried again, later each time, and
then kept as a dead letter that the admin site shows.
"""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from email.utils import formatdate
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from connectors import addresses
from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.notices import webhook
from connectors.adapters.notices.webhook import NoticeError
from connectors.adapters.tls import is_local_name
from connectors.models import Channel, Recipient
from portal import change, counters, trail, work
from portal.models import MessageState, OutboxMessage
from portal.roles import Capability, require
from portal.vault import VaultError

MAX_TRIES = 8
"""About two hours in all."""
FIRST_WAIT_S = 30
SHORTEST_SECRET = 24
TEST_TOPIC = "test"


def tell(topic: str, *, subject: str, text: str, key: str, link: str = "") -> int:
    """Write a message to every recipient of a topic, in the caller's transaction; return how many.

    `key` names the occasion: a second message of the same key to the same recipient is not written.
    """
    told = 0
    for recipient in Recipient.objects.filter(is_active=True, topics__contains=[topic]).order_by("id"):
        if OutboxMessage.objects.filter(recipient=recipient.pk, key=key).exists():
            continue
        message = OutboxMessage(
            topic=topic, recipient=recipient.pk, key=key[:160], subject=subject[:200], text=text, link=link_to(link)
        )
        work.make_ready(message)
        message.save(force_insert=True)
        told += 1
    return told


def listeners(topic: str) -> int:
    """Return how many recipients are told of a topic now. One query."""
    return Recipient.objects.filter(is_active=True, topics__contains=[topic]).count()


def link_to(path: str) -> str:
    """Return a page's whole address, where the operator said under which the portal is reached."""
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"[:300] if path and settings.PORTAL_URL else ""


def deliver(message: OutboxMessage) -> None:
    """Deliver a leased message once more; settle it as sent, as waiting for a later try, or as dead."""
    if message.state != MessageState.WAITING:
        with transaction.atomic():
            work.hold(message)
            work.finish(message)
        return
    try:
        _send(message)
    except NoticeError as error:
        _not_taken(message, error)
        return
    with transaction.atomic():
        work.hold(message)
        message.state, message.sent_at, message.tries, message.said = (
            MessageState.SENT,
            timezone.now(),
            message.tries + 1,
            "",
        )
        message.save(update_fields=["state", "sent_at", "tries", "said"])
        _record("notice.sent", message, verdict="sent")
        work.finish(message)


def give_up(message: OutboxMessage, error: str) -> None:
    """Keep a message that cannot be worked on as a dead letter."""
    _not_taken(message, NoticeError(f"the portal failed ({error})", is_final=True))


def send_again(message: OutboxMessage) -> OutboxMessage:
    """Try a dead letter from the start again, under its own key. Raises `ValidationError` where it is none."""
    require(Capability.SET_POLICY)
    with transaction.atomic():
        row: OutboxMessage = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if row.state != MessageState.DEAD:
            raise ValidationError({"message": f"message: it is {row.state}; only a dead letter is sent again"})
        row.state, row.tries = MessageState.WAITING, 0
        work.make_ready(row)
        row.save(update_fields=["state", "tries", *work.JOB_FIELDS])
        _record("notice.resent", row)
    return row


def try_out(recipient: Recipient) -> OutboxMessage:
    """Send a recipient a test, whatever it is told otherwise. Raises `ValidationError` where it is switched off."""
    require(Capability.SET_POLICY)
    if not recipient.is_active:
        raise ValidationError({"is_active": f"is_active: `{recipient.name}` is switched off; switch it on first"})
    with transaction.atomic():
        message = OutboxMessage(
            topic=TEST_TOPIC, recipient=recipient.pk, key=f"test {uuid.uuid4()}", subject="A test of Countersign",
            text="An officer asked for this message. Nothing is to be done.",
        )  # fmt: skip
        work.make_ready(message)
        message.save(force_insert=True)
        _record("notice.tested", message)
    return message


def _not_taken(message: OutboxMessage, error: NoticeError) -> None:
    with transaction.atomic():
        work.hold(message)
        message.tries, message.said = message.tries + 1, str(error)[:300]
        is_dead = error.is_final or message.tries >= MAX_TRIES
        message.state = MessageState.DEAD if is_dead else MessageState.WAITING
        message.save(update_fields=["state", "tries", "said"])
        if is_dead:
            _record("notice.failed", message, verdict="failed")
            work.finish(message)
        else:
            wait = timedelta(seconds=FIRST_WAIT_S * 2 ** (message.tries - 1))
            work.finish(message, again_after=wait, afresh=True)


def _send(message: OutboxMessage) -> None:
    recipient = Recipient.objects.filter(pk=message.recipient).first()
    if recipient is None or not recipient.is_active:
        raise NoticeError("the recipient was removed or switched off", is_final=True)
    if recipient.channel == Channel.EMAIL:
        _mail(recipient, message)
        return
    try:
        address = recipient.address.reveal()
        secret = recipient.secret.reveal() if recipient.secret else ""
    except VaultError:
        raise NoticeError("the sealed address does not open; set it again", is_final=True) from None
    parts = urlsplit(address)
    try:
        judged = addresses.resolve(
            parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443), field="address"
        )
    except addresses.AddressRefused as error:
        raise NoticeError(str(error)) from None
    body = webhook.body_of(message.subject, message.text, message.link, topic=message.topic, key=message.key)
    to = webhook.Address(address, judged, secret)
    webhook.post(to, body, idempotency_key=str(message.pk), timestamp=int(time.time()))


def _mail(recipient: Recipient, message: OutboxMessage) -> None:
    """Send by the operator's mail server. The message id stays the same, so that a second copy is known as one."""
    assert_no_transaction("mail.send")
    if not settings.MAIL_IS_SET:
        raise NoticeError("the operator has set no mail server; set EMAIL_URL", is_final=True)
    text = "\n\n".join(part for part in (message.text, message.link) if part)
    headers = {"Message-ID": f"<{message.pk}@countersign>", "Date": formatdate(), "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(message.subject.replace("\n", " "), text, to=[recipient.email], headers=headers)
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are of this kind
        raise NoticeError(f"the mail server did not take it ({type(error).__name__})") from None


def set_up(
    recipient: Recipient, *, address: str = "", secret: str = "", reason: str = "", source: str = "admin"
) -> Recipient:
    """Save a recipient, new or changed; an empty `address` or `secret` keeps what is set.

    Raises `ValidationError` naming the field. Records one event, which never holds either.
    """
    if recipient.channel == Channel.WEBHOOK:
        _judge(recipient, address, secret)
    elif address or secret:
        raise ValidationError({"address": "address: an e-mail recipient has none; leave address and secret empty"})
    with transaction.atomic():
        if address:
            recipient.address, recipient.host = address, (urlsplit(address).hostname or "")[:255]
        if secret:
            recipient.secret = secret
        change.apply(recipient, reason=reason, source=source)
    return recipient


def _judge(recipient: Recipient, address: str, secret: str) -> None:
    parts = urlsplit(address)
    if address and (parts.scheme not in ("https", "http") or not parts.hostname or parts.username):
        raise ValidationError({"address": "address: write it like `https://hooks.example.com/…`, without a user name"})
    if address and parts.scheme == "http" and not is_local_name(parts.hostname or ""):
        raise ValidationError({"address": "address: is not HTTPS; only a local address may be without"})
    if not address and not recipient.address:
        raise ValidationError({"address": "address: is missing; give the webhook's address"})
    if secret and (len(secret) < SHORTEST_SECRET or not secret.isprintable()):
        raise ValidationError(
            {"secret": f"secret: give {SHORTEST_SECRET} or more printable characters, made at random"}
        )


def _record(kind: str, message: OutboxMessage, *, verdict: str = "") -> None:
    if verdict:
        counters.NOTICES.labels(verdict).inc()
    trail.record(
        trail.Event(
            kind,
            trail.Subject("message", str(message.pk)),
            verdict=verdict,
            data={"topic": message.topic, "recipient": str(message.recipient), "tries": message.tries,
                  "reason": message.said},
        )
    )  # fmt: skip
