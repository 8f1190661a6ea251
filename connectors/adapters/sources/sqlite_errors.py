"""Classifies SQLite's errors by their code. Never repeats its text beyond a name our statement holds."""

from __future__ import annotations

import re
import sqlite3

from connectors.adapters.sources.stopped import cancelled, timed_out
from connectors.contracts import (
    SourceError,
    SourceFailed,
    SourceRefused,
    SourceUnreachable,
)

_NAMED = (
    (re.compile(r"no such table: (\S+)"), "unknown_table", "the database knows no table{of}; check its name"),
    (
        re.compile(r"no such column: (\S+)"),
        "unknown_column",
        "the database knows no column{of}; check its name",
    ),
    (re.compile(r"no such function: (\S+)"), "unknown_function", "the database knows no function{of}"),
    (re.compile(r"ambiguous column name: (\S+)"), "ambiguous_column", "more than one table has a column{of}"),
    (re.compile(r'near "([^"]*)": syntax error'), "syntax", "the database cannot read the statement{near}"),
    (re.compile(r"incomplete input()"), "syntax", "the statement is not complete"),
    (
        re.compile(r"too many columns()"),
        "too_large",
        "the statement has too many columns; name those you need",
    ),
)

_REFUSED = {
    sqlite3.SQLITE_READONLY: ("write_refused", "the file is open read-only: the statement writes"),
    sqlite3.SQLITE_AUTH: (
        "not_allowed",
        "the statement uses a table, function or command that is not allowed",
    ),
}
_FAILED = {
    sqlite3.SQLITE_NOMEM: (
        "engine_out_of_memory",
        "the statement needs too much memory; ask for less at once",
    ),
    sqlite3.SQLITE_FULL: ("engine_disk_full", "the machine ran out of disk space for this statement"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "the database file is damaged"),
    sqlite3.SQLITE_NOTADB: ("damaged", "the file is not a SQLite database, or it is encrypted"),
    sqlite3.SQLITE_MISMATCH: ("type_mismatch", "the types do not fit"),
}
_UNREACHABLE = {
    sqlite3.SQLITE_BUSY: ("busy", "the file is locked by a program that writes it; try again in a moment"),
    sqlite3.SQLITE_LOCKED: ("busy", "the file is locked by a program that writes it; try again in a moment"),
    sqlite3.SQLITE_CANTOPEN: (
        "unreachable",
        "path: the file cannot be opened; check that the portal may read it",
    ),
    sqlite3.SQLITE_IOERR: ("unreachable", "path: the file cannot be read; check the disk"),
}


def is_too_big(error: Exception) -> bool:
    """True when a value exceeded the session's length limit."""
    return _code(error) == sqlite3.SQLITE_TOOBIG


def classify(error: Exception, *, sql: str, is_cancelled: bool, timeout_s: float) -> SourceError:
    """Return our own error for one of the engine's."""
    code = _code(error)
    if code == sqlite3.SQLITE_INTERRUPT:
        return cancelled() if is_cancelled else timed_out(timeout_s)
    if code in _REFUSED:
        return SourceRefused(*_REFUSED[code])
    if code in _UNREACHABLE:
        return SourceUnreachable(*_UNREACHABLE[code])
    if code in _FAILED:
        return SourceFailed(*_FAILED[code])
    if isinstance(error, UnicodeEncodeError):
        return SourceFailed("syntax", "the statement holds half a character; remove it")
    return _by_text(str(error), sql)


def _code(error: Exception) -> int:
    """Return the primary result code (the low byte), or -1 for an error of the Python module itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def _by_text(text: str, sql: str) -> SourceError:
    """Tell the general error by the engine's fixed phrases; a name is repeated only when it is in `sql`."""
    if "prohibited" in text or "not authorized" in text:
        return SourceRefused(*_REFUSED[sqlite3.SQLITE_AUTH])
    if "one statement at a time" in text:
        return SourceRefused("several_statements", "only one statement can be run at a time")
    for pattern, code, message in _NAMED:
        if found := pattern.search(text):
            subject = found[1] if found[1] and found[1] in sql else ""
            of, near = (f" `{subject}`", f" near `{subject}`") if subject else ("", "")
            return SourceFailed(code, message.format(of=of, near=near), subject=subject)
    return SourceFailed("bad_statement", "the database cannot run the statement as written")
