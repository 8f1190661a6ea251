"""Wiring of the ground floor."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "People"

    def ready(self) -> None:
        from portal import api_schema, events, signals  # noqa: F401
        from portal.change import govern
        from portal.models import Membership, Organization, User

        govern(Organization, "organization", "an organization")
        govern(Membership, "membership", "a person's role")
        govern(User, "person", "a person's account")
        from portal.navigation import Entry, add_admin
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
        post_migrate.connect(after_migrate, dispatch_uid="portal.after_migrate")


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Give listed tables their grants, and make the platform's organization and the role groups."""
    if using != "owner" or sender.name != "portal":
        return  # once: every table exists when this is announced
    from django.contrib.auth.models import Group
    from django.db import connections

    from portal.ids import PLATFORM_ID
    from portal.isolation import apply_shared
    from portal.models import Organization
    from portal.roles import Role

    apply_shared(connections["owner"])
    Organization._base_manager.using("owner").get_or_create(
        pk=PLATFORM_ID, defaults={"name": "Platform", "slug": "platform"}
    )
    for role in Role:
        Group.objects.using("owner").get_or_create(name=role.value)
