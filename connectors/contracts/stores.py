"""Stores: customers, orders with the money in them, what is asked of them under a key, and their adapters' protocol.

Every amount of an order is in one currency: the one the customer paid in (Shopify's *presentment* currency), because
that is what moves, what a reply promises and what a store wants a refund named in. What it is worth in the shop's own
currency is nobody's guess here: a ceiling without a rate for the currency asks a person.

Duties are left out: they are in no line, no shipping and no refund; who returns them does it by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from connectors.contracts.sources import JsonScalar
from portal.money import Money

Operation = Literal["refund", "cancel", "exchange"]
OrderStatus = Literal["open", "fulfilled", "cancelled"]
PaymentMethod = Literal["card", "gift_card", "store_credit", "other"]
Destination = Literal["original", "store_credit"]
"""Where a refund goes: back the way it was paid, or to the customer's credit at the shop."""

JobState = Literal["running", "done", "failed"]

_MARKER = re.compile(r"\[countersign:([0-9A-Za-z-]{1,100})\]")


def marker(idempotency_key: str) -> str:
    """Return what a note carries so that the effect is found again, and told apart from what people do by hand."""
    return f"[countersign:{idempotency_key}]"


def marked(note: str, idempotency_key: str) -> str:
    """Return the note with the key's marker at its end, once."""
    return note if key_in(note) == idempotency_key else f"{note} {marker(idempotency_key)}".strip()


