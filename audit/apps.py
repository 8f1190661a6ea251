"""Wiring of the audit app: installs the writer behind the port."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit import events  # noqa: F401
        from audit.write import write
        from portal import trail

        trail.install(write)
