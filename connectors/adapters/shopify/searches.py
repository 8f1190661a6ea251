"""Looks things up in a shop: exactly what was asked for, or nothing.

Shopify's search matches words, prefixes and parts. Its answers are candidates here; what is not equal is left out, and
so is everything where two are equal. What customers wrote never reaches the search but for plain letters.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.adapters.shopify import documents
from connectors.adapters.shopify.client import Client
from connectors.adapters.shopify.reading import (
    Json,
    claims_of,
    customer_of,
    item_of,
    order_of,
    past_order_of,
    refunds_of,
    shaped,
)
from connectors.contracts import Claim, Customer, CustomerHistory, Item, Order, Refund

MAX_HISTORY = 50
"""Orders of one customer that are read, the newest."""
LINE_PAGES = 10
MANY = 1_000

_NUMBER = re.compile(r"#?[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,79}")
_EMAIL = re.compile(r"[^\s\"'\\<>(),;:]{1,64}@[^\s\"'\\<>(),;:@]{1,190}")


def order(client: Client, order_id: str) -> Order | None:
    """Return the order with this id. One call, and one for each further fifty lines."""
    node = order_node(client, order_id)
    with shaped():
        return order_of(node) if node else None


def order_node(client: Client, order_id: str) -> Json | None:
    """Return all of an order that `order_of` reads, with every line."""
    node = client.ask(documents.ORDER_BY_ID, {"id": order_id}).get("order") if is_gid(order_id, "Order") else None
    if not node:
        return None
    with shaped():
        lines = node["lineItems"]
        for _ in range(LINE_PAGES):
            if not lines["pageInfo"]["hasNextPage"]:
                break
            told = client.ask(documents.MORE_LINES, {"id": order_id, "after": lines["pageInfo"]["endCursor"]})
            more = told["order"]["lineItems"]
            lines["nodes"] += more["nodes"]
            lines["pageInfo"] = more["pageInfo"]
        return dict(node)


def order_by_number(client: Client, number: str) -> Order | None:
    """Return the one order of this name, with or without the shop's prefix and suffix. Two calls."""
    asked = number.strip()
    if not _NUMBER.fullmatch(asked):
        return None
    told = client.ask(documents.ORDERS_BY_NAME, {"search": f'name:"{asked.lstrip("#")}"'})
    with shaped():
        before, after = told["shop"]["orderNumberFormatPrefix"], told["shop"]["orderNumberFormatSuffix"]
        wanted = {_same(asked), _same(f"{before}{asked.lstrip('#')}{after}")}
        found = [node["id"] for node in told["orders"]["nodes"] if _same(node["name"]) in wanted]
    return order(client, found[0]) if len(found) == 1 else None


def customer(client: Client, customer_ref: str, vip_tag: str) -> Customer | None:
    if not is_gid(customer_ref, "Customer"):
        return None
    return _customer(client.ask(documents.CUSTOMER_BY_ID, {"id": customer_ref}).get("customer"), vip_tag)


def customer_by_email(client: Client, email: str, vip_tag: str) -> Customer | None:
    """Return the customer whose own address this is, in whatever case."""
    asked = email.strip()
    if not _EMAIL.fullmatch(asked):
        return None
    node = client.ask(documents.CUSTOMER_BY_EMAIL, {"email": asked}).get("customerByIdentifier")
    found = _customer(node, vip_tag)
    return found if found is not None and found.email.casefold() == asked.casefold() else None


def history(client: Client, customer_ref: str, vip_tag: str) -> CustomerHistory | None:
    """Return a customer's past, newest first, at most `MAX_HISTORY` orders. Accounts at one address: it cannot tell."""
    known = customer(client, customer_ref, vip_tag)
    if known is None:
        return None
    orders: list[Order] = []
    refunds: list[Refund] = []
    claims: list[Claim] = []
    for node in order_nodes(client, customer_ref):
        with shaped():
            orders.append(past_order_of(node))
            refunds += refunds_of(node, most=MANY)
            claims += claims_of(node)
    refunds.sort(key=lambda refund: refund.created_at, reverse=True)
    claims.sort(key=lambda claim: claim.created_at, reverse=True)
    return CustomerHistory(known, tuple(orders), tuple(refunds), tuple(claims))


def order_nodes(client: Client, customer_ref: str) -> list[Json]:
    """Return the customer's order nodes, newest first."""
    found: list[Json] = []
    after = None
    while len(found) < MAX_HISTORY and is_gid(customer_ref, "Customer"):
        told = client.ask(documents.ORDERS_OF_CUSTOMER, {"id": customer_ref, "after": after})
        with shaped():
            if told["customer"] is None:
                break
            page = told["customer"]["orders"]
            found += page["nodes"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"] or not page["nodes"]:
                break
    return found[:MAX_HISTORY]


def variant(client: Client, sku: str) -> tuple[str, Item] | None:
    """Return the id and the item of the one variant with this SKU."""
    asked = sku.strip()
    if not _SKU.fullmatch(asked):
        return None
    told = client.ask(documents.VARIANTS_BY_SKU, {"search": f'sku:"{asked}"'})
    with shaped():
        found = [node for node in told["productVariants"]["nodes"] if (node["sku"] or "") == asked]
        if len(found) != 1 or told["productVariants"]["pageInfo"]["hasNextPage"]:
            return None
        return found[0]["id"], item_of(found[0], told["shop"]["currencyCode"])


def is_gid(text: str, kind: str) -> bool:
    """Return whether a text is an id of Shopify's of this kind; nothing else is asked for."""
    return re.fullmatch(rf"gid://shopify/{kind}/[0-9]{{1,20}}", text) is not None


def _customer(node: Any, vip_tag: str) -> Customer | None:
    with shaped():
        return customer_of(node, vip_tag) if node else None


def _same(number: str) -> str:
    return number.strip().lstrip("#").casefold()
