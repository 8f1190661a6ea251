"""API tokens: a 10-minute access token, and a refresh token that rotates and can be revoked (RFC 6749 §10.4).

A refresh token used twice means that somebody else has a copy: its whole family is revoked. Only identifiers
are stored, never a token.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.tokens import RefreshToken as _RefreshToken

from portal import locks, tenancy, trail
from portal.memberships import context_for, membership_of, memberships_of
from portal.models import Membership, RefreshToken, User

INVALID = "refresh: the token is not valid any more; sign in again"


class OrganizationAccessToken(AccessToken):
    """An access token that must name its organization."""

    def verify(self) -> None:
        super().verify()
        if not self.payload.get("org") or not self.payload.get("user_id"):
            raise TokenError("the token names no organization")


class _Refresh(_RefreshToken):
    access_token_class = OrganizationAccessToken


@dataclass(frozen=True, slots=True)
class Pair:
    """What the API hands out; shown once."""

    access: str
    refresh: str


def issue(user: User, membership: Membership) -> Pair:
    """Issue the first pair of a new family and record it."""
    with tenancy.enter(context_for(user, membership)), transaction.atomic():
        family = uuid.uuid4()
        pair = _make(user, family)
        trail.record(trail.Event("token.issued", trail.Subject("person", str(user.pk)), data={"family": str(family)}))
        return pair


def rotate(raw: str) -> Pair:
    """Exchange a refresh token for a new pair; raise `AuthenticationFailed` and revoke the family on reuse."""
    token = _read(raw)
    with tenancy.as_user(uuid.UUID(token["user_id"])):
        user = User._base_manager.filter(pk=token["user_id"], is_active=True).first()
    membership = membership_of(user, token["org"]) if user else None
    if user is None or membership is None or str(membership.organization_id) != token["org"]:
        raise AuthenticationFailed(INVALID)
    with tenancy.enter(context_for(user, membership)):
        pair = _exchange(user, token)
    if pair is None:
        raise AuthenticationFailed(INVALID)
    return pair


def _exchange(user: User, token: Token) -> Pair | None:
    with transaction.atomic():
        _hold_family(token["jti"])
        now = timezone.now()
        row = RefreshToken.objects.select_for_update().filter(pk=token["jti"], user_id=user.pk).first()
        if row is None or row.revoked_at or row.expires_at <= now:
            return None
        if row.used_at:
            revoke_family(row, cause="a refresh token was used twice")
            return None
        RefreshToken.objects.filter(pk=row.pk).update(used_at=now)
        return _make(user, row.family)


def revoke(raw: str) -> None:
    """Revoke the family of a refresh token (sign-out of the API)."""
    token = _read(raw)
    with tenancy.as_user(uuid.UUID(token["user_id"])):
        user = User._base_manager.filter(pk=token["user_id"]).first()
    membership = membership_of(user, token["org"]) if user else None
    if user is None or membership is None:
        return
    with tenancy.enter(context_for(user, membership)), transaction.atomic():
        row = RefreshToken.objects.filter(pk=token["jti"], user_id=user.pk).first()
        if row is not None and not row.revoked_at:
            revoke_family(row, cause="signed out")


def revoke_all(user: User, *, cause: str) -> None:
    """Revoke every refresh token of a person, in each of their organizations. Needs a transaction."""
    for membership in memberships_of(user):
        with tenancy.enter(context_for(user, membership)):
            revoke_here(user.pk, cause=cause)


def revoke_here(user_id: uuid.UUID, *, cause: str) -> None:
    """Revoke every refresh token a person has for the current organization. Needs a transaction."""
    families = RefreshToken.objects.filter(user_id=user_id, revoked_at=None).values_list("family", flat=True)
    for family in sorted(set(families)):
        _revoke_family(user_id, family, cause=cause)


def revoke_family(row: RefreshToken, *, cause: str) -> None:
    """Revoke every token of the family and record why. Needs a transaction."""
    _revoke_family(row.user_id, row.family, cause=cause)


def _hold_family(jti: str) -> None:
    """Lock the family of a token: a rotation and a revocation come one after the other, so that no token is missed."""
    family = RefreshToken.objects.filter(pk=jti).values_list("family", flat=True).first()
    if family is not None:
        locks.hold("tokens", str(family))


def _revoke_family(user_id: uuid.UUID, family: uuid.UUID, *, cause: str) -> None:
    locks.hold("tokens", str(family))
    RefreshToken.objects.filter(family=family, revoked_at=None).update(revoked_at=timezone.now())
    trail.record(
        trail.Event(
            "token.revoked", trail.Subject("person", str(user_id)), data={"family": str(family), "cause": cause}
        )
    )


def _read(raw: str) -> Any:
    try:
        token = _Refresh(raw)  # type: ignore[arg-type]  # the stubs know only tokens
        uuid.UUID(token["user_id"]), uuid.UUID(token["org"]), uuid.UUID(token["jti"])
    except (TokenError, KeyError, ValueError) as error:
        raise AuthenticationFailed(INVALID) from error
    return token


def _make(user: User, family: uuid.UUID) -> Pair:
    organization_id = tenancy.organization_id()
    refresh = _Refresh()
    refresh["user_id"], refresh["org"] = str(user.pk), str(organization_id)
    refresh["jti"] = str(uuid.uuid4())
    RefreshToken.objects.create(
        pk=refresh["jti"], user=user, family=family, expires_at=datetime.fromtimestamp(refresh["exp"], UTC)
    )
    return Pair(str(refresh.access_token), str(refresh))
