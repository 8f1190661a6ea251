"""What is SQLite's own: the folder, the authorizer, values without types, and the child for huge ones."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from connectors.adapters.sources import sqlite_child
from connectors.adapters.sources.sqlite import SQLiteSource
from connectors.contracts import (
    Limits,
    SourceCancelled,
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
    SourceTimeout,
)

TYPES = [
    ("9007199254740991", 9007199254740991, "integer"),
    ("9007199254740993", "9007199254740993", "integer"),
    ("-9223372036854775808", "-9223372036854775808", "integer"),
    ("0.1", 0.1, "float"),
    ("9e999", "Infinity", "float"),
    ("-9e999", "-Infinity", "float"),
    ("NULL", None, "other"),
    ("'naïve 💶'", "naïve 💶", "text"),
    ("X'00FF10'", "0x00ff10", "binary"),
    ("X''", "0x", "binary"),
    ("''", "", "text"),
    ("json_array(1, 'x')", '[1,"x"]', "text"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    root.mkdir()
    _make(root / "shop.db")
    return root


@pytest.fixture
def source(folder: Path):
    with SQLiteSource("shop.db", folder=str(folder)) as opened:
        yield opened


def _make(file: Path) -> Path:
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, data BLOB); "
        "INSERT INTO item VALUES (1, 'one', X'01'), (2, CAST(X'636166E9' AS TEXT), NULL), "
        "(3, 'a' || char(0) || 'b', 'text in a blob column');"
    )
    connection.close()
    return file


@pytest.mark.requirement("Q06", part="SQLite's types arrive unharmed")
@pytest.mark.parametrize(("expression", "value", "kind"), TYPES, ids=[it[0] for it in TYPES])
def test_a_value_arrives_unharmed(source, expression, value, kind):
    result = source.run(f"SELECT {expression} AS v", Limits())
    assert result.rows == ((value,),)
    assert type(result.rows[0][0]) is type(value)
    assert result.columns[0].kind == kind
    assert not result.is_cut


def test_wrong_utf8_and_a_nul_in_a_text_are_shown_and_said(source):
    result = source.run("SELECT name FROM item WHERE id > 1 ORDER BY id", Limits())
    assert result.rows[0] == ("caf\\xe9",)
    assert result.invalid_text == ((0, 0),)
    assert result.rows[1][0].startswith("a")
    assert result.rows[1][0] == "a\x00b" or result.cut_cells[0].row == 1


def test_a_column_of_several_types_says_so(source):
    result = source.run("SELECT data FROM item ORDER BY id", Limits())
    assert (result.columns[0].type, result.columns[0].kind) == ("blob|text", "other")
    assert result.rows == (("0x01",), (None,), ("text in a blob column",))


# --- where the file may be ---


@pytest.mark.parametrize(
    "path",
    [
        "../outside.db",
        "/etc/passwd",
        "link.db",
        "linked/outside.db",
        "missing.db",
        ".",
        "",
        "shop.db?mode=rw",
        "file:shop.db",
        "shop.db\0",
        "x" * 5000,
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(folder, path):
    _make(folder.parent / "outside.db")
    (folder / "link.db").symlink_to(folder.parent / "outside.db")
    (folder / "linked").symlink_to(folder.parent)
    with pytest.raises(SourceMisconfigured):
        SQLiteSource(path, folder=str(folder))


def test_without_a_folder_nothing_is_opened(folder):
    with pytest.raises(SourceMisconfigured, match="configured no folder"):
        SQLiteSource(str(folder / "shop.db"), folder="")


def test_a_file_swapped_for_a_link_after_set_up_is_refused(folder):
    source = SQLiteSource("shop.db", folder=str(folder))
    (folder / "shop.db").unlink()
    (folder / "shop.db").symlink_to(_make(folder.parent / "outside.db"))
    with pytest.raises(SourceMisconfigured):
        source.run("SELECT 1 AS one", Limits())


def test_a_name_that_looks_like_a_uri_is_only_a_name(folder):
    odd = "odd?mode=rwc&x=%41 #.db"
    _make(folder / odd)
    with SQLiteSource(odd, folder=str(folder)) as source:
        assert source.run("SELECT count(*) AS n FROM item", Limits()).rows == ((3,),)
        with pytest.raises(SourceRefused):
            source.run("DELETE FROM item", Limits())


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_a_clear_error(folder, content):
    (folder / "bad.db").write_bytes(content)
    with SQLiteSource("bad.db", folder=str(folder)) as source, pytest.raises(SourceError) as refusal:
        source.run("SELECT 1 AS one", Limits())
    assert refusal.value.code in {"not_sqlite", "damaged"}


def test_a_file_that_is_being_written_is_busy_and_not_for_long(folder):
    writer = sqlite3.connect(folder / "shop.db", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with SQLiteSource("shop.db", folder=str(folder)) as source, pytest.raises(SourceError) as refusal:
        source.run("SELECT name FROM item", Limits())
    writer.close()
    assert refusal.value.code == "busy"
    assert time.monotonic() - started < 5


# --- three locks, each by itself ---


@pytest.mark.requirement("Q02", part="each of SQLite's three locks refuses a write")
@pytest.mark.parametrize("kept", ["mode=ro", "query_only", "authorizer"])
def test_each_lock_alone_refuses_a_write(folder, source, kept):
    source.run("SELECT 1 AS one", Limits())
    connection = source._connection
    if kept != "authorizer":
        connection.set_authorizer(None)
    if kept == "authorizer":
        connection = sqlite3.connect(folder / "shop.db")
        connection.set_authorizer(source_authorizer(connection))
    elif kept == "mode=ro":
        connection.execute("PRAGMA query_only = 0")
    else:
        connection = sqlite3.connect(folder / "shop.db")
        connection.execute("PRAGMA query_only = 1")
    with pytest.raises(sqlite3.Error):
        connection.execute("DELETE FROM item")
    connection.close()
    assert sqlite3.connect(folder / "shop.db").execute("SELECT count(*) FROM item").fetchone() == (3,)


def source_authorizer(connection):
    from connectors.adapters.sources.sqlite import _authorizer

    connection.text_factory = bytes
    return _authorizer(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT randomblob(10)",
        "SELECT fts3_tokenizer('simple')",
        "SELECT sqlite_version()",
        "SELECT count(*) FROM pragma_table_info('item')",
        "SELECT count(*) FROM sqlite_schema",
        "SELECT sql FROM sqlite_master",
        "SELECT name FROM (SELECT name FROM sqlite_schema)",
        "WITH s AS (SELECT * FROM sqlite_schema) SELECT * FROM s",
        "EXPLAIN SELECT 1",
        "VALUES (1); SELECT 2",
        "PRAGMA table_info(item)",
        "BEGIN",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_what_does_not_only_read_the_tables_is_refused(source, statement):
    with pytest.raises(SourceError):
        source.run(statement, Limits())


def test_what_people_ask_is_admitted(source):
    for statement in (
        "SELECT upper(name), count(*) OVER () FROM item",
        "SELECT value FROM json_each('[1, 2]')",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n",
        "SELECT strftime('%Y', '2026-01-01') AS y, round(1.5), coalesce(NULL, 1), iif(1, 2, 3)",
        "SELECT a.id FROM item a JOIN item b USING (id) WHERE b.name LIKE 'o%' ORDER BY 1 LIMIT 3",
        "VALUES (1, 2)",
    ):
        assert source.run(statement, Limits()).rows, statement


def test_an_error_is_told_by_our_words(source):
    for statement, code in (
        ("SELECT nonsense(1)", "unknown_function"),
        ("SELECT FROM WHERE", "syntax"),
        ("SELECT id FROM item a JOIN item b", "ambiguous_column"),
    ):
        with pytest.raises(SourceFailed) as refusal:
            source.run(statement, Limits())
        assert refusal.value.code == code


# --- the child ---


def test_the_child_gets_nothing_of_our_environment(folder, monkeypatch):
    seen = {}
    real = sqlite_child.subprocess.Popen

    def popen(*args, **kwargs):
        seen.update(kwargs)
        return real(*args, **kwargs)

    monkeypatch.setattr(sqlite_child.subprocess, "Popen", popen)
    stop = threading.Event()
    result = sqlite_child.run("shop.db", str(folder), "SELECT id, name FROM item", Limits(rows=2), stop)
    assert seen["env"] == {}
    assert result.rows == ((1, "one"), (2, "caf\\xe9"))
    assert (result.rows_cut, result.invalid_text) == (True, ((1, 1),))


def test_the_child_stops_at_its_time_limit_and_on_cancel(folder):
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(SourceTimeout):
        sqlite_child.run("shop.db", str(folder), slow, Limits(timeout_s=0.5), threading.Event())
    stop = threading.Event()
    threading.Timer(0.4, stop.set).start()
    started = time.monotonic()
    with pytest.raises(SourceCancelled):
        sqlite_child.run("shop.db", str(folder), slow, Limits(timeout_s=30), stop)
    assert time.monotonic() - started < 1.4


def test_a_bomb_dies_in_the_child_and_is_a_clear_refusal(source):
    bomb = "SELECT replace(replace(hex('x'), '7', '{0}'), '8', '{0}') AS x".format("y" * 100)
    for _ in range(5):
        bomb = f"SELECT replace(x, 'y', '{'y' * 100}') AS x FROM ({bomb})"
    with pytest.raises(SourceError):
        source.run(bomb, Limits(timeout_s=20))


# --- the probe ---


@pytest.mark.requirement("Q02", part="a writable SQLite file draws a warning")
def test_a_file_that_could_be_written_is_found_and_the_fix_clears_it(folder, source):
    (folder / "shop.db").chmod(0o666)
    report = source.probe()
    assert [finding.code for finding in report.findings] == ["world_writable", "can_write"]
    for finding in report.findings:
        assert os.system(finding.fix_sql) == 0
    assert source.probe().is_clean
    assert report.is_local
