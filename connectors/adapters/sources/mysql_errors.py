"""Classifies the errors of MySQL and MariaDB by their number. Never repeats their text, which can quote a row."""

from __future__ import annotations

import re
import ssl

from pymysql import err

from connectors.adapters.sources.mysql_wire import TooMuch
from connectors.adapters.sources.stopped import cancelled, timed_out
from connectors.contracts import (
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
    SourceUnreachable,
)

_FAILED = {
    1146: ("unknown_table", "the database knows no table{of}; check its name and schema"),
    1109: ("unknown_table", "the database knows no table{of}; check its name and schema"),
    1054: ("unknown_column", "the database knows no column{of}; check its name and table"),
    1305: ("unknown_function", "the database knows no function{of}"),
    1630: ("unknown_function", "the database knows no function{of}"),
    1052: ("ambiguous_column", "more than one table has a column{of}; put the table's name before it"),
    1055: ("not_grouped", "the column{of} is neither grouped nor aggregated; add it to GROUP BY"),
    1140: ("not_grouped", "a column is neither grouped nor aggregated; add it to GROUP BY"),
    1064: ("syntax", "the database cannot read the statement{of}"),
    1065: ("syntax", "the statement is empty"),
    1149: ("syntax", "the database cannot read the statement"),
    1060: ("same_name_twice", "two columns of a subquery have the name{of}; give one another alias"),
    1222: ("union_columns", "the parts of a UNION have different numbers of columns"),
    1241: ("several_columns", "a subquery used as a value returned more than one column"),
    1242: ("several_rows", "a subquery used as a value returned more than one row"),
    1248: ("no_alias", "a derived table has no alias; give it one"),
    1365: ("division_by_zero", "the statement divides by zero; use NULLIF on the divisor"),
    1264: ("out_of_range", "a number leaves the range of its type; cast to a wider one"),
    1690: ("out_of_range", "a number leaves the range of its type; cast to a wider one"),
    1292: ("bad_text", "a text in the data or the statement is not of the type it is used as"),
    1366: ("bad_text", "a text in the data or the statement is not of the type it is used as"),
    1411: ("bad_text", "a text in the data or the statement is not of the type it is used as"),
    1267: ("collations", "two texts with different collations are compared; add COLLATE to one"),
    1037: ("engine_out_of_memory", "the database ran out of memory; ask for less at once"),
    1038: ("engine_out_of_memory", "the database ran out of memory; ask for less at once"),
    1041: ("engine_out_of_memory", "the database ran out of memory; ask for less at once"),
    1114: ("engine_disk_full", "the database ran out of room for this statement; ask for less at once"),
    1436: ("too_complex", "the statement is too complex for the database; make it simpler"),
    4006: ("too_complex", "the statement recurses too deeply; make it simpler"),
    1235: ("not_supported", "the database does not support part of the statement"),
}
_NO_RIGHT = ("no_right", "the connector's credential may not read this; ask its owner for SELECT")
_SIGN_IN = ("sign_in_refused", "the database did not accept the user name and password; enter them again")
_WRITE = ("write_refused", "the session is read-only: the statement writes; only reading is possible here")
_REFUSED = {
    1792: _WRITE,
    1290: _WRITE,
    1836: _WRITE,
    1044: _NO_RIGHT,
    1142: _NO_RIGHT,
    1143: _NO_RIGHT,
    1227: _NO_RIGHT,
    1370: _NO_RIGHT,
    1345: ("no_plan", "the credential may not see what the view reads; ask its owner for SHOW VIEW"),
    1045: _SIGN_IN,
    1698: _SIGN_IN,
    1524: _SIGN_IN,
    1251: _SIGN_IN,
    1862: ("password_expired", "the password of the connector's user has expired; its owner has to set a new one"),
    2059: _SIGN_IN,
    2061: ("password_in_plain", "the database asks for the password in plain over a connection without TLS"),
    1130: ("sign_in_refused", "the database refuses this user from here; check its access rules"),
    4151: ("sign_in_refused", "the account of the connector's user is locked; ask its owner"),
}
_BUSY = ("too_many_sessions", "the database has no free session; try again in a moment")
_ENDED = ("session_ended", "the database ended the session; try again")
_UNREACHABLE = {1040: _BUSY, 1203: _BUSY, 1226: _BUSY, 1053: _ENDED, 1927: _ENDED, 4031: _ENDED, 1129: _BUSY}
_TIMED_OUT = frozenset({1317, 1969, 3024, 1205, 1907, 4032})
_TLS = {
    10: ("tls_expired", "host: the certificate of the database has expired; its owner has to renew it"),
    62: ("tls_wrong_host", "host: the certificate of the database is for another host; use the name that stands in it"),
    64: ("tls_wrong_host", "host: the certificate of the database is for another host; use the name that stands in it"),
}
_NAME = re.compile(r"['`]([^'`]{1,190})['`]")


