"""Setting up a connector, looking at what its credential may do, and answering what was found (Q02)."""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from connectors import open as doors
from connectors import schema_json, sessions
from connectors.adapters.guardrail import assert_no_transaction
from connectors.contracts import AdapterError, Finding, ProbeReport, Schema, SourceError
from connectors.models import (
    Connector,
    ConnectorProbe,
    ConnectorRole,
    ConnectorWarning,
    Credential,
    SchemaSnapshot,
)
from portal import change, tenancy, trail, work
from portal.compiled import Compiled, Read

PROBE_AGAIN_AFTER = timedelta(days=1)
SCHEMA_KEPT = timedelta(minutes=10)
SCHEMAS_IN_MEMORY = 64
SHORTEST_REASON = 10
LONGEST_SECRET = 4000

_listeners: list[Callable[[Connector, Schema], object]] = []


def set_up(connector: Connector, *, secret: str = "", reason: str = "", source: str = "admin") -> Connector:
    """Save a connector, new or changed, with its secret where one is given; a source is probed soon after.

    Raises `ValidationError` naming the field. A secret is never carried over to another destination: when
    host or address change it has to be given again.
    """
    with transaction.atomic():
        change.apply(connector, reason=reason, source=source)
        _set_secret(connector, secret, reason=reason, source=source)
        if connector.kind.is_probed:
            probe_soon(connector)
    return connector


def secret_problem(connector: Connector, secret: str) -> str:
    """Return why this secret, or its absence, does not go with the connector: one sentence, or nothing. One query."""
    kind = connector.kind
    credential = Credential.objects.filter(connector_id=connector.pk).first()
    set_for = credential.destination if credential is not None and credential.secret else None
    if secret and not kind.sealed_label:
        return f"secret: {kind.label} takes none; leave it empty"
    if "\x00" in secret or len(secret) > LONGEST_SECRET:
        return "secret: it is too long or holds a NUL character; paste it again"
    if not secret and set_for is None and kind.needs_secret:
        return f"secret: {kind.label} needs one; give the {kind.sealed_label}"
    if not secret and set_for not in (None, connector.destination):
        return "secret: the address changed; give the secret again, it is only sent where it was set for"
    return ""


def _set_secret(connector: Connector, secret: str, *, reason: str, source: str) -> None:
    if problem := secret_problem(connector, secret):
        raise ValidationError({"secret": problem})
    if secret:
        credential = Credential.objects.select_for_update().filter(connector_id=connector.pk).first()
        credential = credential or Credential(connector=connector)
        credential.secret = secret
        credential.destination = connector.destination
        credential.rotated_at = timezone.now()
        change.apply(credential, reason=reason, source=source)


def probe_soon(connector: Connector) -> None:
    """Have a worker look at the connector next. Call it in the transaction that gives a reason to."""
    row = _probe_row(connector)
    work.make_ready(row)
    row.save(update_fields=work.JOB_FIELDS)


def _probe_row(connector: Connector) -> ConnectorProbe:
    """Return the connector's row of probes, locked; made where there is none, to be looked at tomorrow."""
    row: ConnectorProbe | None = ConnectorProbe.objects.select_for_update().filter(connector_id=connector.pk).first()
    if row is None:
        row = ConnectorProbe(connector=connector)
        work.make_ready(row, after=PROBE_AGAIN_AFTER)
        row.save(force_insert=True)
    return row


def probe(connector: Connector) -> ConnectorProbe:
    """Look at a source or a shop now and keep what was found: warnings raised, fixed or still standing, and one event.

    Call it outside a transaction. A source that cannot be reached is recorded as that, and its warnings stay.
    """
    assert_no_transaction("probe")
    if not connector.kind.is_probed:
        raise ValidationError({"connector": f"connector: `{connector.name}` has nothing that could be probed"})
    report, error = _look(connector)
    with transaction.atomic():
        row = _probe_row(connector)
        if report is not None:
            _keep_report(row, report)
            _keep_findings(connector, report.findings)
        row.probed_at = timezone.now()
        row.error_code = error.code if error else ""
        row.error_message = error.message[:400] if error else ""
        row.save(update_fields=_RESULT_FIELDS)
        _record_probe(connector, report, error)
    return row


def _look_at_system(connector: Connector) -> tuple[ProbeReport | None, AdapterError | None]:
    from connectors import desks, risk, shops

    rooms = {ConnectorRole.STORE: shops.probe, ConnectorRole.HELPDESK: desks.probe, ConnectorRole.RISK_FEED: risk.probe}
    try:
        return rooms[ConnectorRole(connector.role)](connector), None
    except AdapterError as error:
        return None, error


_RESULT_FIELDS = [
    "probed_at", "engine", "version", "is_encrypted", "is_local", "duration_ms", "error_code", "error_message",
]  # fmt: skip


