"""Runs web, worker and beat as children of the demo and leaves none of them behind, however it ends.

Each child leads a process group of its own, so that a Ctrl-C reaches the demo alone, which then ends them in
order. Should the demo itself be killed, the kernel tells the children (`demo.child`) and they end themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 90.0
_STOP_WITHIN_S = 15.0


class ChildFailed(RuntimeError):
    """A child ended by itself or never became ready; the message names its log."""


@dataclass(frozen=True)
class Child:
    """One child process, by the name people know it by."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def require_alive(self) -> None:
        """Raise `ChildFailed` when it ended by itself."""
        code = self.process.poll()
        if code is not None:
            raise ChildFailed(f"{self.name} ended with code {code}: see `{self.log}`")


def free_port(wanted: int | None) -> int:
    """Return the port to serve on: the one asked for, else 8000, else any that is free."""
    for port in (wanted,) if wanted is not None else (8000, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ChildFailed(f"PORT is {wanted}, which is taken: choose another, or leave PORT out")


@contextlib.contextmanager
def running(state_dir: Path, port: int, *, slots: int) -> Iterator[list[Child]]:
    """Run the three children for the length of the block; they are gone when it ends."""
    children: list[Child] = []
    try:
        for name, command in _commands(state_dir, slots).items():
            children.append(_start(name, command, state_dir / "logs", _environment(port)))
        yield children
    finally:
        stop(children)


def _commands(state_dir: Path, slots: int) -> Mapping[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    schedule = state_dir / "beat-schedule"
    return {
        "web": [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "portal.wsgi:application"],
        "worker": [
            *celery,
            "worker",
            "-P",
            "prefork",
            "-c",
            str(slots),
            "--without-gossip",
            "--without-mingle",
            "-l",
            "WARNING",
        ],
        "beat": [*celery, "beat", "--schedule", str(schedule), "--pidfile", "", "-l", "WARNING"],
    }


def _environment(port: int) -> dict[str, str]:
    """Return the children's environment: as ours, without the owner's URL, on this machine's own address."""
    own = {
        "COUNTERSIGN_WITHOUT_OWNER": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"} | own


def _start(name: str, command: list[str], logs: Path, environment: dict[str, str]) -> Child:
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = logs / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "demo.child", str(os.getpid()), *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def stop(children: list[Child]) -> None:
    """End every child and whatever it started: asked politely first, killed after a while."""
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_WITHIN_S
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError):  # of the whole group, its own children too
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(number)


def wait_until_ready(url: str, children: list[Child]) -> None:
    """Return when `/readyz` says that the portal is ready; raise `ChildFailed` when it will not be."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        for child in children:
            child.require_alive()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            pass  # nobody listens yet, or not everything is ready
        time.sleep(0.1)
    raise ChildFailed(
        f"the portal is not ready after {READY_WITHIN_S:.0f} s: see the logs in `{children[0].log.parent}`"
    )
