"""The three actions on a shop's orders. Each reads the order first: what was done under the key is never done again.

`refundCreate` honours a key for a day; the order's own refunds, which carry the key in their notes, tell afterwards.
`orderCancel` and `returnCreate` honour none: what became of them is read from the order alone.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Sequence
from typing import Any

from connectors.adapters.refundable import require_lines, require_refundable
from connectors.adapters.shopify import documents, effects, searches
from connectors.adapters.shopify.client import Client
from connectors.adapters.shopify.reading import Json, order_of, refunds_of, shaped
from connectors.contracts import (
    Destination,
    LineQuantity,
    Order,
    StoreJob,
    StoreOutcomeUnknown,
    StoreReceipt,
    StoreRefused,
    StoreUnreachable,
    marked,
    spread,
)
from portal.money import Money

_KEY = re.compile(r"[0-9A-Za-z-]{1,100}")
_KEYS = uuid.UUID("b6a2b2c6-2f6e-5f0b-9d3c-6c4f6a0f2f57")
_CARELESS = re.compile(r"\S+@\S+|\d{7,}")
NOTE_LENGTH = 400
RETURN_NOTE_LENGTH = 255


def key_for_shop(domain: str, idempotency_key: str) -> str:
    """Return the key as Shopify recommends it, a UUID; always the same for the same key of ours."""
    return str(uuid.uuid5(_KEYS, f"{domain} {idempotency_key}"))


def refund(
    client: Client,
    domain: str,
    order_id: str,
    amount: Money,
    *,
    key: str,
    note: str,
    lines: Sequence[LineQuantity],
    shipping: Money | None,
    restock: bool,
    destination: Destination,
) -> StoreReceipt:
    """Refund exactly `amount`, at most once for the key. Two or three calls."""
    if amount.amount_minor <= 0:
        raise StoreRefused("bad_amount", f"amount: `{amount.decimal}` is not above zero")
    node, order = _order_for(client, order_id, key)
    if (done := _done_before(node, key, "refund")) is not None:
        if done.amount != amount:
            raise StoreRefused("key_reused", "idempotency_key: was used for another call; this one executed nothing")
        return done
    require_refundable(order, amount, lines, shipping, destination)
    given: dict[str, Any] = {
        "orderId": order_id,
        "currency": amount.currency,
        "note": marked(note[:NOTE_LENGTH], key),
        "notify": False,
        "refundLineItems": _lines(client, order, lines, restock),
    }
    if shipping is not None:
        given["shipping"] = {"amount": shipping.decimal}
    given |= _way_back(node, order, amount, destination)
    told = client.ask(documents.REFUND, {"input": given, "key": key_for_shop(domain, key)})
    return _refunded(client, told, order_id, key, amount)


def _way_back(node: Json, order: Order, amount: Money, destination: Destination) -> dict[str, Any]:
    """Return what goes back to which payment, or to the customer's credit."""
    if destination == "store_credit":
        credit = {"amount": {"amount": amount.decimal, "currencyCode": amount.currency}}
        return {"transactions": [], "refundMethods": [{"storeCreditRefund": credit}]}
    with shaped():
        gateways = {each["id"]: each["gateway"] for each in node["transactions"]}
    try:
        parts = spread(amount, order.payments)
    except ValueError as error:
        raise StoreRefused("exceeds_payments", str(error)) from None
    return {
        "transactions": [
            {
                "orderId": order.id,
                "parentId": part.payment_id,
                "gateway": gateways[part.payment_id],
                "kind": "REFUND",
                "amount": part.amount.decimal,
            }
            for part in parts
        ]
    }


def _lines(client: Client, order: Order, lines: Sequence[LineQuantity], restock: bool) -> list[dict[str, Any]]:
    how: dict[str, Any] = {"restockType": "NO_RESTOCK"}
    if restock and lines:
        how = {"restockType": "CANCEL"}
        if order.status == "fulfilled":
            how = {"restockType": "RETURN"}
            if place := _shelf(client, order.id):
                how["locationId"] = place
    return [{"lineItemId": line.line_id, "quantity": line.quantity, **how} for line in lines]


def _shelf(client: Client, order_id: str) -> str:
    """Return where returned pieces are put: where they were sent from."""
    told = client.ask(documents.PLACE_OF_RESTOCK, {"id": order_id})
    with shaped():
        places = [each["location"]["id"] for each in told["order"]["fulfillments"] if each.get("location")]
    return str(places[0]) if places else ""


