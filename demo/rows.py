"""Northlight's own business as rows: two years of orders from a fixed seed, dated back from a given day.

Pure and deterministic: the same day gives the same rows, down to the last cent. Opens nothing.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

SEED = 20_260_107
VERSION = 2
"""Raise it when the shape or the content of the rows changes: a database built before is built anew."""
DAYS = 730
CUSTOMERS = 9_000
ORDERS = 32_000

Row = tuple[Any, ...]

_CATEGORIES = {
    "Jackets": ("Storm jacket", "Rain shell", "Down vest", "Fleece"),
    "Footwear": ("Trail boot", "Approach shoe", "Camp sandal"),
    "Tents": ("Expedition tent", "Two-person tent", "Tarp"),
    "Sleeping": ("Sleeping mat", "Sleeping bag", "Liner"),
    "Packs": ("Day pack", "Trek pack", "Packable tote"),
    "Cooking": ("Stove", "Camp mug", "Cook set", "Water filter"),
    "Lighting": ("Headlamp", "Lantern"),
    "Climbing": ("Harness", "Rope", "Belay device"),
    "Accessories": ("Trail socks", "Gloves", "Cap", "Trekking poles", "Dry bag", "Bottle"),
}
_LINES = ("Classic", "Light", "Pro", "Kids")
_COUNTRIES = (("US", 52), ("CA", 13), ("GB", 11), ("DE", 9), ("SE", 6), ("FR", 5), ("NO", 4))
_CHANNELS = (("web", 58), ("app", 30), ("store", 12))
_CARRIERS = (("Polar Post", 45), ("Fjord Freight", 35), ("Swift Parcel", 20))
_REASONS = (("too small", 30), ("too large", 22), ("damaged", 20), ("not as described", 16), ("changed my mind", 12))
_WAREHOUSES = ("Reno", "Malmö")
_CAMPAIGNS = ("Spring trails", "Summer camp", "Back to the hills", "First snow", "Gift season", "Clear-out")
_CAMPAIGN_CHANNELS = ("e-mail", "search", "social")
_FIRST = ("Ada", "Ben", "Cara", "Dan", "Elin", "Finn", "Greta", "Hal", "Ines", "Jon", "Kaja", "Leo", "Maja", "Nils")
_LAST = ("Berg", "Clarke", "Dahl", "Evans", "Frost", "Gray", "Holm", "Iversen", "Jones", "Keller", "Lund", "Moen")


class Business:
    """Everything of one build, table by table in the order of their references."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._random = random.Random(SEED)
        self.tables: dict[str, list[Row]] = {}
        self.tables["categories"] = [(n, name) for n, name in enumerate(_CATEGORIES, 1)]
        self.tables["products"] = list(self._products())
        self.tables["campaigns"] = list(self._campaigns())
        self.tables["customers"] = list(self._customers())
        self._sell()
        self.tables["inventory"] = list(self._inventory())

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(len(rows) for rows in self.tables.values())

    def checksum(self) -> str:
        """Return the SHA-256 of every row in order: two builds for one day are equal."""
        digest = hashlib.sha256()
        for name, rows in self.tables.items():
            digest.update(name.encode())
            for row in rows:
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def _at(self, days_ago: float) -> datetime:
        start = datetime.combine(self.today, datetime.min.time(), tzinfo=UTC)
        return start - timedelta(seconds=round(days_ago * 86_400))

    def _pick(self, weighted: tuple[tuple[str, int], ...]) -> str:
        return self._random.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]

    def _products(self) -> Iterator[Row]:
        number = 0
        for category, names in enumerate(_CATEGORIES.values(), 1):
            for name in names:
                base = self._random.randrange(12, 240)
                for line in _LINES:
                    number += 1
                    price = Decimal(base + self._random.randrange(-8, 9)) + Decimal("0.90")
                    cost = (price * Decimal(self._random.randrange(38, 62)) / 100).quantize(Decimal("0.01"))
                    yield (
                        number,
                        f"NL-{1000 + number}",
                        f"{name} {line}",
                        category,
                        max(price, cost),
                        cost,
                        number % 17 != 0,
                    )

    def _campaigns(self) -> Iterator[Row]:
        for number in range(1, 25):
            begins = self.today - timedelta(days=DAYS - (number - 1) * 30)
            budget = Decimal(self._random.randrange(2_000, 20_000))
            name = f"{_CAMPAIGNS[number % 6]} {begins:%Y-%m}"
            yield (number, name, _CAMPAIGN_CHANNELS[number % 3], begins, begins + timedelta(days=21), budget)

    def _customers(self) -> Iterator[Row]:
        for number in range(1, CUSTOMERS + 1):
            name = f"{self._random.choice(_FIRST)} {self._random.choice(_LAST)}"
            email = f"{name.lower().replace(' ', '.')}.{number}@customers.example"
            segment = self._pick((("regular", 78), ("loyal", 17), ("vip", 5)))
            yield (number, name, email, self._pick(_COUNTRIES), segment, self._at(self._random.uniform(1, DAYS + 300)))

    def _sell(self) -> None:
        orders, items, shipments, returns = [], [], [], []
        for number in range(1, ORDERS + 1):
            # the square root lets business grow: half of all orders fall into the last seven months
            ago = DAYS * (1 - (number / (ORDERS + 1)) ** 0.5) + self._random.random()
            sold = list(self._items(number, len(items)))
            orders.append(self._order(number, ago, sold))
            items += sold
            if orders[-1][5] == "fulfilled":
                shipments.append(self._shipment(number, len(shipments), ago))
                returns += self._returned(number, len(returns), ago, sold)
        self.tables |= {"orders": orders, "order_items": items, "shipments": shipments, "returns": returns}

    def _order(self, number: int, ago: float, sold: list[Row]) -> Row:
        running = [c[0] for c in self.tables["campaigns"] if c[3] <= self._at(ago).date() <= c[4]]
        campaign = self._random.choice(running) if running and self._random.random() < 0.3 else None
        status = "open" if ago < 2.5 else ("cancelled" if self._random.random() < 0.04 else "fulfilled")
        total = sum((line[3] * line[4] for line in sold), Decimal(0))
        customer = int(self._random.triangular(1, CUSTOMERS, CUSTOMERS * 0.2))
        return (number, f"N{100_000 + number}", customer, campaign, self._at(ago), status, self._pick(_CHANNELS), total)

    def _items(self, order: int, before: int) -> Iterator[Row]:
        products = self.tables["products"]
        chosen = self._random.sample(range(len(products)), self._random.choice((1, 1, 1, 2, 2, 3)))
        for place, index in enumerate(sorted(chosen), 1):
            product = products[index]
            quantity = self._random.choice((1, 1, 1, 1, 2, 3))
            yield (before + place, order, product[0], quantity, product[4])

    def _shipment(self, order: int, before: int, ago: float) -> Row:
        sent = max(ago - self._random.uniform(0.3, 2.0), 0.05)
        arrives = sent - self._random.uniform(1.0, 7.0)
        delivered = self._at(arrives) if arrives > 0 else None
        return (before + 1, order, self._pick(_CARRIERS), self._random.choice(_WAREHOUSES), self._at(sent), delivered)

    def _returned(self, order: int, before: int, ago: float, sold: list[Row]) -> list[Row]:
        back = ago - self._random.uniform(8, 30)
        if back <= 0 or self._random.random() > 0.07:
            return []
        line = self._random.choice(sold)
        return [(before + 1, line[0], order, self._pick(_REASONS), line[3] * line[4], self._at(back))]

    def _inventory(self) -> Iterator[Row]:
        for product in self.tables["products"]:
            for warehouse in _WAREHOUSES:
                yield (product[0], warehouse, self._random.randrange(0, 180), self._random.choice((10, 20, 40)))


class Visits:
    """Web analytics: sessions of the last ninety days and the pages they looked at."""

    def __init__(self, today: date) -> None:
        chance = random.Random(SEED + 1)
        sources = (("direct", 30), ("search", 34), ("social", 16), ("newsletter", 12), ("partner", 8))
        pages = ("/", "/jackets", "/footwear", "/tents", "/sale", "/basket", "/checkout", "/help/returns")
        self.sessions: list[Row] = []
        self.views: list[Row] = []
        for number in range(1, 6_001):
            day = today - timedelta(days=int(chance.triangular(1, 90, 10)))
            source = chance.choices([name for name, _ in sources], [weight for _, weight in sources])[0]
            device = chance.choice(("phone", "phone", "phone", "computer", "computer", "tablet"))
            country = chance.choices([name for name, _ in _COUNTRIES], [weight for _, weight in _COUNTRIES])[0]
            looked = chance.randrange(1, 8)
            self.sessions.append((number, day.isoformat(), source, device, country, int(chance.random() < 0.035)))
            for place in range(1, looked + 1):
                seconds = chance.randrange(3, 240)
                self.views.append(
                    (len(self.views) + 1, number, pages[0] if place == 1 else chance.choice(pages), seconds)
                )