def key_in(note: str) -> str:
    """Return the idempotency key that a note carries; empty where it is none of ours."""
    found = _MARKER.search(note)
    return found.group(1) if found else ""


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
    """A line of an order. `discount` and `tax` are of the whole line; None is none.

    `tax` is what comes on top of the unit price: none where prices include it. `taken`: pieces that were refunded,
    returned or exchanged already.
    """

    id: str
    sku: str
    title: str
    quantity: int
    unit_price: Money
    taken: int = 0
    discount: Money | None = None
    tax: Money | None = None

    @property
    def refundable_quantity(self) -> int:
        return max(self.quantity - self.taken, 0)

    @property
    def total(self) -> Money:
        """What was asked for the line: its pieces less discount plus tax."""
        minor = self.unit_price.amount_minor * self.quantity
        minor += (self.tax.amount_minor if self.tax else 0) - (self.discount.amount_minor if self.discount else 0)
        return Money(max(minor, 0), self.unit_price.currency)

    def worth(self, quantity: int) -> Money:
        """Return what the next `quantity` pieces are worth; pieces in turn always sum up to the line's total."""
        before, after = (self.total.amount_minor * n // self.quantity for n in (self.taken, self.taken + quantity))
        return Money(after - before, self.unit_price.currency)


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an order and what can still go back to it. `label` names it to people (`Visa •• 4242`)."""

    id: str
    method: PaymentMethod
    paid: Money
    refundable: Money
    label: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the money still in it.

    `version` changes whenever anything an approver saw changes: a counter, or a 63-bit digest of it. `total`, `paid`,
    `refunded` and `shipping` (tax included) are in the currency the customer paid in. `payments` may be empty where the
    store does not tell them apart. `payment_fingerprint` is the store's name for the means of payment (never a card
    number); empty where it has none.
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
    shipping: Money | None = None
    shipping_refunded: Money | None = None
    payments: tuple[Payment, ...] = ()

    @property
    def refundable(self) -> Money:
        return self.paid - self.refunded

    @property
    def shipping_refundable(self) -> Money:
        """What of the shipping can still go back."""
        nothing = Money(0, self.total.currency)
        return (self.shipping or nothing) - (self.shipping_refunded or nothing)

    def line(self, line_id: str) -> OrderLine | None:
        return next((line for line in self.lines if line.id == line_id), None)


@dataclass(frozen=True, slots=True)
class Item:
    """Something the shop sells, for an exchange. `stock` is None where the shop does not count it."""

    sku: str
    title: str
    price: Money
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Allotment:
    """What part of a refund goes back to which payment."""

    payment_id: str
    amount: Money


def spread(amount: Money, payments: Iterable[Payment]) -> tuple[Allotment, ...]:
    """Spread a refund over an order's payments: in the store's order, each up to what is refundable on it.

    Raises `ValueError` when the payments cannot carry it.
    """
    left, parts = amount.amount_minor, []
    for payment in payments:
        taken = min(left, max(payment.refundable.amount_minor, 0))
        if taken:
            parts.append(Allotment(payment.id, Money(taken, amount.currency)))
            left -= taken
    if left:
        raise ValueError(f"amount: `{amount.decimal}` is more than can go back to the order's payments")
    return tuple(parts)


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

    `amount` is the money that went back to the customer (zero for an exchange). `idempotency_key` is ours, also where
    the store keeps it only as the marker in the note; it is empty for what somebody did without us. `author` is who the
    store says did it, where it says so. `was_replayed` says that the key had been executed before and this call
    did nothing.
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
    author: str = ""


Receipt = StoreReceipt


@dataclass(frozen=True, slots=True)
class StoreJob:
    """What a store took on and does later. It is polled, not believed: only a receipt says that it happened.

    `done` comes with the `receipt`, read from the order itself; `failed` with a `reason` and the certainty that
    nothing was executed.
    """

    id: str
    operation: Operation
    order_id: str
    idempotency_key: str
    state: JobState
    receipt: StoreReceipt | None = None
    reason: str = ""


@runtime_checkable
class Store(Protocol):
    """A shop's orders and the three actions on them.

    Reads raise `StoreUnreachable`. Actions may also raise `StoreRefused` (nothing executed, `code` says why) and
    `StoreOutcomeUnknown`. The adapter keeps `marked(note, idempotency_key)` as the note of every action. Every call
    asserts that no transaction of the portal is open.

    An operation in `honours_keys` executes exactly once for one key, whoever calls however often, and a key used again
    with other inputs is refused (`key_reused`). An operation that is not in it executes as often as it is called: its
    unknown outcomes are settled by `lookup` alone, and it is never sent twice.
    """

    @property
    def honours_keys(self) -> frozenset[Operation]: ...

    def tool(self, operation: Operation) -> str:
        """Return the name of the call for the action log, such as `shopify.createRefund` (T15)."""
        ...

    def find_order(self, number: str) -> Order | None: ...

    def order(self, order_id: str) -> Order | None: ...

    def orders_of(self, customer_ref: str) -> tuple[Order, ...]: ...

    def customer(self, customer_ref: str) -> Customer | None: ...

    def customer_by_email(self, email: str) -> Customer | None: ...

    def history(self, customer_ref: str) -> CustomerHistory | None: ...

    def item(self, sku: str) -> Item | None:
        """Return what the shop sells under the SKU, with its price in the shop's selling currency."""
        ...

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
        """Return exactly `amount`: never more than is left of what was paid, nor than lines and shipping are worth.

        Without lines and shipping it is a refund by amount. `shipping` is the part of `amount` that is shipping.
        """
        ...

    def cancel(
        self,
        order_id: str,
        *,
        idempotency_key: str,
        note: str = "",
        restock: bool = True,
        destination: Destination = "original",
    ) -> StoreReceipt | StoreJob:
        """Cancel an order that is not yet fulfilled and return what is left of its payment; now, or as a job."""
        ...

    def job(self, job_id: str, *, order_id: str, idempotency_key: str) -> StoreJob:
        """Return how far a job of this order is. Raises `StoreRefused` (`unknown_job`) where the store has none."""
        ...

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
        """Open the return of a line's pieces and send as many of the replacement; move no money.

        The receipt's output says `return`, `replacement_sku`, `quantity` and the price `difference` (above zero: the
        replacement costs more), which nobody is charged for or given here.
        """
        ...

    def lookup(self, idempotency_key: str, *, order_id: str = "") -> StoreReceipt | None:
        """Return what was executed under the key, or None when nothing was so far.

        `order_id` is where a store that keeps no keys looks for the marker; give it where it is known. A call still on
        its way may yet execute: to settle where keys are honoured, repeat the call with the same key.
        """
        ...

    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        """Return everything executed on the order, by whomever, oldest first."""
        ...

    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        """Return everything executed in the shop from `start` until before `end`, oldest first (T15)."""
        ...
