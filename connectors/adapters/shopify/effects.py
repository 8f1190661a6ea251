"""What was executed on an order, read from the order itself: refunds, the cancellation, exchanges; ours and others'.

Shopify keeps no list of keys, so ours are found again by the marker in the note that each effect carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.adapters.shopify.client import Client, closed
from connectors.adapters.shopify.documents import EFFECTS_OF_ORDER, ORDERS_TOUCHED, TOUCHED_REFUNDS
from connectors.adapters.shopify.reading import Json, moment, refunds_of, shaped, whole
from connectors.contracts import JsonScalar, Operation, Refund, StoreReceipt, key_in
from portal.money import Money

TOOLS: Mapping[Operation, str] = {
    "refund": "shopify.createRefund",
    "cancel": "shopify.cancelOrder",
    "exchange": "shopify.createExchange",
}
PAGES = 50
"""Pages of twenty orders that one look over the shop turns at most."""
LOOKED_BACK = timedelta(days=2)
_OF_THE_CANCELLATION = timedelta(minutes=2)


def of_order(client: Client, order_id: str) -> tuple[StoreReceipt, ...]:
    """Return an order's effects, oldest first; none where there is no such order. One call."""
    node = client.ask(EFFECTS_OF_ORDER, {"id": order_id}).get("order")
    return read(node) if node else ()


def since(client: Client, start: datetime) -> list[StoreReceipt]:
    """Return the effects on every order that was touched since, oldest order first. Raises when there are too many."""
    search = f"updated_at:>='{start.isoformat().replace('+00:00', 'Z')}'"
    found: list[StoreReceipt] = []
    after = None
    for _ in range(PAGES):
        page = client.ask(ORDERS_TOUCHED, {"search": search, "after": after})
        with shaped():
            orders = page["orders"]
            for node in orders["nodes"]:
                found += of_order(client, node["id"]) if _is_cut(node) else read(node)
            if not orders["pageInfo"]["hasNextPage"]:
                return found
            after = orders["pageInfo"]["endCursor"]
    raise closed("too_many", "more orders were touched than one look reads; ask for a shorter time")


def _is_cut(node: Json) -> bool:
    """Return whether an order has more effects than a look over the shop shows."""
    return len(node["refunds"]) >= TOUCHED_REFUNDS or bool(node["returns"]["pageInfo"]["hasNextPage"])


def read(node: Json) -> tuple[StoreReceipt, ...]:
    """Return the effects an order node tells of, oldest first."""
    with shaped():
        refunds = refunds_of(node)
        cancelled = _cancellation(node, refunds)
        inside = {refund.id for refund in _refunds_of_cancellation(node, refunds)}
        receipts = [refund_receipt(refund) for refund in refunds if refund.id not in inside]
        receipts += [cancelled] if cancelled else []
        receipts += [receipt for each in whole(node["returns"]) if (receipt := exchange_receipt(each, node))]
    return tuple(sorted(receipts, key=lambda receipt: (receipt.executed_at, receipt.id)))


def refund_receipt(refund: Refund) -> StoreReceipt:
    return StoreReceipt(
        id=refund.id,
        operation="refund",
        tool=TOOLS["refund"],
        order_id=refund.order_id,
        amount=refund.amount,
        idempotency_key=refund.idempotency_key,
        executed_at=refund.created_at,
        output={"note": refund.note},
    )


def exchange_receipt(node: Json, order: Json, **output: JsonScalar) -> StoreReceipt | None:
    """Return the exchange a return is; None for a return that sends nothing new, which moves no money by itself."""
    sent = [line for each in node["exchangeLineItems"]["nodes"] for line in each["lineItems"] or ()]
    if not sent or node["status"] in ("CANCELED", "DECLINED"):
        return None
    note = next((line.get("returnReasonNote") or "" for line in node["returnLineItems"]["nodes"]), "")
    told: dict[str, JsonScalar] = {
        "return": node["id"],
        "replacement_sku": sent[0].get("sku") or "",
        "quantity": sum(int(line["quantity"]) for line in sent),
        "note": note,
    }
    return StoreReceipt(
        id=node["id"],
        operation="exchange",
        tool=TOOLS["exchange"],
        order_id=order["id"],
        amount=Money(0, order["presentmentCurrencyCode"]),
        idempotency_key=key_in(note),
        executed_at=moment(node["createdAt"]),
        output={**told, **output},
    )


def _refunds_of_cancellation(node: Json, refunds: list[Refund]) -> list[Refund]:
    """Return the refunds a cancellation made: at its moment, without a marker of ours."""
    if not node["cancelledAt"]:
        return []
    at = moment(node["cancelledAt"])
    return [it for it in refunds if not it.idempotency_key and abs(it.created_at - at) <= _OF_THE_CANCELLATION]


def _cancellation(node: Json, refunds: list[Refund]) -> StoreReceipt | None:
    if not node["cancelledAt"]:
        return None
    note = (node.get("cancellation") or {}).get("staffNote") or ""
    returned = Money(0, node["presentmentCurrencyCode"])
    for refund in _refunds_of_cancellation(node, refunds):
        returned += refund.amount
    return StoreReceipt(
        id=f"{node['id']}#cancellation",
        operation="cancel",
        tool=TOOLS["cancel"],
        order_id=node["id"],
        amount=returned,
        idempotency_key=key_in(note),
        executed_at=moment(node["cancelledAt"]),
        output={"note": note},
    )


def by_key(receipts: Any, key: str) -> StoreReceipt | None:
    """Return the first effect that carries our key."""
    return next((it for it in receipts if key and it.idempotency_key == key), None)
