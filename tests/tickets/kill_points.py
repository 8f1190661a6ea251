"""Runs a worker in a forked process that kills itself at the n-th point: around every commit and outside call."""

from __future__ import annotations

import os
import signal
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections

from connectors import open as doors
from portal import tenancy, work
from portal.postgresql.base import BoundCursor, DatabaseWrapper

WRITES = ("INSERT", "UPDATE", "DELETE")


class Points:
    """Counts the points a worker passes and kills the process at one of them, by number or by name."""

    def __init__(self, kill_at: int | str | None, log: Path) -> None:
        self.count, self.kill_at, self.log = 0, kill_at, log

    def reach(self, name: str) -> None:
        self.count += 1
        with self.log.open("a") as file:
            file.write(f"{name}\n")
        if self.kill_at in (self.count, name):
            os.kill(os.getpid(), signal.SIGKILL)


READS = ("lookup", "effects", "order", "find_order", "history", "customer_by_email", "item", "fetch", "answered_since")
"""Calls that change nothing: to die before one or after it leaves the same behind, so one point is enough."""


def apart(points: list[str]) -> list[int]:
    """Return the places of the points that leave something else behind than the one before.

    Between "after" this and "before" that only memory changes: to die there is to die at either.
    """
    return [
        place
        for place, name in enumerate(points, start=1)
        if place == 1 or name.startswith("after") or not points[place - 2].startswith("after")
    ]


class Watched:
    """An adapter whose every call that may change something is a point before and a point after."""

    def __init__(self, adapter: Any, name: str, points: Points) -> None:
        self._adapter, self._name, self._points = adapter, name, points

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._adapter, method)
        if method == "tool" or not callable(call):
            return call

        def watched(*args: Any, **kwargs: Any) -> Any:
            self._points.reach(f"before {self._name}.{method}")
            answer = call(*args, **kwargs)
            if method not in READS:
                self._points.reach(f"after {self._name}.{method}")
            return answer

        return watched


def install(points: Points) -> None:
    """Put the points around commits, writes outside transactions, and every outside call. In the child only."""
    commit, execute = DatabaseWrapper._commit, BoundCursor._execute

    def watched_commit(self: Any) -> Any:
        points.reach("before commit")
        answer = commit(self)
        points.reach("after commit")
        return answer

    def watched_execute(self: Any, sql: Any, *args: Any) -> Any:
        alone = not self.db.in_atomic_block and str(sql).lstrip().upper().startswith(WRITES)
        if alone:
            points.reach("before lone write")
        answer = execute(self, sql, *args)
        if alone:
            points.reach("after lone write")
        return answer

    DatabaseWrapper._commit = watched_commit  # type: ignore[method-assign]
    BoundCursor._execute = watched_execute  # type: ignore[method-assign]
    for name in ("store", "helpdesk", "risk_feed"):
        opened = getattr(doors, name)
        setattr(doors, name, lambda *args, opened=opened, name=name: Watched(opened(*args), name, points))


def worker(organization_id: uuid.UUID, job_id: uuid.UUID, kill_at: int | str | None, kind: str = "ticket") -> list[str]:
    """Fork a worker that works on the job once; return the points it passed, the last of which killed it."""
    descriptor, name = tempfile.mkstemp(prefix="points-")
    os.close(descriptor)
    log = Path(name)
    connections.close_all()
    child = os.fork()
    if child == 0:
        _work(organization_id, job_id, Points(kill_at, log), kind)
    _, status = os.waitpid(child, 0)
    passed = log.read_text().splitlines()
    log.unlink()
    killed = os.WIFSIGNALED(status)
    assert killed == (kill_at is not None), (status, kill_at, len(passed))
    assert killed or os.WEXITSTATUS(status) == 0, "the worker failed"
    return passed


def _work(organization_id: uuid.UUID, job_id: uuid.UUID, points: Points, kind: str) -> None:
    code = 1
    try:
        install(points)
        with tenancy.scope(organization_id, actor=tenancy.SYSTEM):
            work.run(kind, job_id, None)
        code = 0
    finally:
        os._exit(code)


def recover(organization_id: uuid.UUID, is_over: Callable[[], bool]) -> None:
    """Do what dispatcher, sweep and workers do after a worker died: expire the lease, sweep, lease, work."""
    for _ in range(12):
        with tenancy.scope(organization_id, actor=tenancy.SYSTEM):
            if is_over():
                return
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE tickets_ticket SET run_after = now() - interval '1 s', lease_expires_at ="
                " CASE WHEN job_state = 'leased' THEN now() - interval '1 s' END"
                " WHERE organization_id = %s AND job_state <> 'idle'",
                [organization_id],
            )
        work.sweep()
        for kind, organization, job, token in work.lease_ready(10):
            with tenancy.scope(organization, actor=tenancy.SYSTEM):
                work.run(kind, job, token)
    raise AssertionError("the ticket did not come to an end")
