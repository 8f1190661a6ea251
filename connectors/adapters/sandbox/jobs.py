"""Cancellations that a shop of the sandbox takes on and does later: jobs, made to happen by whoever asks next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import uuid_utils
from psycopg.types.json import Jsonb

from connectors.adapters.sandbox import books, reads
from connectors.adapters.sandbox.reads import Connection
from connectors.contracts import Order, StoreJob, key_in


def begin(connection: Connection, shop: str, order: Order, key: str, how: Mapping[str, Any]) -> StoreJob | None:
    """Take on a cancellation, in a shop that was told to take its time; None in one that cancels at once."""
    row = connection.execute(
        "INSERT INTO job (shop, id, key, arguments, due_at) "
        "SELECT key, %(id)s, %(key)s, %(arguments)s, "
        "clock_timestamp() + make_interval(secs => cancels_after_ms / 1000.0) "
        "FROM shop WHERE key = %(shop)s AND cancels_after_ms IS NOT NULL RETURNING *",
        {
            "id": f"job_{uuid_utils.uuid7()}",
            "key": key,
            "arguments": Jsonb({"order_id": order.id, **how}),
            "shop": shop,
        },
    ).fetchone()
    return _job_of(connection, row) if row else None


def job(connection: Connection, shop: str, *, job_id: str = "", key: str = "") -> StoreJob | None:
    """Return a job by its id or by the key it was taken on under."""
    row = connection.execute(
        "SELECT * FROM job WHERE shop = %s AND (id = %s OR key = %s)", (shop, job_id or None, key or None)
    ).fetchone()
    return _job_of(connection, row) if row else None


def do_what_is_due(connection: Connection, shop: str) -> None:
    """Do the shop's jobs whose time has come."""
    due = connection.execute(
        "SELECT j.*, s.cancels_fail FROM job j JOIN shop s ON s.key = j.shop WHERE j.shop = %s AND j.state = 'running' "
        "AND j.due_at <= clock_timestamp() ORDER BY j.due_at FOR UPDATE OF j SKIP LOCKED",
        (shop,),
    ).fetchall()
    for row in due:
        given = dict(row.arguments)
        order = books.locked_order(connection, shop, given.pop("order_id"))
        reason = "the store could not cancel the order" if row.cancels_fail else ""
        if not reason and order.status != "open":
            reason = f"the order is {order.status}"
        if not reason:
            books.cancel(connection, shop, order, key=row.key, **given)
        connection.execute(
            "UPDATE job SET state = %s, reason = %s WHERE shop = %s AND id = %s",
            ("failed" if reason else "done", reason, shop, row.id),
        )


def _job_of(connection: Connection, row: Any) -> StoreJob:
    return StoreJob(
        id=row.id,
        operation="cancel",
        order_id=row.arguments["order_id"],
        idempotency_key=key_in(row.arguments["note"]),
        state=row.state,
        receipt=reads.newest(connection, row.shop, row.key) if row.state == "done" else None,
        reason=row.reason,
    )
