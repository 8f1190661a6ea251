"""A Shopify shop behind the `Store` protocol."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.adapters.discretion import discreet
from connectors.adapters.shopify import actions, documents, effects, searches
from connectors.adapters.shopify.client import Client, Tokens
from connectors.adapters.shopify.pinned import API_VERSION, missing_scopes, superfluous_scopes
from connectors.adapters.shopify.reading import past_order_of, shaped
from connectors.adapters.transport import Place
from connectors.contracts import (
    Customer,
    CustomerHistory,
    Destination,
    Finding,
    Item,
    LineQuantity,
    Operation,
    Order,
    ProbeReport,
    StoreJob,
    StoreReceipt,
)
from portal.money import Money


class ShopifyStore:
    """One shop at Shopify. Safe to share between threads; holds no connection."""

    def __init__(self, place: Place, tokens: Tokens, *, vip_tag: str = "vip", timeout_s: float = 15.0) -> None:
        self._domain = place.domain
        self._is_encrypted = not place.origin.startswith("http:")
        self._vip_tag = vip_tag
        self._client = Client(place, tokens, timeout_s=timeout_s)

    def __repr__(self) -> str:
        return f"ShopifyStore({self._domain!r})"

    @property
    def honours_keys(self) -> frozenset[Operation]:
        """Refunds alone: `refundCreate` demands a key, `orderCancel` and `returnCreate` take none."""
        return frozenset(("refund",))

    def tool(self, operation: Operation) -> str:
        return effects.TOOLS[operation]

    # --- reads ---

    @discreet
    def find_order(self, number: str) -> Order | None:
        """Return the one order of exactly this name; a leading `#`, case and blanks around do not matter."""
        return searches.order_by_number(self._client, number)

    @discreet
    def order(self, order_id: str) -> Order | None:
        return searches.order(self._client, order_id)

    @discreet
    def orders_of(self, customer_ref: str) -> tuple[Order, ...]:
        with shaped():
            return tuple(past_order_of(node) for node in searches.order_nodes(self._client, customer_ref))

    @discreet
    def customer(self, customer_ref: str) -> Customer | None:
        return searches.customer(self._client, customer_ref, self._vip_tag)

    @discreet
    def customer_by_email(self, email: str) -> Customer | None:
        return searches.customer_by_email(self._client, email, self._vip_tag)

    @discreet
    def history(self, customer_ref: str) -> CustomerHistory | None:
        return searches.history(self._client, customer_ref, self._vip_tag)

    @discreet
    def item(self, sku: str) -> Item | None:
        found = searches.variant(self._client, sku)
        return found[1] if found else None

    @discreet
    def lookup(self, idempotency_key: str, *, order_id: str = "") -> StoreReceipt | None:
        """Return what carries the key: on the order, or without one on all that was touched in the last two days."""
        if order_id:
            receipts = effects.of_order(self._client, order_id) if searches.is_gid(order_id, "Order") else ()
        else:
            receipts = tuple(effects.since(self._client, datetime.now(UTC) - effects.LOOKED_BACK))
        return actions.replayed(effects.by_key(receipts, idempotency_key))

    @discreet
    def job(self, job_id: str, *, order_id: str, idempotency_key: str) -> StoreJob:
        return actions.job(self._client, job_id, order_id=order_id, key=idempotency_key)

    @discreet
    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        return effects.of_order(self._client, order_id) if searches.is_gid(order_id, "Order") else ()

    @discreet
    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        found = [it for it in effects.since(self._client, start) if start <= it.executed_at < end]
        return tuple(sorted(found, key=lambda it: (it.executed_at, it.id)))

    # --- actions ---

    @discreet
    def refund(
        self,
        order_id: str,
        amount: Money,
        *,
        idempotency_key: str,
        note: str = "",
        lines: Sequence[LineQuantity] = (),
        shipping: Money | None = None,
        restock: bool = False,
        destination: Destination = "original",
    ) -> StoreReceipt:
        return actions.refund(
            self._client,
            self._domain,
            order_id,
            amount,
            key=idempotency_key,
            note=note,
            lines=lines,
            shipping=shipping,
            restock=restock,
            destination=destination,
        )

    @discreet
    def cancel(
        self,
        order_id: str,
        *,
        idempotency_key: str,
        note: str = "",
        restock: bool = True,
        destination: Destination = "original",
    ) -> StoreReceipt | StoreJob:
        return actions.cancel(
            self._client, order_id, key=idempotency_key, note=note, restock=restock, destination=destination
        )

    @discreet
    def exchange(
        self,
        order_id: str,
        line: LineQuantity,
        replacement_sku: str,
        *,
        idempotency_key: str,
        note: str = "",
        restock: bool = False,
    ) -> StoreReceipt:
        return actions.exchange(
            self._client, order_id, line, replacement_sku, key=idempotency_key, note=note, restock=restock
        )

    # --- set-up ---

    @discreet
    def probe(self) -> ProbeReport:
        """Look whether the shop answers in the pinned version, which scopes it gave, and whether it shows an order."""
        began = time.monotonic()
        told = self._client.ask(documents.SHOP, {})
        with shaped():
            scopes = frozenset(each["handle"] for each in told["currentAppInstallation"]["accessScopes"])
            currency, domain = str(told["shop"]["currencyCode"]), str(told["shop"]["myshopifyDomain"])
            newest = [node["id"] for node in told["orders"]["nodes"]]
        findings = [*_scope_findings(scopes), *_domain_findings(domain, self._domain)]
        if newest:
            self.order(newest[0])
        findings.append(Finding("shop_currency", "info", f"the shop's own currency is {currency}"))
        if not newest:
            findings.append(Finding("no_orders", "info", "the shop shows no order yet, so none could be read"))
        return ProbeReport(
            engine="Shopify Admin GraphQL",
            version=API_VERSION,
            findings=tuple(findings),
            is_encrypted=self._is_encrypted,
            duration_ms=round((time.monotonic() - began) * 1000),
        )


def _scope_findings(scopes: frozenset[str]) -> list[Finding]:
    found = []
    if missing := missing_scopes(scopes):
        words = ", ".join(f"`{name}`" for name in missing)
        found.append(Finding("missing_scopes", "critical", f"the app lacks {words}; grant them and connect again"))
    if extra := superfluous_scopes(scopes):
        words = ", ".join(f"`{name}`" for name in extra[:12])
        found.append(Finding("superfluous_scopes", "warning", f"the app may do more than it needs: {words}"))
    if "read_all_orders" not in scopes:
        message = (
            "only orders of the last 60 days are seen; `read_all_orders`, which Shopify grants on request, shows all"
        )
        found.append(Finding("recent_orders_only", "info", message))
    return found


def _domain_findings(told: str, expected: str) -> list[Finding]:
    if told == expected:
        return []
    return [
        Finding("other_shop", "critical", "the shop that answered calls itself by another domain; check the domain")
    ]