def _look(connector: Connector) -> tuple[ProbeReport | None, AdapterError | None]:
    if connector.role != ConnectorRole.SOURCE:
        return _look_at_system(connector)
    try:
        opened = doors.source(connector)
    except SourceError as error:
        return None, error
    try:
        return opened.probe(), None
    except SourceError as error:
        return None, error
    finally:
        opened.close()


def _keep_report(row: ConnectorProbe, report: ProbeReport) -> None:
    row.engine, row.version = report.engine[:40], report.version[:120]
    row.is_encrypted, row.is_local, row.duration_ms = report.is_encrypted, report.is_local, report.duration_ms


def _keep_findings(connector: Connector, findings: tuple[Finding, ...]) -> None:
    """Bring the standing warnings in line with what was found; an acceptance covers only what was accepted."""
    standing = {w.code: w for w in ConnectorWarning.objects.standing().select_for_update().filter(connector=connector)}
    for finding in _one_per_code(findings):
        warning = standing.pop(finding.code, None)
        if warning is None:
            warning = ConnectorWarning(connector=connector, code=finding.code)
        elif (warning.severity, warning.message) == (finding.severity, finding.message):
            if warning.fix_sql != finding.fix_sql:
                warning.fix_sql = finding.fix_sql
                warning.save(update_fields=["fix_sql"])
            continue
        warning.severity, warning.message, warning.fix_sql = finding.severity, finding.message, finding.fix_sql
        warning.accepted_by_id = warning.accepted_at = None
        warning.accepted_reason = ""
        warning.save()
        _record_warning("warning.raised", warning)
    for warning in standing.values():
        warning.fixed_at = timezone.now()
        warning.save(update_fields=["fixed_at"])
        _record_warning("warning.fixed", warning)


def _one_per_code(findings: tuple[Finding, ...]) -> list[Finding]:
    """Join findings of one code, so that none hides another."""
    rank = {"critical": 0, "warning": 1, "info": 2}
    by_code: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda each: (each.code, rank[each.severity], each.message)):
        first = by_code.get(finding.code)
        by_code[finding.code] = (
            finding
            if first is None
            else Finding(
                finding.code,
                first.severity,
                f"{first.message}; {finding.message}",
                "\n".join(dict.fromkeys(filter(None, (first.fix_sql, finding.fix_sql)))),
            )
        )
    return list(by_code.values())


def accept_warning(warning: ConnectorWarning, *, reason: str) -> ConnectorWarning:
    """Accept a standing warning with a reason, as the current person; it stays visible as accepted.

    Raises `ValidationError` when the reason is missing, or when it no longer stands as it was read.
    """
    given = reason.strip()
    if not SHORTEST_REASON <= len(given) <= 400 or "\x00" in given:
        raise ValidationError({"reason": f"reason: say in {SHORTEST_REASON} to 400 characters why this may stand"})
    user_id = tenancy.current().user_id
    if user_id is None:
        raise ValidationError({"reason": "reason: only a person can accept a warning; sign in first"})
    with transaction.atomic():
        changed = (
            ConnectorWarning.objects.unanswered()
            .filter(pk=warning.pk, severity=warning.severity, message=warning.message)
            .update(accepted_by_id=user_id, accepted_at=timezone.now(), accepted_reason=given)
        )
        if not changed:
            raise ValidationError({"warning": "warning: it was fixed, answered or changed meanwhile; read it again"})
        warning.refresh_from_db()
        _record_warning("warning.accepted", warning, reason=given)
    return warning


def on_described(listener: Callable[[Connector, Schema], object]) -> None:
    """Call `listener(connector, schema)` each time a source was described anew; registered in an app's `ready()`."""
    _listeners.append(listener)


def kept_schema(connector: Connector) -> Schema | None:
    """Return the schema as it was last described, however long ago; None where it never was. One query, no call."""
    kept = SchemaSnapshot.objects.filter(connector_id=connector.pk, connector_revision=connector.revision).first()
    return schema_json.load(kept.content) if kept is not None else None


def look_again(connector: Connector) -> ConnectorProbe:
    """Probe a source and describe it anew, so that what depends on its columns learns of a change; as `probe`."""
    found = probe(connector)
    if found.is_reached and connector.role == ConnectorRole.SOURCE:
        with suppress(SourceError):
            describe(connector, is_fresh=True)
    return found


def describe(connector: Connector, *, is_fresh: bool = False) -> Schema:
    """Return the names, types, keys and comments of a source, at most ten minutes old unless `is_fresh`.

    Call it outside a transaction. Raises `SourceError`. One query when a snapshot is kept.
    """
    if not is_fresh and (kept := recent_schema(connector)) is not None:
        return kept
    with sessions.borrow(connector) as opened:
        schema = opened.describe()
    _keep_schema(connector, schema)
    return schema


