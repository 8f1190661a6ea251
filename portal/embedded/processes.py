"""Finds and ends the processes of one server folder; it never touches a process that is not in that folder.

Both servers make their data folder their working directory, so the kernel itself says which processes are
theirs. A number in a pid file proves nothing: it may have been given to somebody else since.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.embedded.places import EmbeddedError

Say = Callable[[str], None]
_PROC = Path("/proc")

HANGS_AFTER_S = 9.0
"""How long a living server may stay silent before it is taken for one that hangs, and replaced."""
ANSWER_WITHIN_S = 3
"""How long one question to a server may take (whole seconds)."""


def is_running(pid: int) -> bool:
    """Tell whether `pid` is a living process; one that has ended and was not yet reaped is none."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in {"Z", "X"}


def is_taken(pid: int) -> bool:
    """Tell whether the kernel knows `pid`, be it a process that has ended and was not reaped."""
    return (_PROC / str(pid)).exists()


def parent_of(pid: int) -> int:
    """Return the parent's pid, or 0 when the process is gone."""
    try:
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def belongs(pid: int, folder: Path, program: str) -> bool:
    """Tell whether `pid` is `program` working in `folder`, also after the folder was deleted under it."""
    if not is_running(pid):
        return False
    process = _PROC / str(pid)
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if not words or program not in os.fsdecode(words[0]):
        return False
    try:
        place = os.readlink(process / "cwd")
    except OSError:  # another user's process: its arguments are all that may be read
        return os.fsencode(folder) in words
    return place in {str(folder), f"{folder} (deleted)"}


def working_in(folder: Path, program: str) -> list[int]:
    """Return the pids of every `program` process of `folder`."""
    if not _PROC.is_dir():
        raise EmbeddedError("the embedded servers need Linux's /proc: set DATABASE_URL and REDIS_URL instead")
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if belongs(pid, folder, program)]


def first_of(pids: list[int]) -> int | None:
    """Return the process of `pids` whose parent is not among them: the server itself."""
    return next((pid for pid in pids if parent_of(pid) not in pids), None)


def end(folder: Path, program: str, signals: tuple[tuple[signal.Signals, float], ...]) -> bool:
    """End the server of `folder` by `signals` in turn, each with its patience in seconds; kill what is left.

    Returns whether there was anything to end.
    """
    found = working_in(folder, program)
    server = first_of(found)
    for number, patience_s in signals:
        if server is None:
            break
        send(server, number)
        if wait_until(lambda: not working_in(folder, program), patience_s):
            return True
    for pid in working_in(folder, program):
        send(pid, signal.SIGKILL)
    wait_until(lambda: not working_in(folder, program), 5.0)
    return bool(found)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may already be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def patience_s(socket: Path) -> float:
    """Return how long to wait for a living server to answer: without a socket it never will."""
    return HANGS_AFTER_S if socket.exists() else 1.0


def wait_until(condition: Callable[[], bool], patience_s: float) -> bool:
    """Poll `condition` until it holds or `patience_s` seconds have passed; return whether it holds."""
    deadline = time.monotonic() + patience_s
    pause_s = 0.01
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.1)
    return True


@contextlib.contextmanager
def progress(say: Say | None, line: str, after_s: float = 2.0) -> Iterator[None]:
    """Say `line` once when the block takes longer than `after_s` seconds."""
    timer = threading.Timer(after_s, say, [line]) if say else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        if timer:
            timer.cancel()


@contextlib.contextmanager
def locked(file: Path, say: Say | None = None, patience_s: float = 120.0) -> Iterator[None]:
    """Hold the exclusive lock on `file`; the kernel frees it when the holder dies.

    Raises EmbeddedError after `patience_s` seconds.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with progress(say, "waiting for another process that starts or stops the servers"):
            if not wait_until(lambda: try_lock(descriptor, fcntl.LOCK_EX), patience_s):
                raise EmbeddedError(f"`{file}` stays locked by another process: end that process and try again")
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock if nobody else has it; return whether it was taken."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
