"""Confidence comes from named signals a person can read, by a documented formula (Q11)."""

from __future__ import annotations

import pytest

from questions import confidence
from questions.confidence import Signal, level_of
from questions.models import Confidence
from tests.questions_lab import Lab
from tests.servers import messages

COUNT = "SELECT count(*) AS orders FROM orders"


def names(question) -> set[str]:
    return {signal["name"] for signal in question.signals}


@pytest.mark.requirement("Q11")
def test_each_level_is_reached_and_every_signal_says_why(lab: Lab) -> None:
    lab.verify("How many orders are there?", COUNT)
    server = lab.model()
    high = lab.ask(lab.cast.paul, "How many orders are there?")
    server.script(messages.sql("SELECT max(total) AS dearest FROM orders"))
    medium = lab.ask(lab.cast.paul, "What did the dearest purchase come to?")
    assumed = {"assumptions": ["dear means total", "today is the last day"]}
    server.script(messages.sql("SELECT max(total) AS dearest FROM orders", **assumed))
    low = lab.ask(lab.cast.paul, "What did the dearest purchase come to, roughly?")
    server.script(
        messages.sql("SELECT nowhere FROM orders"), messages.sql("SELECT city FROM customers WHERE id < 0", **assumed)
    )
    uncertain = lab.ask(lab.cast.paul, "Where do ghosts live?")
    found = [question.confidence for question in (high, medium, low, uncertain)]
    assert found == ["high", "medium", "low", "uncertain"]
    assert "countersigned by Olga Berg" in high.signals[0]["sentence"]
    assert names(uncertain) >= {"repaired", "empty", "assumption"}
    for question in (high, medium, low, uncertain):
        assert all(signal["sentence"] and signal["name"] for signal in question.signals)


@pytest.mark.requirement("Q11")
@pytest.mark.parametrize(
    ("points", "ceiling", "level"),
    [
        ([45, 15], None, Confidence.HIGH),
        ([40], None, Confidence.HIGH),
        ([39], None, Confidence.MEDIUM),
        ([15], None, Confidence.MEDIUM),
        ([14], None, Confidence.LOW),
        ([-10], None, Confidence.LOW),
        ([-11], None, Confidence.UNCERTAIN),
        ([-999], None, Confidence.UNCERTAIN),
        ([45, 15], Confidence.MEDIUM, Confidence.MEDIUM),
        ([-999], Confidence.MEDIUM, Confidence.UNCERTAIN),
    ],
)
def test_the_formula_is_the_documented_one(points, ceiling, level) -> None:
    signals = [Signal("x", each, "x") for each in points]
    if ceiling:
        signals.append(Signal("c", 0, "c", ceiling))
    assert level_of(signals) == level


@pytest.mark.requirement("Q11")
def test_a_signal_against_never_raises_the_level() -> None:
    order = [level for _, level in confidence.LEVELS]
    for start in range(-60, 70, 5):
        base = [Signal("x", start, "x")]
        for points, ceiling in ((-20, Confidence.MEDIUM), (-8, None)):
            worse = [*base, Signal("against", points, "y", ceiling)]
            assert order.index(level_of(worse)) >= order.index(level_of(base))


def test_an_empty_answer_a_repeated_row_and_an_all_empty_column_are_said(lab: Lab) -> None:
    empty = lab.run_sql(lab.cast.paul, "SELECT id FROM orders WHERE id < 0")
    repeated = lab.run_sql(lab.cast.paul, "SELECT city FROM customers WHERE id < 5")
    nothing = lab.run_sql(lab.cast.paul, "SELECT id, NULL AS what FROM customers WHERE id < 5")
    assert "empty" in names(empty)
    assert "repeated_rows" in names(repeated)
    assert "all_empty_column" in names(nothing)
    assert "high" not in {empty.confidence, nothing.confidence}
