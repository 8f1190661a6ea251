"""Sessions with customers' databases, lent for one job and kept a while for the next: a question pays no connect.

Each connector has a pool of its own in each process, so that a database that hangs or dies makes nobody else wait. The
key is the organization, the connector, and the revisions of its settings and its credential: whatever of these
changes, old sessions are closed and never lent again. No secret stands here; the adapter asks for its own.

| limit | |
|---|---|
| `MOST_OPEN` | sessions of one connector in one process; who comes later waits at most `WAIT_S`, then is told |
| `MOST_IDLE`, `IDLE_S`, `OLDEST_S` | how many are kept, how long unused, and how old one may grow |
| `FAILURES`, `REST_S` | so many failed connects in a row, and nobody tries for that long: told at once instead |

INVARIANT: a session goes back only after every call on it succeeded; one that failed, was cancelled or is about to be
is closed.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from connectors import open as doors
from connectors.contracts import (
    Limits,
    Plan,
    ProbeReport,
    Result,
    Schema,
    SourceAdapter,
    SourceError,
    SourceFailed,
    SourceUnreachable,
)
from connectors.models import Connector, Credential
from portal.compiled import Compiled, Read

T = TypeVar("T")

MOST_OPEN = 8
MOST_IDLE = 2
IDLE_S = 60.0
OLDEST_S = 600.0
WAIT_S = 5.0
FAILURES = 3
REST_S = 10.0
_LOOK_EVERY_S = 5.0

Key = tuple[uuid.UUID, uuid.UUID, int, str]


@dataclass(slots=True)
class _Kept:
    """An idle session: since when it exists and since when nobody uses it."""

    adapter: SourceAdapter
    made_at: float
    idle_since: float


@dataclass(slots=True)
class _Pool:
    """The sessions of one connector in this process. Its lock is never held while anything outside is asked."""

    key: Key
    condition: threading.Condition = field(default_factory=threading.Condition)
    idle: deque[_Kept] = field(default_factory=deque)
    lent: int = 0
    failures: int = 0
    rests_until: float = 0.0
    is_retired: bool = False


_pools: dict[uuid.UUID, _Pool] = {}
_lock = threading.Lock()
_reaper: threading.Thread | None = None


def borrow(connector: Connector) -> Lent:
    """Return a session for the time of one job; close it afterwards, which gives it back. Opens nothing yet.

    Raises `SourceError` when the connector cannot be used as it is, when all its sessions are in use for too long, or
    when its database did not answer several times just now. One query.
    """
    pool = _pool_of(connector)
    kept = _wait_for_place(pool)
    try:
        return Lent(pool, lambda: doors.source(connector), kept)
    except BaseException:
        _give_back(pool, kept)
        raise


def close_idle(connector_id: uuid.UUID | None = None) -> None:
    """Close idle sessions of one connector, or of all, and lend none that are out now again."""
    with _lock:
        gone = [_pools.pop(key) for key in ([connector_id] if connector_id else list(_pools)) if key in _pools]
    for pool in gone:
        _retire(pool)


class Lent:
    """A source on loan. It behaves as the adapter does; `close` gives a healthy session back."""

    def __init__(self, pool: _Pool, make: Callable[[], SourceAdapter], kept: _Kept | None) -> None:
        self._pool, self._make = pool, make
        self._adapter = kept.adapter if kept is not None else make()
        self._made_at = kept.made_at if kept is not None else time.monotonic()
        self._is_untried = kept is not None
        self._is_spoilt = self._is_cancelled = self._is_over = False
        self._guard = threading.Lock()
        self.dialect = self._adapter.dialect

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_kept(self) -> bool:
        """Whether a session of an earlier job serves this one, so that nothing has to be opened."""
        return self._is_untried

    def run(self, sql: str, limits: Limits) -> Result:
        return self._call(lambda adapter: adapter.run(sql, limits))

    def explain(self, sql: str, timeout_s: float = 10.0) -> Plan:
        return self._call(lambda adapter: adapter.explain(sql, timeout_s))

    def describe(self) -> Schema:
        return self._call(lambda adapter: adapter.describe())

    def probe(self) -> ProbeReport:
        return self._call(lambda adapter: adapter.probe())

    def cancel(self) -> None:
        """Stop what runs and refuse what follows; without effect once the loan is over, so that it hits nobody else."""
        with self._guard:
            if self._is_over:
                return
            self._is_cancelled = True
            adapter = self._adapter
        adapter.cancel()

    def close(self) -> None:
        """Give the session back where it is healthy and may serve again, else close it."""
        with self._guard:
            if self._is_over:
                return
            self._is_over = True
        is_good = not (self._is_spoilt or self._is_cancelled) and getattr(self._adapter, "is_reusable", False)
        _give_back(self._pool, _Kept(self._adapter, self._made_at, time.monotonic()) if is_good else None)
        if not is_good:
            self._adapter.close()

    def _call(self, ask: Callable[[SourceAdapter], T]) -> T:
        """Ask the adapter; a kept session that turns out to be gone is replaced once, before anybody is told."""
        try:
            return self._told(ask)
        except SourceUnreachable:
            if not self._is_untried or self._is_cancelled:
                raise
        self._adapter.close()
        with self._guard:
            self._adapter, self._made_at = self._make(), time.monotonic()
            self._is_untried = self._is_spoilt = False
            must_stop = self._is_cancelled
        if must_stop:
            self._adapter.cancel()
        return self._told(ask)

    def _told(self, ask: Callable[[SourceAdapter], T]) -> T:
        try:
            answer = ask(self._adapter)
        except SourceError as error:
            self._is_spoilt = True
            if isinstance(error, SourceUnreachable) and not self._is_untried:
                _count_failure(self._pool)
            elif isinstance(error, SourceFailed):
                _count_success(self._pool)
            raise
        except BaseException:
            self._is_spoilt = True
            raise
        self._is_untried = False
        _count_success(self._pool)
        return answer


# --- inside ---------------------------------------------------------------------------------------


_ROTATED_AT = Compiled(
    lambda connector_id: (
        Credential.objects.filter(connector_id=connector_id).order_by("id").values_list("rotated_at")[:1]
    )
)


def reads(connector_id: uuid.UUID) -> tuple[Read, ...]:
    """Return what `borrow` reads of a connector's credential, to be read ahead."""
    return (Read(_ROTATED_AT, (connector_id,)),)


