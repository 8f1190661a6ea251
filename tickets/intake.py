"""Taking a ticket in: by API, signed webhook or admin. The same reference twice is the same ticket (T21)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from guardrails import rates
from portal import signing_secret, tenancy, trail, work
from portal.refusal import Refused
from portal.roles import Capability, i_may
from portal.signed import SignatureRefused, prove
from portal.tenancy import Actor
from tickets.models import Delivery, Intake, Ticket

MAX_BODY = 200_000
MAX_SUBJECT = 300
MAX_REFERENCE = 120
CHANNELS = ("email", "chat", "form", "phone", "social", "api")


@dataclass(frozen=True, slots=True)
class Message:
    """What came in, checked: every field within its bounds."""

    external_ref: str
    subject: str
    body: str
    channel: str
    sender_email: str
    sender_name: str


def checked(given: dict[str, Any]) -> Message:
    """Return the message or raise `ValidationError` with every bad field named."""
    errors: dict[str, str] = {}
    message = Message(
        external_ref=_text(given, "external_ref", MAX_REFERENCE, errors, required=True),
        subject=_text(given, "subject", MAX_SUBJECT, errors),
        body=_text(given, "body", MAX_BODY, errors, required=True),
        channel=_text(given, "channel", 20, errors) or "api",
        sender_email=_text(given, "sender_email", 254, errors).strip().lower(),
        sender_name=_text(given, "sender_name", 160, errors),
    )
    if message.channel not in CHANNELS:
        errors.setdefault("channel", f"channel: `{message.channel}` is not one of {', '.join(CHANNELS)}")
    if message.sender_email:
        try:
            _require_own_letters(given["sender_email"].strip())
            validate_email(message.sender_email)
        except ValidationError:
            errors.setdefault("sender_email", f"sender_email: `{message.sender_email[:60]}` is not an e-mail address")
    unknown = set(given) - {*Message.__dataclass_fields__, "sender_is_verified"}
    for name in sorted(unknown)[:5]:
        errors[name[:60]] = f"{name[:60]}: there is no such field; leave it out"
    if errors:
        raise ValidationError(errors)
    return message


def _require_own_letters(written: str) -> None:
    """Refuse a letter that is ASCII only once it is folded (the Kelvin sign a k, the long s an s): another mailbox."""
    for letter in written:
        if not letter.isascii() and unicodedata.normalize("NFKC", letter).casefold().isascii():
            raise ValidationError("look-alike letters")


def _text(given: dict[str, Any], name: str, limit: int, errors: dict[str, str], *, required: bool = False) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        errors[name] = f"{name}: give text, not {type(value).__name__}"
        return ""
    if "\x00" in value:
        errors[name] = f"{name}: contains a NUL byte; send plain text"
    elif not _is_whole(value):
        errors[name] = f"{name}: contains half of a character (a lone surrogate); send whole Unicode text"
    elif len(value) > limit:
        errors[name] = f"{name}: {len(value):,} characters are more than the {limit:,} that are taken; shorten it"
    elif required and not value.strip():
        errors[name] = f"{name}: is empty; say what the customer wrote" if name == "body" else f"{name}: is missing"
    return value


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def receive(message: Message, *, source: str, sender_is_verified: bool) -> tuple[Ticket, bool]:
    """Store a ticket and make it ready, in one transaction; return (ticket, whether it is new)."""
    try:
        with transaction.atomic():
            ticket = Ticket(
                source=source,
                external_ref=message.external_ref,
                channel=message.channel,
                subject=message.subject,
                body=message.body,
                sender_email=message.sender_email,
                sender_name=message.sender_name,
                sender_is_verified=sender_is_verified and bool(message.sender_email),
                received_at=timezone.now(),
            )
            work.make_ready(ticket)
            ticket.save(force_insert=True)
            trail.record(
                trail.Event(
                    "ticket.received",
                    trail.Subject("ticket", str(ticket.pk)),
                    data={"source": source, "channel": message.channel, "verified": ticket.sender_is_verified},
                    text={"subject": message.subject, "body": message.body, "sender": message.sender_email},
                )
            )
        return ticket, True
    except IntegrityError:
        existing = Ticket.objects.filter(source=source, external_ref=message.external_ref).first()
        if existing is None:
            raise
        return existing, False


def receive_by_api(given: Mapping[str, Any]) -> tuple[Ticket, bool]:
    """Take a ticket from a program of somebody who works the queue; return (ticket, whether it is new).

    Whether the sender is who they say decides whose orders may be touched. To vouch for it is to set policy, like
    switching on `verifies_senders` of an intake; who may not is refused, rather than quietly not believed.
    """
    rates.take(rates.Kind.TICKET)
    is_vouched = given.get("sender_is_verified", False)
    message = checked(dict(given))
    if not isinstance(is_vouched, bool):
        raise ValidationError({"sender_is_verified": "sender_is_verified: is neither true nor false"})
    if is_vouched and not i_may(Capability.SET_POLICY):
        raise Refused(
            "sender_is_verified: only an admin's program may vouch for a sender; leave it out, or send the ticket"
            " through a webhook intake that verifies senders",
            capability=Capability.SET_POLICY.name,
            field="sender_is_verified",
        )
    return receive(message, source="api", sender_is_verified=is_vouched)


def deliver(key: str, signature: str, delivery_id: str, body: bytes) -> tuple[Ticket, bool]:
    """Take a signed webhook delivery; return (ticket, whether it is new).

    Raises `SignatureRefused` when it does not prove its sender, `rate.Limited` after too many, `ValidationError` for
    a bad body.
    """
    organization_id = _organization_of(key)
    if organization_id is None:
        raise SignatureRefused("there is no such intake")
    with tenancy.scope(organization_id, actor=Actor("service", key[:8], "webhook")):
        intake = Intake.objects.get(key=key)
        try:
            prove(signature, body, signing_secret.valid(intake))
        except SignatureRefused as refusal:
            _record_refusal(intake, refusal.reason)
            raise
        with tenancy.acting_as(Actor("service", str(intake.pk), f"webhook {intake.name}")):
            rates.take(rates.Kind.TICKET)  # only what is signed uses up a place
            return _take(intake, delivery_id, body)


def _organization_of(key: str) -> uuid.UUID | None:
    if not key.isascii() or not key.isprintable():
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT tickets_intake_organization(%s)", [key])
        row = cursor.fetchone()
    return row[0] if row else None


def _take(intake: Intake, delivery_id: str, body: bytes) -> tuple[Ticket, bool]:
    _judge_delivery(delivery_id)
    digest = hashlib.sha256(body).hexdigest()
    known = Delivery.objects.filter(intake=intake, delivery_id=delivery_id).select_related("ticket").first()
    if known is not None:
        return _same(known, digest).ticket, False
    given = _object(body)
    message = checked(given)
    verified = intake.verifies_senders and given.get("sender_is_verified") is True
    with transaction.atomic():
        ticket, is_new = receive(message, source=f"wh-{str(intake.pk)[-12:]}", sender_is_verified=verified)
        taken, _ = Delivery.objects.get_or_create(
            intake=intake, delivery_id=delivery_id, defaults={"digest": digest, "ticket": ticket}
        )
        _same(taken, digest)
    return ticket, is_new


def _judge_delivery(delivery_id: str) -> None:
    if not delivery_id:
        raise ValidationError(
            {"Countersign-Delivery": "Countersign-Delivery: is missing; give each delivery its own id"}
        )
    if len(delivery_id) > MAX_REFERENCE or not delivery_id.isprintable() or not delivery_id.isascii():
        raise ValidationError(
            {"Countersign-Delivery": f"Countersign-Delivery: give 1 to {MAX_REFERENCE} printable ASCII characters"}
        )


def _same(known: Delivery, digest: str) -> Delivery:
    """Return the delivery that was taken before; raise when it had another body."""
    if known.digest != digest:
        said = f"Countersign-Delivery: `{known.delivery_id[:60]}` was taken before with another body; give it a new id"
        raise ValidationError({"Countersign-Delivery": said})
    return known


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationError({"body": "body: is not JSON; send one whole object"}) from error
    if not isinstance(given, dict):
        raise ValidationError({"body": "body: give a JSON object"})
    return given


def _record_refusal(intake: Intake, reason: str) -> None:
    trail.record(
        trail.Event(
            "intake.refused", trail.Subject("intake", str(intake.pk)), verdict="refused", data={"reason": reason}
        )
    )
