"""Print the catalog of events, or write it to docs/events.md."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from audit.catalog import page


class Command(BaseCommand):
    help = "Print every declared event type as Markdown; --write puts it into docs/events.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, write: bool = False, **options: Any) -> None:
        if write:
            (settings.BASE_DIR / "docs" / "events.md").write_text(page())
        else:
            self.stdout.write(page(), ending="")
