"""What somebody who only looks in may have the database do: read, and leave the trace of having read.

Asked by the database backend before every statement, so that no page, verb or stream can forget it.
"""

from __future__ import annotations

import re
from typing import Any

from portal import tenancy
from portal.refusal import Refused

_READS = re.compile(
    r"\s*(?:(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|SHOW|EXPLAIN SELECT)\b"
    r"|DECLARE \S+ .*?CURSOR .*?FOR SELECT\b"
    r"|COPY \(\s*SELECT\b"
    r'|(?:WITH first AS \()?INSERT INTO "audit_event(?:text)?"'
    r'|(?:INSERT INTO|UPDATE|DELETE FROM) "django_session")',
    re.IGNORECASE | re.DOTALL,
)
"""The first words of what passes. The trail is append-only, and a session is the visitor's own."""

MESSAGE = "You are looking in with timed access, which only reads. Ask somebody of the organization to change it."


def judge(sql: Any) -> None:
    """Raise `Refused` for a statement that may write, where the context is of timed access; unknown may write."""
    if tenancy.context().visit is not None and not _READS.match(sql if isinstance(sql, str) else str(sql)):
        raise Refused(MESSAGE, subject=("timed_access", str(tenancy.context().visit)))
