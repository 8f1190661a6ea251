"""No bulk export by small steps: a table read window by window uses up the day's budget and raises a signal (Q04)."""

from __future__ import annotations

import pytest

from guardrails.models import QuestionPolicy
from guardrails.sql.window import window_of
from portal import change
from questions import walking
from questions.models import AnswerBudget, QuestionState
from tests.connectors.doors import events
from tests.questions_lab import Lab


def signals(lab: Lab) -> list[dict]:
    with lab.cast.ada.inside():
        return [{**event.data, "rows": event.rows} for event in events("question.walked")]


def read(lab: Lab, statements: list[str]) -> list[str]:
    return [lab.run_sql(lab.cast.paul, sql).state for sql in statements]


BY_OFFSET = [f"SELECT id, total FROM orders ORDER BY id LIMIT 20 OFFSET {20 * i}" for i in range(6)]
BY_KEY = [f"SELECT id, total FROM orders WHERE id > {20 * i} AND id <= {20 * i + 20}" for i in range(6)]
BY_LIST = [f"SELECT id FROM orders WHERE id IN ({', '.join(str(20 * i + n) for n in range(20))})" for i in range(1, 7)]
INTO_ONE_CELL = [
    f"SELECT string_agg(name, ',') AS names FROM customers WHERE id BETWEEN {i} AND {i + 300}" for i in range(-6, 0)
]
COUNTED = [f"SELECT count(*) AS n, sum(total) AS t FROM orders WHERE id > {i}" for i in range(8)]
GROUPED = [f"SELECT customer_id, count(*) AS n FROM orders WHERE id > {i} GROUP BY customer_id" for i in range(8)]
ONE_BY_ONE = [f"SELECT id FROM orders WHERE customer_id = {i}" for i in range(1, 9)]
THE_SAME = ["SELECT id FROM orders WHERE id > 20 ORDER BY id"] * 8


@pytest.mark.requirement("Q04", part="walking raises a signal")
@pytest.mark.parametrize(
    ("statements", "kind", "table"),
    [(BY_OFFSET, "offset", "orders"), (BY_KEY, "range", "orders"), (BY_LIST, "range", "orders")],
    ids=["offset", "key ranges", "lists of keys"],
)
def test_the_fifth_window_of_a_table_is_told_of_once(lab: Lab, statements: list[str], kind: str, table: str) -> None:
    assert set(read(lab, statements[:4])) == {QuestionState.ANSWERED}
    assert signals(lab) == []
    read(lab, statements[4:])
    (told,) = signals(lab)
    assert (told["table"], told["kind"], told["windows"]) == (table, kind, walking.WALK)
    assert told["rows"] >= 90
    assert told["since"]


def test_rows_collected_into_one_cell_are_a_window_too(lab: Lab) -> None:
    read(lab, INTO_ONE_CELL)
    assert [told["kind"] for told in signals(lab)] == ["range"]


@pytest.mark.parametrize(
    "statements", [COUNTED, GROUPED, ONE_BY_ONE, THE_SAME], ids=["counted", "grouped", "looked up", "the same again"]
)
def test_ordinary_questions_are_no_walk(lab: Lab, statements: list[str]) -> None:
    assert QuestionState.ANSWERED in read(lab, statements)
    assert signals(lab) == []


@pytest.mark.requirement("Q04", part="walking uses up the day's budget")
def test_walking_uses_up_the_budget_and_is_told_again_when_it_has_doubled(lab: Lab) -> None:
    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        policy.rows_per_day = 200
        change.apply(policy)
    states = read(lab, [f"SELECT id FROM orders ORDER BY id LIMIT 20 OFFSET {20 * i}" for i in range(12)])
    assert states == [QuestionState.ANSWERED] * 10 + [QuestionState.REFUSED] * 2
    assert [told["windows"] for told in signals(lab)] == [5, 10]
    with lab.cast.ada.inside():
        counter = AnswerBudget.objects.get()
        assert counter.used_rows == 200
        assert "orders" not in str(counter.walks), "only digests are kept"


def test_control_without_looking_the_walk_is_silent(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "look", lambda *_: None)
    read(lab, BY_OFFSET)
    assert signals(lab) == []


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite", "duckdb"])
def test_windows_of_one_shape_differ_in_their_place_alone(dialect: str) -> None:
    first, second = (window_of(f"SELECT a FROM t ORDER BY a LIMIT 20 OFFSET {n}", dialect) for n in (20, 40))
    assert first is not None
    assert second is not None
    assert (first.shape, first.table, first.kind) == (second.shape, second.table, second.kind)
    assert first.place != second.place
    other = window_of("SELECT b FROM t ORDER BY a LIMIT 20 OFFSET 20", dialect)
    assert other is not None
    assert other.shape != first.shape
    nested = "SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 20 OFFSET 60) AS x LIMIT 21"
    assert window_of(nested, dialect) is not None


@pytest.mark.parametrize(
    "sql", ["", "SELECT", "SELECT 1 WHERE 1 > 0", "DROP TABLE t", "x" * 30_000, "SELECT count(*) FROM t"]
)
def test_what_is_no_window_is_none_and_nothing_raises(sql: str) -> None:
    assert window_of(sql, "postgres") is None
    assert window_of(sql, "no such dialect") is None
