"""What every SQL source promises, proved on the real engine. A new adapter joins by a fixture in conftest."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pytest

from connectors.contracts import (
    Limits,
    SourceAdapter,
    SourceCancelled,
    SourceError,
    SourceFailed,
    SourceTimeout,
)
from tests.connectors.conftest import CANARY, READER_PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENT = Limits(timeout_s=60)
ALLOWED_GROWTH_MB = 64


def test_it_is_a_source_adapter(make_source):
    assert isinstance(make_source(), SourceAdapter)


# --- reading only (Q02) ---


@pytest.mark.requirement("Q02", part="the session refuses writes without the guard")
def test_no_write_gets_through_without_the_guard(engine, make_source):
    before = engine.count_customers()
    source = make_source()
    for statement in engine.write_sql:
        with pytest.raises(SourceError) as refusal:
            source.run(statement, Limits())
        assert not isinstance(refusal.value, SourceTimeout), statement
    assert engine.count_customers() == before


def test_a_session_reads_again_after_a_refusal(make_source):
    source = make_source()
    with pytest.raises(SourceError):
        source.run("DELETE FROM customer", Limits())
    assert source.run("SELECT count(*) AS n FROM purchase", Limits()).rows == ((1000,),)


# --- time ---


@pytest.mark.requirement("Q02", part="statement time-out")
def test_a_slow_statement_is_stopped_at_its_time_limit(engine, make_source):
    started = time.monotonic()
    with pytest.raises(SourceTimeout) as late:
        make_source().run(engine.slow_sql, Limits(timeout_s=0.5))
    assert late.value.code == "timeout"
    assert 0.4 < time.monotonic() - started < 2.0
    assert _ends_within_a_second(engine, time.monotonic())


def _ends_within_a_second(engine, started):
    """Tell whether the server's own list shows no statement a second after `started`; it may take a moment to end."""
    while engine.running() and time.monotonic() - started < 1.0:
        time.sleep(0.02)
    return engine.running() == 0


@pytest.mark.requirement("Q17", part="cancelling stops the statement in the engine")
def test_cancel_from_another_thread_stops_the_statement_within_a_second(engine, make_source):
    source, outcome = make_source(), []
    runner = threading.Thread(target=lambda: outcome.append(_raised(source, engine.slow_sql, PATIENT)))
    runner.start()
    time.sleep(0.7)
    if engine.name != "sqlite":
        assert engine.running() == 1, "the control: the server is at work"
    assert runner.is_alive()
    started = time.monotonic()
    source.cancel()
    runner.join(timeout=5)
    assert time.monotonic() - started < 1.0
    assert _ends_within_a_second(engine, started)
    assert isinstance(outcome[0], SourceCancelled)


def test_cancel_before_the_statement_is_not_lost(engine, make_source):
    source = make_source()
    source.cancel()
    with pytest.raises(SourceCancelled):
        source.run("SELECT 1 AS one", Limits())


def test_cancel_at_any_moment_ends_the_call(engine, make_source):
    for delay_s in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05):
        source = make_source()
        threading.Timer(delay_s, source.cancel).start()
        started = time.monotonic()
        assert isinstance(_raised(source, engine.slow_sql, PATIENT), SourceCancelled)
        assert time.monotonic() - started < 1.5
        source.close()


# --- rows and bytes (Q04, Q05) ---


def test_twenty_rows_come_back_and_a_cut_is_known(make_source):
    source = make_source()
    many = source.run("SELECT id FROM purchase ORDER BY id", Limits())
    assert [row[0] for row in many.rows] == list(range(1, 21))
    assert many.rows_cut
    assert not many.bytes_cut
    exact = source.run("SELECT id FROM purchase WHERE id <= 20 ORDER BY id", Limits())
    assert len(exact.rows) == 20
    assert not exact.is_cut
    assert source.run("SELECT id FROM purchase WHERE id < 0", Limits()).rows == ()


