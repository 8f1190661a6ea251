"""A pytest plugin: the tests' own PostgreSQL and Valkeys, below `.state/test`, apart from the demo's.

Loaded with `-p`, so that the state folder is chosen before anything reads the settings. The controlling
process holds the servers for the session; with xdist its workers find them running. What has a URL in the
environment is not started.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_session = contextlib.ExitStack()
_quiet: list[bool] = []
"""Filled at the end, so that nothing is written after pytest's closing line."""

os.environ.setdefault("COUNTERSIGN_PRODUCTION", "0")
os.environ.setdefault("COUNTERSIGN_STATE_DIR", str(ROOT / ".state" / "test"))


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Run a block on the servers the environment counts on; the last to leave stops them."""
    from portal import embedded, environment

    found = environment.load_or_exit(ROOT)
    if not found.embedded:
        yield
        return
    with embedded.using(found.state_dir, durable=False, services=found.embedded_services, say=_say):
        yield
        _quiet.append(True)


def _say(line: str) -> None:
    if not _quiet:
        sys.stderr.write(f"  {line} …\n")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the process that leads the session."""
    if not hasattr(config, "workerinput"):
        _session.enter_context(held())


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the servers."""
    _session.close()
