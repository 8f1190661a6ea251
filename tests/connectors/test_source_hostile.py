"""A connector is hostile until proved otherwise: what answers there harms nobody but itself (S09, Q05, Q06)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors.adapters.sources import mysql, postgresql
from connectors.adapters.sources.mysql import MySQLSource
from connectors.adapters.sources.postgresql import PostgreSQLSource
from connectors.contracts import Limits, SourceError, SourceRefused, SourceUnreachable
from tests.servers import hostile

ROOT = Path(__file__).resolve().parents[2]
SECRET = "canary-password"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(mysql, "CONNECT_TIMEOUT_S", 0.6)
    monkeypatch.setattr(postgresql, "CONNECT_TIMEOUT_S", 2)  # libpq takes no less


def to_mysql(port: int, host: str = "127.0.0.1") -> MySQLSource:
    return MySQLSource(host, "shop", "reader", SECRET, port=port)


def to_postgres(port: int, host: str = "127.0.0.1") -> PostgreSQLSource:
    return PostgreSQLSource(f"host={host} port={port} dbname=shop user=reader", SECRET)


@pytest.fixture(params=[to_mysql, to_postgres], ids=["mysql", "postgresql"])
def connect(request):
    return request.param


@pytest.mark.parametrize(
    "handle",
    [
        hostile.saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        hostile.saying(b"SSH-2.0-OpenSSH_9.2\r\n"),
        hostile.saying(bytes(range(256)) * 64),
        hostile.saying(b"\0\0\0\0" * 1000),
        hostile.saying(b"\x01\0\0\0\xff"),
        hostile.saying(hostile.packet(0, b"\xff\x15\x04#28000" + b"x" * 100)),
        hostile.saying(hostile.greeting() + hostile.packet(2, b"\x01" * 40) * 4000),
        hostile.closing,
        hostile.silent,
    ],
    ids="http ssh garbage zeros short error chatter closes silent".split(),
)
@pytest.mark.requirement("S09", part="a server of another kind harms only itself")
def test_what_speaks_another_protocol_is_told_as_that_in_time(connect, handle):
    with hostile.serving(handle) as port, connect(port) as source:
        started = time.monotonic()
        with pytest.raises(SourceError) as refusal:
            source.run("SELECT 1 AS one", Limits(timeout_s=3))
        assert time.monotonic() - started < 4
        assert isinstance(refusal.value, SourceUnreachable | SourceRefused)
        assert refusal.value.__context__ is None
        assert SECRET not in repr(vars(refusal.value))


def test_a_host_that_refuses_or_is_not_known_is_unreachable(connect):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for source in (connect(port), connect(3306, "no-such-host.invalid")):
        with pytest.raises(SourceUnreachable) as refusal, source:
            source.run("SELECT 1 AS one", Limits())
        assert "host" in refusal.value.message


def test_cancelling_while_a_session_is_opened_ends_the_call(monkeypatch):
    monkeypatch.setattr(mysql, "CONNECT_TIMEOUT_S", 30)
    with hostile.serving(hostile.silent) as port, to_mysql(port) as source:
        threading.Timer(0.2, source.cancel).start()
        started = time.monotonic()
        with pytest.raises(SourceError) as stopped:
            source.run("SELECT 1 AS one", Limits())
        assert stopped.value.code == "cancelled"
        assert time.monotonic() - started < 1.2


def test_no_file_of_ours_is_sent_however_often_the_server_asks(tmp_path):
    file, heard = tmp_path / "secret.txt", []
    file.write_text("canary of a file")
    with (
        hostile.serving(hostile.mysql_asks_for_a_file(str(file), heard)) as port,
        to_mysql(port) as source,
        pytest.raises(SourceUnreachable),
    ):
        source.run("SELECT 1 AS one", Limits())
    assert b"canary" not in b"".join(heard)


@pytest.mark.requirement("S09", part="a password is not handed over in plain")
def test_the_password_itself_is_never_sent_without_tls():
    heard: list[bytes] = []
    with (
        hostile.serving(hostile.mysql_asks_for_the_password(heard)) as port,
        to_mysql(port) as source,
        pytest.raises(SourceRefused) as refusal,
    ):
        source.run("SELECT 1 AS one", Limits())
    assert refusal.value.code == "password_in_plain"
    assert b"reader" in heard[0], "the control: we did try to sign in"
    assert SECRET.encode() not in b"".join(heard)


def test_rows_that_never_end_are_cut_at_the_limit():
    with hostile.serving(hostile.mysql_until_rows(hostile.mysql_endless_rows)) as port, to_mysql(port) as source:
        result = source.run("SELECT n FROM t LIMIT 21", Limits())
    assert (len(result.rows), result.rows_cut) == (20, True)


@pytest.mark.parametrize(
    ("boot", "handle"),
    [
        ("mysql import MySQLSource as S; source = S('127.0.0.1', 'd', 'u', port={})",
         hostile.mysql_until_rows(hostile.mysql_endless_packet)),
        ("postgresql import PostgreSQLSource as S; source = S('host=127.0.0.1 port={} dbname=d user=u')",
         hostile.postgres_endless_message),
    ],
    ids=["mysql", "postgresql"],
)  # fmt: skip
@pytest.mark.requirement("Q05", part="a server that sends without end")
def test_an_answer_that_never_ends_does_not_fill_the_workers_memory(boot, handle):
    with hostile.serving(handle) as port:
        code = (
            "import re\nfrom pathlib import Path\nfrom connectors.contracts import Limits, SourceError\n"
            f"from connectors.adapters.sources.{boot.format(port)}\n"
            "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024\n"
            "before = peak()\n"
            "try:\n    source.run('SELECT n FROM t LIMIT 21', Limits(timeout_s=5))\n"
            "except SourceError as error:\n    code = error.code\n"
            "import json\nprint(json.dumps([code, peak() - before]))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
        )
    told, growth_mb = json.loads(done.stdout)
    assert told == "sends_too_much"
    assert growth_mb < 64
