"""What a demo and its pictures stand on: one at a time on a state folder, the servers it counts on, the loaded data."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from demo.screen import slow
from portal import embedded
from portal.environment import Environment


class CannotStart(RuntimeError):
    """The demo cannot run here; the message is one sentence with the fix."""


@contextlib.contextmanager
def alone(state_dir: Path) -> Iterator[None]:
    """Hold the state folder's demo lock, which the kernel frees when we die; two demos would share one worker queue."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(state_dir / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"a demo already runs on `{state_dir}`: end it, or set COUNTERSIGN_STATE_DIR") from None
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def servers(found: Environment) -> Iterator[None]:
    """Hold the embedded servers this environment counts on; with URLs of one's own there are none to hold."""
    if not found.embedded:
        yield
        return
    with embedded.using(found.state_dir, services=found.embedded_services, say=slow):
        yield


def load(found: Environment, *, has_story: bool) -> int:
    """Migrate and load the demo organization; return the number of the story's next telling."""
    import django

    found.require("database_owner_url")
    found.require("sandbox_url")
    django.setup()
    from demo import load as loading

    return loading.load(found, has_story=has_story)
