"""Import closed tickets (CSV or JSON Lines) as a shadow run: nothing is executed, nothing is sent."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import work
from tickets import acting, importing
from tickets.models import TicketImport


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="its short name (slug)")
        parser.add_argument("--as", dest="email", required=True, help="the officer's e-mail address")
        parser.add_argument("file", type=Path)
        parser.add_argument("--wait", action="store_true", help="work on it here, instead of leaving it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting.as_officer(options["organization"], options["email"]):
            try:
                with options["file"].open("rb") as file:
                    row = importing.take(options["file"].name, file)
            except (ValidationError, OSError) as error:
                said = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                raise CommandError(said) from error
            for problem in row.problems:
                self.stderr.write(problem)
            started = time.monotonic()
            while options["wait"] and TicketImport.objects.get(pk=row.pk).state == "running":
                if not work.run("ticket_import", row.pk, None):
                    time.sleep(1)  # a worker has it
            row.refresh_from_db()
        took = f" in {time.monotonic() - started:.1f} s" if options["wait"] else ""
        self.stdout.write(
            f"{row.name}: {row.worked} of {row.lines} tickets{took}, {row.bad_lines} bad lines, {row.state}"
        )
