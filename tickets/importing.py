"""Reads a file of closed tickets, CSV or JSON Lines, into lines to be run in shadow. Bad lines are named.

All good lines of a file are stored in one transaction, or none. The same file again is the same import.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction

from portal import tenancy, trail, work
from portal.money import Money, MoneyError
from portal.roles import Capability, require
from tickets import by_hand, intake
from tickets.models import ImportLine, ImportState, TicketImport

MAX_BYTES, MAX_LINES, MAX_PROBLEMS = 30_000_000, 20_000, 200
LEVELS = ("none", "low", "medium", "high", "critical")

FIELDS: dict[str, str] = {
    "reference": "its number in the helpdesk; required, once per file",
    "received_at": "when it came in, such as 2026-03-01T10:14:00Z; required",
    "body": "what the customer wrote; required",
    "subject": "its subject line",
    "sender_email": "who wrote",
    "sender_name": "their name",
    "sender_verified": "yes where the helpdesk knew who wrote; without it a person is asked",
    "order_number": "the order it was about, whose facts follow",
    "order_customer_email": "whose order it is",
    "order_paid": "decimal, such as 49.99",
    "order_refunded": "what had been given back before this ticket",
    "order_currency": "such as USD",
    "order_placed_at": "when it was placed",
    "order_status": "in the shop's words, such as delivered",
    "customer_orders": "how many before this ticket; a whole number",
    "customer_refunds": "how many before it",
    "customer_returns": "how many before it",
    "customer_damage_claims": "how many before it",
    "customer_is_vip": "yes or no",
    "customer_is_flagged": "yes or no",
    "risk_level": "none, low, medium, high or critical",
    "did": "what people did: refund, cancel, exchange, reply or none",
    "did_amount": "how much they gave back",
    "did_currency": "such as USD",
    "did_at": "when they did",
    "did_outcome": "in a few words",
}
"""Every column or key of a line. What is left out is unknown, and unknown never passes a gate."""


def take(name: str, file: BinaryIO) -> TicketImport:
    """Read a file and make it ready to be run; return its import, the standing one for a file that was taken before.

    Raises `ValidationError` for a file that cannot be read at all or has no good line, `Refused` without the right.
    """
    require(Capability.SET_POLICY)
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValidationError({"file": f"file: it is larger than {MAX_BYTES // 10**6} MB; split it"})
    digest = hashlib.sha256(raw).hexdigest()
    known: TicketImport | None = TicketImport.objects.filter(digest=digest).first()
    if known is not None:
        return _again(known)
    good, problems, bad = _read(raw, is_json=name.lower().endswith((".jsonl", ".ndjson", ".json")))
    if not good:
        first = problems[0] if problems else "it is empty"
        raise ValidationError({"file": f"file: no line can be read; {first}"})
    with transaction.atomic():
        row = TicketImport(
            name=name[-120:], digest=digest, size_bytes=len(raw), lines=len(good), bad_lines=bad, problems=problems,
            asked_by_id=tenancy.current().user_id,
        )  # fmt: skip
        work.make_ready(row)
        row.save(force_insert=True)
        lines = (ImportLine(of=row, number=n, received_at=g["received_at"], given=g) for n, g in good)
        ImportLine.objects.bulk_create(lines, batch_size=500)
        data = {"lines": len(good), "bad": bad, "bytes": len(raw), "digest": digest}
        trail.record(trail.Event("import.started", trail.Subject("import", str(row.pk)), data=data))
    return row


def _again(row: TicketImport) -> TicketImport:
    """Go on with an import that stopped; one that runs or is done is left alone."""
    if row.state == ImportState.FAILED:
        with transaction.atomic():
            row.state, row.note = ImportState.RUNNING, ""
            work.make_ready(row)
            row.save(update_fields=["state", "note", *work.JOB_FIELDS])
    return row


def _read(raw: bytes, *, is_json: bool) -> tuple[list[tuple[int, dict[str, Any]]], list[str], int]:
    """Return the good lines with their numbers, the first problems, and how many lines are bad."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError({"file": f"file: byte {error.start} is not UTF-8; save it as UTF-8"}) from error
    good: list[tuple[int, dict[str, Any]]] = []
    problems: list[str] = []
    bad, seen = 0, set()
    for number, given in _objects(text) if is_json else _rows(text):
        try:
            line = judged(given)
            if line["reference"] in seen:
                raise ValidationError(
                    {"reference": f"reference: `{line['reference'][:40]}` stands in the file already"}
                )
        except ValidationError as error:
            bad += 1
            problems += [f"line {number}: {said}" for said in error.messages][: max(0, MAX_PROBLEMS - len(problems))]
            continue
        seen.add(line["reference"])
        good.append((number, line))
        if len(good) > MAX_LINES:
            raise ValidationError({"file": f"file: it has more than {MAX_LINES:,} tickets; split it"})
    return good, problems, bad


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, "it is not JSON; write one object a line"


