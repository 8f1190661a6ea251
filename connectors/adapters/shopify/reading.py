"""Makes the values of the contract from what a shop answered. What is not of the expected shape is no answer.

Amounts are those the customer paid in (Shopify's *presentment* money), read from decimal text into minor units.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from connectors.adapters.shopify.client import closed
from connectors.adapters.shopify.documents import PAYMENTS, REFUNDS
from connectors.contracts import (
    Address,
    Claim,
    Customer,
    Item,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Refund,
    StoreUnreachable,
)
from connectors.contracts.stores import key_in
from portal.money import Money, MoneyError, exponent

Json = dict[str, Any]

_OPEN = frozenset(("UNFULFILLED", "OPEN", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "PENDING_FULFILLMENT"))
_DEAD_RETURNS = frozenset(("CANCELED", "DECLINED"))
_DAMAGED = frozenset(("defective", "damaged", "damaged-or-defective", "broken", "item-damaged"))
_HELD = frozenset(("SUCCESS", "PENDING", "AWAITING_RESPONSE"))


@contextmanager
def shaped() -> Iterator[None]:
    """Turn any surprise of shape into `StoreUnreachable`: an answer that cannot be read is none."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):  # MoneyError is a ValueError
        raise StoreUnreachable("bad_answer", "shop: its answer is not of the shape that was asked for") from None


def money(bag: Json) -> Money:
    """Return the amount of a MoneyBag in the currency that was paid in."""
    told = bag["presentmentMoney"]
    return plain_money(told["amount"], told["currencyCode"])


def plain_money(amount: Any, currency: str) -> Money:
    """Return a decimal text as money; trailing zeros beyond the currency's decimals are Shopify's way of writing it."""
    if not isinstance(amount, str):
        raise MoneyError("amount: is not a decimal text")
    whole, _, fraction = amount.partition(".")
    places = exponent(currency)
    kept, rest = fraction[:places], fraction[places:]
    if rest.strip("0"):
        raise MoneyError(f"amount: has more decimals than {currency} has")
    return Money.parse(f"{whole}.{kept}" if kept else whole, currency)


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without a zone")
    return found


def whole(connection: Json) -> list[Json]:
    """Return the nodes of a page that must be the only one."""
    if connection.get("pageInfo", {}).get("hasNextPage"):
        raise closed("too_large", "the order has more parts than the product reads; a person has to look at it there")
    return list(connection["nodes"])


def bounded(found: list[Json], most: int) -> list[Json]:
    """Return a plain list that was asked for with `first: most`: a full one may have been cut."""
    if len(found) >= most:
        raise closed("too_large", "the order has more parts than the product reads; a person has to look at it there")
    return found


def customer_of(node: Json, vip_tag: str) -> Customer:
    address = node.get("defaultEmailAddress") or {}
    tags = {str(tag).casefold() for tag in node["tags"]}
    return Customer(
        ref=node["id"],
        email=address.get("emailAddress") or "",
        name=node.get("displayName") or "",
        is_vip=bool(vip_tag) and vip_tag.casefold() in tags,
        since=moment(node["createdAt"]),
    )


def order_of(node: Json) -> Order:
    """Return an order with lines, shipping and payments, and what of each can still go back."""
    currency = node["presentmentCurrencyCode"]
    refunds = bounded(node["refunds"], REFUNDS)
    returned = _pieces_on_their_way(node)
    extra = not node["taxesIncluded"]
    made = Order(
        id=node["id"],
        number=node["name"],
        customer_ref=(node.get("customer") or {}).get("id") or "",
        placed_at=moment(node["createdAt"]),
        status=status_of(node),
        total=money(node["totalPriceSet"]),
        paid=money(node["totalReceivedSet"]),
        refunded=_refunded(node, refunds, currency),
        lines=tuple(_line(each, returned, extra) for each in whole(node["lineItems"])),
        ship_to=_address(node.get("shippingAddress") or {}),
        shipping=_shipping(node["shippingLines"]["nodes"], currency, extra),
        shipping_refunded=_shipping_refunded(refunds, currency, extra),
        payments=_payments(bounded(node["transactions"], PAYMENTS)),
    )
    if {made.total.currency, made.paid.currency, made.refunded.currency} != {currency}:
        raise MoneyError("currency: an order in two currencies")
    return _versioned(made)


