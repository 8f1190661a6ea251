"""Real engines for the adapters: a throw-away PostgreSQL, SQLite files, and what a test needs to see."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from connectors.adapters.sources.duckdb import DuckDBSource
from connectors.adapters.sources.mysql import MySQLSource
from connectors.adapters.sources.postgresql import PostgreSQLSource
from connectors.adapters.sources.sqlite import SQLiteSource
from connectors.contracts import Limits
from portal import embedded
from portal.embedded.places import Places
from tests.servers.engines import MariaDB

READER_PASSWORD = "canary-of-the-reader-role"
CANARY = "cara.canary@example.com"
MEGABYTE = 1024 * 1024

POSTGRES_TABLES = f"""
    CREATE TABLE customer (
        id bigint PRIMARY KEY, email text NOT NULL, joined timestamptz, balance numeric(12, 2)
    );
    COMMENT ON TABLE customer IS 'who buys';
    COMMENT ON COLUMN customer.email IS 'how we reach them';
    CREATE TABLE purchase (
        id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer (id), amount numeric(12, 2)
    );
    CREATE VIEW good_customer AS SELECT id, email FROM customer WHERE balance > 0;
    INSERT INTO customer SELECT i, 'c' || i || '@example.com', now(), i FROM generate_series(1, 100) i;
    INSERT INTO customer VALUES (1000, '{CANARY}', NULL, NULL);
    INSERT INTO purchase SELECT i, 1 + i % 100, i FROM generate_series(1, 1000) i;
    CREATE TABLE huge (id int PRIMARY KEY, body text, raw bytea);
    CREATE FUNCTION sneak() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO customer VALUES (-1, 'sneaked', NULL, NULL); RETURN 1; END $$;
    CREATE FUNCTION blurt() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the row says {CANARY}' USING ERRCODE = '42703'; END $$;
"""

SQLITE_TABLES = f"""
    CREATE TABLE customer (
        id INTEGER PRIMARY KEY, email TEXT NOT NULL, joined TEXT, balance NUMERIC
    );
    CREATE TABLE purchase (
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), amount NUMERIC
    );
    CREATE VIEW good_customer AS SELECT id, email FROM customer WHERE balance > 0;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
        INSERT INTO customer SELECT i, 'c' || i || '@example.com', '2026-01-01', i FROM n;
    INSERT INTO customer VALUES (1000, '{CANARY}', NULL, NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO purchase SELECT i, 1 + i % 100, i FROM n;
    CREATE TABLE huge (id INTEGER PRIMARY KEY, body TEXT, raw BLOB);
"""


MYSQL_TABLES = (
    "CREATE TABLE customer (id bigint PRIMARY KEY, email varchar(200) NOT NULL COMMENT 'how we reach them', "
    "joined timestamp NULL, balance decimal(12, 2)) COMMENT 'who buys'",
    "CREATE TABLE purchase (id bigint PRIMARY KEY, customer_id bigint NOT NULL, amount decimal(12, 2), "
    "FOREIGN KEY (customer_id) REFERENCES customer (id))",
    "CREATE VIEW good_customer AS SELECT id, email FROM customer WHERE balance > 0",
    "INSERT INTO customer SELECT seq, concat('c', seq, '@example.com'), now(), seq FROM seq_1_to_100",
    f"INSERT INTO customer VALUES (1000, '{CANARY}', NULL, NULL)",
    "INSERT INTO purchase SELECT seq, 1 + seq % 100, seq FROM seq_1_to_1000",
    "CREATE TABLE huge (id int PRIMARY KEY, body longtext, raw longblob)",
    "CREATE FUNCTION sneak() RETURNS int MODIFIES SQL DATA "
    "BEGIN INSERT INTO customer VALUES (-1, 'sneaked', NULL, NULL); RETURN 1; END",
    f"CREATE FUNCTION blurt() RETURNS int NO SQL BEGIN SIGNAL SQLSTATE '42S22' SET MYSQL_ERRNO = 1054, "
    f"MESSAGE_TEXT = 'the row says \\'{CANARY}\\''; RETURN 1; END",
)

DUCKDB_TABLES = f"""
    CREATE TABLE customer (
        id bigint PRIMARY KEY, email varchar NOT NULL, joined timestamptz, balance decimal(12, 2)
    );
    COMMENT ON TABLE customer IS 'who buys';
    COMMENT ON COLUMN customer.email IS 'how we reach them';
    CREATE TABLE purchase (
        id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer (id), amount decimal(12, 2)
    );
    CREATE VIEW good_customer AS SELECT id, email FROM customer WHERE balance > 0;
    INSERT INTO customer SELECT i, 'c' || i || '@example.com', now(), i FROM range(1, 101) t(i);
    INSERT INTO customer VALUES (1000, '{CANARY}', NULL, NULL);
    INSERT INTO purchase SELECT i, 1 + i % 100, i FROM range(1, 1001) t(i);
    CREATE TABLE huge (id int PRIMARY KEY, body varchar, raw blob);
    CREATE SEQUENCE counter;
"""


@dataclass(frozen=True)
class PostgresServer:
    """A throw-away server: its superuser's and its sandbox's URL, and its log."""

    superuser: str
    sandbox: str
    log: Path

    def dsn(self, database: str, **overrides: str) -> str:
        return make_conninfo(self.superuser, dbname=database, **overrides)

    def run(self, database: str, statement: str) -> list[tuple]:
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create_database(self, name: str) -> None:
        self.run("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.run("postgres", f'CREATE DATABASE "{name}"')


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL of this test process's own, so that its log and its sessions are its own too."""
    state = tmp_path_factory.mktemp("postgres")
    with embedded.using(state, durable=False, services=("postgres",)):
        sandbox = embedded.servers(state).sandbox_url
        yield PostgresServer(embedded.superuser_url(state), sandbox, Places.below(state).postgres_log)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer) -> str:
    """A customer's database with a role that the product's own script made. Returns its name."""
    from connectors.adapters.sources.postgresql_catalog import reader_script

    name = "customer_shop"
    postgres_server.create_database(name)
    with psycopg.connect(postgres_server.dsn(name), autocommit=True) as connection:
        connection.execute(POSTGRES_TABLES)
        script = reader_script(connection, name, ["public"])
        connection.execute(script.replace("choose-a-password", READER_PASSWORD))
    return name


