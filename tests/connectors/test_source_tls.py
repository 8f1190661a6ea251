"""TLS 1.2 or later to every server that is not local, and the certificate is believed only when it is right (Q06)."""

from __future__ import annotations

import ssl
import warnings

import psycopg
import pytest

from connectors.adapters.sources.mysql import MySQLSource
from connectors.adapters.sources.mysql_catalog import reader_script
from connectors.adapters.sources.postgresql import PostgreSQLSource
from connectors.contracts import Limits, SourceError, SourceMisconfigured, SourceUnreachable
from tests.servers import hostile
from tests.servers.certificates import HOST, Authority

PASSWORD = "canary-of-the-tls-reader"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("foreign"), "other")


def to_mysql(port: int, roots: str, tls: str = "verify-full", host: str = HOST) -> MySQLSource:
    return MySQLSource(
        host, "shop", "tls_reader", PASSWORD, port=port, addresses=("127.0.0.1",), tls=tls, root_certificates=roots
    )


def to_postgres(port: int, roots: str, tls: str = "verify-full", host: str = HOST) -> PostgreSQLSource:
    dsn = f"host={host} hostaddr=127.0.0.1 port={port} dbname=postgres user=tls_reader sslmode={tls}"
    return PostgreSQLSource(dsn, PASSWORD, root_certificates=roots if tls != "require" else "")


ENGINES = {"mysql": (to_mysql, hostile.mysql_with_tls), "postgresql": (to_postgres, hostile.postgres_with_tls)}


@pytest.fixture(params=list(ENGINES))
def engine(request):
    return request.param


def told(engine: str, context: ssl.SSLContext, roots: str, **more: str) -> str:
    """Return the code of the error that a server with this TLS draws."""
    connect, handler = ENGINES[engine]
    with (
        hostile.serving(handler(context)) as port,
        connect(port, roots, **more) as source,
        pytest.raises(SourceUnreachable) as refusal,
    ):
        source.run("SELECT 1 AS one", Limits())
    assert PASSWORD not in repr(vars(refusal.value))
    return refusal.value.code


def presenting(pair: tuple[str, str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


@pytest.mark.requirement("Q06")
@pytest.mark.parametrize("case", ["expired", "foreign", "wrong_host"])
def test_a_certificate_that_is_not_right_is_not_believed(engine, trusted, foreign, case):
    pair, precise = {
        "expired": (trusted.issue("expired", since_days=-30, until_days=-1), "tls_expired"),
        "foreign": (foreign.issue("foreign"), "tls_untrusted"),
        "wrong_host": (trusted.issue("wrong", host="other.example.test"), "tls_wrong_host"),
    }[case]
    expected = {precise} if engine == "mysql" or case != "expired" else {"tls_untrusted"}  # libpq tells no more
    assert told(engine, presenting(pair), trusted.certificate) in expected


@pytest.mark.requirement("Q06")
def test_tls_below_1_2_is_refused(engine, trusted):
    context = presenting(trusted.issue("old"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert told(engine, context, trusted.certificate, tls="require") == "tls_failed"


@pytest.mark.requirement("Q06")
def test_nothing_is_said_to_a_foreign_mysql_without_tls(trusted):
    heard: list[bytes] = []

    def handle(client):
        client.sendall(hostile.greeting())
        heard.append(client.recv(65536))

    with (
        hostile.serving(handle) as port,
        to_mysql(port, "", tls="") as source,
        pytest.raises(SourceUnreachable) as refusal,
    ):
        source.run("SELECT 1 AS one", Limits())
    assert refusal.value.code == "tls_failed"
    assert b"tls_reader" not in b"".join(heard)


@pytest.mark.parametrize("tls", ["disable", "prefer"])
def test_mysql_to_a_host_that_is_not_local_must_ask_for_tls(tls):
    with pytest.raises(SourceMisconfigured) as refusal:
        MySQLSource("db.example.test", "d", "u", tls=tls)
    assert refusal.value.code == "tls_required"
    with pytest.raises(SourceMisconfigured):
        MySQLSource("localhost", "d", "u", addresses=("10.0.0.5",), tls=tls)
    assert MySQLSource("127.0.0.1", "d", "u", tls=tls)


# --- against real servers ---


@pytest.fixture(scope="module")
def mariadb(mariadb_server):
    create, *_ = reader_script(["shop"], is_mariadb=True, is_local=False).splitlines()
    account = "'tls_reader'@'%'"
    mariadb_server.run(
        "CREATE DATABASE IF NOT EXISTS shop",
        create.replace("'countersign_reader'@'%'", account)
        .replace("CREATE USER", "CREATE USER IF NOT EXISTS")
        .replace("choose-a-password", PASSWORD),
        "CREATE TABLE IF NOT EXISTS shop.item (id int PRIMARY KEY)",
        f"GRANT SELECT, SHOW VIEW ON shop.* TO {account}",
    )
    return mariadb_server


@pytest.fixture(scope="module")
def postgres(debian_postgres):
    debian_postgres.run(
        "DO $$ BEGIN CREATE ROLE tls_reader LOGIN PASSWORD '" + PASSWORD + "';"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    return debian_postgres


@pytest.mark.requirement("Q06")
@pytest.mark.parametrize("tls", ["", "require", "verify-ca", "verify-full"])
def test_mariadb_is_reached_over_tls(mariadb, tls):
    with to_mysql(mariadb.port, mariadb.authority, tls=tls) as source:
        report = source.probe()
        shown = source.run("SELECT VARIABLE_VALUE AS v FROM information_schema.SESSION_STATUS "
                           "WHERE VARIABLE_NAME = 'Ssl_version'", Limits())  # fmt: skip
    assert (report.is_encrypted, report.is_local) == (True, False)
    assert report.is_clean, report.findings
    assert shown.rows[0][0] in ("TLSv1.2", "TLSv1.3")


@pytest.mark.requirement("Q06")
@pytest.mark.parametrize("tls", ["require", "verify-ca", "verify-full"])
def test_postgresql_is_reached_over_tls(postgres, tls):
    with to_postgres(postgres.port, postgres.authority, tls=tls) as source:
        report = source.probe()
        shown = source.run("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", Limits())
    assert (report.is_encrypted, report.is_local) == (True, False)
    assert "tls_off" not in {finding.code for finding in report.findings}
    assert shown.rows[0][0] in ("TLSv1.2", "TLSv1.3")


def test_a_foreign_authority_is_not_believed_by_real_servers_clients(mariadb, postgres, foreign):
    for source in (to_mysql(mariadb.port, foreign.certificate), to_postgres(postgres.port, foreign.certificate)):
        with source, pytest.raises(SourceError) as refusal:
            source.run("SELECT 1 AS one", Limits())
        assert refusal.value.code == "tls_untrusted"


def test_the_control_postgresql_refuses_who_comes_without_tls(postgres):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            f"host=127.0.0.1 port={postgres.port} dbname=postgres user=tls_reader sslmode=disable", password=PASSWORD
        )
