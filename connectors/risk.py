"""What is known of a customer's risk: looked at when it is asked for, kept for a while, changed by signed events.

INVARIANT: what is too old, or may have missed an event, is looked at anew; where that fails the risk is unknown.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from connectors import addresses, secrets_of
from connectors.adapters.stripe import levels
from connectors.adapters.stripe.client import HOST, closed
from connectors.adapters.stripe.feed import Look, StripeFeed
from connectors.adapters.stripe.levels import LEVELS, Signal
from connectors.adapters.transport import Place
from connectors.contracts import AdapterError, ProbeReport, RiskFlag, RiskReport, RiskUnavailable
from connectors.models import Connector, KnownRisk, RiskEvent, RiskHook
from guardrails import rates
from portal import change, signing_secret, tenancy, trail
from portal.signed import SignatureRefused, prove
from portal.tenancy import Actor

MAX_BODY = 256 * 1024
REMEMBERED = timedelta(days=35)
FORGOTTEN_AT_ONCE = 20
READERS = {"charge.dispute.": levels.dispute, "radar.early_fraud_warning.": levels.warning}
"""What of the feed's events is read, by the beginning of their type; others are taken and change nothing."""


def stripe(connector: Connector) -> StripeFeed:
    """Return the feed itself. Opens nothing yet; raises `RiskUnavailable` when it cannot be used as it is."""
    given, played = connector.settings, settings.STRIPE_ORIGIN or ""
    try:
        key = secrets_of.secret_of(connector).reveal()
        found = _judged(played)
    except addresses.NameUnknown as error:
        raise RiskUnavailable("name_unknown", str(error)) from None
    except addresses.AddressRefused as error:
        raise closed("address_refused", str(error)) from None
    except AdapterError as error:
        raise closed(error.code, error.message) from None
    return StripeFeed(
        Place(HOST, played, found),
        key,
        days=int(given["days"]),
        strangers=given["strangers"],
        timeout_s=float(given["timeout_s"]),
    )


def _judged(played: str) -> tuple[str, ...]:
    if not played:
        return addresses.resolve(HOST, 443)
    host, _, port = played.rpartition("/")[2].partition(":")
    return addresses.resolve(host, int(port or 443))


