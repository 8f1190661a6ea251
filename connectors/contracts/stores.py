"""Stores: customers, orders, what is asked of them under an idempotency key, and the protocol of their adapters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from connectors.contracts.sources import JsonScalar
from portal.money import Money

Operation = Literal["refund", "cancel", "exchange"]
OrderStatus = Literal["open", "fulfilled", "cancelled"]


@dataclass(frozen=True, slots=True)
class Address:
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the store knows them. `ref` is the store's own stable key."""

    ref: str
    email: str
    name: str = ""
    is_vip: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: str
    sku: str
    title: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the money still in it. `version` changes whenever anything an approver saw changes.

    `payment_fingerprint` is the store's name for the means of payment (never a card number); empty where it has none.
    """

    id: str
    number: str
    customer_ref: str
    placed_at: datetime
    status: OrderStatus
    total: Money
    paid: Money
    refunded: Money
    lines: tuple[OrderLine, ...] = ()
    ship_to: Address = Address()
    version: int = 1
    payment_fingerprint: str = ""

    @property
    def refundable(self) -> Money:
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    order_id: str
    amount: Money
    created_at: datetime
    note: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A return or a damage claim the customer has made before (T05)."""

    id: str
    order_id: str
    kind: Literal["return", "damage"]
    created_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """Another account of the shop that shares an address or a means of payment, by its newest such order (T05)."""

    customer_ref: str
    order_number: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """All the store knows of one customer's past, newest first.

    `accounts_at_address` and `accounts_with_payment` are the *other* accounts that had orders sent to an address, or
    paid with a fingerprint, of this customer's orders; None where the store cannot tell, which is not "none".
    """

    customer: Customer
    orders: tuple[Order, ...] = ()
    refunds: tuple[Refund, ...] = ()
    claims: tuple[Claim, ...] = ()
    accounts_at_address: tuple[LinkedAccount, ...] | None = None
    accounts_with_payment: tuple[LinkedAccount, ...] | None = None

    @property
    def returns(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.kind == "return")

    @property
    def damage_claims(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.kind == "damage")


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """How many of an order's line an action concerns."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StoreReceipt:
    """What a store executed: the proof an action log settles on and reconciliation compares with.

    `amount` is the money that went back to the customer (zero for an exchange). `was_replayed` says that
    the key had been executed before and this call did nothing.
    """

    id: str
    operation: Operation
    tool: str
    order_id: str
    amount: Money
    idempotency_key: str
    executed_at: datetime
    was_replayed: bool = False
    output: Mapping[str, JsonScalar] = field(default_factory=dict)


Receipt = StoreReceipt


@runtime_checkable
class Store(Protocol):
    """A shop's orders and the three actions on them.

    Reads raise `StoreUnreachable`. Actions may also raise `StoreRefused` and `StoreOutcomeUnknown`, and
    execute exactly once for one idempotency key, whoever calls however often; a key used again with other
    inputs is refused. Every call asserts that no transaction of the portal is open.
    """

    def tool(self, operation: Operation) -> str:
        """Return the name of the call for the action log, such as `shopify.createRefund` (T15)."""
        ...

    def find_order(self, number: str) -> Order | None: ...

    def order(self, order_id: str) -> Order | None: ...

    def orders_of(self, customer_ref: str) -> tuple[Order, ...]: ...

    def customer(self, customer_ref: str) -> Customer | None: ...

    def customer_by_email(self, email: str) -> Customer | None: ...

    def history(self, customer_ref: str) -> CustomerHistory | None: ...

    def refund(
        self,
        order_id: str,
        amount: Money,
        *,
        idempotency_key: str,
        note: str = "",
        lines: Sequence[LineQuantity] = (),
    ) -> StoreReceipt: ...

    def cancel(self, order_id: str, *, idempotency_key: str, note: str = "") -> StoreReceipt:
        """Cancel an order that is not yet fulfilled and return what is left of its payment."""
        ...

    def exchange(
        self, order_id: str, line: LineQuantity, replacement_sku: str, *, idempotency_key: str, note: str = ""
    ) -> StoreReceipt: ...

    def lookup(self, idempotency_key: str) -> StoreReceipt | None:
        """Return what was executed under the key, or None when nothing was so far.

        A call still on its way may yet execute: to settle, repeat the call with the same key.
        """
        ...

    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        """Return everything executed on the order, by whomever, oldest first."""
        ...

    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        """Return everything executed in the shop from `start` until before `end`, oldest first (T15)."""
        ...
