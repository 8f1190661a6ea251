"""Waits for what PostgreSQL waits for: it numbers the transactions of all its databases, those of other tests too."""

from __future__ import annotations

import time

from django.db import connection, transaction


def reached(patience_s: float = 120.0) -> None:
    """Return when every transaction that began before now has ended; raise `TimeoutError` where one never does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        now = cursor.fetchone()[0]
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [now])
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError(f"a transaction older than {now} is still open")
