"""Wiring of the audit app: installs the writer behind the port, opens the trail in the admin."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit import events, hold, risk_wiring  # noqa: F401
        from audit.dashboard import add_event_figures
        from audit.models import LegalHold, RetentionPolicy
        from audit.write import write
        from portal import subjects, trail
        from portal.change import followed, govern
        from portal.navigation import Entry, add_admin
        from portal.provision import on_new_organization
        from portal.roles import Capability

        trail.install(write)
        govern(RetentionPolicy, "retention_policy", "how long events are kept")
        govern(LegalHold, "legal_hold", "a legal hold")
        followed(LegalHold, hold.keep)
        on_new_organization(make_retention)
        post_migrate.connect(make_missing_retention, dispatch_uid="audit.make_missing_retention")
        add_event_figures()
        risk_wiring.connect()
        subjects.link("event", "admin:audit_event_change")
        add_admin(
            Entry("Audit", "Trail", "admin:audit_event_changelist", Capability.VIEW_GOVERNANCE, "history", order=10)
        )
        add_admin(
            Entry(
                "Audit",
                "Retention",
                "admin:audit_retentionpolicy_changelist",
                Capability.VIEW_GOVERNANCE,
                "auto_delete",
                order=60,
            )
        )
        add_admin(
            Entry(
                "Audit",
                "Legal holds",
                "admin:audit_legalhold_changelist",
                Capability.VIEW_GOVERNANCE,
                "gavel",
                order=61,
            )
        )


def make_retention() -> None:
    """Give a new organization its retention."""
    from audit.models import RetentionPolicy
    from portal import change

    change.add([RetentionPolicy()], reason="a new organization", source="provision")


def make_missing_retention(sender: Any, using: str, **kwargs: Any) -> None:
    """Give organizations from before there was a retention the usual one; without one they would keep everything."""
    if using != "owner" or sender.name != "audit":
        return
    from audit.models import RetentionPolicy
    from portal.models import Organization

    kept = RetentionPolicy._base_manager.using("owner").values("organization_id")
    for organization in Organization._base_manager.using("owner").exclude(pk__in=kept):
        RetentionPolicy._base_manager.using("owner").create(organization_id=organization.pk)
