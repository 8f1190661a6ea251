"""Classifies DuckDB's errors by their class. Never repeats their text beyond a name our statement holds."""

from __future__ import annotations

import re

import duckdb

from connectors.contracts import (
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
    SourceUnreachable,
)

_NAMED = (
    (re.compile(r"Referenced column \"([^\"]+)\""), "unknown_column", "the database knows no column{of}"),
    (re.compile(r"does not have a column named \"([^\"]+)\""), "unknown_column", "the database knows no column{of}"),
    (re.compile(r"Referenced table \"([^\"]+)\""), "unknown_table", "the database knows no table{of}"),
    (re.compile(r"Table with name (\S+) does not exist"), "unknown_table", "the database knows no table{of}"),
    (re.compile(r"Function with name (\S+) does not exist"), "unknown_function", "the database knows no function{of}"),
    (re.compile(r"Ambiguous reference to column name \"([^\"]+)\""), "ambiguous_column", "several tables have{of}"),
    (re.compile(r"column \"([^\"]+)\" must appear in the GROUP BY"), "not_grouped", "the column{of} is not grouped"),
)
_OUT_OF_MEMORY = ("engine_out_of_memory", "the statement needs too much memory; ask for less at once")
_BY_CLASS: tuple[tuple[type[Exception], tuple[str, str]], ...] = (
    (duckdb.ConversionException, ("bad_text", "a value in the data or the statement is not of the type it is cast to")),
    (duckdb.OutOfRangeException, ("out_of_range", "a number leaves the range of its type; cast to a wider one")),
    (duckdb.OutOfMemoryException, _OUT_OF_MEMORY),
    (duckdb.ParserException, ("syntax", "the database cannot read the statement")),
    (duckdb.SyntaxException, ("syntax", "the database cannot read the statement")),
    (duckdb.TypeMismatchException, ("type_mismatch", "the types do not fit; cast one of them")),
    (duckdb.NotImplementedException, ("not_supported", "the database does not support part of the statement")),
    (duckdb.BinderException, ("bad_statement", "the database refuses the statement as written")),
    (duckdb.CatalogException, ("bad_statement", "the database refuses the statement as written")),
    (duckdb.InvalidInputException, ("bad_value", "a value does not fit an operation of the statement")),
)
_NOT_ALLOWED = ("not_allowed", "the statement reaches outside the database file, which is not allowed")
_WRITE = ("write_refused", "the file is open read-only: the statement writes")
_DAMAGED = ("damaged", "the database file is damaged, encrypted or of a version that is not known here")


def classify(error: Exception, *, sql: str = "", is_opening: bool = False) -> SourceError:
    """Return our own error for one of the engine's."""
    text = str(error)
    if is_opening:
        return _at_opening(error, text)
    if isinstance(error, MemoryError):
        return SourceFailed(*_OUT_OF_MEMORY)
    if isinstance(error, UnicodeError):
        return SourceFailed("syntax", "the statement holds half a character; remove it")
    if isinstance(error, duckdb.PermissionException):
        return SourceRefused(*_NOT_ALLOWED)
    if isinstance(error, duckdb.InvalidInputException) and "read-only mode" in text:
        return SourceRefused(*_WRITE)
    if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.InternalException):
        return SourceFailed(*_DAMAGED)
    return _by_class(error, text, sql)


def _by_class(error: Exception, text: str, sql: str) -> SourceError:
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        for pattern, code, message in _NAMED:
            if found := pattern.search(text):
                subject = found[1] if found[1] in sql else ""
                of = f" `{subject}`" if subject else ""
                return SourceFailed(code, f"{message.format(of=of)}; check the statement", subject=subject)
    for kind, (code, message) in _BY_CLASS:
        if isinstance(error, kind):
            return SourceFailed(code, message)
    return SourceFailed("engine_error", "the database could not run the statement")


def _at_opening(error: Exception, text: str) -> SourceError:
    if "lock" in text and isinstance(error, duckdb.IOException):
        return SourceUnreachable("busy", "the file is locked by a program that writes it; try again in a moment")
    if isinstance(error, OSError):
        return SourceUnreachable("unreachable", "path: the file cannot be opened; check that the portal may read it")
    return SourceMisconfigured(*_DAMAGED)
