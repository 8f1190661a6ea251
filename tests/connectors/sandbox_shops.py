"""A small shop for the sandbox's tests: one customer, one open and one fulfilled order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.adapters.sandbox.schema import ShopData
from connectors.contracts import Address, Claim, Customer, Order, OrderLine, Refund, RiskFlag
from portal.money import Money

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def make_order(number: str, *, customer: str = "c1", paid: int = 19_600, **changes) -> Order:
    lines = (
        OrderLine("l1", "TENT-2", "Tent for two", 2, usd(4_900)),
        OrderLine("l2", "STOVE", "Stove", 1, usd(9_800)),
    )
    fields = {
        "id": f"order-{number}",
        "number": number,
        "customer_ref": customer,
        "placed_at": NOW - timedelta(days=int(number) % 90),
        "status": "open",
        "total": usd(paid),
        "paid": usd(paid),
        "refunded": usd(0),
        "lines": lines,
        "ship_to": Address("Cara Canary", "1 Pine Road", "", "Bergen", "", "5003", "NO"),
    }
    return Order(**fields | changes)


def make_shop() -> ShopData:
    return ShopData(
        currency="USD",
        customers=(
            Customer("c1", "Cara@example.com", "Cara", is_vip=True, since=NOW - timedelta(days=900)),
            Customer("c2", "twin@example.com", "Twin one"),
            Customer("c3", "TWIN@example.com", "Twin two"),
        ),
        orders=(
            make_order("1001"),
            make_order("1002", status="fulfilled"),
            make_order("1003", status="fulfilled", refunded=usd(500)),
            make_order("2001", customer="c2"),
        ),
        claims=(
            Claim("k1", "order-1002", "damage", NOW - timedelta(days=5), "torn"),
            Claim("k2", "order-1003", "return", NOW - timedelta(days=9), "too small"),
        ),
        refunds=(Refund("r0", "order-1003", usd(500), NOW - timedelta(days=8), "goodwill"),),
        risk_flags={
            "c1": (
                RiskFlag("chargeback", "high", NOW - timedelta(days=30), "one lost"),
                RiskFlag("new_card", "low", NOW - timedelta(days=2)),
            )
        },
    )
