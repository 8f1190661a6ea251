"""The demo's data: the same every time, big enough, and related as it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from demo.policies import MACROS
from demo.rows import ORDERS, Business, Visits
from demo.shop import shop_data

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def business() -> Business:
    return Business(TODAY)


def test_two_builds_for_one_day_are_equal(business: Business) -> None:
    assert Business(TODAY).checksum() == business.checksum()
    assert Business(TODAY + timedelta(days=1)).checksum() != business.checksum()
    assert Visits(TODAY).views == Visits(TODAY).views


def test_it_has_six_related_tables_and_a_hundred_thousand_rows(business: Business) -> None:
    assert len(business.tables) >= 6
    assert business.count >= 100_000
    assert all(business.tables.values())


def test_every_reference_leads_somewhere(business: Business) -> None:
    keys = {name: {row[0] for row in rows} for name, rows in business.tables.items()}
    references = {
        ("products", 3): "categories",
        ("orders", 2): "customers",
        ("orders", 3): "campaigns",
        ("order_items", 1): "orders",
        ("order_items", 2): "products",
        ("shipments", 1): "orders",
        ("returns", 1): "order_items",
        ("returns", 2): "orders",
        ("inventory", 0): "products",
    }
    for (table, column), target in references.items():
        assert {row[column] for row in business.tables[table]} - {None} <= keys[target], (table, column)


def test_an_orders_total_is_the_sum_of_its_items_and_nothing_lies_in_the_future(business: Business) -> None:
    sums: dict[int, object] = {}
    for _, order, _, quantity, price in business.tables["order_items"]:
        sums[order] = sums.get(order, 0) + quantity * price
    assert {row[0]: row[7] for row in business.tables["orders"]} == sums
    assert len(sums) == ORDERS
    until = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC)
    for table, column in (("orders", 4), ("shipments", 4), ("shipments", 5), ("returns", 5), ("customers", 5)):
        assert all(row[column] <= until for row in business.tables[table] if row[column] is not None), (table, column)


def test_the_sandbox_shop_is_the_same_every_time_and_has_every_kind_of_customer() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert shop_data(now) == shop_data(now)
    found = shop_data(now)
    assert any(customer.is_vip for customer in found.customers)
    assert found.risk_flags
    assert found.claims
    assert found.refunds


def test_one_macro_names_a_competitor_and_one_a_telephone_number() -> None:
    from demo.policies import COMPETITOR, PHONE

    assert any(COMPETITOR in text for _, _, text in MACROS)
    assert any(PHONE in text for _, _, text in MACROS)
