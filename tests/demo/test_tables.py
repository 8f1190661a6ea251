"""The tables the story checks itself against are complete: every gate each way it can, every kind of question."""

from __future__ import annotations

import pytest

from demo.organization import OVER_POWERFUL, PRODUCTION, WEB
from demo.people import ANA, CLEO, MIA, PAUL
from demo.questions import QUESTIONS
from demo.shop import CUSTOMERS, ORDERS
from demo.ticket_story import AT_REST, GATES, differences, gates_line
from demo.tickets import DURING_THE_HALT, THE_ONE, TICKETS

DECIDES = {
    "T01": {"stop"},
    "T02": {"record"},
    "T03": {"human"},
    "T04": {"stop"},
    "T05": {"human"},
    "T06": {"human"},
    "T07": {"human", "block", "stop"},
    "T08": {"human", "block"},
    "T09": {"human", "block"},
    "T10": {"block"},
    "T11": {"human"},
    "T12": {"human", "block"},
}
"""How each gate can decide, beside letting pass; T10's unknown and gates that err are proved elsewhere."""


def test_there_are_thirty_tickets_with_names_of_their_own_from_customers_of_the_shop() -> None:
    assert len(TICKETS) >= 30
    assert len({ticket.key for ticket in TICKETS}) == len(TICKETS)
    assert {ticket.sender for ticket in TICKETS} <= set(CUSTOMERS)
    assert {ticket.state for ticket in TICKETS} <= AT_REST
    assert {THE_ONE, DURING_THE_HALT} <= {ticket.key for ticket in TICKETS}


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_decides_each_way_it_can(gate: str) -> None:
    assert {ticket.outcome for ticket in TICKETS if ticket.gate == gate} == DECIDES[gate]


def test_every_end_of_a_ticket_is_reached() -> None:
    assert {ticket.state for ticket in TICKETS} == AT_REST
    assert {ticket.disposition for ticket in TICKETS} >= {"assign", "redact"}
    assert any(not ticket.is_verified for ticket in TICKETS)


def test_no_ticket_of_the_table_moves_money_by_itself() -> None:
    """So that the one refund is the one that a person approved."""
    refundable = {number for number, *_ in ORDERS}
    for ticket in TICKETS:
        if ticket.state == "replied":
            assert "refund" not in ticket.text.lower()
            assert any(number in ticket.text for number in refundable)


def test_a_ticket_that_came_to_something_else_is_a_difference() -> None:
    """The control: the story can fail."""
    ticket = next(ticket for ticket in TICKETS if ticket.key == "at-auto")
    gate = {
        "run": 1, "position": 9, "promise": "T09", "outcome": "human", "reason": "r", "is_preview": False,
        "is_satisfied": False, "disposition": "none",
    }  # fmt: skip
    shown = {"state": "waiting", "reason": "", "gates": [gate]}
    assert differences(ticket, shown) == []
    assert differences(ticket, {**shown, "state": "blocked"})
    assert differences(ticket, {**shown, "gates": [{**gate, "promise": "T10"}]})
    assert differences(ticket, {**shown, "gates": [{**gate, "outcome": "block"}]})
    assert differences(ticket, {**shown, "gates": []})
    assert gates_line(shown).split() == ["–"] * 8 + ["◔"] + ["–"] * 3


def test_the_questions_show_everything_the_story_promises() -> None:
    assert len(QUESTIONS) >= 8
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
    assert {question.who for question in QUESTIONS} == {PAUL, ANA, MIA, CLEO}
    assert any(q.state == "unanswerable" for q in QUESTIONS)
    assert any(q.sql.startswith("DELETE") and q.state == "refused" for q in QUESTIONS)
    assert any(q.connector == OVER_POWERFUL and q.state == "refused" for q in QUESTIONS)
    assert any(q.is_cut for q in QUESTIONS)
    assert any(q.connector == PRODUCTION and q.warns and q.state == "answered" for q in QUESTIONS)
    assert any(q.who is MIA and not q.sees_sql for q in QUESTIONS)
    assert any(q.found == WEB for q in QUESTIONS)
    assert any(q.status == 400 for q in QUESTIONS)
