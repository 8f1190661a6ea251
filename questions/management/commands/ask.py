"""`manage.py ask "…" --as ada@example.com`: a question from a terminal, through the same verbs as page and API.

Who has a shell here is an operator and is believed to be whom they name with `--as`; the trail says that it was typed
at a terminal, and by which system user. Nothing else is believed: role, grants, rate, spend, guard and budgets are that
person's. It holds a question, so a worker has to run.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import tenancy
from portal.api_wire import django_messages
from portal.memberships import context_for, memberships_of
from portal.models import Membership, User
from portal.rate import Limited
from portal.refusal import Refused
from portal.sign_in import plain
from portal.tasks import record_refusal
from questions import access, told, waiting
from questions import ask as asking
from questions import cancel as cancelling
from questions.models import Origin, Question, QuestionState

NOT_ANSWERED, BAD_INPUT, STILL_UNDER_WAY, LIMITED = 1, 2, 3, 4
LONGEST_WAIT_S = 600
WIDEST_CELL = 40


class Command(BaseCommand):
    help = "Ask a data source as a person. Exit code: 0 answered, 1 not, 2 bad input, 3 still under way, 4 too many."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", nargs="?", default="", help="the question in plain language")
        parser.add_argument("--as", dest="email", required=True, metavar="E-MAIL", help="who asks")
        parser.add_argument("--organization", default="", help="its slug, for people who belong to several")
        parser.add_argument("--connector", default="", help="name or id; admins and power users may leave it out")
        parser.add_argument("--sql", default="", help="run this statement instead of a question (who may edit SQL)")
        parser.add_argument("--wait", type=int, default=60, help=f"seconds to wait, 0 to {LONGEST_WAIT_S}")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *args: Any, **given: Any) -> None:
        if not 0 <= given["wait"] <= LONGEST_WAIT_S:
            raise CommandError(f"wait: `{given['wait']}` is not from 0 to {LONGEST_WAIT_S}", returncode=BAD_INPUT)
        user, membership = _who(given["email"], given["organization"])
        person = context_for(user, membership)
        name = f"{user} at a terminal, as {getpass.getuser()}"[:160]
        with tenancy.frame("terminal"), tenancy.enter(replace(person, actor=replace(person.actor, name=name))):
            found = self._answered(given)
            self.stdout.write(json.dumps(found, ensure_ascii=False) if given["as_json"] else "\n".join(_lines(found)))
        if found["state"] != QuestionState.ANSWERED:
            is_open = found["is_under_way"] or found["state"] == QuestionState.PAUSED
            raise SystemExit(STILL_UNDER_WAY if is_open else NOT_ANSWERED)

    def _answered(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            made = _asked(given)
        except ValidationError as error:
            said = "\n".join(message for _, message in django_messages(error))
            raise CommandError(said, returncode=BAD_INPUT) from None
        except Refused as error:
            record_refusal(error, where="manage.py ask")
            raise CommandError(error.message, returncode=BAD_INPUT) from None
        except Limited as error:
            raise CommandError(error.message, returncode=LIMITED) from None
        try:
            row = waiting.wait_for(made, given["wait"])
        except KeyboardInterrupt:
            cancelling.cancel(made)
            raise CommandError("cancelled", returncode=130) from None
        return told.told(row, way="terminal")


def _who(email: str, organization: str) -> tuple[User, Membership]:
    try:
        user = User.objects.get_by_natural_key(plain(email))
    except User.DoesNotExist:
        user = None
    known = memberships_of(user) if user is not None and user.is_active else []
    found = [each for each in known if organization in ("", each.organization.slug)]
    if user is None or not found:
        where = f" in `{organization}`" if organization else ""
        raise CommandError(f"as: nobody active of the address `{email[:80]}`{where}", returncode=BAD_INPUT)
    if len(found) > 1:
        slugs = ", ".join(each.organization.slug for each in found)
        raise CommandError(
            f"organization: `{email[:80]}` belongs to several; name one of {slugs}", returncode=BAD_INPUT
        )
    return user, found[0]


def _asked(given: dict[str, Any]) -> Question:
    if given["sql"] and given["question"]:
        raise ValidationError({"sql": "sql: give a question or a statement, not both"})
    connector = _named(given["connector"])
    if given["sql"]:
        return asking.run_sql(connector_id=connector, sql=given["sql"])
    return asking.ask(text=given["question"], connector_id=connector or None, origin=Origin.TERMINAL)


def _named(given: str) -> str:
    """Return the id of a source that is named by its name; anything else goes to the verb as it is."""
    return next((str(each.pk) for each in access.usable_sources() if each.name == given), given) if given else ""


def _lines(found: dict[str, Any]) -> list[str]:
    """Return what a person reads: the warning first, then the answer and how far to trust it."""
    lines = [f"*** {_plain(found['production_warning'])} ***"] if found["production_warning"] else []
    if found["connector"] and found["connector_reason"]:
        lines.append(f"connector: {_plain(found['connector']['name'])}, because {_plain(found['connector_reason'])}")
    if found["is_cut"]:
        lines.append("This answer is cut: it is not the whole.")
    lines += [_plain(found["text"])] if found["text"] else []
    lines += _table(found["columns"], found["rows"])
    if found["state"] == QuestionState.ANSWERED:
        lines.append(f"confidence: {found['confidence'] or 'none, it is SQL of your own'}")
    else:
        lines.append(f"state: {found['state']}")
        lines += [_plain(said) for said in (*found["reasons"], found["failure"]) if said]
        lines += [f"- {_plain(str(choice.get('label', '')))}" for choice in found["choices"]]
    lines += [f"note: {_plain(str(said))}" for said in found["notices"] or ()]
    lines += [f"sql: {_plain(found['sql'])}"] if found.get("sql") else []
    return [*lines, f"question: {found['id']}"]


def _table(columns: list[str], rows: list[list[Any]]) -> list[str]:
    if not columns or not rows:
        return []
    cells = [[_cell(each) for each in row] for row in [columns, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [drawn[0], "  ".join("-" * width for width in widths), *drawn[1:]]


def _cell(value: Any) -> str:
    said = "" if value is None else _plain(str(value))
    return said if len(said) <= WIDEST_CELL else f"{said[: WIDEST_CELL - 1]}…"


def _plain(said: str) -> str:
    """Return a text in one line without control characters: a customer's cell must not steer the terminal."""
    return "".join(each if each.isprintable() else " " for each in said)
