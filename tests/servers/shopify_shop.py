"""The books of the shop that `ShopifyServer` plays: orders, payments, refunds, returns, jobs, and their rules."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


@dataclass
class Line:
    id: str
    sku: str
    title: str
    quantity: int
    price: Decimal
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    refunded: int = 0


@dataclass
class Payment:
    id: str
    gateway: str
    amount: Decimal
    card: tuple[str, str] | None = None
    refunded: Decimal = Decimal(0)


@dataclass
class Order:
    id: str
    name: str
    customer: str
    lines: list[Line]
    payments: list[Payment]
    currency: str = "USD"
    shipping: Decimal = Decimal(0)
    fulfilled: bool = True
    created_at: datetime = NOW
    cancelled_at: datetime | None = None
    staff_note: str = ""
    taxes_included: bool = False
    refunds: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    updated_at: datetime = NOW

    @property
    def paid(self) -> Decimal:
        return sum((it.amount for it in self.payments), Decimal(0))

    @property
    def refunded(self) -> Decimal:
        return sum((it["amount"] for it in self.refunds), Decimal(0))


@dataclass
class Job:
    order: str
    due: datetime
    fails: bool
    note: str
    restock: bool
    is_done: bool = False


class Shop:
    """One shop. Every method is called with the server's lock held, or before the server starts."""

    def __init__(self, domain: str = "northlight-test.myshopify.com", currency: str = "USD") -> None:
        self.domain, self.currency = domain, currency
        self.scopes = ["read_customers", "write_orders", "read_products", "write_returns"]
        self.prefix, self.suffix = "#", ""
        self.orders: dict[str, Order] = {}
        self.customers: dict[str, dict[str, Any]] = {}
        self.variants: list[dict[str, Any]] = []
        self.jobs: dict[str, Job] = {}
        self.keys: dict[str, tuple[str, dict[str, Any] | None]] = {}
        self.cancels_after = timedelta(0)
        self.cancels_fail = False
        self._number = 1000

    # --- stocking ---

    def next_id(self, kind: str) -> str:
        self._number += 1
        return gid(kind, self._number)

    def add_customer(self, email: str, name: str, *tags: str) -> str:
        made = self.next_id("Customer")
        self.customers[made] = {"id": made, "email": email, "name": name, "tags": list(tags)}
        return made

    def add_order(self, name: str, customer: str, lines: list[Line], payments: list[Payment], **more: Any) -> Order:
        order = Order(self.next_id("Order"), name, customer, lines, payments, **more)
        self.orders[order.id] = order
        return order

    def add_variant(self, sku: str, title: str, price: str, stock: int | None) -> None:
        self.variants.append(
            {"id": self.next_id("ProductVariant"), "sku": sku, "title": title, "price": price, "stock": stock}
        )

    # --- what GraphQL asks ---

    def root(self) -> dict[str, Any]:
        self.do_what_is_due()
        return {
            "shop": {
                "id": gid("Shop", 1),
                "name": "Northlight",
                "myshopifyDomain": self.domain,
                "currencyCode": self.currency,
                "orderNumberFormatPrefix": self.prefix,
                "orderNumberFormatSuffix": self.suffix,
            },
            "currentAppInstallation": {
                "id": gid("AppInstallation", 1),
                "accessScopes": [{"handle": name, "description": name} for name in self.scopes],
            },
            "order": lambda _, id: self.order(self.orders.get(id)),
            "orders": self.find_orders,
            "customer": lambda _, id: self.customer(self.customers.get(id)),
            "customerByIdentifier": self.by_identifier,
            "productVariants": self.find_variants,
            "returnableFulfillments": self.returnable,
            "job": lambda _, id: {"id": id, "done": self.jobs[id].is_done} if id in self.jobs else None,
            "refundCreate": self.refund_create,
            "orderCancel": self.order_cancel,
            "returnCreate": self.return_create,
        }

    def find_orders(self, _: Any, first: int = 50, after: str | None = None, query: str = "", **how: Any) -> Any:
        """Search as Shopify does: a name matches whatever starts with it; times compare."""
        found = sorted(self.orders.values(), key=lambda it: (it.created_at, it.id), reverse=bool(how.get("reverse")))
        if named := re.search(r'name:"([^"]*)"', query):
            asked = named.group(1).casefold()
            found = [it for it in found if asked in it.name.casefold()]  # fuzzy, on purpose
        if since := re.search(r"updated_at:>='([^']*)'", query):
            start = datetime.fromisoformat(since.group(1))
            found = [it for it in found if it.updated_at >= start]
        return page([self.order(it) for it in found], first, after)

    def by_identifier(self, _: Any, identifier: dict[str, Any]) -> Any:
        asked = str(identifier.get("emailAddress")).casefold()
        return self.customer(next((it for it in self.customers.values() if it["email"].casefold() == asked), None))

    def find_variants(self, _: Any, first: int = 10, query: str = "", **__: Any) -> Any:
        asked = re.search(r'sku:"([^"]*)"', query)
        wanted = asked.group(1).casefold() if asked else ""
        found = [
            {
                "id": it["id"],
                "sku": it["sku"],
                "displayName": it["title"],
                "price": it["price"],
                "inventoryQuantity": it["stock"] or 0,
                "inventoryItem": {"id": gid("InventoryItem", 1), "tracked": it["stock"] is not None},
            }
            for it in self.variants
            if it["sku"].casefold().startswith(wanted)
        ]
        return page(found, first, None)

    def customer(self, it: dict[str, Any] | None) -> Any:
        if it is None:
            return None
        return {
            "id": it["id"],
            "displayName": it["name"],
            "createdAt": text(NOW - timedelta(days=900)),
            "tags": it["tags"],
            "defaultEmailAddress": {"emailAddress": it["email"]} if it["email"] else None,
            "orders": lambda _, first=10, after=None, reverse=False, **__: page(
                [self.order(o) for o in self.of_customer(it["id"], reverse)], first, after
            ),
        }

    def of_customer(self, ref: str, reverse: bool) -> list[Order]:
        mine = [it for it in self.orders.values() if it.customer == ref]
        return sorted(mine, key=lambda it: (it.created_at, it.id), reverse=reverse)

    def order(self, it: Order | None) -> Any:
        if it is None:
            return None
        bag = bag_of(it.currency)
        post = [{"title": "Post", "discountedPriceSet": bag(it.shipping), "taxLines": []}] if it.shipping else []
        sent = [{"id": gid("Fulfillment", 1), "location": {"id": gid("Location", 7), "name": "Attic"}}]
        return {
            "id": it.id,
            "name": it.name,
            "createdAt": text(it.created_at),
            "updatedAt": text(it.updated_at),
            "cancelledAt": text(it.cancelled_at) if it.cancelled_at else None,
            "cancellation": {"staffNote": it.staff_note} if it.cancelled_at else None,
            "displayFulfillmentStatus": "FULFILLED" if it.fulfilled else "UNFULFILLED",
            "taxesIncluded": it.taxes_included,
            "currencyCode": self.currency,
            "presentmentCurrencyCode": it.currency,
            "customer": self.customer(self.customers.get(it.customer)),
            "totalPriceSet": bag(it.paid),
            "totalReceivedSet": bag(it.paid),
            "totalRefundedSet": bag(it.refunded),
            "shippingAddress": {
                "id": gid("MailingAddress", 1),
                "name": "Dana",
                "address1": "1 Pine Road",
                "city": "Bergen",
                "zip": "5003",
                "countryCodeV2": "NO",
            },
            "shippingLines": lambda _, **__: page(post, 5, None),
            "lineItems": lambda _, first=10, after=None: page([self.line(it, each) for each in it.lines], first, after),
            "transactions": lambda _, first=10: self.transactions(it)[:first],
            "refunds": lambda _, first=10: [self.refund(it, each) for each in it.refunds][:first],
            "fulfillments": lambda _, first=10: sent if it.fulfilled else [],
            "returns": lambda _, first=10, after=None: page(
                [self.return_of(it, each) for each in it.returns], first, after
            ),
        }

    def line(self, order: Order, it: Line) -> dict[str, Any]:
        bag = bag_of(order.currency)
        return {
            "id": it.id,
            "sku": it.sku,
            "title": it.title,
            "quantity": it.quantity,
            "currentQuantity": it.quantity - it.refunded,
            "refundableQuantity": it.quantity - it.refunded,
            "originalUnitPriceSet": bag(it.price),
            "discountAllocations": [{"allocatedAmountSet": bag(it.discount)}] if it.discount else [],
            "taxLines": [{"title": "VAT", "priceSet": bag(it.tax)}] if it.tax else [],
        }

    def transactions(self, order: Order) -> list[dict[str, Any]]:
        bag = bag_of(order.currency)
        found: list[dict[str, Any]] = [
            {
                "id": it.id,
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": it.gateway,
                "amountSet": bag(it.amount),
                "parentTransaction": None,
                "paymentDetails": {"company": it.card[0], "number": it.card[1]} if it.card else None,
            }
            for it in order.payments
        ]
        by_id = {it["id"]: it for it in found}
        for made in order.refunds:
            found += [
                {
                    "id": gid("OrderTransaction", f"9{number}"),
                    "kind": "REFUND",
                    "status": made.get("status", "SUCCESS"),
                    "gateway": "any",
                    "amountSet": bag(amount),
                    "parentTransaction": by_id.get(parent),
                    "paymentDetails": None,
                }
                for number, (parent, amount) in enumerate(made["parts"])
            ]
        return found

    def refund(self, order: Order, it: dict[str, Any]) -> dict[str, Any]:
        bag = bag_of(order.currency)
        shipping = {
            "id": gid("RefundShippingLine", 1),
            "subtotalAmountSet": bag(it["shipping"]),
            "taxAmountSet": bag(Decimal(0)),
        }
        return {
            "id": it["id"],
            "createdAt": text(it["at"]),
            "note": it["note"],
            "totalRefundedSet": bag(it["amount"]),
            "refundShippingLines": lambda _, **__: page([shipping] if it["shipping"] else [], 5, None),
        }

    def return_of(self, order: Order, it: dict[str, Any]) -> dict[str, Any]:
        lines = {each.id: each for each in order.lines}
        return {
            "id": it["id"],
            "name": f"{order.name}-R1",
            "status": it["status"],
            "createdAt": text(it["at"]),
            "returnLineItems": lambda _, first=10, **__: page(
                [
                    {
                        "id": gid("ReturnLineItem", 1),
                        "quantity": each["quantity"],
                        "refundableQuantity": each["quantity"],
                        "refundedQuantity": 0,
                        "returnReasonNote": each["note"],
                        "customerNote": None,
                        "returnReasonDefinition": each.get("reason"),
                        "fulfillmentLineItem": {
                            "id": gid("FulfillmentLineItem", 1),
                            "lineItem": self.line(order, lines[each["line"]]),
                        },
                    }
                    for each in it["lines"]
                ],
                first,
                None,
            ),
            "exchangeLineItems": lambda _, first=10, **__: page(
                [
                    {
                        "id": gid("ExchangeLineItem", 1),
                        "quantity": each["quantity"],
                        "lineItems": [
                            self.line(order, Line(gid("LineItem", 99), each["sku"], "", each["quantity"], Decimal(0)))
                        ],
                    }
                    for each in it["sent"]
                ],
                first,
                None,
            ),
        }

    def returnable(self, _: Any, orderId: str, first: int = 10, **__: Any) -> Any:
        order = self.orders[orderId]
        if not order.fulfilled:
            return page([], first, None)
        items = [
            {
                "quantity": it.quantity - it.refunded - self.pieces_returned(order, it.id),
                "fulfillmentLineItem": {
                    "id": f"fulfilled {it.id}",
                    "quantity": it.quantity,
                    "lineItem": self.line(order, it),
                },
            }
            for it in order.lines
        ]
        made = {
            "id": gid("Fulfillment", 1),
            "returnableFulfillmentLineItems": lambda _, first=10, **__: page(items, first, None),
        }
        return page([made], first, None)

    def pieces_returned(self, order: Order, line: str) -> int:
        return sum(each["quantity"] for it in order.returns for each in it["lines"] if each["line"] == line)

    # --- what GraphQL does ---

    def refund_create(self, info: Any, input: dict[str, Any]) -> dict[str, Any]:
        directive = next((it for it in info.field_nodes[0].directives or () if it.name.value == "idempotent"), None)
        if directive is None:
            raise ValueError("refundCreate demands an idempotency key")
        key = info.variable_values.coerced[directive.arguments[0].value.name.value]
        given = json.dumps(input, sort_keys=True, default=str)
        if key in self.keys:
            before, made = self.keys[key]
            if before != given:
                return refused("The same idempotency key cannot be used with different operation parameters.")
            if made is None:
                return refused("This request is currently in progress, please try again.")
            return {"refund": self.refund(self.orders[input["orderId"]], made), "userErrors": []}
        order = self.orders.get(input["orderId"])
        if order is None:
            return refused("Order does not exist", "orderId")
        try:
            made = self.refund_of(order, input)
        except ValueError as error:
            return refused(str(error), "transactions")
        self.keys[key] = (given, made)
        return {"refund": self.refund(order, made), "userErrors": []}

    def refund_of(self, order: Order, given: dict[str, Any]) -> dict[str, Any]:
        """Refund, or raise with the words of a shop."""
        if given.get("currency") != order.currency:
            raise ValueError("Currency must be the presentment currency")
        parts = [(it["parentId"], Decimal(it["amount"])) for it in given.get("transactions") or []]
        credits = [Decimal(it["storeCreditRefund"]["amount"]["amount"]) for it in given.get("refundMethods") or []]
        amount = sum((it[1] for it in parts), Decimal(0)) + sum(credits, Decimal(0))
        if order.refunded + amount > order.paid:
            raise ValueError("Refund amount cannot exceed the amount paid, says dana@example.com 4242424242424242")
        payments = {it.id: it for it in order.payments}
        for parent, part in parts:
            if payments[parent].refunded + part > payments[parent].amount:
                raise ValueError("Transaction amount is too large")
        lines = {it.id: it for it in order.lines}
        for each in given.get("refundLineItems") or []:
            line = lines[each["lineItemId"]]
            if line.refunded + each["quantity"] > line.quantity:
                raise ValueError("Quantity cannot refund more items than were purchased")
        for parent, part in parts:
            payments[parent].refunded += part
        for each in given.get("refundLineItems") or []:
            lines[each["lineItemId"]].refunded += each["quantity"]
            if each.get("restockType") == "RETURN" and not each.get("locationId"):
                raise ValueError("Location must be set")
            if each.get("restockType") in ("RETURN", "CANCEL"):
                self.restock(lines[each["lineItemId"]].sku, each["quantity"])
        return self.booked(order, amount, given.get("note") or "", parts, (given.get("shipping") or {}).get("amount"))

    def booked(
        self, order: Order, amount: Decimal, note: str, parts: Any, shipping: str | None = None
    ) -> dict[str, Any]:
        now = datetime.now(UTC)
        made = {
            "id": self.next_id("Refund"),
            "at": now,
            "note": note,
            "amount": amount,
            "parts": parts,
            "shipping": Decimal(shipping or 0),
        }
        order.refunds.append(made)
        order.updated_at = now
        return made

    def restock(self, sku: str, pieces: int) -> None:
        for it in self.variants:
            if it["sku"] == sku and it["stock"] is not None:
                it["stock"] += pieces

    def order_cancel(self, _: Any, orderId: str, restock: bool, staffNote: str = "", **how: Any) -> dict[str, Any]:
        order = self.orders.get(orderId)
        if order is None or order.cancelled_at or order.fulfilled:
            told = {"code": "INVALID", "field": ["orderId"], "message": "Cannot cancel an order that is not open"}
            return {"job": None, "orderCancelUserErrors": [told]}
        made = self.next_id("Job")
        self.jobs[made] = Job(orderId, datetime.now(UTC) + self.cancels_after, self.cancels_fail, staffNote, restock)
        return {"job": {"id": made, "done": False}, "orderCancelUserErrors": []}

    def do_what_is_due(self) -> None:
        for job in self.jobs.values():
            if job.is_done or job.due > datetime.now(UTC):
                continue
            job.is_done = True
            if not job.fails and not self.orders[job.order].cancelled_at:
                self.cancel_now(self.orders[job.order], job.note)

    def cancel_now(self, order: Order, note: str = "") -> None:
        left = order.paid - order.refunded
        parts = [(it.id, it.amount - it.refunded) for it in order.payments if it.amount > it.refunded]
        for it in order.payments:
            it.refunded = it.amount
        if left:
            self.booked(order, left, "", parts)
        order.cancelled_at = order.updated_at = datetime.now(UTC)
        order.staff_note = note

    def return_create(self, _: Any, returnInput: dict[str, Any]) -> dict[str, Any]:
        order = self.orders[returnInput["orderId"]]
        variants = {it["id"]: it for it in self.variants}
        sent = [
            {"sku": variants[it["variantId"]]["sku"], "quantity": it["quantity"], "variant": it["variantId"]}
            for it in returnInput.get("exchangeLineItems") or []
        ]
        lines = [
            {
                "line": it["fulfillmentLineItemId"].removeprefix("fulfilled "),
                "quantity": it["quantity"],
                "note": it.get("returnReasonNote") or "",
            }
            for it in returnInput["returnLineItems"]
        ]
        if any(len(it["note"]) > 255 for it in lines):
            return {
                "return": None,
                "userErrors": [{"code": "TOO_BIG", "field": ["note"], "message": "Note is too long"}],
            }
        for it in sent:
            if variants[it["variant"]]["stock"] is not None:
                variants[it["variant"]]["stock"] -= it["quantity"]
        now = datetime.now(UTC)
        made = {"id": self.next_id("Return"), "status": "OPEN", "at": now, "lines": lines, "sent": sent}
        order.returns.append(made)
        order.updated_at = now
        return {"return": self.return_of(order, made), "userErrors": []}


def refused(message: str, *path: str) -> dict[str, Any]:
    return {"refund": None, "userErrors": [{"field": ["input", *path], "message": message}]}


def bag_of(currency: str) -> Any:
    """Return what writes an amount as Shopify does: one decimal at least, whatever the currency has."""

    def bag(amount: Decimal) -> dict[str, Any]:
        shown = str(amount) if "." in str(amount) else f"{amount}.0"
        return {
            "presentmentMoney": {"amount": shown, "currencyCode": currency},
            "shopMoney": {"amount": str(amount * 2), "currencyCode": "USD"},
        }

    return bag


def page(found: list[Any], first: int, after: str | None) -> dict[str, Any]:
    start = int(after or 0)
    end = start + first
    return {
        "nodes": found[start:end],
        "pageInfo": {
            "hasNextPage": end < len(found),
            "hasPreviousPage": start > 0,
            "endCursor": str(end),
            "startCursor": str(start),
        },
    }


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
