"""A MySQL or MariaDB source: one read-only session, one statement at a time, always rolled back.

The server parses the statement alone before it runs (`Prepare` takes one), then once more inside a common table
expression, which only a query can be. Columns that can be large are clipped *in the server*; what comes over the
wire is bounded besides (`mysql_wire`), so that neither a row nor a hostile server fills the worker's memory.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator

from pymysql import err

from connectors.adapters.discretion import discreet
from connectors.adapters.sources import mysql_catalog as catalog
from connectors.adapters.sources import mysql_plan
from connectors.adapters.sources.mysql_errors import classify
from connectors.adapters.sources.mysql_values import RowShape, shape_of
from connectors.adapters.sources.mysql_wire import TooMuch, Wire, dial
from connectors.adapters.sources.stopped import cancelled
from connectors.adapters.sources.stopwatch import StopSwitch, Watch
from connectors.adapters.sources.values import Collector
from connectors.adapters.tls import TLS_MODES, client_context, is_local_name
from connectors.contracts import (
    Limits,
    Plan,
    ProbeReport,
    Result,
    Schema,
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
)

CONNECT_TIMEOUT_S = 5.0
CATALOG_TIMEOUT_S = 20.0
_SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""Backslash escapes stay on and double quotes stay texts: that is how the guard reads and writes this dialect."""
_SQL_MODE_MYSQL = f"ONLY_FULL_GROUP_BY,{_SQL_MODE}"
_SYNTAX = 1064
_HAS_LIMIT = re.compile(r"\blimit\b", re.IGNORECASE)
_Broken = (err.Error, OSError, TooMuch)


