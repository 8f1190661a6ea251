"""The text of an answer is made from its rows alone: nothing is invented, a cut is said first (Q12)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contracts import CutCell, Result, ResultColumn
from questions.answer_text import EMPTY, sentence_for


def result(rows, *columns: tuple[str, str], **flags: bool) -> Result:
    return Result(tuple(ResultColumn(name, kind, kind) for name, kind in columns), tuple(rows), **flags)


@pytest.mark.requirement("Q12", part="templates")
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (result([], ("n", "integer")), EMPTY),
        (result([(1204,)], ("orders", "integer")), "Orders: 1,204."),
        (result([("171032.00",)], ("revenue", "decimal")), "Revenue: 171,032.00."),
        (result([("-0.50",)], ("change", "decimal")), "Change: -0.50."),
        (result([(None,)], ("revenue", "decimal")), "Revenue: nothing; the database returned an empty value."),
        (result([(20261,)], ("order_id", "integer")), "Order id: 20261."),
        (result([("a", 1)], ("name", "text"), ("sold", "integer")), "One row: Name a; Sold 1."),
        (result([("a",), ("b",)], ("name", "text")), "2 rows. Name: a, b."),
        (
            result([("a", 1), ("b", 2)], ("name", "text"), ("sold", "integer")),
            "2 rows. First: a (sold 1). Then: b (sold 2).",
        ),
        (result([("1e400",)], ("n", "float")), "N: 1e400."),
        (result([("NaN",)], ("n", "float")), "N: NaN."),
        (result([("12345678901234567890",)], ("n", "integer")), "N: 12,345,678,901,234,567,890."),
    ],
)
def test_the_sentence_says_what_the_rows_say(made: Result, said: str) -> None:
    assert sentence_for(made) == said


@pytest.mark.requirement("Q12", part="a cut answer never states a total")
def test_a_cut_answer_says_so_first_and_states_no_total() -> None:
    said = sentence_for(result([(i,) for i in range(20)], ("n", "integer"), rows_cut=True))
    assert said.startswith("This is only a part: the first 20 rows are shown and there are more.")
    assert not re.search(r"\b(total|all|exactly|maximum|20 rows\.)", said)
    long = sentence_for(result([("x" * 500,)], ("body", "text"), bytes_cut=True, cut_cells=(CutCell(0, 0),)))
    assert long.startswith("This is only a part: long values are cut.")


cells = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.decimals().map(str))
kinds = st.sampled_from(["integer", "decimal", "float", "text", "other", "boolean", "date"])


@pytest.mark.requirement("Q12", part="no number of its own")
@given(st.lists(st.tuples(cells, cells), max_size=22), kinds, kinds, st.booleans(), st.booleans())
def test_every_figure_in_the_sentence_stands_in_the_rows(rows, one, two, rows_cut, bytes_cut) -> None:
    made = result(rows, ("alpha", one), ("beta", two), rows_cut=rows_cut, bytes_cut=bytes_cut)
    said = sentence_for(made)
    held = "".join(re.findall(r"\d", " ".join(str(value) for row in rows for value in row)))
    held += str(len(rows))
    for figure in re.findall(r"[0-9][0-9,]*", said):
        assert figure.replace(",", "") in held
    if rows_cut and rows:
        assert said.startswith("This is only a part")
