"""Acting as an officer at the command line: with that person's own rights, in their own organization."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.core.management.base import CommandError

from portal import tenancy
from portal.memberships import context_for, memberships_of
from portal.models import User


def as_officer(slug: str, email: str) -> AbstractContextManager[tenancy.Context]:
    """Enter the organization as the person; raises `CommandError` where there is no such membership."""
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"--as: nobody here is called `{email[:80]}`") from None
    for membership in memberships_of(user):
        if membership.organization.slug == slug:
            return tenancy.enter(context_for(user, membership))
    raise CommandError(f"--organization: `{email[:80]}` is not in `{slug[:60]}`")
