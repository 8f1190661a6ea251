"""Which organization a person is in now, and what they are there."""

from __future__ import annotations

import uuid

from portal import tenancy
from portal.compiled import Compiled, Read
from portal.models import Membership, OrganizationUserPermission, User
from portal.tenancy import Actor, Context


def memberships_of(user: User) -> list[Membership]:
    """Return the person's active memberships with their organizations, the oldest first. One query.

    # INVARIANT: the oldest, not the first by name: an invitation must not move anybody, nor the events of their
    # sign-ins, into an organization that chose its name for that.
    """
    with tenancy.as_user(user.pk):
        return list(
            Membership._base_manager.filter(user_id=user.pk, is_active=True)
            .select_related("organization")
            .order_by("pk")
        )


def membership_of(user: User, organization: str | uuid.UUID | None) -> Membership | None:
    """Return the active membership in `organization`, or the oldest one when that is gone or not chosen yet."""
    return chosen(memberships_of(user), organization)


def chosen(found: list[Membership], organization: str | uuid.UUID | None) -> Membership | None:
    """Return the membership in `organization` out of a person's memberships, or the oldest one."""
    for membership in found:
        if str(membership.organization_id) == str(organization):
            return membership
    return found[0] if found else None


_PERMISSIONS = Compiled(
    lambda organization_id, user_id: OrganizationUserPermission._base_manager.filter(
        organization_id=organization_id, user_id=user_id
    ).values_list("permission__codename")
)


def reads(organization_id: uuid.UUID, user_id: uuid.UUID) -> tuple[Read, ...]:
    """Return what `context_for` reads, to be read ahead."""
    return (Read(_PERMISSIONS, (organization_id, user_id)),)


def context_for(user: User, membership: Membership | None) -> Context:
    """Return the tenancy context of a signed-in person; without a membership it has no organization."""
    person = Actor("person", str(user.pk), str(user))
    request_id = tenancy.context().request_id
    if membership is None:
        return Context(user_id=user.pk, actor=person, request_id=request_id)
    bare = Context(membership.organization_id, user.pk, person, membership.role, frozenset(), request_id)
    with tenancy.enter(bare):
        granted = frozenset(codename.upper() for (codename,) in _PERMISSIONS.rows(membership.tenant_id, user.pk))
    return Context(membership.organization_id, user.pk, person, membership.role, granted, request_id)
