"""The portal's own processes (web, worker) on the database of the running test, for tests through real HTTP and Celery.

The test must commit what the process should see: `@pytest.mark.django_db(transaction=True, databases=EVERY_ROLE)`.
"""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
EVERY_ROLE = ["default", "owner", "dispatcher"]


def environment(**more: str) -> dict[str, str]:
    """Return the environment in which a process finds this test's database, under the same three roles."""
    known = settings.ENVIRONMENT
    urls = {
        "DATABASE_URL": known.database_url,
        "DATABASE_OWNER_URL": known.database_owner_url,
        "DATABASE_DISPATCHER_URL": known.database_dispatcher_url,
    }
    keys = {
        "COUNTERSIGN_SECRET_KEY": known.secret_key,
        "COUNTERSIGN_MASTER_KEY": base64.b64encode(known.master_key).decode(),
    }
    name = settings.DATABASES["default"]["NAME"]
    here = {variable: _with_database(url, str(name)) for variable, url in urls.items()}
    return {**os.environ, **here, **keys, "COUNTERSIGN_PRODUCTION": "0", "PYTHONPATH": str(ROOT), **more}


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def free_port() -> int:
    """Return a port of the loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Web:
    """A running web process."""

    host: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextlib.contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """End the process when the block leaves, by force if it does not listen."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def web(log: Path, *, application: str = "portal.wsgi", threads: int = 8, **env: str) -> Iterator[Web]:
    """Serve with gunicorn's threads and pooled connections, as production does, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application]
    given = environment(WEB_BIND=f"127.0.0.1:{port}", WEB_WORKERS="1", WEB_THREADS=str(threads), **env)
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=out, stderr=subprocess.STDOUT)
        with ended(process):
            _until_open(process, port, log)
            yield Web("127.0.0.1", port, log)


def _until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"the web process did not open port {port}:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def worker(
    log: Path, *, application: str = "portal", queue: str, processes: int = 2, level: str = "WARNING", **env: str
) -> Iterator[int]:
    """Run a Celery worker on one queue of the tests' broker until the block ends; yield its process id."""
    command = [sys.executable, "-m", "celery", "-A", application, "worker", "-Q", queue, "-c", str(processes)]
    command += ["--loglevel", level, "--without-gossip", "--without-mingle", "-n", f"{queue}@%h"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(**env), stdout=out, stderr=subprocess.STDOUT)
        with ended(process):
            yield process.pid