def reader_dsn(server: PostgresServer, database: str, user: str = "countersign_reader") -> str:
    """Return a DSN as an officer types it: no password in it."""
    parameters = conninfo_to_dict(server.superuser)
    return make_conninfo("", host=str(parameters["host"]), dbname=database, user=user)


class Engine(Protocol):
    """What the conformance suite needs to know of an engine beside its adapter."""

    name: str
    slow_sql: str
    write_sql: tuple[str, ...]

    def source(self): ...

    def fill_huge(self, rows: int, megabytes: int) -> None: ...

    def running(self) -> int: ...

    def count_customers(self) -> int: ...

    def boot(self) -> str: ...


class PostgresEngine:
    name = "postgresql"
    slow_sql = "SELECT count(*) FROM generate_series(1, 1000000000) AS a(i)"
    write_sql = (
        "DELETE FROM customer",
        "DELETE FROM customer RETURNING id",
        "WITH gone AS (DELETE FROM customer RETURNING id) SELECT id FROM gone",
        "SELECT sneak()",
        "SELECT id INTO stolen FROM customer",
        "SELECT id FROM customer FOR UPDATE",
        "SELECT 1) AS x; DELETE FROM customer; --",
        "SELECT 1; DELETE FROM customer",
        "SELECT set_config('transaction_read_only', 'off', false) || sneak()",
        "DROP TABLE purchase",
        "CREATE TABLE stolen AS SELECT 1",
        "COPY customer TO PROGRAM 'cat'",
        "COMMIT",
    )

    def __init__(self, server: PostgresServer, database: str) -> None:
        self._server, self._database = server, database

    def source(self, user: str = "countersign_reader", password: str = READER_PASSWORD) -> PostgreSQLSource:
        return PostgreSQLSource(reader_dsn(self._server, self._database, user), password)

    def strong_source(self) -> PostgreSQLSource:
        """A source with the superuser's credential: what still refuses a write is the session."""
        given = conninfo_to_dict(self._server.superuser)
        return self.source(str(given["user"]), str(given["password"]))

    def fill_huge(self, rows: int, megabytes: int) -> None:
        self._server.run(self._database, "TRUNCATE huge")
        half = megabytes * MEGABYTE
        self._server.run(
            self._database,
            f"INSERT INTO huge SELECT i, repeat('é', {half // 2}), convert_to(repeat('x', {half}), 'UTF8') "
            f"FROM generate_series(1, {rows}) i",
        )

    def running(self) -> int:
        return self._server.run(
            "postgres",
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'countersign'",
        )[0][0]

    def count_customers(self) -> int:
        return self._server.run(self._database, "SELECT count(*) FROM customer")[0][0]

    def boot(self) -> str:
        dsn = reader_dsn(self._server, self._database)
        return (
            "from connectors.adapters.sources.postgresql import PostgreSQLSource\n"
            f"source = PostgreSQLSource({dsn!r}, {READER_PASSWORD!r})\n"
        )