@pytest.mark.requirement("Q05", part="the response is capped and says so")
def test_the_byte_budget_drops_rows_and_says_so(make_source):
    limits = Limits(response_bytes=200)
    result = make_source().run("SELECT id, email FROM customer ORDER BY id", limits)
    assert 0 < len(result.rows) < 20
    assert result.bytes_cut
    assert result.rows_cut
    assert result.size_bytes <= 200
    assert result.size_bytes >= len(json.dumps(result.rows, separators=(",", ":"), ensure_ascii=False)) - 2


def test_one_row_too_wide_is_shown_cut_rather_than_as_nothing(make_source):
    columns = ", ".join(f"email AS e{index}" for index in range(200))
    result = make_source().run(f"SELECT {columns} FROM customer WHERE id = 1", Limits(response_bytes=2000))
    assert len(result.rows) == 1
    assert result.bytes_cut
    assert len(result.cut_cells) == 200


@pytest.mark.parametrize(("rows", "megabytes"), [(1, 200), (20, 10)])
@pytest.mark.slow
@pytest.mark.requirement("Q05")
def test_huge_cells_are_cut_and_never_enter_the_workers_memory(engine, rows, megabytes):
    engine.fill_huge(rows, megabytes)
    asked = [
        f"SELECT id, {column} AS cell FROM huge{order} LIMIT 21"
        for column in ("body", "raw")
        for order in ("", " ORDER BY id DESC")
    ]
    for told in _in_a_fresh_process(engine, asked):
        assert told["growth_mb"] < ALLOWED_GROWTH_MB, told
        assert told["rows"], told
        assert told["bytes_cut"]
        assert [cell["column"] for cell in told["cut_cells"]] == [1] * len(told["rows"])
        assert {cell["size_bytes"] for cell in told["cut_cells"]} == {megabytes * 1024 * 1024}
        assert told["size_bytes"] <= 64 * 1024


@pytest.mark.slow
@pytest.mark.requirement("Q05", part="the measurement can fail")
def test_the_memory_measurement_sees_a_cell_that_is_read_whole(postgres_engine):
    postgres_engine.fill_huge(1, 100)
    whole = Limits(cell_bytes=90 * 1024 * 1024, response_bytes=200 * 1024 * 1024)
    (told,) = _in_a_fresh_process(postgres_engine, ["SELECT body FROM huge LIMIT 1"], whole)
    assert told["growth_mb"] > ALLOWED_GROWTH_MB


# --- errors and secrets ---


@pytest.mark.requirement("S03", part="an engine's error carries no row")
def test_an_error_carries_no_value_of_a_row(engine, make_source):
    source = make_source()
    for statement in _statements_that_quote(engine.name):
        error = _raised(source, statement, Limits())
        assert isinstance(error, SourceError), statement
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        assert "canary" not in told, statement
        assert error.__context__ is None
        assert error.__cause__ is None


def test_an_unknown_name_is_told_by_the_word_of_the_statement(make_source):
    source = make_source()
    for statement, code, subject in (
        ("SELECT nothing_like_it FROM customer", "unknown_column", "nothing_like_it"),
        ("SELECT id FROM no_such_table", "unknown_table", "no_such_table"),
    ):
        error = _raised(source, statement, Limits())
        assert isinstance(error, SourceFailed)
        assert (error.code, error.subject) == (code, subject)
        assert f"`{subject}`" in str(error)


@pytest.mark.requirement("S03", part="a source's password is in no repr")
def test_the_secret_is_in_no_representation(make_source):
    source = make_source()
    source.run("SELECT 1 AS one", Limits())
    assert READER_PASSWORD not in repr(source) + str(source)


def test_statements_that_are_none_are_refused_clearly(make_source):
    source = make_source()
    for statement in (
        "",
        " ",
        ";",
        "--",
        "/*",
        "SELECT 1 \0 AS x",
        "\ud800",
        "SELECT '",
        "(" * 5000,
        "x" * 100_000,
    ):
        error = _raised(source, statement, Limits())
        assert isinstance(error, SourceError), statement[:20]


# --- names ---


