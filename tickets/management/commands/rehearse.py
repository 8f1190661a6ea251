"""Rehearse a changed ticket policy over the last tickets, without saving it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guardrails import versions
from portal.money import Money
from tickets import acting, rehearse


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="its short name (slug)")
        parser.add_argument("--as", dest="email", required=True, help="the officer's e-mail address")
        parser.add_argument("policy", help="such as ticket_policy, action_ceiling, output_policy")
        parser.add_argument("--row", default="", help="which row, such as action=refund,currency=USD")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a changed value")
        parser.add_argument("--last", type=int, default=rehearse.USUAL, help=f"how many tickets, up to {rehearse.MOST}")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting.as_officer(options["organization"], options["email"]):
            try:
                draft = self._draft(options)
                row = rehearse.start(draft, tickets=options["last"], now=True)
            except (ValidationError, LookupError) as error:
                said = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                raise CommandError(said) from error
        found = row.result
        self.stdout.write("; ".join(row.changes))
        self.stdout.write(f"{found['moved']} of {found['count']} tickets move ({found['took_ms']} ms)")
        for each in found["moves"]:
            money = ", ".join(str(Money(minor, code)) for code, minor in each["money"].items()) or "no money"
            self.stdout.write(f"  {each['from']} -> {each['to']}: {each['count']}, {money}")

    def _draft(self, options: dict[str, Any]) -> Any:
        """Return the one row that is meant, with the values set and not saved."""
        model = versions.model_of(options["policy"])
        rows = model._default_manager.filter(**_pairs(options["row"].split(",") if options["row"] else []))
        if rows.count() != 1:
            raise CommandError(
                f"--row: {rows.count()} rows of {options['policy']} fit; name one, such as action=refund"
            )
        draft = rows.get()
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, value in _pairs(options["set"]).items():
            if name not in fields:
                raise CommandError(f"--set: `{name[:40]}` is no field; use one of {', '.join(fields)}")
            setattr(draft, name, fields[name].to_python(value))
        return draft


def _pairs(given: list[str]) -> dict[str, str]:
    if bad := [each for each in given if "=" not in each]:
        raise CommandError(f"`{bad[0][:40]}` is not FIELD=VALUE")
    return dict(each.split("=", 1) for each in given)
