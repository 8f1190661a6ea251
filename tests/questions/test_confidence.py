"""Confidence comes from named signals a person can read, by a documented formula (Q11)."""

from __future__ import annotations

import pytest

from bench import confidence as bench
from connectors.contracts import Column, ForeignKey, Schema, Table
from guardrails.models import QuestionPolicy
from questions import confidence, signals, statement
from questions.signals import Signal
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
        ([60, 5], None, "high"),
        ([20], None, "high"),
        ([19], None, "medium"),
        ([2], None, "medium"),
        ([1], None, "low"),
        ([-9], None, "low"),
        ([-10], None, "uncertain"),
        ([-999], None, "uncertain"),
        ([60, 5], "medium", "medium"),
        ([-999], "medium", "uncertain"),
    ],
)
def test_the_formula_is_the_documented_one(points, ceiling, level) -> None:
    found = [Signal("x", each, "x") for each in points]
    if ceiling:
        found.append(Signal("c", 0, "c", ceiling))
    assert confidence.level_of(found) == level


@pytest.mark.requirement("Q11")
def test_a_signal_against_never_raises_the_level() -> None:
    order = [level for _, level in signals.LEVELS]
    for start in range(-60, 70, 5):
        base = [Signal("x", start, "x")]
        for points, ceiling in ((-20, "medium"), (-8, "")):
            worse = [*base, Signal("against", points, "y", ceiling)]
            assert order.index(signals.level_of(worse)) >= order.index(signals.level_of(base))


@pytest.mark.requirement("Q11")
def test_a_fitted_curve_says_how_often_such_answers_were_right() -> None:
    cases = [(20.0, number % 10 != 0) for number in range(200)] + [(-20.0, number % 10 == 0) for number in range(200)]
    curve = signals.fit_platt(cases)
    assert curve is not None
    assert (round(curve(20), 1), round(curve(-20), 1)) == (0.9, 0.1)
    assert signals.fit_platt([(20.0, True)] * 60) is None, "nothing was wrong: nothing can be fitted"
    assert signals.fit_platt([(-score, is_right) for score, is_right in cases]) is None, "more points are never worse"


CUSTOMERS = Table("", "customers", (Column("id", "int"), Column("city", "text"), Column("credit", "int")))
ORDERS = Table(
    "",
    "orders",
    (Column("id", "int"), Column("customer_id", "int"), Column("status", "text"), Column("total", "int")),
    foreign_keys=(ForeignKey(("customer_id",), "", "customers", ("id",)),),
)
SHOP = Schema((CUSTOMERS, ORDERS), "sqlite", "")
JOINED = "SELECT sum(o.total) FROM orders o JOIN customers c"


@pytest.mark.requirement("Q11")
@pytest.mark.parametrize(
    ("question", "sql", "against"),
    [
        ("How many orders are open?", "SELECT count(*) FROM orders WHERE status = 'open'", ""),
        ("How many orders are open?", "SELECT count(*) FROM orders WHERE status = 'shipped'", "filter_unasked"),
        ("Total of orders with status Open", "SELECT sum(total) FROM orders", "column_unread"),
        ("What is the average total of orders?", "SELECT sum(total) FROM orders", "figure_missing"),
        ("Total of orders by status", "SELECT sum(total) FROM orders", "grouping_missing"),
        ("Total of orders by status", "SELECT id, sum(total) FROM orders GROUP BY id", "grouping_other"),
        ("How many orders in Oslo?", "SELECT count(*) FROM orders", "value_missing"),
        ("How many different customers?", "SELECT count(customer_id) FROM orders", "not_distinct"),
        ("Top 3 orders by total", "SELECT id, total FROM orders ORDER BY total LIMIT 3", "order_other"),
        ("Top 3 orders by total", "SELECT id, total FROM orders ORDER BY total DESC LIMIT 5", "top_other"),
        ("Orders above 50", "SELECT id FROM orders WHERE total < 50", "other_side"),
        ("Customers with no orders", "SELECT id FROM customers WHERE id IN (SELECT id FROM orders)", "not_without"),
        ("Total of orders and customers", JOINED, "cartesian"),
        ("Total of orders of customers", f"{JOINED} ON c.id = o.id", "off_key"),
        ("Total of orders of customers", f"{JOINED} ON c.id = o.customer_id", ""),
        ("Total of orders of customers", f"{JOINED} USING (id)", "off_key"),
        (
            "Total credit of customers with orders",
            "SELECT sum(c.credit) FROM customers c, orders o WHERE c.id = o.customer_id",
            "fan_out",
        ),
    ],
)
def test_what_speaks_against_a_statement_is_named(question: str, sql: str, against: str) -> None:
    tree = statement.tree_of(sql, "sqlite")
    found = [*signals.of_reading(question, tree, SHOP), *signals.of_shape(tree, SHOP)]
    assert (against in {signal.name for signal in found}) if against else all(signal.points > 0 for signal in found)
    assert all(signal.sentence for signal in found)


@pytest.mark.requirement("Q11")
def test_high_is_right_often_enough_on_the_labelled_set() -> None:
    rows = [row for row in bench.judged() if row.is_held_out]
    high = [row.is_right for row in rows if signals.level_of(row.signals) == "high"]
    assert len(rows) > 500
    assert len(high) > 100
    assert sum(high) / len(high) >= bench.ASKED_FOR
    assert bench.auroc([row for row in rows if row.origin == "model"]) > 0.9


def test_an_empty_answer_a_repeated_row_and_an_all_empty_column_are_said(lab: Lab) -> None:
    empty = lab.run_sql(lab.cast.paul, "SELECT id FROM orders WHERE id < 0")
    repeated = lab.run_sql(lab.cast.paul, "SELECT city FROM customers WHERE id < 5")
    nothing = lab.run_sql(lab.cast.paul, "SELECT id, NULL AS what FROM customers WHERE id < 5")
    assert "empty" in names(empty)
    assert "repeated_rows" in names(repeated)
    assert "all_empty_column" in names(nothing)
    assert "high" not in {empty.confidence, nothing.confidence}


@pytest.mark.requirement("Q11")
def test_samples_are_compared_by_their_rows_and_cost_what_they_cost(lab: Lab) -> None:
    server = lab.model()
    with lab.cast.ada.inside():
        QuestionPolicy.objects.update(agreement_samples=2)
    again = "SELECT count(id) AS n FROM orders"
    server.script(messages.sql(COUNT), messages.sql(again), messages.sql("SELECT count(1) FROM orders"))
    agreed = lab.ask(lab.cast.paul, "How many orders have been made?")
    server.script(messages.sql(COUNT), messages.sql(again), messages.sql("SELECT max(id) + 7 FROM orders"))
    differed = lab.ask(lab.cast.paul, "How many orders have been made so far?")
    assert "samples_agree" in names(agreed)
    assert agreed.confidence == "high"
    assert "samples_disagree" in names(differed)
    assert differed.confidence != "high"
    assert len(agreed.ledger["calls"]) == 3
    assert agreed.cost_microusd == sum(call["cost_microusd"] for call in agreed.ledger["calls"])
