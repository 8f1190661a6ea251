"""A PostgreSQL source: one read-only session, one statement at a time, always rolled back.

The statement goes alone through the extended protocol (`Parse` takes one statement), then once more inside
a projection of ours that clips every cell *in the server*, behind a cursor: what a row weighs in the
database never reaches the worker's memory (Q05).
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from connectors.adapters.discretion import discreet
from connectors.adapters.sources import postgresql_catalog as catalog
from connectors.adapters.sources.gauge import Gauge
from connectors.adapters.sources.postgresql_errors import classify
from connectors.adapters.sources.postgresql_plan import read_plan
from connectors.adapters.sources.postgresql_values import RowShape, read_shape
from connectors.adapters.sources.stopped import cancelled
from connectors.adapters.sources.stopwatch import StopSwitch, Watch
from connectors.adapters.sources.values import Collector
from connectors.adapters.tls import TLS_MODES, is_local, postgres_encryption
from connectors.contracts import (
    Limits,
    Plan,
    ProbeReport,
    Result,
    Schema,
    SourceMisconfigured,
)

CONNECT_TIMEOUT_S = 5
CATALOG_TIMEOUT_S = 20.0
BATCH_BYTES = 1024 * 1024
REPLY_BYTES = 32 * 1024 * 1024
"""libpq reads a message whole, however large the server says it is; more than this is no answer of ours."""

EXPLAIN = "EXPLAIN (FORMAT JSON, VERBOSE)\n"
_KEYS = frozenset({"host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert"})
_SESSION = {
    "default_transaction_read_only": "on",
    "statement_timeout": "20s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "client_min_messages": "error",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "extra_float_digits": "1",
}


class _Raw(Loader):
    """Hands over the bytes the server sent, so that text that is not UTF-8 can be told apart."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


@discreet
def connection_parameters(dsn: str, *, root_certificates: str = "") -> dict[str, str]:
    """Return the libpq parameters for a DSN without a password; raise `SourceMisconfigured` naming the field.

    Host, user and database must be named, so that nothing comes from the worker's environment. TLS 1.2
    is demanded unless every address is a socket or loopback (Q06).
    """
    try:
        given = psycopg.conninfo.conninfo_to_dict(dsn)
    except psycopg.Error:
        raise SourceMisconfigured("bad_dsn", "dsn: cannot be read; write `host=… dbname=… user=…`") from None
    if "password" in given:
        raise SourceMisconfigured("password_in_dsn", "dsn: holds a password; give it in its own field")
    for key in given:
        if key not in _KEYS:
            accepted = ", ".join(sorted(_KEYS))
            raise SourceMisconfigured("bad_dsn", f"dsn: `{key}` is not accepted; use {accepted}")
    for key in ("host", "dbname", "user"):
        if not given.get(key):
            raise SourceMisconfigured("bad_dsn", f"dsn: `{key}` is missing")
    parameters = {key: str(value) for key, value in given.items()}
    parameters.setdefault("port", "5432")
    parameters.setdefault("hostaddr", "")
    asked = parameters.get("sslmode", "")
    if asked and asked not in TLS_MODES and not is_local(parameters):
        raise SourceMisconfigured(
            "tls_required", f"sslmode: `{asked}` is not enough for a host that is not local; use `require`"
        )
    return parameters | postgres_encryption(parameters, root_certificates)


