"""What is DuckDB's own: the folder, the process of its own, types, damaged files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.adapters.sources.duckdb import DuckDBSource
from connectors.contracts import Limits, SourceError, SourceFailed, SourceMisconfigured, SourceRefused
from tests.connectors.conftest import DuckDBEngine

TYPES = [
    ("9007199254740991", 9007199254740991, "integer"),
    ("9007199254740993", "9007199254740993", "integer"),
    ("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727", "integer"),
    ("0.10::decimal(12, 2)", "0.10", "decimal"),
    ("0.1::double", 0.1, "float"),
    ("0.1::float", 0.1, "float"),
    ("1e300", 1e300, "float"),
    ("'nan'::double", "NaN", "float"),
    ("'-inf'::double", "-Infinity", "float"),
    ("true", True, "boolean"),
    ("NULL::boolean", None, "boolean"),
    ("'2026-02-28'::date", "2026-02-28", "date"),
    ("'infinity'::date", "infinity", "date"),
    ("'2026-02-28 13:14:15.123456'::timestamp", "2026-02-28T13:14:15.123456", "timestamp"),
    ("'2026-02-28 13:14:15+05:30'::timestamptz", "2026-02-28T07:44:15+00:00", "timestamp"),
    ("'12026-02-28 13:14:15'::timestamp", "12026-02-28T13:14:15", "timestamp"),
    ("'13:14:15'::time", "13:14:15", "time"),
    ("'13:14:15+02'::timetz", "13:14:15+02:00", "time"),
    ("INTERVAL '1 month 3 days'", "1 month 3 days", "interval"),
    ("[1, NULL, 9007199254740993]", "[1,null,9007199254740993]", "array"),
    ("[12345678901234567890.123456789]", "[12345678901234567890.123456789]", "array"),
    ("{'a': [1.5]}", '{"a":[1.5]}', "record"),
    ("MAP {'a': 1}", '{"a":1}', "record"),
    ("""'{"a": 12345678901234567890.10}'::json""", '{"a": 12345678901234567890.10}', "json"),
    (r"'\x00\xFF\x10'::blob", "0x00ff10", "binary"),
    ("''::blob", "0x", "binary"),
    ("'naïve 💶'", "naïve 💶", "text"),
    ("'sad'::enum('sad', 'glad')", "sad", "text"),
    ("'6e0b2e3c-2b5f-4f0a-9a53-000000000001'::uuid", "6e0b2e3c-2b5f-4f0a-9a53-000000000001", "text"),
    ("'101'::bit", "101", "other"),
]


@pytest.fixture(scope="module")
def source(duckdb_engine: DuckDBEngine):
    with duckdb_engine.source() as opened:
        yield opened


@pytest.mark.requirement("Q06", part="DuckDB's types arrive unharmed")
def test_values_arrive_unharmed(source):
    columns = ", ".join(f"{expression} AS c{index}" for index, (expression, *_) in enumerate(TYPES))
    result = source.run(f"SELECT {columns}", Limits())
    for index, (expression, value, kind) in enumerate(TYPES):
        assert (result.rows[0][index], result.columns[index].kind) == (value, kind), expression
        assert type(result.rows[0][index]) is type(value), expression
    assert result.text_integers == (1, 2)


def test_a_cell_is_cut_between_characters_and_says_its_size(source):
    result = source.run("SELECT repeat('é💶', 5000) AS t, repeat('x', 9)::blob AS b", Limits(cell_bytes=101))
    assert set(result.rows[0][0]) == {"é", "💶"}
    assert result.rows[0][1] == "0x" + "78" * 9
    assert [(cell.column, cell.size_bytes) for cell in result.cut_cells] == [(0, 30_000)]


# --- where the file may be ---


@pytest.mark.parametrize("path", ["../outside.duckdb", "/etc/passwd", "link.duckdb", "missing.duckdb", "", ".", "a\0b"])
@pytest.mark.requirement("S09", part="DuckDB files only below the operator's folder")
def test_a_file_outside_the_folder_is_refused(tmp_path, duckdb_engine, path):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(duckdb_engine.folder / "shop.duckdb", tmp_path / "outside.duckdb")
    (folder / "link.duckdb").symlink_to(tmp_path / "outside.duckdb")
    with pytest.raises(SourceMisconfigured) as refusal:
        DuckDBSource(path, folder=str(folder))
    assert refusal.value.code == "path_refused"


def test_a_link_that_changes_later_is_refused_when_it_is_opened(tmp_path, duckdb_engine):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(duckdb_engine.folder / "shop.duckdb", folder / "shop.duckdb")
    with DuckDBSource("shop.duckdb", folder=str(folder)) as source:
        (folder / "shop.duckdb").rename(tmp_path / "shop.duckdb")
        (folder / "shop.duckdb").symlink_to(tmp_path / "shop.duckdb")
        with pytest.raises(SourceMisconfigured):
            source.run("SELECT 1 AS one", Limits())


def test_without_a_folder_there_are_no_files():
    with pytest.raises(SourceMisconfigured, match="configured no folder"):
        DuckDBSource("shop.duckdb", folder="")


def test_what_is_no_duckdb_file_or_a_damaged_one_harms_only_itself(tmp_path, duckdb_engine):
    whole = (duckdb_engine.folder / "shop.duckdb").read_bytes()
    cases = {
        "empty": b"",
        "text": b"this is no database at all" * 100,
        "cut": whole[:5000],
        "header": whole[:12] + os.urandom(8000),
        "middle": whole[:8192] + bytes(len(whole) - 8192),
        "noise": whole[:12288] + os.urandom(len(whole) - 12288),
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with DuckDBSource(name, folder=str(tmp_path)) as source:
            for ask in (source.describe, lambda: source.run("SELECT * FROM customer", Limits())):
                with pytest.raises(SourceError) as told:
                    ask()
                assert told.value.code in ("not_duckdb", "damaged", "unknown_table", "engine_died"), name


# --- the process ---


@pytest.mark.requirement("S09", part="DuckDB touches no other file, network or setting")
def test_the_engine_reaches_nothing_but_its_file(source, duckdb_engine):
    for statement in (
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM duckdb_logs_parsed('x')",
        "SELECT getenv('HOME')",
    ):
        with pytest.raises((SourceRefused, SourceFailed)):
            source.run(statement, Limits())
    shown = source.run(
        "SELECT name, value FROM duckdb_settings() WHERE name IN ('enable_external_access', 'lock_configuration', "
        "'autoload_known_extensions', 'autoinstall_known_extensions', 'python_enable_replacements', 'TimeZone') "
        "ORDER BY name",
        Limits(),
    )
    assert dict(shown.rows) == {
        "TimeZone": "UTC",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
        "python_enable_replacements": "false",
    }
    assert not list(Path(duckdb_engine.folder).glob("*.tmp"))


def test_the_process_holds_nothing_of_our_environment_and_ends_with_us(duckdb_engine):
    source = duckdb_engine.source()
    source.run("SELECT 1 AS one", Limits())
    pid = source._child.pid
    assert Path(f"/proc/{pid}/environ").read_bytes().strip(b"\0") == b"TZ=UTC"
    source.close()
    source.close()
    assert not Path(f"/proc/{pid}").exists()


def test_a_process_that_died_is_told_and_started_anew(duckdb_engine):
    with duckdb_engine.source() as source:
        source.run("SELECT 1 AS one", Limits())
        source._child.kill()
        source._child.wait()
        assert source.run("SELECT 1 AS one", Limits()).rows == ((1,),)


def test_memory_the_statement_may_not_have_is_refused(source):
    with pytest.raises(SourceFailed) as refusal:
        source.run("SELECT length(string_agg(repeat('x', 1000000) || i, ',')) FROM range(5000) t(i)", Limits())
    assert refusal.value.code in ("engine_out_of_memory", "engine_died")


def test_who_writes_the_file_is_not_kept_out_for_long_and_what_they_wrote_is_seen(duckdb_engine):
    with duckdb_engine.source() as source:
        source.run("SELECT 1 AS one", Limits())
        deadline = time.monotonic() + 10
        while True:
            try:
                duckdb_engine.write("CREATE OR REPLACE TABLE fresh AS SELECT 7 AS n")
                break
            except subprocess.CalledProcessError:
                assert time.monotonic() < deadline
        assert source.run("SELECT n FROM fresh", Limits()).rows == ((7,),)
    duckdb_engine.write("DROP TABLE fresh")


def test_a_file_that_somebody_writes_is_busy(duckdb_engine, tmp_path):
    shutil.copy(duckdb_engine.folder / "shop.duckdb", tmp_path / "shop.duckdb")
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "shop.duckdb")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert writer.stdout.readline() == b"open\n"
        with DuckDBSource("shop.duckdb", folder=str(tmp_path)) as source, pytest.raises(SourceError) as refusal:
            source.run("SELECT 1 AS one", Limits())
    finally:
        writer.communicate()
    assert (refusal.value.code, refusal.value.is_retryable) == ("busy", True)


# --- the probe ---


@pytest.mark.requirement("Q02", part="DuckDB's file is probed")
def test_a_file_that_may_be_written_is_found_with_its_fix(duckdb_engine, tmp_path):
    file = tmp_path / "shop.duckdb"
    shutil.copy(duckdb_engine.folder / "shop.duckdb", file)
    with DuckDBSource("shop.duckdb", folder=str(tmp_path)) as source:
        file.chmod(0o666)
        assert {finding.code for finding in source.probe().findings} == {"world_writable", "can_write"}
        file.chmod(0o444)
        report = source.probe()
    assert report.is_clean
    assert (report.engine, report.is_local) == ("DuckDB", True)
