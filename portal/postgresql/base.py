"""A PostgreSQL backend that binds the current organization to the connection, lazily and always.

Whoever only looks in (timed access) has nothing written by it: each statement is judged first.

Before a statement runs, the connection is told the organization and person of `portal.tenancy` if that
differs from what it was last told, on a cursor of its own: a server-side cursor only *declares* the statement,
so the setting must be there first. A rollback undoes a setting, hence what was told is forgotten then.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import register_tzloader  # type: ignore[import-untyped]
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg.pq import Format

from portal import read_only, tenancy

TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid
BIND = "SELECT set_config('app.org', %s, false), set_config('app.user', %s, false)"


class _Bound:
    """Binds before execute, executemany and copy; mixed into both of Django's cursor wrappers."""

    db: DatabaseWrapper
    cursor: Any

    def _execute(self, *args: Any) -> Any:
        read_only.judge(args[0])
        self.db.bind()
        return super()._execute(*args)  # type: ignore[misc]

    def _executemany(self, *args: Any) -> Any:
        read_only.judge(args[0])
        self.db.bind()
        return super()._executemany(*args)  # type: ignore[misc]

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        read_only.judge(args[0] if args else "")
        self.db.bind()
        return self.cursor.copy(*args, **kwargs)

    def callproc(self, *args: Any, **kwargs: Any) -> Any:
        read_only.judge("CALL")
        self.db.bind()
        return super().callproc(*args, **kwargs)  # type: ignore[misc]


class PreparedCursor(psycopg.Cursor[Any]):
    """A cursor whose values travel beside the statement, which the server plans once for each session."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, **{"prepare": True} | kwargs)


class BoundCursor(_Bound, CursorWrapper):
    pass


class BoundDebugCursor(_Bound, CursorDebugWrapper):
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper plus the binding of organization and person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: tuple[str, str] | None = None
        self._may_bind = True

    def bind(self) -> None:
        """Tell the server the current organization and person, unless it already knows them."""
        wanted = tenancy.session_settings()
        if self._told == wanted or not self._may_bind:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(BIND, wanted)
        self._told = wanted

    def connect(self) -> None:
        self._told = None
        super().connect()
        self._told = None

    def _rollback(self) -> Any:
        self._told = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # The transaction is aborted here: binding before ROLLBACK TO would fail and hide the first error.
        self._told, self._may_bind = None, False
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._may_bind = True

    def prepared(self) -> CursorWrapper:
        """Return a cursor for statements that are run again and again with other values; bound like any other."""
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = PreparedCursor(self.connection)
            loader: Any = self.connection.adapters.get_loader(TIMESTAMPTZ, Format.TEXT)
            if self.timezone != loader.timezone:
                register_tzloader(self.timezone, cursor)
            found: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
        return found

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return BoundCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        return BoundDebugCursor(cursor, self)
