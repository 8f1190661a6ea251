"""Connecting a shop: out to its owner's yes, and back with a code that is believed once, here, and signed (RFC 6749).

INVARIANT: a way back is taken only by the session and organization that began it, for the shop of the connector, with
the shop's signature, before its time is over, and once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import MutableMapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors import oauth_tokens, set_up, shops
from connectors.adapters.shopify import oauth
from connectors.adapters.shopify.pinned import is_shop_domain, missing_scopes
from connectors.contracts import AdapterError
from connectors.models import Connector, OAuthToken
from portal import tenancy, trail
from portal.refusal import Refused

AWAITED = timedelta(minutes=10)
SESSION_KEY = "shop_connection"


def begin(connector: Connector, *, session: MutableMapping[str, Any], redirect_uri: str) -> str:
    """Return where the shop's owner says yes, and await their way back in this session. Raises `ValidationError`."""
    if not shops.is_connected_by_code(connector):
        raise ValidationError(f"connector: `{connector.name}` is not connected this way; look at how it signs in")
    try:
        place, app = shops.place_of(connector), shops.app_of(connector)
    except AdapterError as error:
        raise ValidationError(error.message) from None
    state = secrets.token_urlsafe(32)
    session[SESSION_KEY] = {
        "state": state,
        "connector": str(connector.pk),
        "organization": str(tenancy.organization_id()),
        "redirect_uri": redirect_uri,
    }
    OAuthToken.objects.update_or_create(
        connector=connector, defaults={"state_digest": _digest(state), "state_until": timezone.now() + AWAITED}
    )
    return oauth.authorize_url(place, app, state=state, redirect_uri=redirect_uri)


def complete(query: Sequence[tuple[str, str]], *, session: MutableMapping[str, Any]) -> Connector:
    """Take the way back: verify it, exchange its code, keep the tokens. Returns the connector that is connected now.

    Raises `ValidationError` with a sentence for the person, `Refused` where nothing is awaited. Call it outside a
    transaction.
    """
    connector, state = _awaited_here(session)
    told = dict(query)
    if not hmac.compare_digest(str(told.get("state", "")).encode(), state.encode()):
        raise ValidationError("state: this way back was not begun here; begin connecting anew")
    shop = told.get("shop", "")
    if not is_shop_domain(shop) or shop != connector.settings.get("shop"):
        raise ValidationError("shop: another shop answered than the connector names; sign in to the right one")
    try:
        place, app = shops.place_of(connector), shops.app_of(connector)
    except AdapterError as error:
        raise ValidationError(error.message) from None
    if not oauth.is_signed(query, app.client_secret):
        raise ValidationError("hmac: the shop's signature is wrong; check the client secret and begin anew")
    if not _taken_once(connector, state):
        raise ValidationError("state: this way back was taken already or waited too long; begin connecting anew")
    try:
        grant = oauth.by_code(place, app, told.get("code", ""), now=timezone.now())
    except AdapterError as error:
        raise ValidationError(error.message) from None
    if missing := missing_scopes(grant.scopes):
        words = ", ".join(f"`{name}`" for name in missing)
        raise ValidationError(f"scopes: the app was not granted {words}; add them to the app and begin anew")
    _keep(connector, grant)
    return connector


def _awaited_here(session: MutableMapping[str, Any]) -> tuple[Connector, str]:
    """Return what this session awaits, and await it no more."""
    awaited = session.pop(SESSION_KEY, None)
    if not isinstance(awaited, dict):
        raise Refused("no connection was begun in this session; begin connecting anew")
    connector = None
    if awaited.get("organization") == str(tenancy.organization_id()):
        connector = Connector.objects.active().filter(pk=uuid.UUID(awaited["connector"])).first()
    if connector is None:
        raise ValidationError("state: it was begun for another organization; begin connecting anew")
    return connector, str(awaited["state"])


def _taken_once(connector: Connector, state: str) -> bool:
    """Use the awaited way back up; False where it was used, replaced or is too old."""
    taken = OAuthToken.objects.filter(
        connector=connector, state_digest=_digest(state), state_until__gt=timezone.now()
    ).update(state_digest="", state_until=None)
    return bool(taken)


def _keep(connector: Connector, grant: oauth.Grant) -> None:
    with transaction.atomic():
        row = OAuthToken.objects.select_for_update().get(connector=connector)
        row.refresh_token = None
        row.destination = connector.destination
        oauth_tokens.store(row, grant)
        oauth_tokens.forget_warning(connector)
        set_up.probe_soon(connector)
        trail.record(
            trail.Event(
                "connector.shop_connected",
                trail.Subject("connector", str(connector.pk)),
                connector_id=connector.pk,
                data={"shop": connector.settings["shop"], "scopes": sorted(grant.scopes)},
            )
        )


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
