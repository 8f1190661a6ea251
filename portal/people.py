"""People of an organization: inviting, changing what they are, granting the approval queue."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from guardian.ctypes import get_content_type

from portal import change, tenancy, tokens, trail
from portal.loosening import NeedsSecondOfficer
from portal.models import Membership, Organization, OrganizationUserPermission, User
from portal.roles import MATRIX, Access, Capability, Role


def invite(*, email: str, name: str, role: str, password: str = "", reason: str = "") -> Membership:
    """Make somebody a person of the current organization; an account that exists is joined, not changed.

    A new account needs a first `password`. Raises `ValidationError` naming the field.
    """
    with transaction.atomic():
        user = account(email.strip().lower(), name, password)
        existing = Membership.objects.filter(user_id=user.pk).first()
        if existing is not None:
            raise ValidationError(
                {"email": f"email: `{email}` already belongs to this organization; change their role instead"}
            )
        membership = Membership(user_id=user.pk, role=role)
        try:
            change.apply(membership, reason=reason)
        except NeedsSecondOfficer:  # the account would be gone again before anybody could confirm it
            said = "role: two officers make an admin; invite them as a member, then propose the role"
            raise ValidationError({"role": said}) from None
    return membership


def account(email: str, name: str, password: str) -> User:
    """Return the account of an address, made where there is none. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM portal_sign_in_lookup(%s)", [email])
        row = cursor.fetchone()
    if row is not None:
        return User(pk=row[0], email=email, name=name)
    if not password:
        raise ValidationError({"password": "password: a new account needs a first password of at least 12 characters"})
    user = User(email=email, name=name)
    validate_password(password, user)
    user.set_password(password)
    change.apply(user)
    return user


def set_role(membership: Membership, *, role: str, is_active: bool = True, reason: str = "") -> Membership:
    """Change what a person is; the last active admin of an organization stays.

    Ending it revokes their API tokens: they do not come back with the membership.
    """
    with transaction.atomic():
        admins = list(Membership.objects.select_for_update().filter(role=Role.ADMIN, is_active=True))
        is_last = [a.pk for a in admins] == [membership.pk]
        if is_last and (role != Role.ADMIN or not is_active):
            raise ValidationError(
                {"role": "role: this is the last admin of the organization; make somebody else admin first"}
            )
        membership.role, membership.is_active = role, is_active
        change.apply(membership, reason=reason)
        if not is_active:
            tokens.revoke_here(membership.user_id, cause="membership ended")
    return membership


def grant(membership: Membership, capability: Capability) -> None:
    """Grant a capability that the matrix leaves to a grant for the person's role; recorded, idempotent."""
    if MATRIX[capability][Role(membership.role)] is not Access.GRANTED:
        raise ValidationError(
            {"capability": f"capability: a {Role(membership.role).label} may not be granted `{capability.value}`"}
        )
    with transaction.atomic():
        _, made = OrganizationUserPermission.objects.get_or_create(
            user_id=membership.user_id,
            permission=_permission(capability),
            content_object_id=tenancy.organization_id(),
        )
        if made:
            _record("grant.given", membership, capability)


def revoke(membership: Membership, capability: Capability) -> None:
    """Take a granted capability back; recorded, idempotent."""
    with transaction.atomic():
        removed, _ = OrganizationUserPermission.objects.filter(
            user_id=membership.user_id,
            permission=_permission(capability),
            organization_id=tenancy.organization_id(),
        ).delete()
        if removed:
            _record("grant.revoked", membership, capability)


def is_granted(membership: Membership, capability: Capability) -> bool:
    """Return whether the person was granted the capability."""
    return OrganizationUserPermission.objects.filter(
        user_id=membership.user_id,
        permission=_permission(capability),
        organization_id=tenancy.organization_id(),
    ).exists()


def _permission(capability: Capability) -> Permission:
    return Permission.objects.get(codename=capability.name.lower(), content_type=get_content_type(Organization))


def _record(kind: str, membership: Membership, capability: Capability) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("membership", str(membership.pk)),
            data={"capability": capability.name, "person": str(membership.user_id)},
        )
    )
