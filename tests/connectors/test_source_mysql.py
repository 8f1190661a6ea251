"""What is MySQL's and MariaDB's own: types, the session, and what the probe finds."""

from __future__ import annotations

import pytest

from connectors.adapters.sources.mysql_catalog import reader_script
from connectors.adapters.sources.mysql_errors import classify
from connectors.adapters.sources.mysql_plan import named_pairs
from connectors.contracts import Limits, SourceError, SourceMisconfigured, SourceRefused
from tests.connectors.conftest import CANARY, READER_PASSWORD, MySQLEngine

TYPES = [
    ("bigint", "9007199254740991", 9007199254740991, "integer"),
    ("bigint", "9007199254740993", "9007199254740993", "integer"),
    ("bigint", "-9223372036854775808", "-9223372036854775808", "integer"),
    ("bigint unsigned", "18446744073709551615", "18446744073709551615", "integer"),
    ("tinyint(1)", "1", 1, "integer"),
    ("year", "2026", 2026, "integer"),
    ("bit(12)", "b'101000000001'", 2561, "integer"),
    ("decimal(12,2)", "0.10", "0.10", "decimal"),
    ("decimal(30,9)", "123456789012345678901.123456789", "123456789012345678901.123456789", "decimal"),
    ("double", "0.1", 0.1, "float"),
    ("double", "1e300", 1e300, "float"),
    ("float", "16777215", 16777215.0, "float"),
    ("float", "0.1", 0.1, "float"),
    ("date", "'2026-02-28'", "2026-02-28", "date"),
    ("datetime(6)", "'2026-02-28 13:14:15.123456'", "2026-02-28T13:14:15.123456", "timestamp"),
    ("timestamp", "'2026-02-28 13:14:15'", "2026-02-28T13:14:15+00:00", "timestamp"),
    ("time(3)", "'-838:59:59'", "-838:59:59.000", "time"),
    ("text", "'naïve 💶'", "naïve 💶", "text"),
    ("varchar(20)", "''", "", "text"),
    ("text CHARACTER SET latin1", "'café'", "café", "text"),
    ("varchar(20) CHARACTER SET utf16", "'café'", "café", "text"),
    ("enum('sad','glad')", "'sad'", "sad", "text"),
    ("set('a','b')", "'a,b'", "a,b", "text"),
    ("json", "'{\"a\": 12345678901234567890.10}'", '{"a": 12345678901234567890.10}', "text"),
    ("blob", "x'00ff10'", "0x00ff10", "binary"),
    ("varbinary(4)", "x''", "0x", "binary"),
    ("int", "NULL", None, "integer"),
]


@pytest.fixture
def source(mysql_engine: MySQLEngine):
    with mysql_engine.source() as opened:
        yield opened


@pytest.fixture(scope="module")
def typed(mysql_engine: MySQLEngine) -> None:
    columns = ", ".join(f"c{index} {type_}" for index, (type_, *_) in enumerate(TYPES))
    values = ", ".join(literal for _, literal, *_ in TYPES)
    mysql_engine.run(
        "DROP TABLE IF EXISTS typed",
        "SET SESSION time_zone = '+00:00', NAMES utf8mb4",
        f"CREATE TABLE typed ({columns})",
        f"INSERT INTO typed VALUES ({values})",
    )
    yield
    mysql_engine.run("DROP TABLE typed")


@pytest.mark.requirement("Q06", part="MySQL's types arrive unharmed")
def test_values_arrive_unharmed(typed, source):
    result = source.run("SELECT * FROM typed", Limits())
    for index, (type_, _, value, kind) in enumerate(TYPES):
        assert (result.rows[0][index], result.columns[index].kind) == (value, kind), type_
        assert type(result.rows[0][index]) is type(value), type_
    assert not result.is_cut
    assert result.text_integers == tuple(
        index for index, (_, _, value, kind) in enumerate(TYPES) if kind == "integer" and isinstance(value, str)
    )


def test_types_keep_the_engines_words(typed, source):
    shown = source.run("SELECT c3, c7, c13, c17, c24 FROM typed", Limits())
    assert [column.type for column in shown.columns] == ["bigint unsigned", "decimal(12,2)", "date", "text", "blob"]


def test_a_cell_is_cut_between_characters_and_says_its_size(source):
    result = source.run("SELECT repeat('é💶', 5000) AS t, repeat('x', 9) AS b", Limits(cell_bytes=101))
    assert len(result.rows[0][0].encode()) <= 101
    assert set(result.rows[0][0]) == {"é", "💶"}
    assert [(cell.column, cell.size_bytes) for cell in result.cut_cells] == [(0, 30_000)]


def test_the_order_survives_clipping(mysql_engine, source):
    mysql_engine.fill_huge(5, 1)
    result = source.run("SELECT id, body FROM huge ORDER BY id DESC", Limits(cell_bytes=16))
    assert [row[0] for row in result.rows] == [5, 4, 3, 2, 1]


# --- the session ---


@pytest.mark.requirement("Q02", part="even root's session refuses to write")
def test_even_roots_session_refuses_to_write(mysql_engine):
    before = mysql_engine.count_customers()
    with mysql_engine.strong_source() as source:
        for statement in mysql_engine.write_sql:
            with pytest.raises(SourceError):
                source.run(statement, Limits())
        with pytest.raises(SourceRefused) as refusal:
            source.run("SELECT sneak()", Limits())
        with pytest.raises(SourceRefused):
            source.run("DELETE FROM customer RETURNING id", Limits())
    assert refusal.value.code == "write_refused"
    assert mysql_engine.count_customers() == before


def test_the_control_a_session_that_is_not_read_only_writes(mysql_engine):
    before = mysql_engine.count_customers()
    mysql_engine.run("SELECT sneak()")
    assert mysql_engine.count_customers() == before + 1
    mysql_engine.run("DELETE FROM customer WHERE id = -1")


