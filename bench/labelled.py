# ruff: noqa: E501 - statements stand on one line, as in the demo's tables
"""A labelled set of answers: generated databases, questions, and SQL that is right or wrong in a typical way.

Everything comes from a fixed seed. Whether a statement is right is not said by who made it: it is run on SQLite, and
its rows are compared with those of the intended statement.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.contracts import Column, ForeignKey, Result, ResultColumn, Schema, Table

SEED = 20261123
ROWS = 20


@dataclass(frozen=True, slots=True)
class Domain:
    """A small business: a parent and its children, each with words and figures. The last of `words` is a synonym."""

    parent: str
    child: str
    parent_kind: tuple[str, tuple[str, ...]]
    parent_figure: str
    child_kind: tuple[str, tuple[str, ...]]
    other_kind: tuple[str, tuple[str, ...]]
    figures: tuple[str, str]
    day: str
    synonym: str

    @property
    def key(self) -> str:
        return f"{self.parent}_id"


DOMAINS = (
    Domain("customer", "order", ("country", ("Norway", "Chile", "Japan")), "credit", ("status", ("open", "shipped", "cancelled")), ("channel", ("web", "store", "phone")), ("amount", "discount"), "placed_on", "sales"),
    Domain("doctor", "visit", ("specialty", ("Cardiology", "Surgery", "Pediatrics")), "salary", ("outcome", ("healed", "referred", "open")), ("ward", ("North", "South", "East")), ("fee", "duration"), "visited_on", "charges"),
    Domain("author", "book", ("language", ("English", "Spanish", "Polish")), "advance", ("genre", ("crime", "poetry", "history")), ("format", ("paper", "audio", "digital")), ("price", "pages"), "published_on", "cost"),
    Domain("teacher", "course", ("faculty", ("Law", "Physics", "Arts")), "stipend", ("level", ("beginner", "advanced", "master")), ("mode", ("online", "campus", "evening")), ("credits", "seats"), "starts_on", "points"),
    Domain("warehouse", "parcel", ("region", ("Alps", "Coast", "Plains")), "rent", ("carrier", ("Posten", "Hermes", "Bring")), ("size", ("small", "medium", "large")), ("weight", "postage"), "sent_on", "heaviness"),
    Domain("site", "reading", ("operator", ("Volta", "Ampere", "Ohm")), "capacity", ("meter", ("gas", "power", "water")), ("quality", ("good", "estimated", "broken")), ("usage", "pressure"), "read_on", "consumption"),
    Domain("singer", "concert", ("agency", ("Lyra", "Opus", "Canto")), "retainer", ("venue", ("arena", "club", "church")), ("season", ("spring", "summer", "winter")), ("takings", "audience"), "held_on", "income"),
    Domain("farm", "harvest", ("county", ("Devon", "Kent", "Essex")), "acreage", ("crop", ("wheat", "barley", "oats")), ("method", ("organic", "conventional", "mixed")), ("tonnage", "moisture"), "cut_on", "yield"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A question, a statement somebody could have written for it, what came back, and whether that is right."""

    domain: int
    question: str
    sql: str
    slip: str
    result: Result
    is_right: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the statement that answers it, and others: (what slipped, statement). No slip: said another way."""

    question: str
    gold: str
    others: tuple[tuple[str, str], ...]
    is_ordered: bool = False


def schema_of(domain: Domain) -> Schema:
    """Return what an adapter's `describe` would say of the domain's database."""
    parent = ("id", "name", domain.parent_kind[0], domain.parent_figure)
    child = ("id", domain.key, domain.child_kind[0], domain.other_kind[0], *domain.figures, domain.day)
    numbers = {"id", domain.key, domain.parent_figure, *domain.figures}

    def table(name: str, columns: tuple[str, ...], keys: tuple[ForeignKey, ...] = ()) -> Table:
        made = tuple(Column(c, "INTEGER" if c in numbers else "TEXT", is_key=c == "id") for c in columns)
        return Table("", name, made, foreign_keys=keys)

    key = ForeignKey((domain.key,), "", f"{domain.parent}s", ("id",))
    return Schema((table(f"{domain.parent}s", parent), table(f"{domain.child}s", child, (key,))), "sqlite", "")


def fill(domain: Domain, chance: random.Random) -> sqlite3.Connection:
    """Return the domain's database in memory, with parents that have no child and children that repeat."""
    base = sqlite3.connect(":memory:")
    for table in schema_of(domain).tables:
        base.execute(f"CREATE TABLE {table.name} ({', '.join(f'{c.name} {c.type}' for c in table.columns)})")
    parents, children = 30, 260
    for number in range(1, parents + 1):
        row = (
            number,
            f"{domain.parent.title()} {number}",
            chance.choice(domain.parent_kind[1]),
            chance.randrange(100, 900),
        )
        base.execute(f"INSERT INTO {domain.parent}s VALUES (?, ?, ?, ?)", row)
    for number in range(1, children + 1):
        day = f"{chance.choice((2024, 2025, 2026))}-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}"
        kinds = (chance.choice(domain.child_kind[1]), chance.choice(domain.other_kind[1]))
        row = (number, chance.randrange(1, parents - 3), *kinds, chance.randrange(5, 500), chance.randrange(1, 90), day)
        base.execute(f"INSERT INTO {domain.child}s VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return base


def asked_of(domain: Domain, chance: random.Random) -> Iterator[Asked]:
    """Yield questions over a domain, each with its statement and the typical slips."""
    for _ in range(2):
        yield from _counts(domain, chance)
        yield from _figures(domain, chance)
        yield from _joins(domain, chance)


def _year(domain: Domain, year: int, alias: str = "") -> str:
    return f"{alias}{domain.day} >= '{year}-01-01' AND {alias}{domain.day} < '{year + 1}-01-01'"


def _counts(d: Domain, chance: random.Random) -> Iterator[Asked]:
    kind, values = d.child_kind
    value, wrong = chance.sample(values, 2)
    c, p = f"{d.child}s", f"{d.parent}s"
    where = f"{kind} = '{value}'"
    yield Asked(
        f"How many {c} have the {kind} {value}?",
        f"SELECT count(*) FROM {c} WHERE {where}",
        (
            ("", f"SELECT count(x.id) AS n FROM {c} AS x WHERE x.{where}"),
            ("no filter", f"SELECT count(*) FROM {c}"),
            ("other value", f"SELECT count(*) FROM {c} WHERE {kind} = '{wrong}'"),
            ("other figure", f"SELECT sum({d.figures[0]}) FROM {c} WHERE {where}"),
            (
                "one filter more",
                f"SELECT count(*) FROM {c} WHERE {where} AND {d.other_kind[0]} = '{d.other_kind[1][0]}'",
            ),
            ("fan-out", f"SELECT count(*) FROM {c}, {p} WHERE {where}"),
        ),
    )
    yield Asked(
        f"How many different {p} have {c} with {kind} {value}?",
        f"SELECT count(DISTINCT {d.key}) FROM {c} WHERE {where}",
        (
            ("", f"SELECT count(*) FROM {p} WHERE id IN (SELECT {d.key} FROM {c} WHERE {where})"),
            ("not distinct", f"SELECT count({d.key}) FROM {c} WHERE {where}"),
            ("no filter", f"SELECT count(DISTINCT {d.key}) FROM {c}"),
            ("other key", f"SELECT count(DISTINCT x.id) FROM {p} x JOIN {c} y ON x.id = y.id WHERE y.{where}"),
        ),
    )
    year = chance.choice((2024, 2025))
    yield Asked(
        f"How many {c} were there in {year} by {d.other_kind[0]}?",
        f"SELECT {d.other_kind[0]}, count(*) FROM {c} WHERE {_year(d, year)} GROUP BY {d.other_kind[0]}",
        (
            ("", f"SELECT {d.other_kind[0]}, count(*) FROM {c} WHERE substr({d.day}, 1, 4) = '{year}' GROUP BY 1 ORDER BY 1"),
            ("no period", f"SELECT {d.other_kind[0]}, count(*) FROM {c} GROUP BY {d.other_kind[0]}"),
            ("other period", f"SELECT {d.other_kind[0]}, count(*) FROM {c} WHERE {_year(d, year + 1)} GROUP BY 1"),
            ("half a period", f"SELECT {d.other_kind[0]}, count(*) FROM {c} WHERE {d.day} >= '{year}-01-01' GROUP BY {d.other_kind[0]}"),
            ("other grouping", f"SELECT {kind}, count(*) FROM {c} WHERE {_year(d, year)} GROUP BY {kind}"),
            ("no grouping", f"SELECT count(*) FROM {c} WHERE {_year(d, year)}"),
        ),
    )  # fmt: skip


def _figures(d: Domain, chance: random.Random) -> Iterator[Asked]:
    kind, values = d.child_kind
    value, c = chance.choice(values), f"{d.child}s"
    figure, other = d.figures
    said = chance.choice((figure, figure, d.synonym))
    yield Asked(
        f"What is the average {said} of {c} by {kind}?",
        f"SELECT {kind}, avg({figure}) FROM {c} GROUP BY {kind}",
        (
            ("", f"SELECT {kind}, sum({figure}) * 1.0 / count(*) FROM {c} GROUP BY {kind}"),
            ("", f"WITH x AS (SELECT * FROM {c}) SELECT x.{kind}, avg(x.{figure}) AS mean FROM x GROUP BY x.{kind}"),
            ("other figure", f"SELECT {kind}, sum({figure}) FROM {c} GROUP BY {kind}"),
            ("other column", f"SELECT {kind}, avg({other}) FROM {c} GROUP BY {kind}"),
            ("other grouping", f"SELECT {d.other_kind[0]}, avg({figure}) FROM {c} GROUP BY {d.other_kind[0]}"),
            ("no grouping", f"SELECT avg({figure}) FROM {c}"),
        ),
    )
    least = chance.randrange(150, 400)
    yield Asked(
        f"What is the total {said} of {c} with {kind} {value} and a {other} above {least % 60}?",
        f"SELECT sum({figure}) FROM {c} WHERE {kind} = '{value}' AND {other} > {least % 60}",
        (
            ("", f"SELECT total FROM (SELECT sum({figure}) AS total FROM {c} WHERE {kind} = '{value}' AND {other} > {least % 60}) t"),
            ("at least", f"SELECT sum({figure}) FROM {c} WHERE {kind} = '{value}' AND {other} >= {least % 60}"),
            ("below", f"SELECT sum({figure}) FROM {c} WHERE {kind} = '{value}' AND {other} < {least % 60}"),
            ("or", f"SELECT sum({figure}) FROM {c} WHERE {kind} = '{value}' OR {other} > {least % 60}"),
            ("other column", f"SELECT sum({other}) FROM {c} WHERE {kind} = '{value}' AND {other} > {least % 60}"),
            ("a filter less", f"SELECT sum({figure}) FROM {c} WHERE {kind} = '{value}'"),
        ),
    )  # fmt: skip
    yield Asked(
        f"What is the highest {said} of any {d.child} with {kind} {value}?",
        f"SELECT max({figure}) FROM {c} WHERE {kind} = '{value}'",
        (
            ("", f"SELECT {figure} FROM {c} WHERE {kind} = '{value}' ORDER BY {figure} DESC LIMIT 1"),
            ("the lowest", f"SELECT min({figure}) FROM {c} WHERE {kind} = '{value}'"),
            ("no filter", f"SELECT max({figure}) FROM {c}"),
            ("other column", f"SELECT max({other}) FROM {c} WHERE {kind} = '{value}'"),
            ("other case", f"SELECT max({figure}) FROM {c} WHERE {kind} = '{value.upper()}x'"),
        ),
    )


def _joins(d: Domain, chance: random.Random) -> Iterator[Asked]:
    (kind, values), (own, owned) = d.parent_kind, d.child_kind
    value, c, p, figure = chance.choice(values), f"{d.child}s", f"{d.parent}s", d.figures[0]
    on = f"x.id = y.{d.key}"
    yield Asked(
        f"What is the total {figure} of {c} by {kind} of the {d.parent}?",
        f"SELECT x.{kind}, sum(y.{figure}) FROM {p} x JOIN {c} y ON {on} GROUP BY x.{kind}",
        (
            ("", f"SELECT x.{kind}, sum(y.{figure}) AS total FROM {c} y, {p} x WHERE {on} GROUP BY 1 ORDER BY 2"),
            ("no condition", f"SELECT x.{kind}, sum(y.{figure}) FROM {p} x JOIN {c} y GROUP BY x.{kind}"),
            ("other key", f"SELECT x.{kind}, sum(y.{figure}) FROM {p} x JOIN {c} y ON x.id = y.id GROUP BY x.{kind}"),
            ("other figure", f"SELECT x.{kind}, avg(y.{figure}) FROM {p} x JOIN {c} y ON {on} GROUP BY x.{kind}"),
            ("other grouping", f"SELECT y.{own}, sum(y.{figure}) FROM {p} x JOIN {c} y ON {on} GROUP BY y.{own}"),
        ),
    )
    number = chance.choice((3, 5, 7))
    head = f"SELECT x.name, sum(y.{figure}) AS total FROM {p} x JOIN {c} y"
    yield Asked(
        f"Top {number} {p} by total {figure}",
        f"{head} ON {on} GROUP BY x.id, x.name ORDER BY total DESC LIMIT {number}",
        (
            ("", f"{head} ON {on} GROUP BY x.id, x.name ORDER BY 2 DESC, x.name LIMIT {number}"),
            ("smallest first", f"{head} ON {on} GROUP BY x.id, x.name ORDER BY total LIMIT {number}"),
            ("other number", f"{head} ON {on} GROUP BY x.id, x.name ORDER BY total DESC LIMIT 10"),
            ("not sorted", f"{head} ON {on} GROUP BY x.id, x.name LIMIT {number}"),
            ("other key", f"{head} ON x.id = y.id GROUP BY x.id, x.name ORDER BY total DESC LIMIT {number}"),
            ("of parents", f"SELECT name, {d.parent_figure} FROM {p} ORDER BY {d.parent_figure} DESC LIMIT {number}"),
        ),
        is_ordered=True,
    )
    some = chance.choice(owned)
    yield Asked(
        f"What is the total {d.parent_figure} of {p} that have {c} with {own} {some}?",
        f"SELECT sum({d.parent_figure}) FROM {p} WHERE id IN (SELECT {d.key} FROM {c} WHERE {own} = '{some}')",
        (
            ("", f"SELECT sum(x.{d.parent_figure}) FROM {p} x WHERE EXISTS (SELECT 1 FROM {c} y WHERE {on} AND y.{own} = '{some}')"),
            ("fan-out", f"SELECT sum(x.{d.parent_figure}) FROM {p} x JOIN {c} y ON {on} WHERE y.{own} = '{some}'"),
            ("no filter", f"SELECT sum({d.parent_figure}) FROM {p}"),
            ("other column", f"SELECT sum(y.{figure}) FROM {p} x JOIN {c} y ON {on} WHERE y.{own} = '{some}'"),
        ),
    )  # fmt: skip
    yield Asked(
        f"Which {p} with {kind} {value} have no {c}?",
        f"SELECT name FROM {p} WHERE {kind} = '{value}' AND id NOT IN (SELECT {d.key} FROM {c})",
        (
            ("", f"SELECT x.name FROM {p} x LEFT JOIN {c} y ON {on} WHERE x.{kind} = '{value}' AND y.id IS NULL"),
            ("inner join", f"SELECT x.name FROM {p} x JOIN {c} y ON {on} WHERE x.{kind} = '{value}' AND y.id IS NULL"),
            ("no filter", f"SELECT name FROM {p} WHERE id NOT IN (SELECT {d.key} FROM {c})"),
            ("with some", f"SELECT name FROM {p} WHERE {kind} = '{value}' AND id IN (SELECT {d.key} FROM {c})"),
        ),
    )


def run(base: sqlite3.Connection, sql: str) -> Result:
    """Return what the portal would show: 20 rows, and whether there were more."""
    cursor = base.execute(sql)
    rows = cursor.fetchmany(ROWS + 1)
    columns = tuple(ResultColumn(name[0], "", "other") for name in cursor.description)
    return Result(columns, tuple(rows[:ROWS]), rows_cut=len(rows) > ROWS)


def is_same(base: sqlite3.Connection, one: str, two: str, *, is_ordered: bool) -> bool:
    """Compare all rows of two statements, names of columns apart; floats as they print to nine digits."""
    found = [[tuple(_plain(v) for v in row) for row in base.execute(sql).fetchall()] for sql in (one, two)]
    if not is_ordered:
        found = [sorted(rows, key=repr) for rows in found]
    return found[0] == found[1]


def _plain(value: object) -> object:
    return f"{float(value):.9g}" if isinstance(value, int | float) else value


def cases() -> Iterator[Case]:
    """Yield the whole set, domain by domain: every way of saying it right, and every slip."""
    for number, domain in enumerate(DOMAINS):
        chance = random.Random(SEED + number)
        base = fill(domain, chance)
        for asked in asked_of(domain, chance):
            for slip, sql in (("", asked.gold), *asked.others):
                right = is_same(base, asked.gold, sql, is_ordered=asked.is_ordered)
                yield Case(number, asked.question, sql, slip, run(base, sql), right)
        base.close()
