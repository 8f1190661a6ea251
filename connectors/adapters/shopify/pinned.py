"""What of Shopify's API this version of the product speaks: pinned in one place, checked in every answer."""

from __future__ import annotations

import re

API_VERSION = "2026-07"
"""Stable, served until July 2027. From 2026-04 on `refundCreate` demands an idempotency key."""

GRAPHQL_PATH = f"/admin/api/{API_VERSION}/graphql.json"
TOKEN_PATH = "/admin/oauth/access_token"  # noqa: S105
AUTHORIZE_PATH = "/admin/oauth/authorize"
VERSION_HEADER = "x-shopify-api-version"

SCOPES = ("read_customers", "read_orders", "read_products", "read_returns", "write_orders", "write_returns")
"""The least that a ticket needs. Orders older than 60 days need `read_all_orders`, which Shopify grants on request."""

WIDER_SCOPES = ("read_all_orders", "read_fulfillments", "read_inventory", "read_locations")
"""Scopes that are of use and not demanded; any other than these and `SCOPES` is more than the product needs."""

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")


def is_shop_domain(name: str) -> bool:
    """Return whether a name is a shop's own domain, `<shop>.myshopify.com`, and nothing around it."""
    return _SHOP.fullmatch(name) is not None


def missing_scopes(granted: frozenset[str], wanted: tuple[str, ...] = SCOPES) -> tuple[str, ...]:
    """Return which scopes are not granted; a right to write is a right to read."""
    held = granted | {name.replace("write_", "read_", 1) for name in granted if name.startswith("write_")}
    return tuple(name for name in wanted if name not in held)


def superfluous_scopes(granted: frozenset[str]) -> tuple[str, ...]:
    """Return which granted scopes the product has no use for."""
    return tuple(sorted(granted - set(SCOPES) - set(WIDER_SCOPES)))
