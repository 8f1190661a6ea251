"""Halt or release all AI work in every organization, as the platform."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guardrails import switch
from guardrails.models import KillSwitch
from portal import tenancy
from portal.ids import PLATFORM_ID
from portal.roles import Role

OPERATOR = tenancy.Actor("service", "manage.py killswitch", "operator at the command line")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off", "status"], help="on halts, off releases")
        parser.add_argument("--reason", default="", help="why; goes to the platform's trail")

    def handle(self, *args: Any, **options: Any) -> None:
        with tenancy.scope(PLATFORM_ID, actor=OPERATOR, role=Role.ADMIN):
            if options["state"] != "status":
                turn = switch.engage if options["state"] == "on" else switch.release
                try:
                    turn(options["reason"])
                except ValueError as error:
                    raise CommandError(f'{error}; give it with --reason "…"') from error
            latest = KillSwitch.objects.first()
        if latest is None:
            raise CommandError("the kill switch cannot be read, so AI work is halted; run `manage.py migrate`")
        state = "on: AI work is halted everywhere" if latest.is_halted else "off"
        if settings.AI_HALTED is not False:
            self.stdout.write("COUNTERSIGN_AI_HALTED is set: AI work is halted whatever this switch says")
        self.stdout.write(f"{state} ({latest.reason}; {latest.actor_name}, {latest.switched_at:%Y-%m-%d %H:%M:%S} UTC)")