def probe(connector: Connector) -> ProbeReport:
    """Say what the feed's key may read. Raises `RiskUnavailable`."""
    return stripe(connector).probe()


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed behind what is known already. Two queries where that will do."""

    connector: Connector

    def fetch(self, customer_ref: str, *, email: str = "") -> RiskReport:
        """Return what is known if it is young enough, else what the feed says now. Raises `RiskUnavailable`."""
        asked = hashlib.sha256(email.encode()).hexdigest()
        known = KnownRisk.objects.filter(connector=self.connector, customer_ref=customer_ref).first()
        if known is None or not self._is_good(known, asked):
            began = timezone.now()
            look = stripe(self.connector).look(customer_ref, email=email)
            known = _keep(self.connector, customer_ref, asked, look, began)
        return _report(known)

    def _is_good(self, known: KnownRisk, asked: str) -> bool:
        oldest = timezone.now() - timedelta(seconds=int(self.connector.settings["known_for_s"]))
        if known.fetched_at <= oldest or (known.asked_with, known.destination) != (asked, self.connector.destination):
            return False
        later = RiskEvent.objects.filter(connector=self.connector, is_orphan=True, created_at__gte=known.fetched_at)
        return not later.exists()


def _keep(connector: Connector, customer_ref: str, asked: str, look: Look, began: datetime) -> KnownRisk:
    """Store a whole look; what an event told of a later second than the look stands."""
    with transaction.atomic():
        fresh = {"destination": connector.destination, "asked_with": asked, "fetched_at": began}
        KnownRisk.objects.get_or_create(connector=connector, customer_ref=customer_ref, defaults=fresh)
        known = KnownRisk.objects.select_for_update().get(connector=connector, customer_ref=customer_ref)
        later = {
            key: flag
            for key, flag in known.flags.items()
            if known.destination == connector.destination and flag["as_of"] > look.as_of
        }
        known.flags = {signal.id: _stored(signal) for signal in look.signals}
        for key, flag in later.items():
            if key not in known.flags or flag["as_of"] >= known.flags[key]["as_of"]:
                known.flags[key] = flag
        known.charges = list(look.charges)
        known.destination, known.asked_with, known.fetched_at = connector.destination, asked, began
        known.save()
    return known


def _stored(signal: Signal) -> dict[str, Any]:
    flag = signal.flag
    raised_at = flag.raised_at.isoformat()
    return {
        "code": flag.code, "level": flag.level, "raised_at": raised_at, "detail": flag.detail, "as_of": signal.as_of,
    }  # fmt: skip


def _report(known: KnownRisk) -> RiskReport:
    flags = tuple(
        RiskFlag(each["code"], each["level"], datetime.fromisoformat(each["raised_at"]), each["detail"])
        for each in known.flags.values()
    )
    return RiskReport(known.customer_ref, levels.highest(flags), flags, known.fetched_at)


# --- signed events --------------------------------------------------------------------------------


def set_up_hook(hook: RiskHook, *, secret: str = "", reason: str = "", source: str = "admin") -> RiskHook:
    """Save the webhook of a feed; an empty `secret` keeps the one that is set. Raises `ValidationError`."""
    with transaction.atomic():
        signing_secret.take(hook, secret)
        change.apply(hook, reason=reason, source=source)
    return hook


def deliver(key: str, signature: str, body: bytes) -> bool:
    """Take a signed event; return whether it is new.

    Raises `SignatureRefused`, `rate.Limited` after too many, and `ValidationError` of a bad body.
    """
    organization_id = _organization_of(key)
    if organization_id is None:
        raise SignatureRefused("there is no such webhook")
    with tenancy.scope(organization_id, actor=Actor("service", key[:8], "risk webhook")):
        hook = RiskHook.objects.select_related("connector").get(key=key)
        try:
            prove(signature, body, signing_secret.valid(hook))
        except SignatureRefused as refusal:
            _record("risk.refused", hook.connector, verdict="refused", reason=refusal.reason)
            raise
        rates.take(rates.Kind.RISK)  # only what is signed uses up a place
        return _take(hook.connector, _event(body))


def _organization_of(key: str) -> uuid.UUID | None:
    if not key.isascii() or not key.isprintable():
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT connectors_riskhook_organization(%s)", [key])
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class _Event:
    id: str
    kind: str
    signal: Signal | None


def _event(body: bytes) -> _Event:
    try:
        given = json.loads(body)
        event_id, kind, made = given["id"], given["type"], given["created"]
        about = given["data"]["object"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise ValidationError({"body": "body: is not one whole event; send it as the feed made it"}) from None
    named = isinstance(event_id, str) and isinstance(kind, str) and event_id.isprintable() and kind.isprintable()
    if not named or not 0 < len(event_id) <= 120 or not 0 < len(kind) <= 80:
        raise ValidationError({"id": "id, type: give the event's own, at most 120 and 80 characters"})
    if not isinstance(made, int) or isinstance(made, bool) or not 0 < made < 10**11:
        raise ValidationError({"created": "created: is not a time in seconds"})
    reader = next((read for prefix, read in READERS.items() if kind.startswith(prefix)), None)
    if reader is None:
        return _Event(event_id, kind, None)
    try:
        return _Event(event_id, kind, reader(about, made))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ValidationError({"data": f"data: is no object of `{kind}`; send it as the feed made it"}) from None


@transaction.atomic
def _take(connector: Connector, event: _Event) -> bool:
    """Take an event once, and bring what is known of the payment's customer in line with it."""
    taken, is_new = RiskEvent.objects.get_or_create(
        connector=connector, event_id=event.id, defaults={"kind": event.kind}
    )
    if is_new:
        _forget_old(connector)
    if not is_new or event.signal is None:
        return is_new
    found = KnownRisk.objects.select_for_update().filter(connector=connector, charges__contains=[event.signal.charge])
    changed = 0
    for known in (rows := list(found.order_by("id"))):
        if _is_news(event.signal, known.flags.get(event.signal.id)):
            known.flags[event.signal.id] = _stored(event.signal)
            known.save(update_fields=["flags"])
            changed += 1
    if not rows:
        taken.is_orphan = True
        taken.save(update_fields=["is_orphan"])
    flag = event.signal.flag
    _record("risk.signalled", connector, kind=event.kind, code=flag.code, level=flag.level, customers=changed)
    return True


def _forget_old(connector: Connector) -> None:
    """Forget a few events that no feed sends again: a signature is believed for minutes, a feed repeats for 30 days."""
    old = RiskEvent.objects.filter(connector=connector, created_at__lt=timezone.now() - REMEMBERED)
    old.filter(pk__in=list(old.order_by("id").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])).delete()


def _is_news(signal: Signal, before: dict[str, Any] | None) -> bool:
    """Whether an event changes a flag: a later one does; one of the very second only if it is worse."""
    if before is None or signal.as_of > before["as_of"]:
        return True
    is_worse = LEVELS.index(signal.flag.level) > LEVELS.index(before["level"])
    return signal.as_of == before["as_of"] and is_worse


def _record(event: str, connector: Connector, verdict: str = "", **data: object) -> None:
    subject = trail.Subject("connector", str(connector.pk))
    trail.record(trail.Event(event, subject, verdict=verdict, connector_id=connector.pk, data=data))