class SQLiteEngine:
    name = "sqlite"
    slow_sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    write_sql = (
        "DELETE FROM customer",
        "DELETE FROM customer RETURNING id",
        "INSERT INTO customer VALUES (-1, 'sneaked', NULL, NULL)",
        "SELECT 1) ; DELETE FROM customer; --",
        "SELECT 1; DELETE FROM customer",
        "ATTACH DATABASE 'other.db' AS other",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "SELECT name FROM sqlite_schema",
        "VACUUM INTO 'stolen.db'",
        "CREATE TABLE stolen AS SELECT 1",
        "DROP TABLE purchase",
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with sqlite3.connect(folder / "shop.db") as connection:
            connection.executescript(SQLITE_TABLES)
        connection.close()

    def source(self) -> SQLiteSource:
        return SQLiteSource("shop.db", folder=str(self.folder))

    def write(self, statement: str) -> None:
        with sqlite3.connect(self.folder / "shop.db") as connection:
            connection.execute(statement)
        connection.close()

    def fill_huge(self, rows: int, megabytes: int) -> None:
        self.write("DELETE FROM huge")
        size = megabytes * MEGABYTE
        for row in range(1, rows + 1):
            text = f"replace(hex(zeroblob({size // 4})), '00', 'éé')"
            self.write(f"INSERT INTO huge VALUES ({row}, {text}, zeroblob({size}))")

    def running(self) -> int:
        return 0  # the statement runs in the calling thread: when the call is over, so is the statement

    def count_customers(self) -> int:
        connection = sqlite3.connect(self.folder / "shop.db")
        try:
            return connection.execute("SELECT count(*) FROM customer").fetchone()[0]
        finally:
            connection.close()

    def boot(self) -> str:
        return (
            "from connectors.adapters.sources.sqlite import SQLiteSource\n"
            f"source = SQLiteSource('shop.db', folder={str(self.folder)!r})\n"
        )


class MySQLEngine:
    """MariaDB, over its socket, as the user that the product's own script makes."""

    name = "mysql"
    slow_sql = "SELECT count(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b ON a.seq % 1000 = b.seq % 1001 + 7"
    write_sql = (
        "DELETE FROM customer",
        "DELETE FROM customer RETURNING id",
        "INSERT INTO customer VALUES (-1, 'sneaked', NULL, NULL)",
        "SELECT sneak()",
        "SELECT 1) AS x; DELETE FROM customer; --",
        "SELECT 1; DELETE FROM customer",
        "SELECT 1 /*! ; DELETE FROM customer */",
        "SELECT email INTO OUTFILE '/tmp/stolen' FROM customer",
        "SELECT email INTO @stolen FROM customer LIMIT 1",
        "SELECT LOAD_FILE('/etc/passwd') FROM customer FOR UPDATE INTO @x",
        "SET SESSION TRANSACTION READ WRITE",
        "CALL mysql.nothing()",
        "OPTIMIZE TABLE customer",
        "SHOW TABLES",
        "DROP TABLE purchase",
        "CREATE TABLE stolen AS SELECT 1",
        "CREATE TEMPORARY TABLE stolen AS SELECT 1",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE customer",
        "LOCK TABLES customer WRITE",
        "HANDLER customer OPEN",
        "COMMIT",
    )

    def __init__(self, server: MariaDB, database: str) -> None:
        self.server, self.database = server, database

    def source(self, user: str = "countersign_reader", password: str = READER_PASSWORD, **more) -> MySQLSource:
        return MySQLSource(self.server.socket, self.database, user, password, **more)

    def strong_source(self) -> MySQLSource:
        """A source with root's credential: what still refuses a write is the session."""
        return self.source("root", "")

    def run(self, *statements: str) -> list[tuple]:
        return self.server.run(*statements, database=self.database)

    def fill_huge(self, rows: int, megabytes: int) -> None:
        size = megabytes * MEGABYTE
        self.run(
            "TRUNCATE huge",
            "SET SESSION max_statement_time = 0",
            f"INSERT INTO huge SELECT seq, repeat('é', {size // 2}), repeat('x', {size}) FROM seq_1_to_{rows}",
        )

    def running(self) -> int:
        return self.server.run(
            "SELECT count(*) FROM information_schema.PROCESSLIST "
            f"WHERE USER = 'countersign_reader' AND DB = '{self.database}' AND COMMAND <> 'Sleep'"
        )[0][0]

    def count_customers(self) -> int:
        return self.run("SELECT count(*) FROM customer")[0][0]

    def boot(self) -> str:
        return (
            "from connectors.adapters.sources.mysql import MySQLSource\n"
            f"given = ({self.server.socket!r}, {self.database!r}, 'countersign_reader', {READER_PASSWORD!r})\n"
            "source = MySQLSource(*given)\n"
        )


class DuckDBEngine:
    name = "duckdb"
    slow_sql = "SELECT count(*) FROM range(10000000000) a(i) WHERE i % 7 = 3"
    write_sql = (
        "DELETE FROM customer",
        "DELETE FROM customer RETURNING id",
        "INSERT INTO customer VALUES (-1, 'sneaked', NULL, NULL)",
        "SELECT 1) ; DELETE FROM customer; --",
        "SELECT 1; DELETE FROM customer",
        "SELECT nextval('counter')",
        "ATTACH 'other.db' AS other",
        "COPY customer TO 'stolen.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "INSTALL httpfs",
        "LOAD 'other.duckdb_extension'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "CALL pragma_database_size()",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPORT DATABASE 'stolen'",
        "CREATE TABLE stolen AS SELECT 1",
        "CREATE TEMP TABLE stolen AS SELECT 1",
        "DROP TABLE purchase",
        "PREPARE p AS SELECT 1",
        "CHECKPOINT",
        "BEGIN",
        "COMMIT",
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(DUCKDB_TABLES)

    def source(self) -> DuckDBSource:
        return DuckDBSource("shop.duckdb", folder=str(self.folder))

    def write(self, statement: str) -> None:
        """Write in a process of its own: one that holds the file would keep the adapter's from reading it."""
        code = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.stdin.read())"
        file = str(self.folder / "shop.duckdb")
        subprocess.run([sys.executable, "-c", code, file], input=statement, text=True, check=True, timeout=60)

    def fill_huge(self, rows: int, megabytes: int) -> None:
        half = megabytes * MEGABYTE // 2
        self.write(
            "DELETE FROM huge; "
            f"INSERT INTO huge SELECT i, repeat('é', {half}), repeat('x', {2 * half})::blob "
            f"FROM range(1, {rows + 1}) t(i)"
        )

    def running(self) -> int:
        """Count the processes that have the file open: cancelling ends the one that reads it."""
        file = str(self.folder / "shop.duckdb")
        return sum(1 for each in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(each, file))

    def count_customers(self) -> int:
        with self.source() as source:
            return source.run("SELECT count(*) AS n FROM customer", Limits()).rows[0][0]

    def boot(self) -> str:
        return (
            "from connectors.adapters.sources.duckdb import DuckDBSource\n"
            f"source = DuckDBSource('shop.duckdb', folder={str(self.folder)!r})\n"
        )


def _leads_to(link: Path, file: str) -> bool:
    try:
        return str(link.readlink()) == file
    except OSError:
        return False


@pytest.fixture(scope="session")
def mysql_engine(mariadb_server: MariaDB) -> MySQLEngine:
    """A customer's MariaDB database of this worker's own with the user that the product's own script made."""
    from connectors.adapters.sources.mysql_catalog import reader_script

    name = f"shop_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    mariadb_server.make_database(name, *MYSQL_TABLES)
    script = reader_script([name], is_mariadb=True, is_local=True).replace("choose-a-password", READER_PASSWORD)
    create, *grants = script.strip().splitlines()
    mariadb_server.run(create.replace("CREATE USER", "CREATE USER IF NOT EXISTS"), *grants)
    return MySQLEngine(mariadb_server, name)


@pytest.fixture(scope="session")
def duckdb_engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("duckdb"))


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: PostgresServer, postgres_database: str) -> PostgresEngine:
    return PostgresEngine(postgres_server, postgres_database)


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> SQLiteEngine:
    return SQLiteEngine(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["postgres", "mysql", "sqlite", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def make_source(engine: Engine) -> Iterator[Callable]:
    """Returns sources of the engine and closes them afterwards."""
    made = []

    def make():
        made.append(engine.source())
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture(scope="session")
def sandbox_dsn(postgres_server: PostgresServer) -> str:
    """The sandbox's own database, as its own role, with its tables."""
    from connectors.adapters.sandbox.schema import ensure_schema

    ensure_schema(postgres_server.sandbox)
    return postgres_server.sandbox
