"""Makes Northlight's own databases: the production one, a reporting copy, and the roles that sign in to them.

They are a customer's system as far as the portal is concerned: it reaches them through connectors alone. Only the
embedded PostgreSQL is used; nothing here runs where the operator brought a server of their own.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from demo.rows import VERSION, Business, Row, Visits
from portal import embedded
from portal.embedded.places import Places

PRODUCTION = "northlight_shop"
REPORTING = "northlight_reporting"
READER = "northlight_reader"
OWNER = "northlight_owner"
_HERE = Path(__file__).parent
_LOCK = 0x0DE30
LOGGED = {"log_statement": "all", "log_min_duration_statement": "0"}
"""Both: the first writes down what is executed, the second also what is only parsed."""


@dataclass(frozen=True)
class CustomersServer:
    """Where a connector finds the customer's PostgreSQL. Passwords do not show in its `repr`."""

    host: str
    passwords: dict[str, str]

    def __repr__(self) -> str:
        return f"CustomersServer(host={self.host!r})"


def server(state_dir: Path) -> CustomersServer:
    """Return the embedded server as a customer's: its socket folder and the two roles' passwords."""
    places = Places.below(state_dir)
    return CustomersServer(str(places.sockets), {role: places.password(role) for role in (READER, OWNER)})


def build(state_dir: Path, today: date) -> bool:
    """Make roles and both databases for `today`, unless they stand already; return whether anything was built."""
    found = server(state_dir)
    with psycopg.connect(embedded.superuser_url(state_dir), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))  # two processes would make the same databases
        _make_roles(connection, found)
        if _stamp_of(connection, PRODUCTION) == _stamp_of(connection, REPORTING) == _stamp(today):
            return False
        for name in (REPORTING, PRODUCTION):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        _make_database(connection, PRODUCTION, "template0")
        with psycopg.connect(embedded.superuser_url(state_dir, PRODUCTION)) as inside:
            _fill(inside, Business(today))
        _make_database(connection, REPORTING, PRODUCTION)
        for name in (PRODUCTION, REPORTING):
            _open_to_roles(connection, name)
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_stamp(today)))
            )
    return True


def build_visits(folder: Path, today: date) -> Path:
    """Make the web analytics as one SQLite file below `folder`, in one rename; return its path."""
    return _sqlite(folder / "web-analytics.sqlite", _fill_visits, today)


def build_southwind(folder: Path, today: date) -> Path:
    """Make the other organization's few rows, with a name in them that must never be seen elsewhere."""
    return _sqlite(folder / "shop.sqlite", _fill_southwind, today)


def _stamp(today: date) -> str:
    return f"Northlight's demo data, version {VERSION}, as of {today.isoformat()}"


def _stamp_of(connection: psycopg.Connection, name: str) -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,)
    ).fetchone()
    return row[0] if row else None


def _make_roles(connection: psycopg.Connection, found: CustomersServer) -> None:
    """Make the reader, which only reads, and the over-powerful owner, which a careful customer would not give out."""
    for role, password in found.passwords.items():
        exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None
        verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                sql.SQL("ALTER" if exists else "CREATE"),
                sql.Identifier(role),
                sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB"),
                sql.Literal(verifier),
            )
        )
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(READER)))


def _make_database(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def _open_to_roles(connection: psycopg.Connection, name: str) -> None:
    """Let the reader in and nobody else, and have the server log each statement: so it can be seen what arrived."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(READER)))
    for setting, value in LOGGED.items():
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(database, sql.Identifier(setting), sql.Literal(value))
        )


def _fill(connection: psycopg.Connection, business: Business) -> None:
    """Make tables, rows and indexes as the owner, in one transaction."""
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
    connection.execute((_HERE / "northlight_shop.sql").read_bytes())
    for table, rows in business.tables.items():
        _copy(connection, table, rows)
    connection.execute((_HERE / "northlight_indexes.sql").read_bytes())
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(READER)))
    connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(READER)))
    connection.execute("RESET ROLE")
    connection.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(READER)))
    connection.execute("ANALYZE")


def _copy(connection: psycopg.Connection, table: str, rows: list[Row]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _sqlite(file: Path, fill: Callable[[sqlite3.Connection, date], None], today: date) -> Path:
    """Make a file for `today` once; a build that was interrupted leaves nothing half made."""
    stamp = VERSION * 10_000_000 + today.toordinal()
    if file.exists() and _user_version(file) == stamp:
        return file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(draft)) as connection, connection:
        fill(connection, today)
        connection.execute(f"PRAGMA user_version = {stamp}")
    draft.rename(file)
    return file


def _user_version(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _fill_visits(connection: sqlite3.Connection, today: date) -> None:
    visits = Visits(today)
    connection.executescript(
        """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY, day TEXT NOT NULL, source TEXT NOT NULL, device TEXT NOT NULL,
            country TEXT NOT NULL, is_converted INTEGER NOT NULL
        );
        CREATE TABLE page_views (
            id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES sessions (id), page TEXT NOT NULL,
            seconds INTEGER NOT NULL
        );
        """
    )
    connection.executemany("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", visits.sessions)
    connection.executemany("INSERT INTO page_views VALUES (?, ?, ?, ?)", visits.views)
    connection.execute("CREATE INDEX views_by_session ON page_views (session_id)")


SOUTHWIND_CANARY = "Southwind canary lamp"


def _fill_southwind(connection: sqlite3.Connection, today: date) -> None:
    connection.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL)")
    connection.executemany(
        "INSERT INTO products VALUES (?, ?, ?)",
        [(1, SOUTHWIND_CANARY, 49.0), (2, "Deck shoe", 89.0), (3, "Sail bag", 120.0)],
    )
