"""A plan is held against what the guard saw, and against an officer's ceiling: pure decisions, with their words."""

from __future__ import annotations

import pytest

from connectors.contracts import Column, Plan, Schema, Table
from guardrails.plan import NO_CEILING, PlanCeiling, mismatch, too_expensive, unseen

SCHEMA = Schema(
    (
        Table("public", "orders", (Column("id", "int"),)),
        Table("sales", "orders", (Column("id", "int"),)),
        Table("public", "Customers", (Column("id", "int"),)),
        Table("public", "recent", (), kind="view", reads=(("hidden", "log"), ("public", "orders"))),
        Table("public", "parted", (), reads=(("public", "parted_1"),)),
        Table("", "file", ()),
    ),
    default_schema="public",
)


@pytest.mark.parametrize(
    ("seen", "relations", "strange"),
    [
        (["orders"], [("public", "orders")], ()),
        (["orders"], [("sales", "orders")], ()),
        (["public.orders"], [("sales", "orders")], ("sales.orders",)),
        (["customers"], [("public", "Customers")], ()),
        (["orders"], [], ()),
        (["recent"], [("hidden", "log"), ("public", "orders")], ()),
        (["orders"], [("hidden", "log")], ("hidden.log",)),
        (["parted"], [("public", "parted_1")], ()),
        (["orders"], [("public", "parted_1")], ("public.parted_1",)),
        ([], [("public", "orders")], ("public.orders",)),
        (["nowhere"], [("pg_catalog", "pg_authid")], ("pg_catalog.pg_authid",)),
        (["orders"], [("pg_temp_3", "orders")], ("pg_temp_3.orders",)),
        (["main.file"], [("", "file")], ()),
        (["shop.public.orders"], [("public", "orders")], ()),
    ],
)
def test_a_plan_may_read_what_the_guard_saw_and_what_stands_below_it(seen, relations, strange) -> None:
    assert unseen(relations, seen, SCHEMA) == strange


def test_a_mismatch_names_what_would_be_read() -> None:
    reason = mismatch(("hidden.log",))
    assert reason.code == "plan.relations"
    assert "`hidden.log`" in reason.message


PRODUCT = Plan(
    frozenset(),
    estimated_rows=1_200_000_000,
    cost=5e7,
    costly=("`orders` and `customers` are joined without a condition: 1.2 billion rows",),
    cartesian=(("orders", "customers"),),
)


def test_below_the_ceiling_and_without_one_or_an_estimate_nothing_is_said() -> None:
    assert too_expensive(PRODUCT, NO_CEILING) is None
    assert too_expensive(PRODUCT, PlanCeiling(1_200_000_000, 5e7)) is None
    assert too_expensive(Plan(frozenset(), cartesian=(("a", "b"),)), PlanCeiling(1, 1)) is None


@pytest.mark.parametrize("ceiling", [PlanCeiling(rows=10**8), PlanCeiling(cost=10**7), PlanCeiling(10**8, 10**7)])
def test_above_it_the_person_reads_what_makes_it_expensive_and_what_to_do(ceiling: PlanCeiling) -> None:
    reason = too_expensive(PRODUCT, ceiling)
    assert reason is not None
    assert reason.code == "plan.cost"
    assert "`orders` and `customers` are joined without a condition: 1.2 billion rows" in reason.message
    assert "join the tables on a column they share" in reason.message
    assert "raise the ceiling under Policies" in reason.message


def test_without_estimates_no_number_is_read() -> None:
    reason = too_expensive(PRODUCT, PlanCeiling(rows=10**8), shows_estimates=False)
    assert reason is not None
    assert "`orders` and `customers` are joined without a condition" in reason.message
    assert not any(char.isdigit() for char in reason.message)


def test_a_stricter_ceiling_never_lets_more_through() -> None:
    for rows in (None, 1, 10**6, 10**9, 10**12):
        for stricter in (1, 10**6):
            if rows is None or stricter <= rows:
                loose, strict = too_expensive(PRODUCT, PlanCeiling(rows)), too_expensive(PRODUCT, PlanCeiling(stricter))
                assert strict is not None or loose is None