def test_describe_tells_names_types_keys_and_no_values(make_source):
    schema = make_source().describe()
    tables = {table.name: table for table in schema.tables}
    assert [table.name for table in schema.tables] == sorted(tables)
    assert set(tables) == {"customer", "purchase", "good_customer", "huge"}
    key, email = tables["customer"].columns[:2]
    assert (key.name, key.is_key, email.name, email.nullable, email.is_key) == (
        "id",
        True,
        "email",
        False,
        False,
    )
    (reference,) = tables["purchase"].foreign_keys
    assert (reference.columns, reference.target_table, reference.target_columns) == (
        ("customer_id",),
        "customer",
        ("id",),
    )
    assert tables["good_customer"].kind == "view"
    assert "example.com" not in repr(schema)


def test_column_names_are_the_statements(make_source):
    result = make_source().run("SELECT id, id, email AS mail FROM customer -- a comment", Limits(rows=1))
    assert [column.name for column in result.columns] == ["id", "id", "mail"]


def test_every_result_is_json_without_loss(make_source):
    result = make_source().run("SELECT * FROM customer ORDER BY id", Limits())
    assert json.loads(json.dumps(result.rows, allow_nan=False)) == [list(row) for row in result.rows]


# --- inside ---


def _raised(source, statement, limits):
    try:
        return source.run(statement, limits)
    except Exception as error:
        return error


def _statements_that_quote(engine: str) -> tuple[str, ...]:
    if engine == "postgresql":
        return (
            f"SELECT CAST(email AS int) FROM customer WHERE email = '{CANARY}'",
            "SELECT CAST(email AS int) FROM customer WHERE id = 1000",
            "SELECT CAST(email AS date) FROM customer WHERE id = 1000",
            "SELECT to_number(email, email) FROM customer WHERE id = 1000",
            "SELECT email::json FROM customer WHERE id = 1000",
            "SELECT email ~ ('[' || email) FROM customer WHERE id = 1000",
            "SELECT blurt()",
        )
    if engine == "mysql":
        return (
            "SELECT blurt()",
            "SELECT extractvalue(email, concat('/[', email)) FROM customer WHERE id = 1000",
        )
    if engine == "duckdb":
        return (
            f"SELECT CAST(email AS int) FROM customer WHERE email = '{CANARY}'",
            "SELECT CAST(email AS int) FROM customer WHERE id = 1000",
            "SELECT CAST(email AS date) FROM customer WHERE id = 1000",
            "SELECT strptime(email, '%Y') FROM customer WHERE id = 1000",
            "SELECT email::json FROM customer WHERE id = 1000",
            "SELECT error(email) FROM customer WHERE id = 1000",
        )
    return (
        "SELECT json_extract(email, '$.x') FROM customer WHERE id = 1000",
        "SELECT json_extract('{}', email) FROM customer WHERE id = 1000",
        "SELECT abs(-9223372036854775807 - 1) FROM customer WHERE id = 1000",
    )


def _in_a_fresh_process(engine, statements: list[str], limits: Limits | None = None) -> list[dict]:
    """Run statements in a new worker and return each result with the growth of the worker's peak memory by then.

    The peak is the kernel's `VmHWM`: `ru_maxrss` is inherited from whoever started the process, and would
    hide any growth below the size of the test run itself.
    """
    limits = limits or Limits(timeout_s=60)
    code = (
        "import dataclasses, json, re\n"
        "from pathlib import Path\n"
        "from connectors.contracts import Limits\n"
        f"{engine.boot()}"
        "status = Path('/proc/self/status')\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+) kB', status.read_text())[1]) / 1024\n"
        "source.run('SELECT 1 AS one', Limits())\n"
        "before, told = peak(), []\n"
        f"for statement in {statements!r}:\n"
        f"    result = source.run(statement, Limits(cell_bytes={limits.cell_bytes}, "
        f"response_bytes={limits.response_bytes}, timeout_s=60))\n"
        "    told.append(dataclasses.asdict(result) | {'growth_mb': peak() - before})\n"
        "    told[-1]['rows'] = [len(row) for row in result.rows]\n"
        "print(json.dumps(told))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True, timeout=120
    )
    return json.loads(done.stdout)