def past_order_of(node: Json) -> Order:
    """Return an order of somebody's past: its money and its first lines, without shipping and payments."""
    currency = node["presentmentCurrencyCode"]
    listed = _sum((each["totalRefundedSet"] for each in node["refunds"]), currency) or Money(0, currency)
    return _versioned(
        Order(
            id=node["id"],
            number=node["name"],
            customer_ref=(node.get("customer") or {}).get("id") or "",
            placed_at=moment(node["createdAt"]),
            status=status_of(node),
            total=money(node["totalPriceSet"]),
            paid=money(node["totalReceivedSet"]),
            refunded=max(money(node["totalRefundedSet"]), listed),
            lines=tuple(_line(each, {}, False) for each in node["lineItems"]["nodes"]),
            ship_to=_address(node.get("shippingAddress") or {}),
        )
    )


def status_of(node: Json) -> OrderStatus:
    """Return the order's status. One that is not known to be open has something that left the house."""
    if node["cancelledAt"]:
        return "cancelled"
    return "open" if node["displayFulfillmentStatus"] in _OPEN else "fulfilled"


def refunds_of(node: Json, most: int = REFUNDS) -> list[Refund]:
    """Return the order's refunds as Shopify lists them; raise where there may be more than were asked for."""
    return [
        Refund(
            id=each["id"],
            order_id=node["id"],
            amount=money(each["totalRefundedSet"]),
            created_at=moment(each["createdAt"]),
            note=each.get("note") or "",
            idempotency_key=key_in(each.get("note") or ""),
        )
        for each in bounded(node["refunds"], most)
    ]


def claims_of(node: Json) -> list[Claim]:
    """Return the order's returns as claims; one for damage where any of its first lines says so."""
    claims = []
    for each in node["returns"]["nodes"]:
        if each["status"] in _DEAD_RETURNS:
            continue
        lines = each["returnLineItems"]["nodes"]
        reasons = {((line.get("returnReasonDefinition") or {}).get("handle") or "").casefold() for line in lines}
        said = next((line.get("customerNote") or line.get("returnReasonNote") or "" for line in lines), "")
        kind: Any = "damage" if reasons & _DAMAGED else "return"
        claims.append(Claim(each["id"], node["id"], kind, moment(each["createdAt"]), said[:200]))
    return claims


def item_of(node: Json, currency: str) -> Item:
    stock = node.get("inventoryQuantity") if (node.get("inventoryItem") or {}).get("tracked") else None
    return Item(node["sku"], node["displayName"], plain_money(node["price"], currency), stock)


def _line(node: Json, returned: dict[str, int], tax_is_extra: bool) -> OrderLine:
    price = money(node["originalUnitPriceSet"])
    quantity = int(node["quantity"])
    taken = quantity - int(node["refundableQuantity"]) + returned.get(node["id"], 0)
    return OrderLine(
        id=node["id"],
        sku=node.get("sku") or "",
        title=node["title"],
        quantity=quantity,
        unit_price=price,
        taken=min(max(taken, 0), quantity),
        discount=_sum((each["allocatedAmountSet"] for each in node.get("discountAllocations", ())), price.currency),
        tax=_sum((each["priceSet"] for each in node.get("taxLines", ()) if tax_is_extra), price.currency),
    )


