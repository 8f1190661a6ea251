"""Wiring of the ground floor."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "People"

    def ready(self) -> None:
        from portal import api_schema, events, own_access, pending, signals, subjects, timed_access, work  # noqa: F401
        from portal.change import condition, followed, govern
        from portal.models import AccessPolicy, Membership, Organization, TimedAccess, User
        from portal.provision import on_new_organization

        govern(Organization, "organization", "an organization")
        govern(Membership, "membership", "a person's role")
        govern(User, "person", "a person's account")
        subjects.relate("person", lambda pk: _memberships("membership", user=pk))
        subjects.relate("membership", lambda pk: _memberships("person", pk=pk))
        govern(AccessPolicy, "access_policy", "the access policy")
        followed(AccessPolicy, timed_access.ended_by_policy)
        condition(AccessPolicy, pending.needs_two_admins)
        _declare_directions()
        own_access.register()
        work.register("timed_access", TimedAccess, timed_access.work_on, timed_access.give_up)
        on_new_organization(make_access_policy)
        from portal.navigation import Entry, add_admin, add_page
        from portal.roles import Capability

        add_admin(
            Entry(
                "People",
                "People and roles",
                "admin:portal_membership_changelist",
                Capability.MANAGE_PEOPLE,
                "group",
            )
        )
        add_admin(
            Entry(
                "People",
                "Organization",
                "admin:portal_organization_changelist",
                Capability.SET_POLICY,
                "apartment",
            )
        )
        add_admin(
            Entry(
                "People",
                "Access policy",
                "admin:portal_accesspolicy_changelist",
                Capability.SET_POLICY,
                "shield_person",
            )
        )
        add_page(Entry("Govern", "Second officer", "portal:changes", Capability.SET_POLICY, order=35, count=_waiting))
        add_page(Entry("Govern", "Access", "portal:access", Capability.MANAGE_PEOPLE, order=40))
        post_migrate.connect(after_migrate, dispatch_uid="portal.after_migrate")


def _waiting() -> int:
    from portal.models import PendingChange, PendingState

    return PendingChange.objects.filter(state=PendingState.WAITING).count()


def _declare_directions() -> None:
    """Say how edits of people and of the access policy itself loosen."""
    from portal import pending
    from portal.loosening import ROW, declare
    from portal.models import AccessPolicy, BreakGlass, Membership, SecondOfficer
    from portal.roles import Capability, Role

    declare(
        AccessPolicy,
        up="break_glass_hours",
        off="overdue_revokes",
        choices={
            "break_glass": (BreakGlass.OFF, BreakGlass.ORGANIZATION, BreakGlass.PLATFORM),
            "second_officer": (SecondOfficer.LOOSENING, SecondOfficer.KILL_SWITCH, SecondOfficer.OFF),
        },
        always="second_officer",
    )
    declare(
        Membership,
        on="is_active",
        any_change="user",
        choices={"role": (Role.MEMBER, Role.ANALYST, Role.POWER_USER, Role.ADMIN)},
        created=lambda membership: membership.role == Role.ADMIN,
        always=f"role is_active {ROW}",  # or one officer would make the other
    )
    pending.right(Membership, Capability.MANAGE_PEOPLE)


def make_access_policy() -> None:
    """Give a new organization its access policy."""
    from portal import change
    from portal.models import AccessPolicy

    if not AccessPolicy.objects.exists():
        change.add([AccessPolicy()], reason="defaults", source="provision")


def _memberships(kind: str, **which: str) -> list[tuple[str, str]]:
    """Return the person of a membership, or the membership of a person, in the current organization. One query."""
    from portal.models import Membership

    column = "pk" if kind == "membership" else "user_id"
    return [(kind, str(each)) for each in Membership.objects.filter(**which).values_list(column, flat=True)]


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Give listed tables their grants, and make the platform's organization and the role groups."""
    if using != "owner" or sender.name != "portal":
        return  # once: every table exists when this is announced
    from django.contrib.auth.models import Group
    from django.db import connections

    from portal.ids import PLATFORM_ID
    from portal.isolation import apply_shared
    from portal.models import AccessPolicy, Organization
    from portal.roles import Role

    apply_shared(connections["owner"])
    Organization._base_manager.using("owner").get_or_create(
        pk=PLATFORM_ID, defaults={"name": "Platform", "slug": "platform"}
    )
    kept = AccessPolicy._base_manager.using("owner").values("organization_id")
    for organization in Organization._base_manager.using("owner").exclude(pk__in=kept):  # from before there was one
        AccessPolicy._base_manager.using("owner").create(organization_id=organization.pk)
    for role in Role:
        Group.objects.using("owner").get_or_create(name=role.value)
