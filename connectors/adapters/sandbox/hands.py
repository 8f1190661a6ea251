"""What happens at the shop without us: people who refund, cancel and answer by hand, calls that arrive late.

For demos and tests. Serves no flow.
"""

from __future__ import annotations

from typing import Any

import uuid_utils

from connectors.adapters.refundable import require_refundable
from connectors.adapters.sandbox import books
from connectors.adapters.sandbox.door import connect
from connectors.adapters.sandbox.store import SandboxStore
from connectors.contracts import LineQuantity, StoreError
from portal.money import Money

SOMEBODY = "Mia Ortega"


def refund(dsn: str, shop: str, order_id: str, amount: Money, *, note: str = "", author: str = SOMEBODY) -> None:
    """Let a person at the shop refund an amount."""
    with connect(dsn) as connection:
        order = books.locked_order(connection, shop, order_id)
        require_refundable(order, amount, (), None, "original")
        books.refund(connection, shop, order, amount, key=_hand(), note=note, author=author)


def cancel(dsn: str, shop: str, order_id: str, *, note: str = "", author: str = SOMEBODY) -> None:
    """Let a person at the shop cancel an order."""
    with connect(dsn) as connection:
        order = books.locked_order(connection, shop, order_id)
        books.cancel(connection, shop, order, key=_hand(), note=note, author=author)


def vanish(dsn: str, shop: str, order_id: str) -> None:
    """Let an order be gone, with all that was done on it."""
    with connect(dsn) as connection:
        connection.execute("DELETE FROM sale_order WHERE shop = %s AND id = %s", (shop, order_id))


def reply(dsn: str, shop: str, ticket_ref: str, *, author: str = SOMEBODY) -> None:
    """Let a person answer the customer at the helpdesk."""
    with connect(dsn) as connection:
        connection.execute(
            "INSERT INTO human_reply (shop, id, ticket_ref, author) VALUES (%s, %s, %s, %s)",
            (shop, f"reply_{uuid_utils.uuid7()}", ticket_ref, author),
        )


def deliver_late_calls(dsn: str, shop: str) -> list[str]:
    """Let every call that got stuck arrive now, in order; return how each ended: `executed`, or the refusal's code."""
    with connect(dsn) as connection:
        stuck = connection.execute(
            "DELETE FROM late_call WHERE shop = %s RETURNING position, operation, arguments", (shop,)
        ).fetchall()
    store = SandboxStore(dsn, shop)
    ends = []
    for row in sorted(stuck, key=lambda row: row.position):
        try:
            _send(store, row.operation, dict(row.arguments))
        except StoreError as error:
            ends.append(error.code)
        else:
            ends.append("executed")
    return ends


def _send(store: SandboxStore, operation: str, given: dict[str, Any]) -> None:
    order_id, given["idempotency_key"] = given.pop("order_id"), given.pop("key")
    if operation == "refund":
        amount, shipping = Money(*given.pop("amount")), given.pop("shipping")
        lines = [LineQuantity(**line) for line in given.pop("lines")]
        store.refund(order_id, amount, lines=lines, shipping=Money(*shipping) if shipping else None, **given)
    elif operation == "cancel":
        store.cancel(order_id, **given)
    else:
        store.exchange(order_id, LineQuantity(**given.pop("line")), given.pop("replacement_sku"), **given)


def _hand() -> str:
    return f"hand:{uuid_utils.uuid7()}"