class PostgreSQLSource:
    """One session with a customer's PostgreSQL, opened when first needed, closed by `close` or `with`.

    `schemas` are those the connector is meant for (empty: all that the credential may read). The password is
    asked for only when a session is opened.
    """

    dialect = "postgres"
    is_reusable = True

    def __init__(
        self,
        dsn: str,
        password: str | Callable[[], str] = "",
        *,
        schemas: tuple[str, ...] = (),
        root_certificates: str = "",
        application_name: str = "countersign",
    ) -> None:
        self._parameters = connection_parameters(dsn, root_certificates=root_certificates)
        self._password: Callable[[], str] = password if callable(password) else lambda: str(password)
        self._schemas = schemas
        self._application_name = application_name
        self._switch = StopSwitch()
        self._connection: psycopg.Connection | None = None

    def __repr__(self) -> str:
        return f"PostgreSQLSource(host={self._parameters['host']!r}, dbname={self._parameters['dbname']!r})"

    def __enter__(self) -> PostgreSQLSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the adapter ---

    @discreet
    def run(self, statement: str, limits: Limits) -> Result:
        """Run one SELECT in a READ ONLY transaction that is rolled back; return at most `limits`."""
        with self._watched(limits.timeout_s, statement) as (connection, watch):
            shape = read_shape(connection, statement, limits)
            collector = self._collect(connection, statement, shape, limits)
        return collector.result(shape.columns, watch.duration_ms)

    @discreet
    def explain(self, statement: str, timeout_s: float = 10.0) -> Plan:
        """Have the server plan one statement in a READ ONLY transaction, never run it: one round trip and a rollback.

        The statement has to be a query of its own first: EXPLAIN of anything else is refused by what its plan says.
        """
        with self._watched(timeout_s, EXPLAIN + statement, is_piped=True) as (connection, _):
            explained = connection.execute(EXPLAIN + statement).fetchone()
        assert explained is not None, "EXPLAIN returns one row"
        return read_plan(explained[0])

    @discreet
    def describe(self) -> Schema:
        """Return the tables the credential may read, from the catalog alone: three queries, no values."""
        with self._watched(CATALOG_TIMEOUT_S) as (connection, _):
            return catalog.describe(connection, self._schemas)

    @discreet
    def probe(self) -> ProbeReport:
        """Return what the credential may do beyond reading what it is meant for."""
        with self._watched(CATALOG_TIMEOUT_S) as (connection, watch):
            return catalog.probe(
                connection,
                self._schemas,
                is_local=is_local(self._parameters),
                duration_ms=watch.duration_ms,
            )

    def cancel(self) -> None:
        """Stop what runs, in the server, and refuse what follows; from any thread."""
        self._switch.cancel()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    # --- inside ---

    @staticmethod
    def _collect(connection: psycopg.Connection, statement: str, shape: RowShape, limits: Limits) -> Collector:
        """Fetch through the server's cursor, one row more than may be shown, in batches of bounded size."""
        collector = Collector(limits)
        query = shape.clipped(statement).as_bytes(connection)
        encoding = _receive_raw(connection)
        batch = max(1, min(limits.rows + 1, BATCH_BYTES // shape.row_bytes))
        with connection.cursor(name="countersign_answer") as cursor:
            cursor.adapters.register_loader("text", _Raw)
            cursor.execute(query.decode(encoding))
            while rows := cursor.fetchmany(batch):
                if not all(collector.add(shape.cells(row)) for row in rows):
                    break
        return collector

    @contextlib.contextmanager
    def _watched(
        self, timeout_s: float, statement: str = "", *, is_piped: bool = False
    ) -> Iterator[tuple[psycopg.Connection, Watch]]:
        """Lend the session inside a READ ONLY transaction under a time limit; always roll back.

        Piped, what the block asks travels together with the beginning of the transaction and its limit.
        """
        connection = self._session()
        gauge = Gauge.of(connection.pgconn.socket, REPLY_BYTES)
        with gauge, Watch(self._switch, timeout_s, self._stop, self._cut_off, gauge.is_flooded) as watch:
            try:
                with connection.pipeline() if is_piped else contextlib.nullcontext():
                    _set_timeout(connection, timeout_s)
                    yield connection, watch
            except psycopg.Error as error:
                raise classify(error, sql=statement, stopped=watch.reason, timeout_s=timeout_s) from None
            finally:
                self._roll_back(connection)
        if watch.reason:
            self.close()  # a late stop request must not hit the next statement

    def _session(self) -> psycopg.Connection:
        """Return the open session, or open one; raise `SourceError` when it cannot be opened."""
        if self._switch.is_cancelled:
            raise cancelled()
        if self._connection is None or self._connection.closed:
            try:
                self._connection = self._connect()
            except psycopg.Error as error:
                raise classify(error) from None
        assert self._connection is not None
        return self._connection

    def _connect(self) -> psycopg.Connection:
        options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        parameters: dict[str, Any] = dict(self._parameters)
        connection = psycopg.connect(
            **parameters,
            password=self._password(),
            passfile=os.devnull,
            options=options,
            application_name=self._application_name,
            client_encoding="UTF8",
            connect_timeout=CONNECT_TIMEOUT_S,
            keepalives_idle=10,
            tcp_user_timeout=15_000,
            autocommit=False,
        )
        connection.read_only = True
        connection.prepare_threshold = None
        return connection

    def _roll_back(self, connection: psycopg.Connection) -> None:
        try:
            connection.rollback()
        except psycopg.Error:
            self.close()

    def _stop(self) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                connection.cancel_safe(timeout=1.0)

    def _cut_off(self) -> None:
        """End a session whose server does not answer: shut its socket, which wakes whoever waits on it."""
        connection = self._connection
        with contextlib.suppress(psycopg.Error, OSError):
            if connection is not None and connection.pgconn.status == pq.ConnStatus.OK:
                duplicate = socket.socket(fileno=os.dup(connection.pgconn.socket))
                with duplicate:
                    duplicate.shutdown(socket.SHUT_RDWR)


def _receive_raw(connection: psycopg.Connection) -> str:
    """Have a database of unknown encoding send its bytes as they are; return how to send it ours.

    In a SQL_ASCII database nobody knows what the bytes mean, and asked for UTF-8 the server fails on those that are
    not. As "LATIN1" it passes every byte.
    """
    if connection.info.parameter_status("server_encoding") != "SQL_ASCII":
        return "utf-8"
    connection.execute("SET LOCAL client_encoding = 'LATIN1'")
    return "latin-1"


def _set_timeout(connection: psycopg.Connection, timeout_s: float) -> None:
    """Let the server stop the statement by itself too, should the worker be gone by then."""
    milliseconds = max(1, round(timeout_s * 1000))
    limits = "SELECT set_config('statement_timeout', %s, true)"
    if connection.info.server_version >= 140000:
        limits += ", set_config('client_connection_check_interval', '1s', true)"
    connection.execute(limits, [str(milliseconds)])