def _pool_of(connector: Connector) -> _Pool:
    """Return the pool of the connector as it is set now; one of earlier settings is retired."""
    rotated = _ROTATED_AT.first(connector.pk)
    key = (connector.tenant_id, connector.pk, connector.revision, str((rotated and rotated[0]) or ""))
    with _lock:
        found = _pools.get(connector.pk)
        if found is not None and found.key == key:
            return found
        _pools[connector.pk] = made = _Pool(key)
    if found is not None:
        _retire(found)
    return made


def _wait_for_place(pool: _Pool) -> _Kept | None:
    """Count one session more as lent and return an idle one where there is; raise when there is no place in time."""
    until = time.monotonic() + WAIT_S
    with pool.condition:
        while True:
            now = time.monotonic()
            if pool.rests_until > now:
                raise SourceUnreachable(
                    "resting",
                    "host: the database did not answer several times just now; it is asked again in "
                    f"{max(1, round(pool.rests_until - now))} s, try again then",
                )
            if pool.lent < MOST_OPEN:
                pool.lent += 1
                return _fresh(pool, now)
            if until <= now or not pool.condition.wait(until - now):
                raise SourceUnreachable(
                    "sessions_in_use",
                    f"all {MOST_OPEN} sessions that one worker keeps with this database are in use; try again",
                )


def _fresh(pool: _Pool, now: float) -> _Kept | None:
    """Return the session used last, if it is young enough; the reaper closes those that are not."""
    if pool.idle and not _is_stale(pool.idle[-1], now):
        return pool.idle.pop()
    return None


def _is_stale(kept: _Kept, now: float) -> bool:
    return now - kept.idle_since > IDLE_S or now - kept.made_at > OLDEST_S


def _give_back(pool: _Pool, kept: _Kept | None) -> None:
    dropped: list[_Kept] = []
    with pool.condition:
        pool.lent -= 1
        if kept is not None:
            pool.idle.append(kept)
        while pool.idle and (pool.is_retired or len(pool.idle) > MOST_IDLE):
            dropped.append(pool.idle.popleft())
        pool.condition.notify()
    for each in dropped:
        each.adapter.close()
    if kept is not None and kept not in dropped:
        _reap_later()


def _retire(pool: _Pool) -> None:
    with pool.condition:
        pool.is_retired = True
        dropped = list(pool.idle)
        pool.idle.clear()
    for each in dropped:
        each.adapter.close()


def _count_failure(pool: _Pool) -> None:
    with pool.condition:
        pool.failures += 1
        if pool.failures >= FAILURES:
            pool.failures, pool.rests_until = FAILURES - 1, time.monotonic() + REST_S


def _count_success(pool: _Pool) -> None:
    with pool.condition:
        pool.failures, pool.rests_until = 0, 0.0


def _reap_later() -> None:
    """Have a thread close what stays unused; it ends when nothing is left to close."""
    global _reaper
    with _lock:
        if _reaper is None or not _reaper.is_alive():
            _reaper = threading.Thread(target=_reap, name="sessions-reaper", daemon=True)
            _reaper.start()


def _reap() -> None:
    global _reaper
    while True:
        time.sleep(_LOOK_EVERY_S)
        if not reap():
            with _lock:
                if not any(pool.idle for pool in _pools.values()):
                    _reaper = None
                    return


def reap() -> int:
    """Close idle sessions that are past their time, and return how many are left."""
    with _lock:
        pools = list(_pools.values())
    left, dropped, now = 0, [], time.monotonic()
    for pool in pools:
        with pool.condition:
            stale = [kept for kept in pool.idle if _is_stale(kept, now)]
            for kept in stale:
                pool.idle.remove(kept)
            dropped += stale
            left += len(pool.idle)
    for kept in dropped:
        kept.adapter.close()
    return left


_inherited: list[Any] = []


def _start_anew() -> None:
    """After a fork the sessions are the parent's: the child keeps them unused, so that nothing is sent on them."""
    global _lock, _reaper
    _inherited.append(dict(_pools))
    _pools.clear()
    _lock, _reaper = threading.Lock(), None


os.register_at_fork(after_in_child=_start_anew)
