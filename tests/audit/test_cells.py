"""What a spreadsheet opens is text where text was recorded, and numbers where numbers were (A05)."""

from __future__ import annotations

import csv
import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cells import json_cell, text_cell

SIGNS = "=+-@＝＋－＠"
pytestmark = pytest.mark.requirement("A05", part="formula injection")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate the cell: its own reading, not ours."""
    stripped = cell.lstrip("".join(map(chr, range(33))) + '\u00a0\u200b\u200e\u2060\ufeff"')
    return stripped[:1] in SIGNS and stripped != ""


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\r", "\n", "\u00a0", "\ufeff", "\u200b", '"', "a,", "a;", "a; ", "a\n", 'a"']
)
def test_every_sign_in_every_place_is_neutralised(before: str, sign: str) -> None:
    cell = text_cell(f'{before}{sign}cmd|"/c calc"!A1')
    for separator in (",", ";", "\t", "\n", "\r", "|"):
        assert not any(is_formula(part) for part in cell.split(separator)), cell


def test_a_leading_tab_or_return_does_not_stand() -> None:
    assert [text_cell(f"{c}x")[0] for c in "\t\r\n"] == ["'"] * 3


@pytest.mark.parametrize(
    "text", ["", "plain", "Ada Lindqvist", "a - b", "a+b=c", "x@example.com", "2026-11-23T10:00:00+00:00", "0193-77aa"]
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert text_cell(text) == text


@pytest.mark.parametrize(
    "value", [{"a": -1.5, "b": [-2, "-2", "x;=1", '"=1', "＝1"], "=k": None, "n": "a\n=b"}, ["=1"]]
)
def test_json_stays_json_and_says_the_same(value: object) -> None:
    cell = json_cell(value)
    assert json.loads(cell) == value
    for separator in ",;|":
        parts = [part.strip() for part in cell.split(separator)]
        assert not any(p.lstrip("\"' ")[:1] in "=+@＝＋＠" and p.lstrip("\"' ") for p in parts), cell


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_survives(value: object) -> None:
    cell = json_cell(value)
    assert (json.loads(cell) if cell else value in (None, {}, [])) == (value if cell else True)


@given(st.text(alphabet=f"{SIGNS} \t\r\n\",;|'ab1\u00a0"))
def test_no_text_makes_a_formula_and_taking_the_apostrophes_off_gives_it_back(text: str) -> None:
    cell = text_cell(text)
    for separator in (",", ";", "\t", "\n", "\r", "|"):
        assert not any(is_formula(part) for part in cell.split(separator))
    assert cell.replace("'", "") == text.replace("'", "")
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_NONNUMERIC).writerow([cell])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""))) == [cell]


def test_a_long_run_of_blanks_takes_linear_time() -> None:
    started = time.perf_counter()
    text_cell("x" + "\n " * 500_000 + "y")
    assert time.perf_counter() - started < 2
