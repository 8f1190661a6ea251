"""The access that the ground floor gives: roles, capabilities granted to a person, API tokens, timed access."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from portal import people, timed_access, tokens
from portal.models import Membership, OrganizationUserPermission, RefreshToken, TimedAccess
from portal.reviewable import OUTSIDE, Reviewable, Source, Trace, add
from portal.roles import Capability, Role


def register() -> None:
    """Register them; called when the app is ready."""
    add(Source("membership", "Roles", _memberships, _end_membership))
    add(Source("capability", "Capabilities granted to a person", _capabilities, _revoke_capability))
    add(Source("api_token", "API and MCP tokens", _tokens, _revoke_token))
    add(Source("timed_access", "Timed access", _timed, timed_access.revoke))


def _active() -> list[Membership]:
    return list(Membership.objects.filter(is_active=True).select_related("user").order_by("user__name"))


def _memberships() -> Iterator[Reviewable]:
    for each in _active():
        yield Reviewable(
            "membership",
            str(each.pk),
            each.role,
            each.user.name,
            f"{Role(each.role).label} ({each.user.email})",
            each.user_id,
            given=Trace(("membership.created", "membership.changed"), subject=str(each.pk)),
            used=Trace(actor=str(each.user_id)),
            is_privileged=each.role == Role.ADMIN,
        )


def _end_membership(key: str, reason: str) -> None:
    row = Membership.objects.get(pk=key, is_active=True)
    people.set_role(row, role=row.role, is_active=False, reason=reason)


def _capabilities() -> Iterator[Reviewable]:
    members = {each.user_id: each for each in _active()}
    for grant in OrganizationUserPermission.objects.select_related("permission").order_by("pk"):
        member = members.get(grant.user_id)
        if member is None:
            continue
        capability = Capability[grant.permission.codename.upper()]
        yield Reviewable(
            "capability",
            f"{member.pk}:{capability.name}",
            member.role,
            member.user.name,
            f"may {capability.value}",
            grant.user_id,
            given=Trace(("grant.given",), subject=str(member.pk), data=(("capability", capability.name),)),
            used=Trace(("approval.approved", "approval.rejected"), actor=str(grant.user_id)),
        )


def _revoke_capability(key: str, reason: str) -> None:
    pk, _, name = key.partition(":")
    member = Membership.objects.get(pk=pk)
    if not people.is_granted(member, Capability[name]):
        raise OrganizationUserPermission.DoesNotExist
    people.revoke(member, Capability[name])


def _tokens() -> Iterator[Reviewable]:
    members = {each.user_id: each for each in _active()}
    standing = RefreshToken.objects.filter(revoked_at=None, used_at=None, expires_at__gt=timezone.now())
    for token in standing.order_by("pk"):
        if member := members.get(token.user_id):
            yield Reviewable(
                "api_token",
                str(token.family),
                member.role,
                member.user.name,
                f"signs programs in as this person until {token.expires_at:%Y-%m-%d}",
                token.user_id,
                given=Trace(("token.issued",), subject=str(token.user_id), data=(("family", str(token.family)),)),
                used=Trace(actor=str(token.user_id)),
            )


def _revoke_token(key: str, reason: str) -> None:
    with transaction.atomic():
        row = RefreshToken.objects.filter(family=key, revoked_at=None).first()
        if row is None:
            raise RefreshToken.DoesNotExist
        tokens.revoke_family(row, cause=reason[:200])


def _timed() -> Iterator[Reviewable]:
    for each in TimedAccess.objects.in_force().order_by("pk"):
        yield Reviewable(
            "timed_access",
            str(each.pk),
            OUTSIDE,
            each.person_name,
            f"{each.get_kind_display()} until {each.ends_at:%Y-%m-%d %H:%M} UTC",
            each.person_id,
            given=Trace(("timed_access.confirmed",), subject=str(each.pk)),
            used=Trace(("timed_access.viewed",), subject=str(each.pk)),
            is_privileged=True,
        )
