"""`manage.py print_roles`: the SQL by which a database administrator makes the three roles."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.embedded import role_sql


class Command(BaseCommand):
    help = "Print the SQL that makes the roles owner, runtime and dispatcher; run it as a superuser with psql."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(role_sql())
