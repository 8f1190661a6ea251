"""Northlight's sandbox shop: customers with a past, and orders on both sides of every ceiling."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.adapters.sandbox.schema import ShopData
from connectors.contracts import Claim, Customer, Order, OrderLine, Refund, RiskFlag
from portal.money import Money

CUSTOMERS = {
    "dana": ("Dana Whitfield", False),
    "vera": ("Vera Park", True),
    "omar": ("Omar Haddad", False),
    "lena": ("Lena Fischer", False),
    "sven": ("Sven Lund", False),
    "rita": ("Rita Vale", False),
    "hugo": ("Hugo Stern", False),
    "gina": ("Gina Rossi", False),
    "theo": ("Theo Marsh", False),
    "iris": ("Iris Blum", False),
    "kofi": ("Kofi Mensah", False),
    "yuki": ("Yuki Tanaka", False),
}
"""Reference → name and whether a VIP. Rita returns serially, Hugo has a chargeback, Gina was flagged by a person."""

ORDERS = (
    # number, customer, minor units, item, days ago, status
    ("1042", "dana", 14_200, "Storm jacket, size M", 9, "fulfilled"),
    ("1043", "dana", 4_999, "Merino base layer", 12, "fulfilled"),
    ("1050", "omar", 4_999, "Trail socks, set of five", 6, "fulfilled"),
    ("1051", "omar", 5_000, "Packable tote", 8, "fulfilled"),
    ("1052", "lena", 20_000, "Trail boot, size 39", 10, "fulfilled"),
    ("1053", "lena", 20_001, "Down vest, size S", 11, "fulfilled"),
    ("1054", "sven", 3_900, "Headlamp", 400, "fulfilled"),
    ("1055", "vera", 9_999, "Rain shell", 7, "fulfilled"),
    ("1056", "vera", 40_001, "Expedition tent", 7, "fulfilled"),
    ("1060", "rita", 2_500, "Bottle", 3, "fulfilled"),
    ("1061", "hugo", 2_900, "Cap", 4, "fulfilled"),
    ("1062", "gina", 3_100, "Gloves", 5, "fulfilled"),
    ("1063", "theo", 2_800, "Camp mug, set of two", 1, "open"),
    ("1064", "theo", 4_500, "Sleeping mat", 2, "open"),
    ("1065", "iris", 6_400, "Fleece, size L", 14, "fulfilled"),
    ("1066", "kofi", 3_300, "Dry bag", 6, "fulfilled"),
    ("1067", "kofi", 3_600, "Stove", 20, "fulfilled"),
    ("1068", "yuki", 4_100, "Trekking poles", 9, "fulfilled"),
)


def email_of(ref: str) -> str:
    """Return a customer's address."""
    return f"{ref}@customers.example"


def shop_data(now: datetime) -> ShopData:
    """Return the whole shop as of `now`; the same every time, but for the dates."""
    usd = "USD"
    orders = [_order(now, *row) for row in ORDERS]
    past = [_order(now, f"09{n:02}", "rita", 2_000 + n * 100, "Bottle", 150 - n * 20, "fulfilled") for n in range(6)]
    refunds = tuple(
        Refund(f"refund-past-{n}", order.id, order.total, now - timedelta(days=140 - n * 20), "returned")
        for n, order in enumerate(past)
    )
    return ShopData(
        currency=usd,
        customers=tuple(
            Customer(ref, email_of(ref), name, is_vip, now - timedelta(days=700))
            for ref, (name, is_vip) in CUSTOMERS.items()
        ),
        orders=(*orders, *(_refunded(order) for order in past)),
        claims=tuple(
            Claim(
                f"claim-{n}", order.id, "return" if n % 2 else "damage", now - timedelta(days=140 - n * 20), "as before"
            )
            for n, order in enumerate(past)
        ),
        refunds=refunds,
        risk_flags={
            "hugo": (RiskFlag("chargeback", "high", now - timedelta(days=20), "chargeback on an earlier order"),)
        },
    )


def _order(now: datetime, number: str, ref: str, minor: int, item: str, days: int, status: str) -> Order:
    money = Money(minor, "USD")
    return Order(
        id=f"gid-order-{number}",
        number=number,
        customer_ref=ref,
        placed_at=now - timedelta(days=days),
        status=status,  # type: ignore[arg-type]
        total=money,
        paid=money,
        refunded=Money(0, "USD"),
        lines=(OrderLine(f"line-{number}", f"SKU-{number}", item, 1, money),),
    )


def _refunded(order: Order) -> Order:
    from dataclasses import replace

    return replace(order, refunded=order.total)
