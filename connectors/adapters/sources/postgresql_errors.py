"""Classifies PostgreSQL's errors by SQLSTATE. Never repeats its text, which can quote a row."""

from __future__ import annotations

import re

import psycopg

from connectors.adapters.sources.stopped import cancelled, timed_out
from connectors.contracts import (
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
    SourceUnreachable,
)

_WORD = re.compile(r'"[^"]{1,128}"|[A-Za-z_][\w$]{0,127}(?:\.[A-Za-z_][\w$]{0,127})*')

_FAILED = {
    "42P01": ("unknown_table", "the database knows no table{of}; check its name and schema"),
    "42703": ("unknown_column", "the database knows no column{of}; check its name and table"),
    "42883": ("unknown_function", "the database knows no function{of} for these types; cast the arguments"),
    "42702": ("ambiguous_column", "more than one table has a column{of}; put the table's name before it"),
    "42803": ("not_grouped", "the column{of} is neither grouped nor aggregated; add it to GROUP BY"),
    "42601": ("syntax", "the database cannot read the statement{near}"),
    "42804": ("type_mismatch", "the types do not fit{near}; cast one of them"),
    "42846": ("no_cast", "the database has no cast between these types{near}"),
    "22012": ("division_by_zero", "the statement divides by zero; use NULLIF on the divisor"),
    "22P02": ("bad_text", "a text in the data or the statement is not of the type it is cast to"),
    "22003": ("out_of_range", "a number leaves the range of its type; cast to a wider one"),
    "21000": ("several_rows", "a subquery used as a value returned more than one row"),
    "53200": ("engine_out_of_memory", "the database ran out of memory; ask for less at once"),
    "54001": ("too_complex", "the statement is too complex for the database; make it simpler"),
    "53100": ("engine_disk_full", "the database ran out of disk space for this statement"),
}

_CLASSES = {
    "22": ("bad_value", "a value in the data does not fit an operation of the statement"),
    "42": ("bad_statement", "the database refuses the statement as written{near}"),
    "0A": ("not_supported", "the database does not support part of the statement{near}"),
    "53": ("engine_short", "the database is short of a resource; try again later"),
    "54": ("too_large", "the statement exceeds a limit of the database"),
}

_REFUSED = {
    "25006": (
        "write_refused",
        "the session is read-only: the statement writes; only reading is possible here",
    ),
    "42501": ("no_right", "the connector's credential may not read this{of}; ask its owner for SELECT"),
    "28P01": ("sign_in_refused", "the database did not accept the user name and password; enter them again"),
    "28000": ("sign_in_refused", "the database refuses this user from here; check its access rules"),
}

# A failed sign-in has no SQLSTATE in libpq. Its text is looked at, never passed on.
_AT_SIGN_IN: tuple[tuple[re.Pattern[str], type[SourceError], str, str], ...] = (
    (re.compile("authentication failed|no password supplied"), SourceRefused, *_REFUSED["28P01"]),
    (re.compile("no pg_hba.conf entry|not permitted to log in"), SourceRefused, *_REFUSED["28000"]),
    (
        re.compile('database "[^"]*" does not exist'),
        SourceMisconfigured,
        "unknown_database",
        "database: the server has no database of this name",
    ),
    (
        re.compile("too many (?:clients|connections)|remaining connection slots"),
        SourceUnreachable,
        "too_many_sessions",
        "the database has no free session; try again in a moment",
    ),
)

_UNREACHABLE = {
    "53300": ("too_many_sessions", "the database has no free session; try again in a moment"),
    "57P03": ("starting", "the database is starting or stopping; try again in a moment"),
    "57P01": ("session_ended", "the database ended the session; try again"),
}


def classify(error: psycopg.Error, *, sql: str = "", stopped: str = "", timeout_s: float = 0) -> SourceError:
    """Return our own error for one of psycopg's. `stopped` is `cancelled` or `timeout` when we stopped it.

    A word in the message comes from `sql`, at the position the engine points to: the statement is known to
    whoever asked, a row is not.
    """
    if stopped == "cancelled":
        return cancelled()
    if stopped == "flood":
        return SourceUnreachable("sends_too_much", "host: the database sent more than any answer can hold; it was cut")
    state = error.sqlstate or ""
    if stopped == "timeout" or state in ("57014", "55P03", "25P03"):
        return timed_out(timeout_s)
    if state in _REFUSED:
        code, text = _REFUSED[state]
        return SourceRefused(code, text.format(of=_of(_word_at(error, sql))))
    if state in _UNREACHABLE:
        return SourceUnreachable(*_UNREACHABLE[state])
    if state == "3D000":
        return SourceMisconfigured("unknown_database", "database: the server has no database of this name")
    found = _FAILED.get(state) or _CLASSES.get(state[:2])
    if found is None:
        return _without_state(error, state)
    subject = _word_at(error, sql)
    near = f" near `{subject}`" if subject else ""
    return SourceFailed(found[0], found[1].format(of=_of(subject), near=near), subject=subject)


def _without_state(error: psycopg.Error, state: str) -> SourceError:
    """Tell a lost or refused connection, which has no SQLSTATE, from an engine's own failure."""
    if state and state[:2] not in ("08", "57"):
        return SourceFailed("engine_error", f"the database could not run the statement (SQLSTATE {state})")
    text = str(error)
    for pattern, kind, code, message in _AT_SIGN_IN:
        if pattern.search(text):
            return kind(code, message)
    if "certificate" in text:
        return SourceUnreachable(*_certificate(text))
    if "SSL" in text:
        return SourceUnreachable(
            "tls_failed", "host: no TLS 1.2 session with the database; switch TLS on at the server"
        )
    return SourceUnreachable("unreachable", "host: the database does not answer; check host, port and network")


def _certificate(text: str) -> tuple[str, str]:
    """Say what is wrong with a certificate; libpq does not tell an expired one from a foreign one."""
    if "does not match host name" in text:
        return "tls_wrong_host", "host: the certificate of the database is for another host; use the name in it"
    return "tls_untrusted", "host: the certificate of the database has expired or is signed by nobody who is trusted"


def _of(subject: str) -> str:
    return f" `{subject}`" if subject else ""


def _word_at(error: psycopg.Error, sql: str) -> str:
    """Return the name in our statement that the engine points at, or nothing for a literal."""
    position = error.diag.statement_position
    if not position or not sql:
        return ""
    found = _WORD.match(sql, int(position) - 1)
    return found.group().strip('"') if found else ""
