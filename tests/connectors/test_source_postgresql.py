"""What is PostgreSQL's own: types, the session, the protocol, TLS, and what the probe finds."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time

import psycopg
import pytest

from connectors.adapters.sources.postgresql import PostgreSQLSource, connection_parameters
from connectors.contracts import (
    Limits,
    SourceError,
    SourceMisconfigured,
    SourceRefused,
    SourceTimeout,
    SourceUnreachable,
)
from tests.connectors.conftest import READER_PASSWORD, PostgresEngine, PostgresServer, reader_dsn

TYPES = [
    ("9007199254740991::int8", 9007199254740991, "integer"),
    ("9007199254740993::int8", "9007199254740993", "integer"),
    ("(-9223372036854775808)::int8", "-9223372036854775808", "integer"),
    ("7::smallint", 7, "integer"),
    ("0.10::numeric(12,2)", "0.10", "decimal"),
    ("12345678901234567890.123456789::numeric", "12345678901234567890.123456789", "decimal"),
    ("'NaN'::numeric", "NaN", "decimal"),
    ("'Infinity'::numeric", "Infinity", "decimal"),
    ("0.1::float8", 0.1, "float"),
    ("0.1::float4", 0.1, "float"),
    ("1e300::float8", 1e300, "float"),
    ("'NaN'::float8", "NaN", "float"),
    ("'-Infinity'::float8", "-Infinity", "float"),
    ("true", True, "boolean"),
    ("NULL::boolean", None, "boolean"),
    ("'2026-02-28'::date", "2026-02-28", "date"),
    ("'infinity'::date", "infinity", "date"),
    ("'0044-03-15 BC'::date", "0044-03-15 BC", "date"),
    ("'2026-02-28 13:14:15.123456'::timestamp", "2026-02-28T13:14:15.123456", "timestamp"),
    ("'2026-02-28 13:14:15+05:30'::timestamptz", "2026-02-28T07:44:15+00:00", "timestamp"),
    ("'12026-02-28 13:14:15+00'::timestamptz", "12026-02-28T13:14:15+00:00", "timestamp"),
    ("'-infinity'::timestamptz", "-infinity", "timestamp"),
    ("'13:14:15'::time", "13:14:15", "time"),
    ("'13:14:15+02'::timetz", "13:14:15+02:00", "time"),
    ("'1 year 2 mons 3 days 04:05:06'::interval", "1 year 2 mons 3 days 04:05:06", "interval"),
    ("ARRAY[1, NULL, 9007199254740993]::int8[]", "[1,null,9007199254740993]", "array"),
    ("ARRAY[ARRAY['a', 'b\"']]", '[["a","b\\""]]', "array"),
    ("ARRAY[1.50, 'NaN']::numeric[]", '[1.50,"NaN"]', "array"),
    ("""'{"a": 12345678901234567890.10}'::json""", '{"a": 12345678901234567890.10}', "json"),
    ("""'{"b": [1, 2]}'::jsonb""", '{"b": [1, 2]}', "json"),
    ("ROW(1, 'x')", '{"f1":1,"f2":"x"}', "record"),
    ("'\\x00ff10'::bytea", "0x00ff10", "binary"),
    ("''::bytea", "0x", "binary"),
    ("'naïve 💶'::text", "naïve 💶", "text"),
    ("'ab'::char(4)", "ab", "text"),
    ("'untyped'", "untyped", "text"),
    ("'6e0b2e3c-2b5f-4f0a-9a53-000000000001'::uuid", "6e0b2e3c-2b5f-4f0a-9a53-000000000001", "text"),
    ("'10.0.0.0/8'::cidr", "10.0.0.0/8", "other"),
    ("'[1,5)'::int4range", "[1,5)", "other"),
    ("'sad'::mood", "sad", "text"),
    ("'12.50'::price", "12.50", "decimal"),
    ("ARRAY['sad']::mood[]", '["sad"]', "array"),
]


@pytest.fixture(scope="module")
def typed(postgres_server: PostgresServer, postgres_database: str) -> None:
    postgres_server.run(
        postgres_database,
        "DROP TYPE IF EXISTS mood CASCADE; DROP DOMAIN IF EXISTS price; "
        "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN price AS numeric(12, 2)",
    )


@pytest.fixture
def source(postgres_engine: PostgresEngine):
    with postgres_engine.source() as opened:
        yield opened


@pytest.mark.requirement("Q06", part="PostgreSQL's types arrive unharmed")
@pytest.mark.parametrize(("expression", "value", "kind"), TYPES, ids=[it[0] for it in TYPES])
def test_a_value_arrives_unharmed(typed, source, expression, value, kind):
    result = source.run(f"SELECT {expression} AS v", Limits())
    assert result.rows == ((value,),)
    assert type(result.rows[0][0]) is type(value)
    assert result.columns[0].kind == kind
    assert result.text_integers == ((0,) if kind == "integer" and isinstance(value, str) else ())
    assert not result.is_cut


def test_a_type_keeps_the_engines_name(typed, source):
    result = source.run("SELECT balance, email, ARRAY[balance] AS a FROM customer WHERE id = 1", Limits())
    assert [column.type for column in result.columns] == ["numeric(12,2)", "text", "numeric(12,2)[]"]


def test_a_cell_is_cut_between_characters_and_says_its_size(source):
    result = source.run("SELECT repeat('é💶', 5000) AS t, repeat('x', 9)::bytea AS b", Limits(cell_bytes=101))
    text, binary = result.rows[0]
    assert len(text.encode()) <= 101
    assert set(text) == {"é", "💶"}
    assert (result.cut_cells[0].column, result.cut_cells[0].size_bytes) == (0, 30_000)
    assert binary == "0x" + "78" * 9
    assert result.bytes_cut
    assert not result.rows_cut


def test_numbers_are_whole_under_the_smallest_cell_limit(source):
    limits = Limits(cell_bytes=2)
    assert source.run("SELECT 123456789 AS n, now() > '2000-01-01' AS b", limits).rows == ((123456789, True),)


def test_text_that_is_not_utf8_is_shown_with_its_bytes(postgres_server, postgres_engine):
    postgres_server.run("postgres", "DROP DATABASE IF EXISTS raw_text")
    postgres_server.run("postgres", "CREATE DATABASE raw_text ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    given = psycopg.conninfo.conninfo_to_dict(postgres_server.superuser)
    dsn = reader_dsn(postgres_server, "raw_text", str(given["user"]))
    with PostgreSQLSource(dsn, str(given["password"])) as source:
        result = source.run(r"SELECT E'caf\xe9' AS t, 'plain' AS p", Limits())
    assert result.rows == (("caf\\xe9", "plain"),)
    assert result.invalid_text == ((0, 0),)


# --- the session ---


def test_even_a_superusers_session_refuses_to_write(postgres_engine):
    before = postgres_engine.count_customers()
    with postgres_engine.strong_source() as source:
        for statement in postgres_engine.write_sql:
            with pytest.raises(SourceError):
                source.run(statement, Limits())
        with pytest.raises(SourceRefused) as refusal:
            source.run("SELECT sneak()", Limits())
    assert refusal.value.code == "write_refused"
    assert postgres_engine.count_customers() == before


def test_the_control_a_session_that_is_not_read_only_writes(postgres_server, postgres_database, postgres_engine):
    before = postgres_engine.count_customers()
    postgres_server.run(postgres_database, "SELECT sneak()")
    assert postgres_engine.count_customers() == before + 1
    postgres_server.run(postgres_database, "DELETE FROM customer WHERE id = -1")


def test_what_a_statement_sets_does_not_outlive_it(source):
    setting = "SELECT set_config('default_transaction_read_only', 'off', false) AS s"
    assert source.run(setting, Limits()).rows == (("off",),)
    shown = "SELECT current_setting('default_transaction_read_only') AS s"
    assert source.run(shown, Limits()).rows == (("on",),)


def test_a_backslash_is_no_escape_whatever_the_roles_own_settings_say(postgres_server, postgres_engine):
    postgres_server.run("postgres", "ALTER ROLE countersign_reader SET standard_conforming_strings = off")
    try:
        with postgres_engine.source() as fresh:
            shown = fresh.run("SELECT 'a\\' AS t, current_setting('standard_conforming_strings') AS s", Limits())
    finally:
        postgres_server.run("postgres", "ALTER ROLE countersign_reader RESET standard_conforming_strings")
    assert shown.rows == (("a\\", "on"),)


def test_the_session_carries_its_limits(source):
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "application_name", "TimeZone")
    shown = source.run(f"SELECT {', '.join(f'current_setting({n!r})' for n in names)}", Limits(timeout_s=7))
    assert shown.rows == (("7s", "1min", "countersign", "UTC"),)


def test_a_statement_goes_alone_through_the_extended_protocol(postgres_server, postgres_database):
    postgres_server.run("postgres", f"ALTER DATABASE \"{postgres_database}\" SET log_statement = 'all'")
    try:
        mark = "'seen_in_the_log'"
        with PostgreSQLSource(reader_dsn(postgres_server, postgres_database), READER_PASSWORD) as source:
            source.run(f"/* leading */ SELECT {mark} AS m", Limits())
        logged = postgres_server.log.read_text() if postgres_server.log.is_file() else ""
        if not logged:
            logged = "".join(file.read_text() for file in postgres_server.log.glob("*"))
    finally:
        postgres_server.run("postgres", f'ALTER DATABASE "{postgres_database}" RESET log_statement')
    at = logged.index(mark)
    head = logged[:at].rpartition("countersign_reader@")[2]
    assert "execute <unnamed>: DECLARE" in head
    assert "statement:" not in head


def test_a_server_that_stops_answering_is_cut_off(postgres_server, postgres_engine):
    failures = []
    with postgres_engine.source() as source:
        pid = source.run("SELECT pg_backend_pid() AS pid", Limits()).rows[0][0]

        def run():
            try:
                source.run("SELECT count(*) FROM generate_series(1, 1000000000)", Limits(timeout_s=1))
            except SourceError as error:
                failures.append(error)

        runner = threading.Thread(target=run)
        runner.start()
        time.sleep(0.4)
        os.kill(pid, signal.SIGSTOP)  # our own server's own process: it neither answers nor dies
        try:
            runner.join(timeout=6)
            assert not runner.is_alive()
        finally:
            os.kill(pid, signal.SIGCONT)
    assert isinstance(failures[0], SourceTimeout)


def test_a_session_the_server_ended_is_opened_anew(postgres_server, source):
    pid = source.run("SELECT pg_backend_pid() AS pid", Limits()).rows[0][0]
    postgres_server.run("postgres", f"SELECT pg_terminate_backend({pid})")
    time.sleep(0.1)
    with pytest.raises(SourceUnreachable):
        source.run("SELECT 1 AS one", Limits())
    assert source.run("SELECT 1 AS one", Limits()).rows == ((1,),)


def test_a_wrong_password_is_refused_without_repeating_it(postgres_server, postgres_database):
    with PostgreSQLSource(reader_dsn(postgres_server, postgres_database), "canary-wrong") as source:
        with pytest.raises(SourceRefused) as refusal:
            source.run("SELECT 1", Limits())
        assert refusal.value.code == "sign_in_refused"
        assert "canary" not in repr(refusal.value) + repr(source)


def test_the_password_is_asked_for_when_a_session_opens(postgres_server, postgres_database):
    asked = []

    def password() -> str:
        asked.append(1)
        return READER_PASSWORD

    source = PostgreSQLSource(reader_dsn(postgres_server, postgres_database), password)
    assert not asked
    with source:
        source.run("SELECT 1 AS one", Limits())
        source.run("SELECT 1 AS one", Limits())
    assert asked == [1]


# --- where it connects to ---


@pytest.mark.parametrize(
    ("dsn", "mode"),
    [
        ("host=/tmp dbname=d user=u", "prefer"),
        ("host=localhost dbname=d user=u", "prefer"),
        ("host=127.0.0.1 dbname=d user=u", "prefer"),
        ("host=::1 dbname=d user=u sslmode=verify-full", "verify-full"),
        ("host=db.example.com dbname=d user=u", "require"),
        ("host=10.0.0.5 dbname=d user=u", "require"),
        ("host=localhost hostaddr=10.0.0.5 dbname=d user=u", "require"),
        ("host=localhost,db.example.com dbname=d user=u", "require"),
        ("postgresql://u@db.example.com/d?sslmode=verify-full", "verify-full"),
    ],
)
@pytest.mark.requirement("Q06")
def test_tls_is_demanded_of_every_host_that_is_not_local(dsn, mode):
    parameters = connection_parameters(dsn)
    assert parameters["sslmode"] == mode
    assert parameters["ssl_min_protocol_version"] == "TLSv1.2"


@pytest.mark.parametrize(
    ("dsn", "field"),
    [
        ("host=db.example.com dbname=d user=u sslmode=disable", "sslmode"),
        ("host=db.example.com dbname=d user=u sslmode=prefer", "sslmode"),
        ("host=h dbname=d user=u password=canary", "dsn"),
        ("postgresql://u:canary@h/d", "dsn"),
        ("host=h dbname=d", "`user`"),
        ("dbname=d user=u", "`host`"),
        ("host=h dbname=d user=u options=-csearch_path=x", "`options`"),
        ("host=h dbname=d user=u service=x", "`service`"),
        ("canary canary", "dsn"),
    ],
)
def test_a_dsn_that_will_not_do_is_refused_by_its_field(dsn, field):
    with pytest.raises(SourceMisconfigured) as refusal:
        connection_parameters(dsn)
    assert field in str(refusal.value)
    assert "canary" not in str(refusal.value)
    assert refusal.value.__context__ is None


def test_nothing_is_said_to_a_foreign_host_without_tls():
    address = _own_address()
    with socket.create_server((address, 0)) as listener:
        heard: list[bytes] = []
        threading.Thread(target=_plain_server, args=(listener, heard), daemon=True).start()
        dsn = f"host={address} port={listener.getsockname()[1]} dbname=d user=canary_user"
        with pytest.raises(SourceUnreachable) as refusal:
            PostgreSQLSource(dsn, "canary-password").run("SELECT 1", Limits())
    assert refusal.value.code == "tls_failed"
    assert heard, "the control: we did listen"
    assert b"canary" not in b"".join(heard)


def test_a_host_that_is_not_there_is_unreachable(tmp_path):
    with pytest.raises(SourceUnreachable) as refusal:
        PostgreSQLSource(f"host={tmp_path} dbname=d user=u").run("SELECT 1", Limits())
    assert refusal.value.code == "unreachable"


# --- the probe ---


@pytest.mark.requirement("Q02", part="the credential is probed")
def test_the_role_our_own_script_makes_is_clean(source):
    report = source.probe()
    assert report.is_clean, report.findings
    assert (report.engine, report.is_local, report.is_encrypted) == ("PostgreSQL", True, False)
    assert report.version.startswith("18")


@pytest.mark.requirement("Q02", part="a superuser draws a warning with its fix")
def test_a_superuser_is_found_and_the_fix_makes_a_clean_role(postgres_server, postgres_engine):
    with postgres_engine.strong_source() as source:
        report = source.probe()
    codes = {finding.code for finding in report.findings}
    assert {"superuser", "createrole", "createdb", "bypassrls", "replication", "can_write"} <= codes
    assert report.findings[0].severity == "critical"
    assert all("CREATE ROLE" in finding.fix_sql for finding in report.findings if finding.code == "superuser")


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ("GRANT INSERT ON customer TO {}", "can_write"),
        ("GRANT UPDATE (email) ON customer TO {}", "can_write"),
        ("ALTER TABLE purchase OWNER TO {}", "can_write"),
        ("GRANT CREATE ON SCHEMA public TO {}", "can_create"),
        ("GRANT CREATE ON DATABASE overreach TO {}", "can_create"),
        ("ALTER ROLE {} CREATEDB", "createdb"),
        ("ALTER ROLE {} CREATEROLE", "createrole"),
        ("ALTER ROLE {} BYPASSRLS", "bypassrls"),
        ("GRANT pg_write_all_data TO {}", "member_pg_write_all_data"),
        ("GRANT pg_execute_server_program TO {}", "member_pg_execute_server_program"),
        ("GRANT pg_read_server_files TO {}", "member_pg_read_server_files"),
        ("GRANT pg_read_all_data TO {}", "member_pg_read_all_data"),
        ("GRANT USAGE ON SCHEMA hr TO {0}; GRANT SELECT ON hr.salary TO {0}", "sees_other_schemas"),
        ("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {}", "sees_nothing"),
        ("GRANT EXECUTE ON FUNCTION dblink_exec(text) TO {}", "can_reach_out"),
    ],
)
@pytest.mark.requirement("Q02", part="each right too many draws its own warning")
def test_each_right_too_many_is_found(overreach, grant, code):
    server, source = overreach
    assert source.probe().is_clean
    server.run("overreach", grant.format("modest"))
    report = source.probe()
    found = {finding.code: finding for finding in report.findings}
    assert code in found
    assert not report.is_clean
    assert found[code].fix_sql
    assert "`modest`" in found[code].message


@pytest.fixture
def overreach(postgres_server: PostgresServer):
    """A database whose reader starts modest; each test grants it one right too many."""
    postgres_server.create_database("overreach")
    postgres_server.run("postgres", "DROP ROLE IF EXISTS modest; CREATE ROLE modest LOGIN PASSWORD 'modest-pw'")
    postgres_server.run(
        "overreach",
        "CREATE TABLE customer (id int, email text); CREATE TABLE purchase (id int); CREATE SCHEMA hr; "
        "CREATE TABLE hr.salary (amount int); GRANT SELECT ON ALL TABLES IN SCHEMA public TO modest; "
        "CREATE FUNCTION dblink_exec(text) RETURNS text LANGUAGE sql AS 'SELECT $1'; "
        "REVOKE EXECUTE ON FUNCTION dblink_exec(text) FROM PUBLIC",
    )
    dsn = reader_dsn(postgres_server, "overreach", "modest")
    with PostgreSQLSource(dsn, "modest-pw", schemas=("public",)) as source:
        yield postgres_server, source
    postgres_server.run("postgres", "DROP DATABASE overreach WITH (FORCE)")
    with contextlib.suppress(psycopg.Error):
        postgres_server.run("postgres", "DROP ROLE modest")


def test_describe_keeps_to_the_schemas_the_connector_is_for(overreach):
    server, source = overreach
    server.run("overreach", "GRANT USAGE ON SCHEMA hr TO modest; GRANT SELECT ON hr.salary TO modest")
    assert {table.schema for table in source.describe().tables} == {"public"}


def test_describe_tells_comments_and_exact_types(source):
    tables = {table.name: table for table in source.describe().tables}
    assert tables["customer"].comment == "who buys"
    columns = {column.name: column for column in tables["customer"].columns}
    assert columns["email"].comment == "how we reach them"
    assert columns["balance"].type == "numeric(12,2)"
    assert tables["customer"].qualified_name == "public.customer"


def _own_address() -> str:
    """Return an address of this machine that is not loopback, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("this machine has no address beside loopback")
    return address


def _plain_server(listener: socket.socket, heard: list[bytes]) -> None:
    """Answer an SSLRequest with N, as a server without TLS does (PostgreSQL protocol §54.2.11)."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.settimeout(2)
            with contextlib.suppress(OSError):
                heard.append(client.recv(1024))
                client.sendall(b"N")
                heard.append(client.recv(1024))
