"""Halt or release all AI work in every organization, as the platform; or drill it on the live workers."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guardrails import drill, switch
from guardrails.models import KillSwitch
from portal import tenancy
from portal.ids import PLATFORM_ID
from portal.roles import Role

OPERATOR = tenancy.Actor("service", "manage.py killswitch", "operator at the command line")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off", "status", "drill"], help="on halts, off releases")
        parser.add_argument("--reason", default="", help="why; goes to the platform's trail")
        parser.add_argument("--real", action="store_true", help="drill: halt every organization meanwhile")
        parser.add_argument("--processes", type=int, default=0, help="drill: worker processes; else they are asked")

    def handle(self, *args: Any, **options: Any) -> None:
        with tenancy.scope(PLATFORM_ID, actor=OPERATOR, role=Role.ADMIN):
            if options["state"] == "drill":
                self._drill(options)
                return
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

    def _drill(self, options: dict[str, Any]) -> None:
        """Prove on every live worker process that it stops, print each, and fail where one did not in time."""
        drill.ready()
        if reason := switch.is_halted():
            raise CommandError(f"AI work is halted already, so nothing can be drilled: {reason}")
        if options["real"] and not options["reason"].strip():
            raise CommandError('--reason: a drill for real halts every organization; say why with --reason "…"')
        asked = options["processes"] or _processes()
        if not asked:
            raise CommandError("no worker answers; start one (`make run`), or name --processes")
        outcome = drill.run(asked, _send, is_real=options["real"], reason=options["reason"].strip() or "rehearsal")
        for each in outcome.seen:
            said = "did not stop" if each.latency_ms is None else f"stopped after {each.latency_ms} ms"
            self.stdout.write(f"{each.process}: {said}, {each.steps} steps before")
        if not outcome.is_passed:
            raise CommandError(
                f"drill failed: {len(outcome.seen)} of {asked} processes answered, the slowest after"
                f" {outcome.slowest_ms} ms; the limit is {drill.LIMIT_MS} ms (event killswitch.drilled)"
            )
        self.stdout.write(
            f"drill passed: {asked} of {asked} processes stopped, the slowest after {outcome.slowest_ms} ms;"
            f" recorded as killswitch.drilled {outcome.drill}"
        )


def _processes() -> int:
    """Return how many processes the live workers have, as they say themselves."""
    from portal.celery import app

    answers = app.control.inspect(timeout=2.0).stats() or {}
    return sum(len(each.get("pool", {}).get("processes", ())) for each in answers.values())


def _send(drill_id: uuid.UUID) -> None:
    from guardrails.tasks import watch_drill

    watch_drill.send(PLATFORM_ID, str(drill_id))
