"""A pytest plugin: the tests' own PostgreSQL and Valkeys, below `.state/test`, apart from the demo's.

Loaded with `-p`, so that the state folder is chosen before anything reads the settings. The controlling
process holds the servers for the session; with xdist its workers find them running. What has a URL in the
environment is not started.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_held = contextlib.ExitStack()

os.environ.setdefault("COUNTERSIGN_PRODUCTION", "0")
os.environ.setdefault("COUNTERSIGN_STATE_DIR", str(ROOT / ".state" / "test"))


def start() -> None:
    """Start the servers the environment counts on and hold them until `release`."""
    from portal import embedded, environment

    try:
        found = environment.load(os.environ, ROOT)
        if found.embedded:
            services = found.embedded_services
            _held.enter_context(embedded.using(found.state_dir, durable=False, services=services, say=_say))
    except (environment.SettingsError, embedded.EmbeddedError) as error:
        raise pytest.UsageError(str(error)) from error


def _say(line: str) -> None:
    sys.stderr.write(f"  {line} …\n")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the process that leads the session, unless it only lists or helps."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the servers: the last session to do so stops them."""
    _held.close()