def classify(
    error: Exception, *, sql: str = "", stopped: str = "", timeout_s: float = 0, is_opening: bool = False
) -> SourceError:
    """Return our own error for one of the driver's. `stopped` is `cancelled` or `timeout` when we stopped it.

    A word in the message is one of `sql`: the statement is known to whoever asked, a row is not.
    """
    if stopped == "cancelled":
        return cancelled()
    number = error.args[0] if isinstance(error, err.Error) and error.args and isinstance(error.args[0], int) else 0
    if is_opening and stopped == "timeout":
        return SourceUnreachable("unreachable", "host: the database does not answer; check host, port and network")
    if stopped == "timeout" or number in _TIMED_OUT:
        return timed_out(timeout_s)
    if isinstance(error, UnicodeEncodeError) and not is_opening:
        return SourceFailed("syntax", "the statement holds half a character; remove it")
    if number in _REFUSED:
        return SourceRefused(*_REFUSED[number])
    if number in _UNREACHABLE:
        return SourceUnreachable(*_UNREACHABLE[number])
    if number == 1049:
        return SourceMisconfigured("unknown_database", "database: the server has no database of this name")
    if number == 3159:
        return SourceMisconfigured("tls_required", "sslmode: the database accepts TLS alone; use `require`")
    if number in _FAILED:
        subject = _subject(error, sql) if number != 1064 else ""
        code, message = _FAILED[number]
        return SourceFailed(code, message.format(of=f" `{subject}`" if subject else ""), subject=subject)
    if 1000 <= number < 2000 or number >= 3000:
        return SourceFailed("engine_error", f"the database could not run the statement (error {number})")
    return _lost(error)


def _lost(error: Exception) -> SourceError:
    """Tell what became of a connection that never stood or broke."""
    cause = getattr(error, "original_exception", error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        untrusted = ("tls_untrusted", "host: the certificate of the database is signed by nobody who is trusted here")
        return SourceUnreachable(*_TLS.get(cause.verify_code, untrusted))
    if isinstance(cause, ssl.SSLError) or (isinstance(error, err.Error) and error.args[:1] == (2026,)):
        return SourceUnreachable(
            "tls_failed", "host: no TLS 1.2 session with the database; switch TLS on at the server"
        )
    if isinstance(error, TooMuch):
        return SourceUnreachable("sends_too_much", "host: the database sent more than any answer can hold; it was cut")
    if isinstance(error, err.Error | OSError):
        return SourceUnreachable("unreachable", "host: the database does not answer; check host, port and network")
    return SourceUnreachable("not_this_engine", "host: what answers there does not speak MySQL's protocol")


def _subject(error: Exception, sql: str) -> str:
    """Return the first name the server quotes, when our statement holds it as a word."""
    found = _NAME.search(str(error.args[1])) if len(error.args) > 1 else None
    if found is None:
        return ""
    for name in (found[1], found[1].rpartition(".")[2]):
        if name and re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", sql):
            return name
    return ""
