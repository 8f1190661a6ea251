"""Whether this process can serve: each thing it leans on is asked and says so, in words that hold no secret.

Floors above add what they know in `ready()` (`add`). A check that is *needed* and fails makes the process not ready;
any other is told and leaves it ready: taking the portal away would not make its seals come sooner.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

KEPT_S = 1.0
"""How long an answer is told again: whoever asks ten thousand times a second asks the servers once."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one check found: whether it is well, one word or sentence, and numbers for a graph."""

    is_well: bool
    said: str = "ok"
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the portal leans on."""

    name: str
    ask: Callable[[], Found]
    is_needed: bool


_checks: dict[str, Check] = {}
_last: tuple[float, dict[str, Found]] | None = None


def add(name: str, ask: Callable[[], Found], *, is_needed: bool) -> None:
    """Ask `ask` for readiness and metrics from now on. What it raises is a failure, told by its kind alone."""
    _checks[name] = Check(name, ask, is_needed)


def found() -> dict[str, Found]:
    """Ask every check, or return what was found less than a second ago."""
    global _last
    if _last is None or time.monotonic() - _last[0] >= KEPT_S:
        _last = time.monotonic(), {check.name: _asked(check) for check in _checks.values()}
    return _last[1]


def forget() -> None:
    """Ask anew the next time."""
    global _last
    _last = None


def report() -> tuple[bool, dict[str, Any]]:
    """Return whether the process is ready, and what `/readyz` says."""
    told = found()
    failed = [name for name, each in told.items() if not each.is_well]
    is_ready = not any(_checks[name].is_needed for name in failed)
    status = "not ready" if not is_ready else "degraded" if failed else "ready"
    checks = {
        name: {
            "ok": each.is_well,
            "needed": _checks[name].is_needed,
            "said": each.said,
            **({"numbers": dict(each.numbers)} if each.numbers else {}),
        }
        for name, each in told.items()
    }
    embedded = sorted(settings.ENVIRONMENT.embedded_services)
    return is_ready, {"status": status, "checks": checks, "embedded": embedded}


def _asked(check: Check) -> Found:
    try:
        return check.ask()
    except Exception as error:  # told by its kind: a driver's message may quote an address
        return Found(False, type(error).__name__)


def database() -> Found:
    """Ask the database whether it answers the runtime role, and whether a statement may write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        is_replica = cursor.fetchone()[0]
    return Found(False, "the server is a replica and refuses to write") if is_replica else Found(True)


def broker() -> Found:
    """Ask the broker, which must keep what it is given."""
    from portal import valkey

    valkey.broker().ping()
    return Found(True)


def cache() -> Found:
    """Ask the cache, through which answers travel and in which lock-outs are counted."""
    from portal import valkey

    valkey.cache().ping()
    return Found(True)


_migrated = False


def migrations() -> Found:
    """Compare the migrations this code knows with those that ran; once they agree the process asks no more."""
    global _migrated
    if not _migrated:
        from django.db.migrations.loader import MigrationLoader

        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            ran = set(cursor.fetchall())
        missing = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ()) - ran
        if missing:
            return Found(False, f"{len(missing)} migrations have not run: run `manage.py migrate`")
        _migrated = True
    return Found(True)


add("database", database, is_needed=True)
add("migrations", migrations, is_needed=True)
add("broker", broker, is_needed=True)
add("cache", cache, is_needed=True)