def _rows(text: str) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(intake.MAX_BODY * 4)
    reader = csv.DictReader(io.StringIO(text.replace("\x00", "\ufffd")))
    names = reader.fieldnames or []
    if unknown := [name for name in names if name not in FIELDS]:
        raise ValidationError({"file": f"file: column `{unknown[0][:40]}` is not known; use {', '.join(FIELDS)}"})
    try:
        for row in reader:
            extra = None in row
            yield reader.line_num, "it has more cells than the header" if extra else row
    except csv.Error as error:
        yield reader.line_num, f"it cannot be read as CSV ({error})"


def judged(given: Any) -> dict[str, Any]:
    """Return a line as it will be kept: text as JSON, every field within its bounds; raise `ValidationError`."""
    if isinstance(given, str):
        raise ValidationError(given)
    if not isinstance(given, dict):
        raise ValidationError("it is not an object")
    errors: dict[str, str] = {name: f"{name}: there is no such field" for name in sorted(set(given) - set(FIELDS))[:5]}
    flat = {name: _text(given.get(name)) for name in FIELDS}
    line: dict[str, Any] = {name: value for name, value in flat.items() if value}
    for name in ("received_at", "order_placed_at", "did_at"):
        _moment(line, name, errors)
    for name in ("sender_verified", "customer_is_vip", "customer_is_flagged"):
        _flag(line, name, errors)
    for name in ("customer_orders", "customer_refunds", "customer_returns", "customer_damage_claims"):
        _count(line, name, errors)
    for name in ("order_paid", "order_refunded"):
        _amount(line, name, errors)
    if line.get("risk_level", "none") not in LEVELS:
        errors["risk_level"] = f"risk_level: `{line['risk_level'][:20]}` is not one of {', '.join(LEVELS)}"
    _whole(line, errors)
    if errors:
        raise ValidationError(errors)
    return line


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip() if isinstance(value, str) else str(value)


def _whole(line: dict[str, Any], errors: dict[str, str]) -> None:
    """Judge what the ticket itself says as any other ticket, and what people did as their own words."""
    for name in ("reference", "received_at", "body"):
        if name not in line:
            errors.setdefault(name, f"{name}: is missing")
    try:
        names = ("subject", "body", "sender_email", "sender_name")
        message = {name: line.get(name, "") for name in names} | {"external_ref": line.get("reference", "")}
        intake.checked(message)
    except ValidationError as error:
        for name, said in error.message_dict.items():
            errors.setdefault(name, said[0])
    try:
        if "did" in line:
            by_hand.checked(
                line["did"], line.get("did_amount", ""), line.get("did_currency", ""), line.get("did_outcome", "")
            )
    except ValidationError as error:
        errors |= {f"did {name}": f"did_{said[0]}" for name, said in error.message_dict.items()}


def _moment(line: dict[str, Any], name: str, errors: dict[str, str]) -> None:
    if name not in line:
        return
    try:
        at = datetime.fromisoformat(line[name])
        line[name] = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        errors[name] = f"{name}: `{line[name][:40]}` is not a time; write it like 2026-03-01T10:14:00Z"


def _flag(line: dict[str, Any], name: str, errors: dict[str, str]) -> None:
    word = str(line.get(name, "")).lower()
    if word in ("yes", "true", "1", "no", "false", "0"):
        line[name] = word in ("yes", "true", "1")
    elif word:
        errors[name] = f"{name}: `{word[:20]}` is neither yes nor no"


def _count(line: dict[str, Any], name: str, errors: dict[str, str]) -> None:
    if name not in line:
        return
    if line[name].isascii() and line[name].isdigit() and len(line[name]) < 9:
        line[name] = int(line[name])
    else:
        errors[name] = f"{name}: `{line[name][:20]}` is not a whole number"


def _amount(line: dict[str, Any], name: str, errors: dict[str, str]) -> None:
    if name not in line:
        return
    try:
        Money.parse(line[name], line.get("order_currency", ""), field=name)
    except MoneyError as error:
        errors[name] = str(error)


def source_of(row: TicketImport) -> str:
    """Return the source of an import's tickets: the reference is unique within it."""
    return f"import-{str(row.pk)[-12:]}"