def test_the_session_carries_its_settings(source):
    names = "@@tx_read_only, @@max_statement_time, @@time_zone, @@character_set_results, @@local_infile IS NOT NULL"
    (row,) = source.run(f"SELECT {names}", Limits(timeout_s=7)).rows
    assert (row[0], row[1], *row[2:4]) == (1, 7.0, "+00:00", "utf8mb4")
    assert "NO_BACKSLASH_ESCAPES" not in source.run("SELECT @@sql_mode", Limits()).rows[0][0]


def test_a_session_the_server_ended_is_opened_anew(mysql_engine, source):
    number = source.run("SELECT connection_id() AS n", Limits()).rows[0][0]
    mysql_engine.run(f"KILL {number}")
    with pytest.raises(SourceError):
        source.run("SELECT 1 AS one", Limits())
    assert source.run("SELECT 1 AS one", Limits()).rows == ((1,),)


def test_a_wrong_password_or_database_is_told_without_repeating_it(mysql_engine):
    with mysql_engine.source(password="canary-wrong") as source, pytest.raises(SourceRefused) as refusal:
        source.run("SELECT 1", Limits())
    assert refusal.value.code == "sign_in_refused"
    assert "canary" not in repr(refusal.value) + repr(source)
    gone = type(mysql_engine)(mysql_engine.server, "no_such_database")
    with gone.strong_source() as source, pytest.raises(SourceMisconfigured) as refusal:
        source.run("SELECT 1", Limits())
    assert refusal.value.code == "unknown_database"


def test_closing_twice_is_no_error(source):
    source.run("SELECT 1 AS one", Limits())
    source.close()
    source.close()


# --- the plan quotes no row ---


def test_a_plan_carries_no_row_though_the_server_reads_one_while_planning(source):
    plan = source.explain("SELECT email FROM customer WHERE id = 1000")
    assert CANARY not in repr(plan)
    assert {name for _, name in plan.relations} == {"customer"}


def test_names_are_taken_from_outside_texts_alone():
    told = "select 'it''s `a`.`b`' AS `x`,`s`.`t`.`id` AS `id` from `s`.`t` `u` join `v`.`w``x` where `q`.`c` = 1"
    assert set(named_pairs(told)) == {("s", "t"), ("v", "w`x"), ("q", "c")}


# --- the probe ---


@pytest.mark.requirement("Q02", part="MySQL's credential is probed")
def test_the_user_our_own_script_makes_is_clean(source):
    report = source.probe()
    assert report.is_clean, report.findings
    assert (report.engine, report.is_local) == ("MariaDB", True)


@pytest.mark.requirement("Q02", part="root draws a warning with its fix")
def test_root_is_found_with_the_statements_that_make_a_proper_user(mysql_engine):
    with mysql_engine.strong_source() as source:
        report = source.probe()
    codes = {finding.code for finding in report.findings}
    assert {"superuser", "can_grant", "can_write"} <= codes
    assert report.findings[0].severity == "critical"
    assert all("CREATE USER" in finding.fix_sql for finding in report.findings)


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ("GRANT INSERT ON {db}.customer TO {user}", "can_write"),
        ("GRANT UPDATE (email) ON {db}.customer TO {user}", "can_write"),
        ("GRANT CREATE TEMPORARY TABLES ON {db}.* TO {user}", "can_write"),
        ("GRANT FILE ON *.* TO {user}", "can_use_files"),
        ("GRANT PROCESS ON *.* TO {user}", "sees_processes"),
        ("GRANT SUPER ON *.* TO {user}", "superuser"),
        ("GRANT CREATE USER ON *.* TO {user}", "can_create_users"),
        ("GRANT SELECT ON {db}.* TO {user} WITH GRANT OPTION", "can_grant"),
        ("GRANT EXECUTE ON {db}.* TO {user}", "can_execute"),
        ("GRANT SELECT ON other_shop.* TO {user}", "sees_other_schemas"),
        ("REVOKE SELECT ON {db}.* FROM {user}", "sees_nothing"),
    ],
)
@pytest.mark.requirement("Q02", part="each right too many draws its own warning on MySQL")
def test_each_right_too_many_is_found(mysql_engine, grant, code):
    user = f"overreach_{mysql_engine.database}"[:32]
    mysql_engine.run(
        "CREATE DATABASE IF NOT EXISTS other_shop",
        "CREATE TABLE IF NOT EXISTS other_shop.salary (id int)",
        f"DROP USER IF EXISTS {user}@localhost",
        *reader_script([mysql_engine.database], is_mariadb=True, is_local=True)
        .replace("'countersign_reader'@'localhost'", f"{user}@localhost")
        .replace("choose-a-password", READER_PASSWORD)
        .strip()
        .splitlines(),
        grant.format(db=mysql_engine.database, user=f"{user}@localhost"),
    )
    with mysql_engine.source(user) as source:
        found = {finding.code: finding for finding in source.probe().findings}
    assert code in found, found
    assert found[code].fix_sql


# --- errors ---


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1792, "write_refused"), (1045, "sign_in_refused"), (1040, "too_many_sessions"), (3024, "timeout"),
        (1146, "unknown_table"), (1242, "several_rows"), (3159, "tls_required"), (4031, "session_ended"),
        (1644, "engine_error"), (3819, "engine_error"), (2013, "unreachable"),
    ],
)  # fmt: skip
def test_an_error_is_told_by_its_number_and_never_by_its_text(number, code):
    import pymysql

    error = classify(pymysql.err.OperationalError(number, f"the row says '{CANARY}'"), sql="SELECT 1")
    assert error.code == code
    assert CANARY not in repr(error) + repr(vars(error))