def _refunded(client: Client, told: Json, order_id: str, key: str, amount: Money) -> StoreReceipt:
    """Return the receipt of the shop's answer, which is believed only where it names the amount that was asked for."""
    payload = told.get("refundCreate") or {}
    errors = payload.get("userErrors") or []
    made = payload.get("refund")
    if errors and not made:
        if _is_about_the_key(errors):  # something runs, or ran, under this key
            return _settled(client, order_id, key, amount)
        raise refusal(errors)
    try:
        with shaped():
            found = refunds_of({"id": order_id, "refunds": [made]})[0]
    except StoreUnreachable:
        raise _unread() from None
    if found.amount != amount or found.idempotency_key != key:
        raise _unread()
    return effects.refund_receipt(found)


def _settled(client: Client, order_id: str, key: str, amount: Money) -> StoreReceipt:
    """Return what was executed under a key the shop will not take again; unknown until the order shows it."""
    try:
        done = effects.by_key(effects.of_order(client, order_id), key)
    except StoreUnreachable:
        raise _unread() from None
    if done is None:
        raise StoreOutcomeUnknown("in_progress", "shop: a call under this key is under way; look again in a while")
    if done.operation != "refund" or done.amount != amount:
        raise StoreRefused("key_reused", "idempotency_key: was used for another call; this one executed nothing")
    return dataclasses.replace(done, was_replayed=True)


def cancel(
    client: Client, order_id: str, *, key: str, note: str, restock: bool, destination: Destination
) -> StoreReceipt | StoreJob:
    """Ask for the cancellation of an open order: a job at the shop. Two calls."""
    node, order = _order_for(client, order_id, key)
    if (done := _done_before(node, key, "cancel")) is not None:
        return done
    if order.status != "open":
        raise StoreRefused("not_open", f"order `{order.number}` is {order.status}; it cannot be cancelled")
    back: dict[str, Any] = (
        {"originalPaymentMethodsRefund": True} if destination == "original" else {"storeCreditRefund": {}}
    )
    given = {"order": order_id, "refund": back, "restock": restock, "note": marked(note[:NOTE_LENGTH], key)}
    payload = client.ask(documents.CANCEL, given).get("orderCancel") or {}
    errors = payload.get("orderCancelUserErrors") or []
    if errors:
        if any(str(each.get("code")) == "INTERNAL_ERROR" for each in errors if isinstance(each, dict)):
            raise _unread()
        raise refusal(errors)
    taken = payload.get("job")
    if not isinstance(taken, dict) or not isinstance(taken.get("id"), str):
        raise _unread()
    return StoreJob(taken["id"], "cancel", order_id, key, "running")


def job(client: Client, job_id: str, *, order_id: str, key: str) -> StoreJob:
    """Return how far a cancellation is: done when the order says so with our marker, never because the job does."""
    told: Json = {"order": None, "job": None}
    if searches.is_gid(order_id, "Order") and job_id.startswith("gid://shopify/Job/"):
        told = client.ask(documents.JOB_OF_ORDER, {"job": job_id, "order": order_id})
    with shaped():
        node, running = told["order"], told["job"]
        receipts = effects.read(node) if node else ()
        done = effects.by_key((it for it in receipts if it.operation == "cancel"), key)
        is_cancelled = bool(node and node["cancelledAt"])
        is_over = bool(running and running["done"])
    if done is not None:
        return StoreJob(job_id, "cancel", order_id, key, "done", done)
    if running is None:
        raise StoreRefused("unknown_job", f"job_id: the store has no job `{job_id[:80]}` of this order")
    if is_cancelled:
        return StoreJob(job_id, "cancel", order_id, key, "failed", reason="somebody else cancelled the order")
    if is_over:
        return StoreJob(job_id, "cancel", order_id, key, "failed", reason="the shop ended its job without cancelling")
    return StoreJob(job_id, "cancel", order_id, key, "running")


