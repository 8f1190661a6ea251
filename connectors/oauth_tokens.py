"""Access tokens that renew themselves before they expire, once, however many workers need one at that moment (S04).

A row says who fetches the next pair: claimed by a conditional update and committed, fetched outside of any
transaction, stored under the same claim before anybody uses it. Who comes meanwhile goes on with the old token while
it is good, and else waits for the new one. A holder that dies leaves a lease that ends, and the stored refresh token,
which the shop honours until its replacement is used.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from connectors.adapters.shopify import oauth
from connectors.adapters.shopify.client import closed
from connectors.adapters.shopify.oauth import CONNECT_AGAIN, App, Grant
from connectors.adapters.transport import Place
from connectors.contracts import StoreError, StoreUnreachable
from connectors.models import Connector, ConnectorWarning, OAuthToken
from portal import trail
from portal.vault import VaultError

RENEWED_BEFORE = timedelta(minutes=5)
STILL_GOOD = timedelta(seconds=30)
LEASE = timedelta(seconds=30)
"""INVARIANT: longer than a fetch may take (`oauth.TIMEOUT_S`), so that two never fetch at once."""
WAIT_S = 20.0
PAUSE_S = 0.05
COOL_DOWN = timedelta(seconds=2)
"""How long a failed fetch keeps others from trying the same."""


@dataclass(frozen=True, slots=True)
class ConnectorTokens:
    """The tokens of one connector. Safe to share between threads and processes: what is shared is the row."""

    connector: Connector
    place: Place
    app: Callable[[], App] = field(repr=False)
    by_client_credentials: bool = False
    wait_s: float = WAIT_S

    def current(self) -> str:
        """Return a token that is good for some minutes, renewed where that is due. One query where it is not."""
        row = self._row()
        left = _left(row)
        if left is None or left > RENEWED_BEFORE:
            return self._opened(row.access_token)
        return self._renewed(row, or_old=left > STILL_GOOD)

    def instead_of(self, rejected: str) -> str:
        """Return another token than one the shop rejected before its time: what others fetched since, or a new one."""
        row = self._row()
        if row.access_token and self._opened(row.access_token) != rejected:
            return self._opened(row.access_token)
        return self._renewed(row, or_old=False)

    def _row(self) -> OAuthToken:
        row: OAuthToken | None = OAuthToken.objects.filter(connector_id=self.connector.pk).first()
        if row is None and self.by_client_credentials:
            row, _ = OAuthToken.objects.get_or_create(
                connector_id=self.connector.pk, defaults={"destination": self.connector.destination}
            )
        if row is None or (not row.access_token and not self.by_client_credentials):
            raise closed("not_connected", "it is not connected yet; an admin has to connect the shop")
        if row.access_token and row.destination != self.connector.destination:
            if not self.by_client_credentials:
                raise closed(CONNECT_AGAIN, "the connector now leads elsewhere; connect the shop again")
            OAuthToken.objects.filter(pk=row.pk).update(
                access_token=None, access_expires_at=None, destination=self.connector.destination
            )
            row.refresh_from_db()
        return row

    def _renewed(self, row: OAuthToken, *, or_old: bool) -> str:
        """Fetch the next token, or wait for whoever fetches it; the old one will do where it is still good."""
        began, seen = timezone.now(), row.generation
        until = time.monotonic() + self.wait_s
        while True:
            if self._is_lost(row) and not or_old:
                raise closed(CONNECT_AGAIN, "it no longer honours what was stored to fetch tokens; connect it again")
            if row.generation != seen:
                return self._opened(row.access_token)
            lease = None if self._is_lost(row) else self._claim(row)
            if lease is not None:
                return self._fetched(row, lease, or_old=or_old)
            if or_old:
                return self._opened(row.access_token)
            if row.failure and row.failed_at is not None and row.failed_at >= began - COOL_DOWN:
                raise StoreUnreachable(row.failure, "shop: it gave no access token; try again", retry_after_s=2.0)
            if time.monotonic() > until:
                raise StoreUnreachable("token_awaited", "shop: its access token is being renewed; try again")
            time.sleep(PAUSE_S)
            row = self._row()

    def _is_lost(self, row: OAuthToken) -> bool:
        """Return whether asking again with what is stored is of no use: the shop said so."""
        return row.failure == CONNECT_AGAIN and not self.by_client_credentials

    def _claim(self, row: OAuthToken) -> uuid.UUID | None:
        """Return a lease on fetching the pair after this one; None where somebody holds it or has stored it."""
        lease = uuid.uuid4()
        claimed = (
            OAuthToken.objects.filter(pk=row.pk, generation=row.generation)
            .filter(Q(leased_until=None) | Q(leased_until__lt=Now()))
            .update(leased_by=lease, leased_until=Now() + LEASE)
        )
        return lease if claimed else None

    def _fetched(self, row: OAuthToken, lease: uuid.UUID, *, or_old: bool) -> str:
        try:
            grant = self._fetch(row)
        except StoreError as error:
            _note_failure(row, lease, error)
            if or_old:
                return self._opened(row.access_token)
            raise
        with transaction.atomic():
            held: OAuthToken = OAuthToken.objects.select_for_update().get(pk=row.pk)
            if held.leased_by != lease:  # it took longer than the lease: the other's pair is the one that counts
                if held.generation == row.generation or not held.access_token:
                    raise StoreUnreachable("token_awaited", "shop: its access token is being renewed; try again")
                return self._opened(held.access_token)
            store(held, grant)
            _record(self.connector, "connector.token_renewed", held)
        return grant.access_token

    def _fetch(self, row: OAuthToken) -> Grant:
        now = timezone.now()
        if self.by_client_credentials:
            return oauth.by_client_credentials(self.place, self.app(), now=now)
        if not row.refresh_token:
            raise closed(CONNECT_AGAIN, "its access token expired and nothing fetches another; connect the shop again")
        return oauth.by_refresh_token(self.place, self.app(), self._opened(row.refresh_token), now=now)

    def _opened(self, sealed: Any) -> str:
        try:
            return str(sealed.reveal())
        except VaultError:
            raise closed(CONNECT_AGAIN, "the stored token does not open; connect the shop again") from None


def store(row: OAuthToken, grant: Grant) -> None:
    """Keep a pair on its locked row, before anybody uses it; ends the lease and what failed before. One query."""
    row.access_token = grant.access_token
    row.refresh_token = grant.refresh_token or row.refresh_token
    row.access_expires_at, row.refresh_expires_at = grant.expires_at, grant.refresh_expires_at
    row.scopes = ",".join(sorted(grant.scopes))[:600]
    row.generation += 1
    row.leased_by = row.leased_until = row.failed_at = None
    row.failure = ""
    row.save()


def _left(row: OAuthToken) -> timedelta | None:
    """Return how long the token is good for; None for ever, nothing where there is none."""
    if not row.access_token:
        return timedelta(0)
    return None if row.access_expires_at is None else row.access_expires_at - timezone.now()


def _note_failure(row: OAuthToken, lease: uuid.UUID, error: StoreError) -> None:
    """End the lease and keep why; where only a person can help, say so on the connector."""
    with transaction.atomic():
        changed = OAuthToken.objects.filter(pk=row.pk, leased_by=lease).update(
            leased_by=None, leased_until=Now() + COOL_DOWN, failure=error.code, failed_at=Now()
        )
        if not changed:
            return
        connector = Connector.objects.get(pk=row.connector_id)
        if error.code == CONNECT_AGAIN:
            _warn(connector)
        _record(connector, "connector.token_failed", row, code=error.code)


def _warn(connector: Connector) -> None:
    message = "the shop no longer honours the product's tokens; connect the shop again"
    ConnectorWarning.objects.get_or_create(
        connector=connector,
        code=CONNECT_AGAIN,
        fixed_at=None,
        defaults={"severity": ConnectorWarning.Severity.CRITICAL, "message": message},
    )


def forget_warning(connector: Connector) -> None:
    """Say of the warning that it is fixed: the shop is connected again."""
    ConnectorWarning.objects.filter(connector=connector, code=CONNECT_AGAIN, fixed_at=None).update(fixed_at=Now())


def _record(connector: Connector, kind: str, row: OAuthToken, **data: Any) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("connector", str(connector.pk)),
            connector_id=connector.pk,
            data={"generation": row.generation, **data},
        )
    )
