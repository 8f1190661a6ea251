"""A session with a customer's database is kept for the next question, within limits, and never where it could harm."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from connectors import open as doors
from connectors import sessions, set_up
from connectors.contracts import Limits, Result, SourceCancelled, SourceError, SourceUnreachable
from connectors.models import Connector
from tests.connectors.doors import make_real_source, make_source

PID = "SELECT pg_backend_pid() AS pid"


def pid_of(connector: Connector) -> int:
    with sessions.borrow(connector) as source:
        return source.run(PID, Limits()).rows[0][0]


def idle_of(connector: Connector) -> int:
    found = sessions._pools.get(connector.pk)
    return len(found.idle) if found else 0


@pytest.fixture
def shop(northlight, postgres_server, postgres_database) -> Connector:
    return make_real_source(postgres_server, postgres_database)


def test_the_next_question_pays_no_connect(shop: Connector) -> None:
    assert pid_of(shop) == pid_of(shop)
    assert idle_of(shop) == 1


def test_planning_and_running_share_one_session(shop: Connector) -> None:
    first = pid_of(shop)
    with sessions.borrow(shop) as source:
        source.explain("SELECT id FROM customer")
        assert source.run(PID, Limits()).rows[0][0] == first


@pytest.mark.parametrize("statement", ["SELECT nothing FROM customer", "DELETE FROM customer", "SELECT 1/0 AS x"])
def test_a_session_that_failed_is_never_lent_again(shop: Connector, statement: str) -> None:
    first = pid_of(shop)
    with sessions.borrow(shop) as source, pytest.raises(SourceError):
        source.run(statement, Limits())
    assert idle_of(shop) == 0
    assert pid_of(shop) != first


def test_a_cancelled_session_is_never_lent_again_and_a_late_cancel_hits_nobody(shop: Connector) -> None:
    first = sessions.borrow(shop)
    pid = first.run(PID, Limits()).rows[0][0]
    first.close()
    with sessions.borrow(shop) as second:
        first.cancel()
        assert second.run(PID, Limits()).rows[0][0] == pid, "the loan is over: the wish is nobody's any more"
        second.cancel()
        with pytest.raises(SourceCancelled):
            second.run(PID, Limits())
    assert pid_of(shop) != pid


def test_a_session_that_the_server_ended_is_replaced_before_anybody_is_told(
    shop: Connector, postgres_server, postgres_database
) -> None:
    first = pid_of(shop)
    postgres_server.run(postgres_database, f"SELECT pg_terminate_backend({first})")
    time.sleep(0.1)
    assert pid_of(shop) != first


@pytest.mark.parametrize("what", ["settings", "credential"])
def test_new_settings_or_a_new_credential_close_the_old_sessions(shop: Connector, what: str) -> None:
    from tests.connectors.conftest import READER_PASSWORD

    first = pid_of(shop)
    out = sessions.borrow(shop)
    if what == "settings":
        shop.environment = "moved"
        set_up.set_up(shop)
    else:
        set_up.set_up(shop, secret=READER_PASSWORD)
    assert pid_of(shop) != first
    out.close()
    assert idle_of(shop) == 1, "what was lent under the old settings is closed, not kept"


def test_a_deactivated_connector_lends_nothing(shop: Connector) -> None:
    pid_of(shop)
    shop.is_active = False
    set_up.set_up(shop)
    with pytest.raises(SourceError, match="deactivated"):
        sessions.borrow(shop)
    assert sessions._pools[shop.pk].lent == 0


def test_two_organizations_never_share_a_session(cast, postgres_server, postgres_database) -> None:
    with cast.ada.inside():
        ours = make_real_source(postgres_server, postgres_database)
        first = pid_of(ours)
    with cast.cleo.inside():
        theirs = make_real_source(postgres_server, postgres_database)
        assert pid_of(theirs) != first


def test_idle_sessions_are_closed_in_time_and_old_ones_not_lent(shop: Connector, monkeypatch) -> None:
    first = pid_of(shop)
    monkeypatch.setattr(sessions, "IDLE_S", 0.0)
    assert pid_of(shop) != first
    assert sessions.reap() == 0
    assert idle_of(shop) == 0
    monkeypatch.setattr(sessions, "IDLE_S", 60.0)
    second = pid_of(shop)
    monkeypatch.setattr(sessions, "OLDEST_S", 0.0)
    assert pid_of(shop) != second


def test_sqlite_files_are_opened_for_each_job(northlight, shop: Connector) -> None:
    """A file may be replaced by another of its name: an open one would go on reading the old."""
    from connectors.adapters.sources.sqlite import SQLiteSource

    assert not getattr(SQLiteSource, "is_reusable", False)


# --- limits: with a source that needs no server ---


class Slow:
    """A source whose statements end when the test says so."""

    dialect = "postgres"
    is_reusable = True

    def __init__(self, control: SimpleNamespace) -> None:
        self.control, self.closed = control, False
        control.made.append(self)

    def run(self, sql: str, limits: Limits) -> Result:
        if self.control.is_dead:
            raise SourceUnreachable("unreachable", "host: the database does not answer; check host, port and network")
        assert self.control.go.wait(10)
        return Result((), ())

    def cancel(self) -> None: ...

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def control(monkeypatch, northlight) -> Iterator[SimpleNamespace]:
    made = SimpleNamespace(go=threading.Event(), made=[], is_dead=False, hangs=None)
    plain = doors.source
    monkeypatch.setattr(
        doors, "source", lambda connector: Slow(made) if connector.pk == made.hangs else plain(connector)
    )
    yield made
    made.go.set()


def test_a_database_that_hangs_blocks_no_other_connector_and_waiting_is_bounded(
    control: SimpleNamespace, shop: Connector, monkeypatch
) -> None:
    hanging = make_source("Hangs")
    control.hangs = hanging.pk
    monkeypatch.setattr(sessions, "WAIT_S", 0.2)
    out = [sessions.borrow(hanging) for _ in range(sessions.MOST_OPEN)]
    threads = [threading.Thread(target=each.run, args=("SELECT 1", Limits())) for each in out]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    with pytest.raises(SourceUnreachable, match="are in use"):
        sessions.borrow(hanging)
    assert time.monotonic() - began < 2
    assert pid_of(shop) > 0, "the other connector does not notice"
    control.go.set()
    for thread, each in zip(threads, out, strict=True):
        thread.join()
        each.close()
    assert idle_of(hanging) == sessions.MOST_IDLE
    assert sum(not source.closed for source in control.made) == sessions.MOST_IDLE
    sessions.borrow(hanging).close()


def test_a_database_that_died_is_not_dialled_by_everybody(
    control: SimpleNamespace, shop: Connector, monkeypatch
) -> None:
    dead = make_source("Dead")
    control.hangs, control.is_dead = dead.pk, True
    for _ in range(sessions.FAILURES):
        with sessions.borrow(dead) as source, pytest.raises(SourceUnreachable, match="does not answer"):
            source.run("SELECT 1", Limits())
    with pytest.raises(SourceUnreachable, match="is asked again in") as told:
        sessions.borrow(dead)
    assert told.value.code == "resting"
    assert told.value.is_retryable
    assert len(control.made) == sessions.FAILURES
    assert pid_of(shop) > 0
    sessions._pools[dead.pk].rests_until = 0.0
    control.is_dead = False
    control.go.set()
    with sessions.borrow(dead) as source:
        source.run("SELECT 1", Limits())
    assert sessions._pools[dead.pk].failures == 0


def test_no_secret_stands_in_the_pool(shop: Connector) -> None:
    from tests.connectors.conftest import READER_PASSWORD

    pid_of(shop)
    pool = sessions._pools[shop.pk]
    assert READER_PASSWORD not in repr(pool)
    assert READER_PASSWORD not in str(pool.key)


def test_a_forked_child_uses_none_of_its_parents_sessions(shop: Connector) -> None:
    import os

    first = pid_of(shop)
    child = os.fork()
    if child == 0:
        os._exit(len(sessions._pools))
    assert os.waitpid(child, 0)[1] == 0
    assert pid_of(shop) == first