def exchange(
    client: Client, order_id: str, line: LineQuantity, replacement_sku: str, *, key: str, note: str, restock: bool
) -> StoreReceipt:
    """Open the return of a line's pieces with the new item in it. Four calls.

    The shop processes the return when the goods are back, and restocks then: `restock` is its person's choice.
    """
    if not replacement_sku.strip():
        raise StoreRefused("bad_sku", "replacement_sku: is empty; name the item to send instead")
    node, order = _order_for(client, order_id, key)
    if (done := _done_before(node, key, "exchange")) is not None:
        return done
    if order.status == "cancelled":
        raise StoreRefused("cancelled", f"order `{order.number}` is cancelled; nothing can be exchanged")
    require_lines(order, (line,))
    bought = order.line(line.line_id)
    if bought is None or line.quantity > bought.refundable_quantity:
        raise StoreRefused("exceeds_bought", f"quantity: fewer than {line.quantity} are left to exchange")
    found = searches.variant(client, replacement_sku)
    if found is None:
        raise StoreRefused("unknown_sku", f"replacement_sku: the shop sells no one item `{replacement_sku[:80]}`")
    variant_id, item = found
    if item.stock is not None and item.stock < line.quantity:
        raise StoreRefused("out_of_stock", f"replacement_sku: only {max(item.stock, 0)} of `{item.sku}` are in stock")
    said = marked(note[: RETURN_NOTE_LENGTH - len(key) - 20], key)
    given = {
        "orderId": order_id,
        "returnLineItems": [
            {"fulfillmentLineItemId": sent, "quantity": pieces, "returnReasonNote": said}
            for sent, pieces in _sent_pieces(client, order_id, line)
        ],
        "exchangeLineItems": [{"variantId": variant_id, "quantity": line.quantity}],
    }
    payload = client.ask(documents.RETURN, {"input": given}).get("returnCreate") or {}
    if (payload.get("userErrors") or []) and not payload.get("return"):
        raise refusal(payload["userErrors"])
    difference = _difference(item.price, bought.worth(line.quantity), line.quantity)
    told = {"difference": difference.decimal} if difference else {}
    try:
        with shaped():
            receipt = effects.exchange_receipt(payload["return"], node, **told)
    except StoreUnreachable:
        raise _unread() from None
    if receipt is None or receipt.idempotency_key != key:
        raise _unread()
    return receipt


def _sent_pieces(client: Client, order_id: str, line: LineQuantity) -> list[tuple[str, int]]:
    """Return which pieces that were sent come back: ids of what was fulfilled, and how many of each."""
    told = client.ask(documents.RETURNABLE, {"id": order_id})
    left, found = line.quantity, []
    with shaped():
        for sent in told["returnableFulfillments"]["nodes"]:
            for each in sent["returnableFulfillmentLineItems"]["nodes"]:
                item = each["fulfillmentLineItem"]
                pieces = min(left, int(each["quantity"])) if item["lineItem"]["id"] == line.line_id else 0
                if pieces > 0:
                    found.append((item["id"], pieces))
                    left -= pieces
    if left:
        raise StoreRefused("not_sent", f"quantity: fewer than {line.quantity} of this line were sent and can come back")
    return found


def _difference(price: Money, worth: Money, quantity: int) -> Money | None:
    """Return what the replacement costs more; None where shop and customer reckon in two currencies."""
    return price.times(quantity) - worth if price.currency == worth.currency else None


def _order_for(client: Client, order_id: str, key: str) -> tuple[Json, Order]:
    """Return the order an action is about, read afresh. Raises `StoreRefused` for a bad key or no such order."""
    if not _KEY.fullmatch(key):
        raise StoreRefused("bad_key", "idempotency_key: give 1 to 100 letters, digits and hyphens")
    node = searches.order_node(client, order_id)
    if node is None:
        raise StoreRefused("unknown_order", f"order_id: the store has no order `{order_id[:80]}`")
    with shaped():
        return node, order_of(node)


def _done_before(node: Json, key: str, operation: str) -> StoreReceipt | None:
    """Return what the order shows under this key. INVARIANT: asked before every action, so none is done twice."""
    done = effects.by_key(effects.read(node), key)
    if done is not None and done.operation != operation:
        raise StoreRefused("key_reused", "idempotency_key: was used for another call; this one executed nothing")
    return replayed(done)


def replayed(receipt: StoreReceipt | None) -> StoreReceipt | None:
    return dataclasses.replace(receipt, was_replayed=True) if receipt is not None else None


def refusal(errors: Any) -> StoreRefused:
    """Return the shop's refusal: the field it names, and its words without addresses and long numbers."""
    first = next((each for each in errors if isinstance(each, dict)), {})
    path = first.get("field") or ()
    field = ".".join(re.sub(r"[^A-Za-z0-9_]", "", str(part)) for part in path)[:80] if isinstance(path, list) else ""
    words = " ".join(str(first.get("message") or "it gave no reason").split())
    said = _CARELESS.sub("…", "".join(c for c in words if c.isprintable()))[:200]
    return StoreRefused("user_error", f"{field or 'shop'}: refused by the shop: {said}")


def _is_about_the_key(errors: Any) -> bool:
    """Return whether a refusal is about the key, not the refund: its code, or its words where it has none."""
    for each in errors:
        if not isinstance(each, dict):
            continue
        words = str(each.get("message") or "").casefold()
        if "idempotency" in words or "currently in progress" in words:
            return True
        if str(each.get("code") or "").startswith("IDEMPOTENCY"):
            return True
    return False


def _unread() -> StoreOutcomeUnknown:
    return StoreOutcomeUnknown(
        "bad_answer", "shop: its answer does not say what was executed; look at the order before anything is sent again"
    )
