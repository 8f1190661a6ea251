"""Print what a detector of risk would have raised over the last days, with another threshold or as it is set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import look
from audit.backtest import DAYS, backtest
from audit.detect import DETECTORS
from portal import tenancy
from portal.memberships import context_for, memberships_of
from portal.models import User
from portal.roles import Capability, require


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="its short name (slug)")
        parser.add_argument("--as", dest="email", required=True, help="the officer's e-mail address")
        parser.add_argument("detector", choices=sorted(DETECTORS))
        parser.add_argument("--threshold", type=float, help="as it is set if omitted")
        parser.add_argument("--least", type=int, help="the value below which it is silent")
        parser.add_argument("--days", type=int, default=DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 366:
            raise CommandError(f"--days: `{options['days']}` is not between 1 and 366")
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"--as: nobody here is called `{options['email'][:80]}`") from None
        mine = [each for each in memberships_of(user) if each.organization.slug == options["organization"]]
        if not mine:
            raise CommandError(f"--organization: `{options['email'][:80]}` is not in it")
        with tenancy.enter(context_for(user, mine[0])):
            require(Capability.VIEW_GOVERNANCE)
            self._print(options)

    def _print(self, options: dict[str, Any]) -> None:
        setting = look.setting_of(look.settings()[options["detector"]])
        for name in ("threshold", "least"):
            if options[name] is not None:
                setting = replace(setting, **{name: options[name]})
        result = backtest(options["detector"], setting, days=options["days"])
        self.stdout.write(result.said)
        for episode in result.would:
            self.stdout.write(f"{episode.began_at:%Y-%m-%d %H:%M}  {episode.worst.says}")