class MySQLSource:
    """One session with a customer's MySQL or MariaDB, opened when first needed, closed by `close` or `with`.

    `addresses` are dialled instead of resolving `host` again, which stays the name that a certificate must carry.
    `schemas` are the databases it is meant for (empty: `database` alone). `tls` is empty (required unless local),
    `disable`, `prefer` (local hosts only), `require`, `verify-ca` or `verify-full`.
    """

    dialect = "mysql"
    is_reusable = True

    def __init__(
        self,
        host: str,
        database: str,
        user: str,
        password: str | Callable[[], str] = "",
        *,
        port: int = 3306,
        addresses: tuple[str, ...] = (),
        tls: str = "",
        root_certificates: str = "",
        schemas: tuple[str, ...] = (),
    ) -> None:
        self._host, self._port, self._addresses = host, port, addresses
        self._database, self._user, self._schemas = database, user, schemas or (database,)
        self._password: Callable[[], str] = password if callable(password) else lambda: str(password)
        self._is_local = all(map(is_local_name, (host, *addresses)))
        self._tls = self._judged(tls)
        self._roots = root_certificates
        self._switch = StopSwitch()
        self._wire: Wire | None = None
        self._socket: socket.socket | None = None
        self._is_mariadb = False
        self._timeout_s = 0.0

    def __repr__(self) -> str:
        return f"MySQLSource(host={self._host!r}, database={self._database!r})"

    def __enter__(self) -> MySQLSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _judged(self, tls: str) -> str:
        if tls in TLS_MODES:
            return tls
        if tls and not self._is_local:
            raise SourceMisconfigured(
                "tls_required", f"sslmode: `{tls}` is not enough for a host that is not local; use `require`"
            )
        return (tls or "prefer") if self._is_local else "require"

    # --- the adapter ---

    @discreet
    def run(self, statement: str, limits: Limits) -> Result:
        """Run one SELECT in a READ ONLY transaction that is rolled back; return at most `limits`."""
        with self._watched(limits.timeout_s, statement) as (wire, watch):
            shape, body = _parsed(wire, statement, limits)
            collector, count = Collector(limits), limits.rows + 1
            sql = body if shape.is_narrow else shape.clipped(body, count)
            read = shape.narrow_cells if shape.is_narrow else shape.clipped_cells
            for row in wire.rows(sql, count + 1):
                collector.add(read(row))
        return collector.result(shape.columns, watch.duration_ms)

    @discreet
    def explain(self, statement: str, timeout_s: float = 10.0) -> Plan:
        """Return what the planner says of a statement the guard has passed; nothing is run. Two to four queries."""
        with self._watched(timeout_s, statement) as (wire, _):
            _parsed(wire, statement, Limits())
            return mysql_plan.explain(wire, statement)

    @discreet
    def describe(self) -> Schema:
        """Return the tables the credential may read, from the catalog alone: three queries, no values."""
        with self._watched(CATALOG_TIMEOUT_S) as (wire, _):
            return catalog.describe(wire, self._schemas, self._database)

    @discreet
    def probe(self) -> ProbeReport:
        """Return what the credential may do beyond reading what it is meant for."""
        with self._watched(CATALOG_TIMEOUT_S) as (wire, watch):
            return catalog.probe(
                wire,
                self._schemas,
                is_mariadb=self._is_mariadb,
                is_local=self._is_local,
                has_timeout=self._timeout_s > 0,
                duration_ms=watch.duration_ms,
            )

    def cancel(self) -> None:
        """Stop what runs, in the server, and refuse what follows; from any thread."""
        self._switch.cancel()

    def close(self) -> None:
        wire, self._wire = self._wire, None
        opened, self._socket = self._socket, None
        if wire is not None and wire.open:
            with contextlib.suppress(*_Broken):
                wire.close()
        if opened is not None:
            opened.close()

    # --- inside ---

    @contextlib.contextmanager
    def _watched(self, timeout_s: float, statement: str = "") -> Iterator[tuple[Wire, Watch]]:
        """Lend the session inside a READ ONLY transaction under a time limit; always roll back."""
        wire = self._session()
        watch = Watch(self._switch, timeout_s, self._stop, self._cut_off)
        with self._closed_if_stopped(watch), watch:
            try:
                _encodable(statement)
                self._set_timeout(wire, timeout_s)
                wire.tell("START TRANSACTION READ ONLY")
                yield wire, watch
            except SourceError:
                raise
            except Exception as error:  # whatever a hostile server makes the driver raise
                raise classify(error, sql=statement, stopped=watch.reason, timeout_s=timeout_s) from None
            finally:
                self._roll_back(wire)

    @contextlib.contextmanager
    def _closed_if_stopped(self, watch: Watch) -> Iterator[None]:
        """End the session after a stop request, however the call ended: a late one must not hit the next statement."""
        try:
            yield
        finally:
            if watch.reason:
                self.close()

    def _session(self) -> Wire:
        """Return the open session, or open one; raise `SourceError` when it cannot be opened."""
        if self._switch.is_cancelled:
            raise cancelled()
        if self._wire is None or not self._wire.open:
            self.close()
            with Watch(self._switch, CONNECT_TIMEOUT_S, self._cut_off, self._cut_off) as watch:
                try:
                    self._wire = self._connect()
                    self._prepare_session(self._wire)
                except Exception as error:  # whatever a hostile server makes the driver raise
                    self.close()
                    raise classify(error, stopped=watch.reason, is_opening=True) from None
        return self._wire

    def _new_wire(self) -> Wire:
        context = None if self._tls == "disable" else client_context(self._tls, self._roots)
        return Wire(
            context=context,
            tls_required=self._tls in TLS_MODES,
            host=self._host,
            port=self._port,
            user=self._user,
            password=self._password().encode(),
            database=self._database,
            program_name="countersign",
        )

    def _connect(self) -> Wire:
        wire = self._new_wire()
        opened = dial(self._host, self._port, self._addresses, CONNECT_TIMEOUT_S)
        self._socket = opened.dup()  # kept to end a session whose server does not answer
        wire.connect(sock=opened)
        return wire

    def _prepare_session(self, wire: Wire) -> None:
        """Make the session read-only and alike on every server."""
        self._is_mariadb = "mariadb" in str(wire.server_version).lower()
        self._timeout_s = 0.0
        mode = _SQL_MODE if self._is_mariadb else _SQL_MODE_MYSQL
        wire.tell(f"SET SESSION sql_mode = '{mode}', time_zone = '+00:00', autocommit = 1, lock_wait_timeout = 5")
        wire.tell("SET SESSION TRANSACTION READ ONLY")

    def _set_timeout(self, wire: Wire, timeout_s: float) -> None:
        """Let the server stop the statement by itself too, should the worker be gone by then."""
        if timeout_s == self._timeout_s:
            return
        milliseconds = max(1, round(timeout_s * 1000))
        name, value = "max_execution_time", f"{milliseconds}"
        if self._is_mariadb:
            name, value = "max_statement_time", f"{milliseconds / 1000}"
        try:
            wire.tell(f"SET SESSION {name} = {value}")
        except err.Error as error:
            if error.args[:1] != (1193,):  # an old server that has no such variable: the probe says so
                raise
        else:
            self._timeout_s = timeout_s

    def _roll_back(self, wire: Wire) -> None:
        try:
            if wire.open:
                wire.tell("ROLLBACK")
        except Exception:  # a session that cannot be rolled back is not used again
            self.close()

    def _stop(self) -> None:
        """Ask the server, through a second session, to end what the first one runs."""
        wire = self._wire
        if wire is None or not wire.open:
            return
        try:
            number = int(wire.server_thread_id[0])
            with self._new_wire() as other:
                other.connect(sock=dial(self._host, self._port, self._addresses, 0.5))
                other.tell(f"KILL QUERY {number}")
        except Exception:  # then the session is cut off
            return

    def _cut_off(self) -> None:
        """End a session whose server does not answer: shut its socket, which wakes whoever waits on it."""
        opened = self._socket
        if opened is not None:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)


def _parsed(wire: Wire, statement: str, limits: Limits) -> tuple[RowShape, str]:
    """Have the server parse the statement alone and as a part of a query, without running it.

    Returns its columns, and the statement with a LIMIT of ours where it has none: a server may forget the order
    of an inner query that has none, and may send more rows than anybody reads.
    """
    fields = wire.prepare(statement)
    if not fields:
        raise SourceRefused("not_a_select", "the statement returns no columns; only a SELECT can be run here")
    shape = shape_of(fields, limits)
    count = limits.rows + 1
    if not _HAS_LIMIT.search(statement):
        limited = f"{statement}\nLIMIT {count}"
        try:
            wire.prepare(limited)
            wire.prepare(shape.clipped(limited, count))
            return shape, limited
        except err.Error as error:
            if error.args[:1] != (_SYNTAX,):
                raise
    wire.prepare(shape.clipped(statement, count))
    return shape, statement


def _encodable(statement: str) -> None:
    """Refuse what the protocol cannot carry as it is."""
    if "\0" in statement:
        raise SourceFailed("syntax", "the statement holds a NUL; remove it")
    statement.encode()
