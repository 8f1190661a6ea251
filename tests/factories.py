"""Plain make_* functions; no randomness, every secret a known canary."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from portal import tenancy
from portal.ids import uuid7
from portal.memberships import context_for
from portal.models import Membership, Organization, User
from portal.roles import Role

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: account, membership, and a way to act as them."""

    user: User
    membership: Membership

    @property
    def email(self) -> str:
        return self.user.email

    def inside(self) -> AbstractContextManager[tenancy.Context]:
        """Act as this person in their organization."""
        return tenancy.enter(context_for(self.user, self.membership))


@dataclass(frozen=True)
class Cast:
    northlight: Organization
    southwind: Organization
    ada: Person
    paul: Person
    ana: Person
    mia: Person
    cleo: Person

    @property
    def team(self) -> tuple[Person, ...]:
        return (self.ada, self.paul, self.ana, self.mia)


def make_organization(name: str, slug: str, **fields: str) -> Organization:
    """Make an organization as provisioning does it: by the definer function the runtime may call."""
    from portal.provision import make_organization as provision

    return provision(name=name, slug=slug, **fields)


def make_person(organization: Organization, name: str, email: str, role: str) -> Person:
    """Make a person with a role in the organization."""
    with tenancy.scope(organization.pk, actor=tenancy.SYSTEM):
        user = User(id=uuid7(), email=email, name=name)
        user.set_password(PASSWORD)
        user.save(force_insert=True)
        membership = Membership(user=user, role=role)
        membership.save(force_insert=True)
        membership.organization = organization
    return Person(user, membership)


def make_cast() -> Cast:
    northlight = make_organization("Northlight Outfitters", "northlight")
    southwind = make_organization("Southwind Traders", "southwind")
    return Cast(
        northlight=northlight,
        southwind=southwind,
        ada=make_person(northlight, "Ada Lindqvist", "ada@northlight.example", Role.ADMIN),
        paul=make_person(northlight, "Paul Novak", "paul@northlight.example", Role.POWER_USER),
        ana=make_person(northlight, "Ana Reyes", "ana@northlight.example", Role.ANALYST),
        mia=make_person(northlight, "Mia Chen", "mia@northlight.example", Role.MEMBER),
        cleo=make_person(southwind, "Cleo Southwind", "cleo@southwind.example", Role.ADMIN),
    )