def describe_some(connectors: list[Connector], *, within_s: float) -> dict[Any, Schema | None]:
    """Describe several sources at once, outside of transactions; None for one that fails or is not done in time.

    One that hangs is told to stop and is waited for no longer; it holds up nobody else.
    """
    found: dict[Any, Schema | None] = {each.pk: None for each in connectors}
    lent: dict[Any, sessions.Lent] = {}
    for each in connectors:
        with suppress(SourceError):
            lent[each.pk] = sessions.borrow(each)
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(_describe_into, found, pk, opened), daemon=True)
        for pk, opened in lent.items()
    ]
    until = time.monotonic() + within_s
    for thread in threads:
        thread.start()
    for thread, opened in zip(threads, lent.values(), strict=True):
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            threading.Thread(target=opened.cancel, daemon=True).start()
    done = dict(found)
    for each in connectors:
        if (schema := done[each.pk]) is not None:
            _keep_schema(each, schema)
    return done


def _describe_into(found: dict[Any, Schema | None], pk: Any, opened: sessions.Lent) -> None:
    try:
        with suppress(SourceError):
            found[pk] = opened.describe()
    finally:
        opened.close()
        connections.close_all()  # of this thread


def _keep_schema(connector: Connector, schema: Schema) -> None:
    SchemaSnapshot.objects.update_or_create(
        connector_id=connector.pk,
        defaults={
            "connector_revision": connector.revision,
            "taken_at": timezone.now(),
            "content": schema_json.dump(schema),
        },
    )
    for listener in _listeners:
        listener(connector, schema)


_TAKEN_AT = Compiled(
    lambda connector_id: (
        SchemaSnapshot.objects.filter(connector_id=connector_id)
        .order_by("id")
        .values_list("taken_at", "connector_revision")[:1]
    )
)


def recent_schema(connector: Connector) -> Schema | None:
    """Return the schema as it was read in the last ten minutes, None where it was not. Asks nobody outside.

    One query, two where this process has not read the snapshot yet: what it read is kept in memory, and with it what
    others derive from the very object.
    """
    taken_at, revision = _TAKEN_AT.first(connector.pk) or (None, None)
    if taken_at is None or revision != connector.revision or taken_at <= timezone.now() - SCHEMA_KEPT:
        return None
    known = _schemas.get(connector.pk)
    if known is not None and known[0] == (revision, taken_at):
        return known[1]
    kept = SchemaSnapshot.objects.filter(connector_id=connector.pk, connector_revision=revision).first()
    if kept is None:
        return None
    schema = schema_json.load(kept.content)
    _schemas[connector.pk] = ((connector.revision, kept.taken_at), schema)
    while len(_schemas) > SCHEMAS_IN_MEMORY:
        _schemas.pop(next(iter(_schemas)), None)
    return schema


_schemas: dict[uuid.UUID, tuple[tuple[int, datetime], Schema]] = {}


def reads(connector_id: uuid.UUID) -> tuple[Read, ...]:
    """Return what `recent_schema` reads, to be read ahead."""
    return (Read(_TAKEN_AT, (connector_id,)),)


def work_on_probe(job: ConnectorProbe) -> None:
    """Probe the job's connector and come back tomorrow: the handler of the `probe` kind of work."""
    connector = Connector.objects.get(pk=job.connector_id)
    if connector.is_active:
        look_again(connector)
    with transaction.atomic():
        work.hold(job)
        ConnectorProbe.objects.filter(pk=job.pk).update(attempts=0, last_error="")
        work.finish(job, again_after=PROBE_AGAIN_AFTER)


def give_up_probe(job: ConnectorProbe, why: str) -> None:
    """Say on the connector that it could not be probed, and try again tomorrow."""
    with transaction.atomic():
        work.hold(job)
        ConnectorProbe.objects.filter(pk=job.pk).update(
            attempts=0, error_code="gave_up", error_message="the probe failed several times; look at the log"
        )
        connector = Connector.objects.get(pk=job.connector_id)
        error = SourceError("gave_up", "the probe failed several times; look at the log")
        _record_probe(connector, None, error)
        work.finish(job, again_after=PROBE_AGAIN_AFTER)


def _record_probe(connector: Connector, report: ProbeReport | None, error: AdapterError | None) -> None:
    data: dict[str, Any] = {"code": error.code} if error else {}
    if report is not None:
        data = {
            "engine": report.engine,
            "version": report.version,
            "is_encrypted": report.is_encrypted,
            "findings": [finding.code for finding in report.findings],
        }
    verdict = "failed" if error else ("pass" if report is not None and report.is_clean else "warning")
    trail.record(
        trail.Event(
            "connector.probed",
            trail.Subject("connector", str(connector.pk)),
            verdict=verdict,
            duration_ms=report.duration_ms if report else None,
            connector_id=connector.pk,
            data=data,
        )
    )


def _record_warning(kind: str, warning: ConnectorWarning, **data: str) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("connector", str(warning.connector_id)),
            connector_id=warning.connector_id,
            data={"code": warning.code, "severity": warning.severity, "warning": warning.message, **data},
        )
    )
