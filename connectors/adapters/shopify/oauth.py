"""Fetches tokens from a shop: by code, by refresh token, by client credentials (RFC 6749). Keeps and prints none.

Shopify replaces the refresh token at each use and keeps the one before good until its replacement is used, so a
refresh whose answer was lost is repeated with the token that is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.adapters.discretion import discreet
from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.shopify.client import closed
from connectors.adapters.shopify.pinned import AUTHORIZE_PATH, SCOPES, TOKEN_PATH
from connectors.adapters.transport import NotSent, Place, Unanswered, post
from connectors.contracts import StoreUnreachable

TIMEOUT_S = 10.0
"""How long fetching a token may take in all; far less than a lease on doing so."""

CONNECT_AGAIN = "connect_again"


@dataclass(frozen=True, slots=True)
class App:
    """The merchant's app at Shopify. The secret is in memory at the moment of use and in no text."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a shop gave: a token, until when, and what may fetch the next. A moment is None where it does not expire."""

    access_token: str = field(repr=False)
    expires_at: datetime | None
    scopes: frozenset[str]
    refresh_token: str = field(default="", repr=False)
    refresh_expires_at: datetime | None = None


def authorize_url(place: Place, app: App, *, state: str, redirect_uri: str) -> str:
    """Return the address at which the shop's owner says yes to the scopes."""
    asked = {"client_id": app.client_id, "scope": ",".join(SCOPES), "redirect_uri": redirect_uri, "state": state}
    return f"{place.origin or 'https://' + place.domain}{AUTHORIZE_PATH}?{urlencode(asked)}"


def is_signed(query: Sequence[tuple[str, str]], secret: str) -> bool:
    """Return whether the shop signed these parameters of its callback with the app's secret, each named once."""
    names = [name for name, _ in query]
    if len(set(names)) != len(names) or "hmac" not in names:
        return False
    given = dict(query)["hmac"]
    said = "&".join(f"{name}={value}" for name, value in sorted(query) if name != "hmac")
    expected = hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.encode())


def by_code(place: Place, app: App, code: str, *, now: datetime) -> Grant:
    """Exchange the code of a callback for an expiring token and its refresh token."""
    return _fetch(place, app, {"code": code, "expiring": "1"}, now)


def by_refresh_token(place: Place, app: App, refresh_token: str, *, now: datetime) -> Grant:
    """Fetch the next pair. Raises `StoreUnreachable`; its code is `connect_again` when the shop forgot this token."""
    return _fetch(place, app, {"grant_type": "refresh_token", "refresh_token": refresh_token}, now)


def by_client_credentials(place: Place, app: App, *, now: datetime) -> Grant:
    """Fetch a token for a shop of the app's own organization."""
    return _fetch(place, app, {"grant_type": "client_credentials"}, now)


@discreet
def _fetch(place: Place, app: App, asked: dict[str, str], now: datetime) -> Grant:
    assert_no_transaction("shopify.token")
    body = json.dumps({"client_id": app.client_id, "client_secret": app.client_secret, **asked}).encode()
    try:
        reply = post(place, TOKEN_PATH, body, {}, timeout_s=TIMEOUT_S)
    except NotSent:
        raise StoreUnreachable("unreachable", "shop: it cannot be reached for an access token; try again") from None
    except Unanswered:
        raise StoreUnreachable("no_answer", "shop: it gave no access token in time; try again") from None
    if reply.status in (400, 401) and _is_told_no(reply.body):
        raise closed(
            CONNECT_AGAIN, "it no longer honours what was stored to fetch access tokens; connect the shop again"
        )
    if reply.status == 404:
        raise closed("no_such_shop", "there is no such shop; check the domain")
    if reply.status != 200:
        raise StoreUnreachable("server_error", "shop: it gave no access token; try again")
    try:
        return _grant(json.loads(reply.body), now)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise StoreUnreachable("bad_answer", "shop: its answer holds no access token; try again") from None


def _is_told_no(body: bytes) -> bool:
    """Return whether the token endpoint itself said no (RFC 6749 §5.2), not something on the way to it."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("error"), str)


def _grant(told: dict[str, object], now: datetime) -> Grant:
    token, refresh = told["access_token"], told.get("refresh_token") or ""
    if not isinstance(token, str) or not isinstance(refresh, str) or not 0 < len(token) < 4000 or len(refresh) > 4000:
        raise ValueError
    scope = told.get("scope") or ""
    return Grant(
        access_token=token,
        expires_at=_until(told.get("expires_in"), now),
        scopes=frozenset(each.strip() for each in str(scope).split(",") if each.strip()),
        refresh_token=refresh,
        refresh_expires_at=_until(told.get("refresh_token_expires_in"), now),
    )


def _until(seconds: object, now: datetime) -> datetime | None:
    if seconds is None:
        return None
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 10**9:
        raise ValueError
    return now + timedelta(seconds=seconds)
