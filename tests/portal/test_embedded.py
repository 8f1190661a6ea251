"""The embedded servers, for real: each test has a state folder and processes of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from kombu import Connection

from portal import embedded
from portal.embedded import postgres, processes, valkey
from portal.embedded.places import Places, kept_secret, make_private
from portal.urls_of_servers import for_celery

ROOT = Path(__file__).resolve().parents[2]
ROLE_URLS = ("database_url", "database_owner_url", "database_dispatcher_url", "sandbox_url")


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder with a short path, stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cs-", dir="/tmp"))
    yield folder / "state"
    remove(folder / "state")
    shutil.rmtree(folder)


def remove(folder: Path) -> None:
    """Stop the servers of `folder`; nothing of theirs may be left."""
    embedded.stop(folder)
    sockets = Places.below(folder).sockets
    assert running(folder) == []
    shutil.rmtree(folder, ignore_errors=True)
    if sockets.parent == Path("/tmp"):
        shutil.rmtree(sockets, ignore_errors=True)


def running(folder: Path) -> list[int]:
    """Return every server process of `folder`."""
    where = Places.below(folder)
    found = processes.working_in(where.postgres_data, postgres.PROGRAM)
    for name in (valkey.BROKER, valkey.CACHE):
        found += processes.working_in(where.valkey_folder(name), valkey.PROGRAM)
    return found


def answer(url: str) -> tuple[str, str]:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_user::text, current_database()::text").fetchone()
    assert row
    return row


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portal.embedded", *words, "--state-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_everything_starts_from_nothing_and_each_role_reaches_its_database(state: Path) -> None:
    servers = embedded.ensure(state, durable=False)
    assert servers.started == ("postgres", "broker", "cache")
    assert [answer(getattr(servers, name)) for name in ROLE_URLS] == [
        ("countersign_runtime", "countersign"),
        ("countersign_owner", "countersign"),
        ("countersign_dispatcher", "countersign"),
        ("countersign_sandbox", "countersign_sandbox"),
    ]
    assert redis.Redis.from_url(servers.redis_url).ping()
    with Connection(for_celery(servers.redis_url)) as broker:
        broker.connect()
        assert broker.connected


def test_a_second_start_uses_the_same_processes(state: Path) -> None:
    embedded.ensure(state, durable=False)
    before = embedded.status(state)
    assert all(before.values())
    assert embedded.ensure(state, durable=False).started == ()
    assert embedded.status(state) == before


def test_no_role_may_more_than_it_should(state: Path) -> None:
    servers = embedded.ensure(state, durable=False, services=["postgres"])
    with psycopg.connect(embedded.superuser_url(state)) as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname ~ '^countersign_' AND rolname <> 'countersign_superuser' ORDER BY 1"
        ).fetchall()
    assert rights == [
        ("countersign_dispatcher", False, False),
        ("countersign_owner", False, True),
        ("countersign_runtime", False, False),
        ("countersign_sandbox", False, False),
    ]
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(servers.database_url) as connection, refused:
        connection.execute("CREATE TABLE mine (id int)")
    foreign = servers.sandbox_url.replace("/countersign_sandbox?", "/countersign?")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        answer(foreign)


def test_a_wrong_password_is_refused(state: Path) -> None:
    servers = embedded.ensure(state, durable=False, services=["postgres"])
    secret = Places.below(state).password("countersign_runtime")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        answer(servers.database_url.replace(secret, "wrong"))


def test_nothing_listens_on_the_network(state: Path) -> None:
    embedded.ensure(state, durable=False)
    inodes = set()
    for pid in running(state):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            target = os.readlink(entry) if entry.is_symlink() else ""
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = [
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    assert inodes
    assert not inodes.intersection(listening)
    assert Places.below(state).sockets.stat().st_mode & 0o777 == 0o700


@pytest.mark.requirement("Q01", part="the cache keeps nothing on disk")
def test_the_cache_writes_nothing_and_the_broker_keeps_everything(state: Path) -> None:
    servers = embedded.ensure(state, durable=False, services=["broker", "cache"])
    for url in (servers.redis_url, servers.cache_url):
        redis.Redis.from_url(url).set("canary", "CANARY-ROW-4711")
    with pytest.raises(redis.ResponseError, match="unknown command"):
        redis.Redis.from_url(servers.cache_url).bgsave()
    with pytest.raises(redis.ResponseError):
        redis.Redis.from_url(servers.cache_url).config_set("dir", "/tmp")
    embedded.stop(state)
    files = [file for file in (state / "cache").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"CANARY-ROW-4711" in file.read_bytes()]
    assert [file for file in (state / "broker").rglob("*.aof") if b"CANARY-ROW-4711" in file.read_bytes()]
    embedded.ensure(state, durable=False, services=["broker", "cache"])
    assert redis.Redis.from_url(servers.redis_url).get("canary") == b"CANARY-ROW-4711"
    assert redis.Redis.from_url(servers.cache_url).get("canary") is None


def test_killed_servers_are_started_again_with_what_they_kept(state: Path) -> None:
    servers = embedded.ensure(state)
    with psycopg.connect(servers.database_owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    before = embedded.status(state)
    for pid in before.values():
        assert pid
        os.kill(pid, signal.SIGKILL)
    assert embedded.ensure(state).started == ("postgres", "broker", "cache")
    assert not set(before.values()) & set(embedded.status(state).values())
    with psycopg.connect(servers.database_owner_url) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (42,)


def test_a_stale_pid_file_whose_pid_was_given_away_does_not_hinder(state: Path) -> None:
    embedded.ensure(state, durable=False, services=["postgres"])
    where = Places.below(state)
    pid_file = where.postgres_data / "postmaster.pid"
    lock_file = where.postgres_socket.with_name(".s.PGSQL.5432.lock")
    kept = {file: file.read_text() for file in (pid_file, lock_file)}
    pid = embedded.status(state)["postgres"]
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not running(state), 10)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        for file, text in kept.items():
            file.write_text(text.replace(str(pid), str(bystander.pid), 1))
        assert embedded.ensure(state, durable=False, services=["postgres"]).started == ("postgres",)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("name", ["postgres", "broker", "cache"])
def test_a_server_that_hangs_is_replaced(state: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "HANGS_AFTER_S", 1.0)
    monkeypatch.setattr(processes, "ANSWER_WITHIN_S", 1)
    embedded.ensure(state, durable=False, services=[name])
    pid = embedded.status(state)[name]
    assert pid
    os.kill(pid, signal.SIGSTOP)
    assert embedded.ensure(state, durable=False, services=[name]).started == (name,)
    assert not processes.is_running(pid)


def test_servers_whose_folder_was_deleted_are_replaced_not_doubled(state: Path) -> None:
    embedded.ensure(state, durable=False)
    old = running(state)
    shutil.rmtree(state)
    assert embedded.ensure(state, durable=False).started == ("postgres", "broker", "cache")
    assert not [pid for pid in old if processes.is_running(pid)]


def test_an_interrupted_initdb_leaves_nothing_in_the_way(state: Path) -> None:
    half_made = state / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    embedded.ensure(state, durable=False, services=["postgres"])
    assert embedded.status(state)["postgres"]


def test_another_versions_data_is_named_and_left_alone(state: Path) -> None:
    data = state / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(embedded.EmbeddedError, match=r"was made by PostgreSQL 15: run `make clean`"):
        embedded.ensure(state, services=["postgres"])
    assert (data / "PG_VERSION").exists()


@pytest.mark.parametrize("part", ["a-long-name-", 'it\'s a "folder", '])
def test_a_deep_clone_and_an_odd_name_work(state: Path, part: str) -> None:
    deep = state.joinpath(*[part.strip() * 4] * 4)
    try:
        servers = embedded.ensure(deep, durable=False)
        assert len(os.fsencode(Places.below(deep).postgres_socket)) <= 107
        assert answer(servers.database_url) == ("countersign_runtime", "countersign")
        assert redis.Redis.from_url(servers.cache_url).ping()
        with Connection(for_celery(servers.redis_url)) as broker:
            broker.connect()
            assert broker.connected
    finally:
        remove(deep)


def test_a_short_name_with_a_space_and_a_quote_works(state: Path) -> None:
    odd = state.with_name('it\'s 1%20 "x"')
    try:
        servers = embedded.ensure(odd, durable=False)
        assert Places.below(odd).sockets.is_relative_to(odd)
        assert answer(servers.database_url) == ("countersign_runtime", "countersign")
        assert redis.Redis.from_url(servers.redis_url).ping()
        with Connection(for_celery(servers.redis_url)) as broker:
            broker.connect()
            assert broker.connected
    finally:
        remove(odd)


def test_two_starts_at_once_make_one_server(state: Path) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "portal.embedded", "start", "--state-dir", str(state)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=120)[0] for process in commands)
    assert said == ["already running\n", "already running\n", "started: postgres, broker, cache\n"]
    valkeys = [valkey.BROKER, valkey.CACHE]
    where = Places.below(state)
    assert [len(processes.working_in(where.valkey_folder(name), valkey.PROGRAM)) for name in valkeys] == [
        1,
        1,
    ]
    masters = processes.working_in(where.postgres_data, postgres.PROGRAM)
    assert len([pid for pid in masters if processes.parent_of(pid) not in masters]) == 1


def test_stop_leaves_no_process_and_says_what_it_stopped(state: Path) -> None:
    assert command(state, "start").stdout == "started: postgres, broker, cache\n"
    pids = running(state)
    assert len(pids) > 3
    assert command(state, "stop").stdout == "stopped: cache, broker, postgres\n"
    assert not [pid for pid in pids if processes.is_running(pid)]
    assert command(state, "status").returncode == 1
    assert command(state, "stop").stdout == "nothing was running\n"


def test_the_last_user_stops_the_servers_and_a_killed_user_does_not_count(state: Path) -> None:
    script = "import sys, time\nfrom portal import embedded\n" + (
        "with embedded.using(sys.argv[1], durable=False):\n    print('in', flush=True)\n    time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "in\n"
    with embedded.using(state, durable=False) as servers:
        assert servers.started == ()
    assert all(embedded.status(state).values())  # the other one still uses them
    other.kill()
    other.communicate()
    with embedded.using(state, durable=False):
        assert all(embedded.status(state).values())
    assert running(state) == []


def test_the_servers_know_none_of_the_portals_secrets(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "CANARY-KEY-4711")
    embedded.ensure(state, durable=False)
    pids = running(state)
    assert pids
    for pid in pids:
        assert b"CANARY-KEY-4711" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert Places.below(state).password("countersign_owner").encode() not in (
            Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
        )
    for log in (Places.below(state).postgres_log, state / "broker" / "log", state / "cache" / "log"):
        assert Places.below(state).password("countersign_owner") not in log.read_text()


def test_keys_are_made_once_and_readable_to_nobody_else(state: Path) -> None:
    first = kept_secret(state / "keys" / "example")
    assert kept_secret(state / "keys" / "example") == first
    assert (state / "keys" / "example").stat().st_mode & 0o777 == 0o600
    assert (state / "keys").stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_planted_by_somebody_else_is_refused(state: Path) -> None:
    state.mkdir()
    (state / "planted").symlink_to(tempfile.gettempdir())
    with pytest.raises(embedded.EmbeddedError, match="is not ours"):
        make_private(state / "planted")


def test_a_short_socket_folder_planted_by_somebody_else_is_refused(state: Path) -> None:
    deep = state / ("a-long-name" * 10)
    planted = Places.below(deep).sockets
    assert planted.parent == Path("/tmp")
    state.mkdir()
    planted.symlink_to(state)
    try:
        with pytest.raises(embedded.EmbeddedError, match=r"is not ours: set COUNTERSIGN_STATE_DIR"):
            embedded.ensure(deep)
        assert running(deep) == []
    finally:
        planted.unlink()


def test_a_step_says_so_only_when_it_takes_long() -> None:
    said: list[str] = []
    with processes.progress(said.append, "quick", after_s=0.5):
        pass
    with processes.progress(said.append, "slow", after_s=0.05):
        time.sleep(0.2)
    assert said == ["slow"]


def test_a_script_without_known_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="passwords names `boss`"):
        embedded.role_sql({"boss": "x"})
    with pytest.raises(ValueError, match="may not be empty"):
        embedded.role_sql({"countersign_owner": ""})


def test_the_roles_script_may_be_run_again_and_takes_back_what_was_given(state: Path) -> None:
    embedded.ensure(state, durable=False, services=["postgres"])
    with psycopg.connect(embedded.superuser_url(state), autocommit=True) as connection:
        connection.execute("ALTER ROLE countersign_runtime BYPASSRLS CREATEDB")
    postgres._provision(Places.below(state))
    with psycopg.connect(embedded.superuser_url(state)) as connection:
        rights = connection.execute(
            "SELECT rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = 'countersign_runtime'"
        ).fetchone()
    assert rights == (False, False)


def test_root_without_namespaces_starts_postgres_as_a_system_user(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid() != 0:
        assert postgres._ways(state.parent) == [[]]  # only root needs another way than the plain one
        return
    monkeypatch.setattr(postgres, "_works", lambda command: False)
    state.parent.chmod(0o700)  # no folder on the way is open to the system user
    servers = embedded.ensure(state, durable=False, services=["postgres"])
    assert answer(servers.database_url) == ("countersign_runtime", "countersign")
    pid = embedded.status(state)["postgres"]
    assert pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    os.kill(pid, signal.SIGKILL)
    assert embedded.ensure(state, durable=False, services=["postgres"]).started == ("postgres",)
    monkeypatch.undo()  # namespaces work again: the data folder stays with the user it was given to
    os.kill(embedded.status(state)["postgres"] or 0, signal.SIGKILL)
    assert embedded.ensure(state, durable=False, services=["postgres"]).started == ("postgres",)


def test_an_ordinary_user_starts_and_stops_them(state: Path) -> None:
    run, user_id = [sys.executable, "-m", "portal.embedded"], os.getuid()
    if user_id == 0:
        user = pwd.getpwnam("nobody")
        os.chown(state.parent, user.pw_uid, user.pw_gid)
        # The clone may lie in a folder of root's own: what `nobody` keeps is the right to read, no more.
        become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        keep = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        run, user_id = [*become, *keep, "--", *run], user.pw_uid
    where = ["--state-dir", str(state)]
    done = subprocess.run([*run, "start", *where], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "started: postgres, broker, cache\n", done.stderr
    assert all(line.endswith("…") for line in done.stderr.splitlines()), "progress of what takes long, and nothing else"
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in running(state)} == {user_id}
    done = subprocess.run([*run, "stop", *where], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("stopped: cache, broker, postgres\n", "")
