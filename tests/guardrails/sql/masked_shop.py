"""A small shop on real engines, twice: as it is, and as somebody under rules should find it.

The second is made in Python, value by value, and knows nothing of the guard: what the guard answers on the first is
compared with what the engine answers on the second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb
import psycopg

from connectors.contracts import Column, Schema, Table
from guardrails.sql import GuardPolicy, decide
from guardrails.sql.policy import Mask, RowFilter
from tests.questions_lab import superuser

USERS = (
    (1, "Maja Lind", "maja.lind@canary.example", "EU", "1990-05-17", 1111),
    (2, "Bo", "bo@x.io", "EU", "1985-01-01", 2222),
    (3, None, None, "EU", None, None),
    (4, "Canary Rowe", "rowe@secret.example", "US", "1979-12-31", 4444),
    (5, "Zoe", "zoe.canary@hidden.example", None, "2001-07-07", 5555),
    (6, "A", "a@b", "EU", "2001-02-03", 1111),
)
ORDERS = (
    (1, 1, 10, "EU"),
    (2, 1, 20, "US"),
    (3, 2, 30, "EU"),
    (4, 4, 40, "US"),
    (5, 6, 500, "EU"),
    (6, None, 60, None),
)
COLUMNS = {"users": "id name email region born pin", "orders": "id user_id total region"}
TYPES = {"users": "integer text text text date integer", "orders": "integer integer integer text"}

MASKS = (Mask("users", "name", "first1"), Mask("users", "email", "last4"), Mask("users", "born", "year"),
         Mask("users", "pin", "null"))  # fmt: skip
FILTERS = (RowFilter("users", "region = 'EU'"), RowFilter("orders", "total < {{user.id}}", (("user.id", "100"),)))
POLICY = GuardPolicy(limit=2_000, masks=MASKS, filters=FILTERS)
OPEN = GuardPolicy(limit=2_000)


def first1(value: str | None) -> str | None:
    return value if value is None else (value[0] + "***" if len(value) >= 2 else "***")


def last4(value: str | None) -> str | None:
    return value if value is None else ("****" + value[-4:] if len(value) >= 8 else "****")


def year(value: str | None) -> str | None:
    return value if value is None else value[:4] + "-01-01"


def as_ruled() -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that are left, as the masks leave them."""
    users = [(i, first1(n), last4(e), r, year(b), None) for i, n, e, r, b, _ in USERS if r == "EU"]
    return {"users": users, "orders": [row for row in ORDERS if row[2] < 100]}


def as_it_is() -> dict[str, list[tuple[Any, ...]]]:
    return {"users": list(USERS), "orders": list(ORDERS)}


def schema_of(name: str) -> Schema:
    return Schema(
        tuple(Table(name, table, tuple(map(Column, COLUMNS[table].split(), TYPES[table].split()))) for table in COLUMNS)
    )


@dataclass(frozen=True)
class Engine:
    """One engine with both shops: `ask` runs a statement in the one (False) or the other (True)."""

    dialect: str
    schema: Schema
    ask: Callable[[str, bool], list[tuple[Any, ...]]]

    def through_the_guard(self, sql: str, policy: GuardPolicy = POLICY) -> Any:
        """Return the answer of the shop as it is, under the rules; or that it is refused or fails."""
        decision = decide(sql, self.dialect, self.schema, self._fitting(policy))
        return self._outcome(decision.sql, False) if decision.passes else [reason.code for reason in decision.reasons]

    def on_the_ruled_shop(self, sql: str) -> Any:
        """Return the answer of the shop under rules, with no rule in the guard."""
        decision = decide(sql, self.dialect, self.schema, OPEN)
        assert decision.passes, decision.reasons
        return self._outcome(decision.sql, True)

    def _fitting(self, policy: GuardPolicy) -> GuardPolicy:
        """Bind a number as each engine compares it: SQLite holds a text for greater than every number."""
        if self.dialect == "postgres":
            return policy
        rules = tuple(
            RowFilter(each.table, each.condition.replace("{{user.id}}", "CAST({{user.id}} AS INTEGER)"), each.values)
            for each in policy.filters
        )
        return replace(policy, filters=rules)

    def _outcome(self, sql: str, is_ruled: bool) -> Any:
        try:
            rows = self.ask(sql, is_ruled)
        except (sqlite3.Error, duckdb.Error, psycopg.Error) as error:
            return type(error).__name__
        return sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(_plain(each) for each in value.values())
    return value.isoformat()[:10] if isinstance(value, date | datetime) else value


def _fill(execute: Callable[..., Any], rows: dict[str, list[tuple[Any, ...]]], sign: str) -> None:
    for table, columns in COLUMNS.items():
        made = ", ".join(map(" ".join, zip(columns.split(), TYPES[table].split(), strict=True)))
        execute(f"CREATE TABLE {table} ({made})")
        for row in rows[table]:
            execute(f"INSERT INTO {table} VALUES ({', '.join([sign] * len(row))})", row)


def sqlite_engine() -> Engine:
    shops = {is_ruled: sqlite3.connect(":memory:") for is_ruled in (False, True)}
    for is_ruled, shop in shops.items():
        _fill(shop.execute, as_ruled() if is_ruled else as_it_is(), "?")
    return Engine("sqlite", schema_of(""), lambda sql, is_ruled: shops[is_ruled].execute(sql).fetchall())


def duckdb_engine() -> Engine:
    shops = {is_ruled: duckdb.connect(":memory:") for is_ruled in (False, True)}
    for is_ruled, shop in shops.items():
        _fill(shop.execute, as_ruled() if is_ruled else as_it_is(), "?")
    return Engine("duckdb", schema_of("main"), lambda sql, is_ruled: shops[is_ruled].execute(sql).fetchall())


def postgres_engine() -> tuple[Engine, Callable[[], None]]:
    """Both shops as temporary schemas of the test server's own database; the second value takes them away."""
    shops = {is_ruled: psycopg.connect(superuser(), autocommit=True) for is_ruled in (False, True)}
    for is_ruled, shop in shops.items():
        name = f"shop_{shop.info.backend_pid}"
        shop.execute(f"CREATE SCHEMA {name}")  # type: ignore[arg-type]
        shop.execute(f"SET search_path = {name}")  # type: ignore[arg-type]
        _fill(shop.execute, as_ruled() if is_ruled else as_it_is(), "%s")
    names = {is_ruled: f"shop_{shop.info.backend_pid}" for is_ruled, shop in shops.items()}

    def ask(sql: str, is_ruled: bool) -> list[tuple[Any, ...]]:
        return shops[is_ruled].execute(sql.replace("the_schema", names[is_ruled])).fetchall()  # type: ignore[arg-type]

    def close() -> None:
        for is_ruled, shop in shops.items():
            shop.execute(f"DROP SCHEMA {names[is_ruled]} CASCADE")  # type: ignore[arg-type]
            shop.close()

    return Engine("postgres", schema_of("the_schema"), ask), close