def _pieces_on_their_way(node: Json) -> dict[str, int]:
    """Return how many pieces of each line a return holds that is neither refunded nor called off."""
    held: dict[str, int] = {}
    for each in whole(node["returns"]):
        if each["status"] in _DEAD_RETURNS:
            continue
        for line in whole(each["returnLineItems"]):
            owner = ((line.get("fulfillmentLineItem") or {}).get("lineItem") or {}).get("id")
            if owner:
                held[owner] = held.get(owner, 0) + int(line["refundableQuantity"])
    return held


def _refunded(node: Json, refunds: list[Json], currency: str) -> Money:
    """Return what went back, and what is on its way: the largest of three ways to count it."""
    listed = _sum((each["totalRefundedSet"] for each in refunds), currency) or Money(0, currency)
    moved = [each for each in node["transactions"] if each["kind"] == "REFUND" and each["status"] in _HELD]
    under_way = _sum((each["amountSet"] for each in moved), currency) or Money(0, currency)
    return max(money(node["totalRefundedSet"]), listed, under_way)


def _shipping(lines: list[Json], currency: str, tax_is_extra: bool) -> Money | None:
    bags = [line["discountedPriceSet"] for line in lines]
    bags += [tax["priceSet"] for line in lines for tax in line["taxLines"] if tax_is_extra]
    return _sum(bags, currency)


def _shipping_refunded(refunds: list[Json], currency: str, tax_is_extra: bool) -> Money | None:
    lines = [line for each in refunds for line in each["refundShippingLines"]["nodes"]]
    bags = [line["subtotalAmountSet"] for line in lines]
    bags += [line["taxAmountSet"] for line in lines if tax_is_extra]
    return _sum(bags, currency)


def _sum(bags: Iterable[Json], currency: str) -> Money | None:
    """Return the sum of MoneyBags; None where it is nothing."""
    minor = 0
    for bag in bags:
        found = money(bag)
        if found.currency != currency:
            raise MoneyError("currency: an order in two currencies")
        minor += found.amount_minor
    return Money(minor, currency) if minor else None


def _payments(transactions: list[Json]) -> tuple[Payment, ...]:
    """Return what was paid, and what of each payment did not go back yet, also where that is still under way."""
    back: dict[str, int] = {}
    for each in transactions:
        if each["kind"] == "REFUND" and each["status"] in _HELD:
            parent = (each.get("parentTransaction") or {}).get("id") or ""
            back[parent] = back.get(parent, 0) + money(each["amountSet"]).amount_minor
    found = []
    for each in transactions:
        if each["kind"] not in ("SALE", "CAPTURE") or each["status"] != "SUCCESS":
            continue
        paid = money(each["amountSet"])
        left = Money(max(paid.amount_minor - back.get(each["id"], 0), 0), paid.currency)
        found.append(Payment(each["id"], _method(each), paid, left, _label(each)))
    return tuple(found)


def _method(transaction: Json) -> PaymentMethod:
    gateway = transaction.get("gateway") or ""
    if gateway == "gift_card":
        return "gift_card"
    if gateway == "shopify_store_credit":
        return "store_credit"
    return "card" if (transaction.get("paymentDetails") or {}).get("number") else "other"


def _label(transaction: Json) -> str:
    """Return how people name the means: brand and last four digits of a card, else the gateway's name."""
    details = transaction.get("paymentDetails") or {}
    digits = "".join(c for c in str(details.get("number") or "") if c.isdigit())[-4:]
    return f"{details.get('company') or 'Card'} •• {digits}" if digits else str(transaction.get("gateway") or "")[:40]


def _address(node: Json) -> Address:
    names = ("name", "address1", "address2", "city", "provinceCode", "zip", "countryCodeV2")
    return Address(*(node.get(name) or "" for name in names))


def _versioned(order: Order) -> Order:
    """Return the order with a digest of what an approver sees as its version: 63 bits, so that a bigint holds it."""
    seen = repr(dataclasses.replace(order, version=0))
    digest = int.from_bytes(hashlib.blake2b(seen.encode(), digest_size=8).digest(), "big") >> 1
    return dataclasses.replace(order, version=digest)
