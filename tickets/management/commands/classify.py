"""`manage.py classify mailbox.jsonl`: what the local classifier reads in a merchant's own messages.

A line is a JSON object with `text`; or with `subject`, `body` or both; or with `messages`, a list of objects with
`role` ("customer" or anybody else) and `text`. Out comes a JSON object a line: `line`, `intent`, `confidence`,
`others` and `language`. A line that cannot be read is named on standard error and the next one is read. Nothing is
stored; the database is touched only where `--organization` asks for that organization's corrections.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors.adapters.providers import classifier
from connectors.adapters.providers.contracts import ClassifyRequest, Example
from connectors.adapters.providers.reading import conversation

BAD_LINES, BAD_INPUT = 1, 2
MAX_LINE_CHARACTERS = 5_000_000
FIELDS = ("text", "subject", "body", "messages")


class Command(BaseCommand):
    help = "Classify messages from a JSON Lines file, or `-`. Exit code: 0 all read, 1 some lines not, 2 bad input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a JSON Lines file, or `-` for standard input")
        parser.add_argument("--organization", default="", metavar="SLUG", help="learn from its corrected tickets")

    def handle(self, *args: Any, **given: Any) -> None:
        examples = _corrections(given["organization"]) if given["organization"] else ()
        classifier.classifier(examples)
        bad = 0
        with _opened(given["file"]) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    request = _request(line, examples)
                except ValueError as error:
                    bad += 1
                    self.stderr.write(f"line {number}: {error}")
                    continue
                self.stdout.write(json.dumps({"line": number, **_answer(request)}, ensure_ascii=False))
        if bad:
            raise SystemExit(BAD_LINES)


def _answer(request: ClassifyRequest) -> dict[str, Any]:
    found = classifier.classify(request)
    return {
        "intent": found.intent,
        "confidence": found.confidence,
        "others": [{"intent": name, "confidence": chance} for name, chance in found.others],
        "language": found.language,
    }


def _request(line: str, examples: tuple[Example, ...]) -> ClassifyRequest:
    """Return the message of a line. Raises `ValueError` naming the field and the fix."""
    if len(line) > MAX_LINE_CHARACTERS:
        raise ValueError(f"it is longer than {MAX_LINE_CHARACTERS:,} characters; shorten it")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON; write one object a line") from None
    if not isinstance(row, dict):
        raise ValueError('it is not a JSON object; write one such as {"text": "…"}')
    if not any(field in row for field in FIELDS):
        raise ValueError(f"it has none of the fields {', '.join(FIELDS)}; give one of them")
    if "messages" in row:
        return ClassifyRequest(_text(row, "subject"), conversation(_messages(row["messages"])), examples)
    return ClassifyRequest(_text(row, "subject"), _text(row, "body") or _text(row, "text"), examples)


def _messages(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list):
        raise ValueError("messages: it is not a list; give objects with `role` and `text`")
    for each in given:
        if not isinstance(each, dict) or not all(isinstance(each.get(name), str) for name in ("role", "text")):
            raise ValueError("messages: each needs `role` and `text`, both texts")
    return given


def _text(row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{field}: it is not a text; give one")
    return value


@contextmanager
def _opened(name: str) -> Iterator[IO[str]]:
    """Open the file, or standard input; bytes that are not UTF-8 are replaced, not refused."""
    if name == "-":
        yield sys.stdin
        return
    try:
        with open(name, encoding="utf-8", errors="replace") as lines:
            yield lines
    except OSError as error:
        raise CommandError(f"file: `{name}` cannot be read ({error.strerror})", returncode=BAD_INPUT) from None


def _corrections(slug: str) -> tuple[Example, ...]:
    """Return the organization's own examples. The operator at the command line is believed (two queries)."""
    from portal import tenancy
    from portal.models import Organization
    from tickets import correct

    found = Organization._base_manager.using("owner").filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(f"organization: there is no `{slug[:60]}`; give the slug of one", returncode=BAD_INPUT)
    operator = tenancy.Actor("service", "manage.py classify", "operator at the command line")
    with tenancy.scope(found, actor=operator):
        return correct.examples()
