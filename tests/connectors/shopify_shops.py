"""Shops at a Shopify that is played by a local server, for the adapter's own tests and for the shared contract."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from connectors.adapters.shopify.client import StaticToken
from connectors.adapters.shopify.store import ShopifyStore
from connectors.adapters.transport import Place
from connectors.contracts import Store
from portal.money import Money
from tests.servers.shopify import ShopifyServer
from tests.servers.shopify_shop import Line, Order, Payment, gid


def open_store(server: ShopifyServer, token: str = "", **how: Any) -> ShopifyStore:
    place = Place(server.shop.domain, server.origin, ("127.0.0.1",))
    return ShopifyStore(place, StaticToken(token or server.issue()[0]), **{"timeout_s": 5.0, **how})


def stock(server: ShopifyServer) -> None:
    """Put the orders and items of the shared contract into a shop."""
    shop = server.shop
    dana = shop.add_customer("dana@example.com", "Dana Whitfield", "VIP", "newsletter")
    card, gift = ("Visa", "•••• •••• •••• 4242"), gid("OrderTransaction", 501)
    for number, name in enumerate(("#1001", "#1002", "#1003")):
        whole = Decimal("126.00")
        payments = [Payment(gid("OrderTransaction", 600 + number), "shopify_payments", whole, card)]
        if name == "#1002":
            payments = [
                Payment(gift, "gift_card", Decimal("26.00")),
                Payment(gid("OrderTransaction", 502), "paypal", Decimal("100.00"), card),
            ]
        lines = [
            Line("jackets", "JACKET", "Jacket", 2, Decimal("50.00"), Decimal("10.00"), Decimal("9.00")),
            Line("gloves", "GLOVES", "Gloves", 1, Decimal("20.00")),
        ]
        shop.add_order(name, dana, lines, payments, shipping=Decimal("7.00"), fulfilled=name != "#1003")
    shop.add_variant("JACKET-L", "Jacket L", "60.00", 3)
    shop.add_variant("GLOVES", "Gloves", "20.00", 0)


class ShopifyLab:
    """The contract's shop at Shopify."""

    def __init__(self, dsn: str) -> None:
        self.server = ShopifyServer().__enter__()
        stock(self.server)
        self.store: Store = open_store(self.server)

    def _order(self, number: str) -> Order:
        return next(it for it in self.server.shop.orders.values() if it.name == f"#{number}")

    def id_of(self, number: str) -> str:
        return self._order(number).id

    def refund_by_hand(self, number: str, amount: Money) -> None:
        order = self._order(number)
        decimal = Decimal(amount.decimal)
        order.payments[0].refunded += decimal
        self.server.shop.booked(order, decimal, "goodwill", [(order.payments[0].id, decimal)])

    def cancel_slowly(self, after_ms: int, *, and_fail: bool = False) -> None:
        self.server.shop.cancels_after = timedelta(milliseconds=after_ms)
        self.server.shop.cancels_fail = and_fail

    def close(self) -> None:
        self.server.__exit__()
