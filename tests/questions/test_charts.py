"""An answer shows a table and, where the shape of its rows suits one, a chart (Q18)."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from questions.chart import Chart, chart_for
from tests.connectors.doors import api_as, browser_as
from tests.questions_lab import Lab

DAYS = ("2026-10-03", "2026-10-01", "2026-10-02")
MONTHS = ("2026-01", "2026-02", "2026-03")


def chart(columns: str, *rows: tuple[Any, ...], cut: Any = (), is_part: bool = False) -> Chart | None:
    """`columns` names each with its kind: `day:date orders:integer`."""
    named = [{"name": c.split(":")[0], "kind": c.split(":")[1], "type": c.split(":")[1]} for c in columns.split()]
    return chart_for(named, rows, cut, is_part=is_part)


def of(*columns: Any) -> list[tuple[Any, ...]]:
    return list(zip(*columns, strict=True))


SUITS = {
    "days are a line": ("day:date orders:integer", of(DAYS, (3, 1, 2)), "line", ["orders"]),
    "months as text are a line": ("month:text total:decimal", of(MONTHS, ("1.5", "2.5", "0")), "line", ["total"]),
    "quarters are a line": ("q:text n:integer", of(("2026-Q1", "2026-Q2", "2026-Q3"), (1, 2, 3)), "line", ["n"]),
    "years are a line": ("year:integer n:integer", of((2024, 2025, 2026), (1, 2, 3)), "line", ["n"]),
    "two points are bars": ("day:date n:integer", of(DAYS[:2], (1, 2)), "bar", ["n"]),
    "names are bars": ("city:text n:integer", of(("Oslo", "Bergen"), (3, 1)), "bar", ["n"]),
    "keys are bars": ("customer_id:integer total:decimal", of((7, 9), ("3", "1")), "bar", ["total"]),
    "a name goes before a key": ("id:integer name:text n:integer", of((1, 2), ("a", "b"), (3, 1)), "bar", ["n"]),
    "shares are bars": ("city:text share:float", of(("Oslo", "Bergen"), (0.75, 0.25)), "bar", ["share"]),
    "one scale is grouped": ("c:text in:integer out:integer", of("ab", (9, 5), (3, 1)), "bar", ["in", "out"]),
    "another scale is left out": ("c:text n:integer eur:decimal", of(("a", "b"), (1, 2), ("900", "1")), "bar", ["n"]),
    "what the rows are sorted by": ("c:text n:integer eur:float", of("abc", (7, 7, 7), (900, 800, 1)), "bar", ["eur"]),
    "two scales over time": ("d:date n:integer eur:float", of(DAYS, (1, 2, 3), (900, 1, 2)), "line", ["n", "eur"]),
    "a line for each name": (
        "d:date city:text n:integer", of(DAYS * 2, ["Oslo"] * 3 + ["Bergen"] * 3, range(6)), "line", ["Oslo", "Bergen"],
    ),
    "two names are grouped": (
        "c:text s:text n:integer", of("aabb", ("new", "old") * 2, range(4)), "bar", ["new", "old"],
    ),
    "two numbers are points": ("price:decimal sold:integer", of("12345", range(5)), "points", ["sold"]),
}  # fmt: skip
SUITS_NOT = {
    "no row": ("city:text n:integer", []),
    "one row": ("city:text n:integer", [("Oslo", 3)]),
    "one column": ("n:integer", of((1, 2, 3))),
    "nothing to measure": ("city:text mail:text", of("ab", "cd")),
    "names that repeat": ("city:text n:integer", of("aab", (1, 2, 3))),
    "days that repeat": ("day:date n:integer", of((DAYS[0],) * 3, (1, 2, 3))),
    "keys alone": ("id:integer zip:integer", of((1, 2), (3, 4))),
    "nothing but nothing": ("city:text n:integer", of("ab", (None, None))),
    "numbers that are none": ("city:text n:float", of("ab", ("NaN", "Infinity"))),
    "few points": ("price:decimal sold:integer", of("1234", range(4))),
    "documents": ("body:json n:integer", of("ab", (1, 2))),
}


@pytest.mark.requirement("Q18")
@pytest.mark.parametrize("name", SUITS)
def test_the_shape_of_the_rows_chooses_the_chart(name: str) -> None:
    columns, rows, kind, drawn = SUITS[name]
    found = chart(columns, *rows)
    assert found is not None
    assert (found.kind, [series.name for series in found.series]) == (kind, drawn)
    assert all(len(series.values) == len(series.shown) == len(found.labels) for series in found.series)


@pytest.mark.requirement("Q18")
@pytest.mark.parametrize("name", SUITS_NOT)
def test_where_no_chart_suits_there_is_none(name: str) -> None:
    columns, rows = SUITS_NOT[name]
    assert chart(columns, *rows) is None


def test_time_runs_forward_and_a_second_scale_has_its_own_axis() -> None:
    found = chart("day:date n:integer eur:decimal", *of(DAYS, (3, 1, 2), ("900", "10", "20")))
    assert found is not None
    assert found.labels == tuple(sorted(DAYS))
    assert found.series[0].values == (1, 2, 3)
    assert [series.has_own_axis for series in found.series] == [False, True]


def test_long_names_lie_down_and_short_ones_stand() -> None:
    for name, lies in (("A merino base layer", True), ("Oslo", False)):
        found = chart("product:text n:integer", (name, 3), ("b", 1))
        assert found is not None
        assert found.is_lying is lies


def test_numbers_are_shown_as_the_table_writes_them() -> None:
    found = chart("city:text total:decimal", ("Oslo", "171032.00"), ("Bergen", None), (None, "9007199254740993"))
    assert found is not None
    assert found.series[0].values == (171032.0, None, 9007199254740992.0)
    assert found.series[0].shown == ("171,032.00", "nothing", "9,007,199,254,740,993")
    assert found.labels == ("Oslo", "Bergen", "nothing")
    assert found.says == (
        "Bar chart of total by city, 3 bars; lowest 171,032.00 (Oslo), highest 9,007,199,254,740,993 (nothing)."
    )


@pytest.mark.requirement("Q18")
def test_a_cut_answer_is_drawn_as_a_part_and_names_no_highest_value() -> None:
    found = chart("city:text n:integer", ("Oslo", 3), ("Bergen", 1), is_part=True)
    assert found is not None
    assert found.is_part
    assert found.says == "Bar chart of n by city, of the first 2 rows alone: there are more."
    assert chart("city:text n:integer", ("Oslo", 3), ("Bergen", 1), cut=[[0, 0]]) is None


@pytest.mark.parametrize("cell", [None, True, "", "x", -1, 0, 1e308, "NaN", "-Infinity", "9" * 400, "\udcff", [1], {}])
@pytest.mark.parametrize("kind", ["integer", "decimal", "float", "text", "date", "timestamp", "json", "other"])
def test_no_value_breaks_the_choice(cell: Any, kind: str) -> None:
    for other in ("text", "integer", "date"):
        found = chart(f"year:{kind} b:{other}", (cell, cell), (cell, 1), (1, cell), ("2026-01-01", 2))
        assert found is None or json.dumps(found.as_json(), allow_nan=False)


@pytest.mark.requirement("Q18")
def test_page_and_api_show_the_table_and_the_chart_that_suits(lab: Lab) -> None:
    paul = lab.cast.paul
    suited = lab.run_sql(paul, "SELECT city, count(*) AS orders FROM customers GROUP BY city ORDER BY orders, city")
    shown = browser_as(paul).get(f"/questions/{suited.pk}/").content.decode()
    spec = json.loads(html.unescape(re.search(r'data-chart="([^"]+)"', shown)[1]))
    assert (spec["kind"], spec["labels"]) == ("bar", ["Tromso", "Bergen", "Oslo"])
    assert f'<canvas role="img" aria-label="{spec["says"]}">' in html.unescape(shown)
    assert 'aria-controls="as-table"' in shown
    assert shown.count("<tbody><tr>") == 1
    assert api_as(paul).get(f"/api/v1/questions/{suited.pk}/").json()["answer"]["chart"] == spec
    plain = lab.run_sql(paul, "SELECT count(*) AS orders FROM orders")
    shown = browser_as(paul).get(f"/questions/{plain.pk}/").content.decode()
    assert ("<canvas" in shown, "<table" in shown) == (False, True)
    assert api_as(paul).get(f"/api/v1/questions/{plain.pk}/").json()["answer"]["chart"] is None
