"""Wiring of the audit app: installs the writer behind the port, opens the trail in the admin."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit import events  # noqa: F401
        from audit.dashboard import add_event_figures
        from audit.write import write
        from portal import subjects, trail
        from portal.navigation import Entry, add_admin
        from portal.roles import Capability

        trail.install(write)
        add_event_figures()
        subjects.link("event", "admin:audit_event_change")
        add_admin(
            Entry("Audit", "Trail", "admin:audit_event_changelist", Capability.VIEW_GOVERNANCE, "history", order=10)
        )
