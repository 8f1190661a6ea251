"""Shops to hold every store adapter against the same contract: the same orders, and a person who works by hand there.

An adapter joins by a class with these methods and one line in `LABS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from connectors.adapters.sandbox import hands, schema
from connectors.adapters.sandbox.store import SandboxStore
from connectors.contracts import Customer, Item, Order, OrderLine, Payment, Store
from portal.money import Money
from tests.connectors.sandbox_shops import NOW, usd
from tests.connectors.shopify_shops import ShopifyLab


class StoreLab(Protocol):
    """A shop with the orders of `ORDERS` and the items of `ITEMS`; `id_of` tells the store's own id of a number."""

    store: Store

    def id_of(self, number: str) -> str: ...

    def refund_by_hand(self, number: str, amount: Money) -> None: ...

    def cancel_slowly(self, after_ms: int, *, and_fail: bool = False) -> None: ...


def _order(number: str, *, status: str = "fulfilled", payments: tuple[Payment, ...] | None = None) -> Order:
    """Two jackets at 50.00 (10.00 off, 9.00 tax), one pair of gloves at 20.00, shipping 7.00: 126.00 in all."""
    paid = usd(12_600)
    return Order(
        id=f"order-{number}",
        number=number,
        customer_ref="dana",
        placed_at=NOW,
        status=status,  # type: ignore[arg-type]
        total=paid,
        paid=paid,
        refunded=usd(0),
        lines=(
            OrderLine("jackets", "JACKET", "Jacket", 2, usd(5_000), discount=usd(1_000), tax=usd(900)),
            OrderLine("gloves", "GLOVES", "Gloves", 1, usd(2_000)),
        ),
        shipping=usd(700),
        payments=payments if payments is not None else (Payment("p-card", "card", paid, paid, "Visa •• 4242"),),
    )


SPLIT = (
    Payment("p-gift", "gift_card", usd(2_600), usd(2_600), "Gift card •• 9X2"),
    Payment("p-card", "card", usd(10_000), usd(10_000), "Visa •• 4242"),
)
ORDERS = (_order("1001"), _order("1002", payments=SPLIT), _order("1003", status="open"))
ITEMS = (Item("JACKET-L", "Jacket L", usd(6_000), 3), Item("GLOVES", "Gloves", usd(2_000), 0))
CUSTOMERS = (Customer("dana", "dana@example.com", "Dana Whitfield"),)


class SandboxLab:
    """The contract's shop in the sandbox."""

    def __init__(self, dsn: str) -> None:
        self._dsn, self._shop = dsn, "contract"
        schema.load(dsn, self._shop, schema.ShopData("USD", CUSTOMERS, ORDERS, items=ITEMS))
        self.store: Store = SandboxStore(dsn, self._shop)

    def id_of(self, number: str) -> str:
        return f"order-{number}"

    def refund_by_hand(self, number: str, amount: Money) -> None:
        hands.refund(self._dsn, self._shop, self.id_of(number), amount, note="goodwill")

    def cancel_slowly(self, after_ms: int, *, and_fail: bool = False) -> None:
        schema.set_manners(self._dsn, self._shop, cancels_after_ms=after_ms, cancels_fail=and_fail)


class KeylessLab(SandboxLab):
    """The same shop, which keeps no idempotency keys."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        schema.set_manners(dsn, self._shop, honours_keys=False)

    def cancel_slowly(self, after_ms: int, *, and_fail: bool = False) -> None:
        schema.set_manners(self._dsn, self._shop, honours_keys=False, cancels_after_ms=after_ms, cancels_fail=and_fail)


LABS: dict[str, Callable[[str], StoreLab]] = {
    "sandbox": SandboxLab,
    "sandbox without keys": KeylessLab,
    "shopify": ShopifyLab,
}
