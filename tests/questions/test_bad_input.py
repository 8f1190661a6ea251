"""Questions and SQL nobody can work on: the same sentence in page, API, MCP and terminal, and nothing half saved."""

from __future__ import annotations

import html
import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from questions.models import Question
from tests.clients import browser, program
from tests.questions.test_mcp import Caller
from tests.questions_lab import Lab

DOORS = ("page", "api", "mcp", "terminal")
EMPTY_QUESTION = "question: it is empty; write it in 1 to 2,000 characters"
EMPTY_SQL = "sql: it is empty; write it in 1 to 50,000 characters"

QUESTIONS = [
    ("", EMPTY_QUESTION),
    (" \n\t ", EMPTY_QUESTION),
    ("x" * 100_000, "question: it has 100,000 characters; shorten it to 2,000"),
    ("how\x00many", "question: it holds a NUL character; remove it"),
    ("\ud83d half", "question: it holds half of a character (a lone surrogate); type it again"),
    (b"\x80\xff\x00PNG".decode("latin-1"), "question: it holds a NUL character; remove it"),
]
STATEMENTS = [
    ("  ", EMPTY_SQL),
    ("S" * 100_000, "sql: it has 100,000 characters; shorten it to 50,000"),
    ("SELECT 1\x00", "sql: it holds a NUL character; remove it"),
    ("SELECT '\udc80'", "sql: it holds half of a character (a lone surrogate); type it again"),
]


def said(lab: Lab, door: str, kind: str, given: str) -> str:
    """Send it through a door and return what was answered, as a person reads it."""
    source, paul = str(lab.orders.pk), lab.cast.paul
    if door == "page":
        path = {"question": "/ask/", "sql": "/live/", "check": "/live/check/"}[kind]
        field = "question" if kind == "question" else "sql"
        answer = browser(paul).post(path, {field: given, "connector": source})
        assert answer.status_code == (200 if kind == "check" else 400)
        return html.unescape(answer.content.decode())
    if door == "api":
        path = {"question": "questions/", "sql": "questions/sql/", "check": "guard/check/"}[kind]
        field = "question" if kind == "question" else "sql"
        body = {field: given, "connector": source}
        answer = program(paul).post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["field"] == field
        return str(error["message"])
    if door == "mcp":
        tool, field = ("ask", "question") if kind == "question" else ("check_sql", "sql")
        found = Caller(paul).call(tool, **{field: given, "connector": source})
        assert found["isError"]
        return str(found["content"][0]["text"])
    argument = [given] if kind == "question" else [f"--sql={given}"]
    with pytest.raises(CommandError) as refused:
        call_command("ask", *argument, f"--as={paul.email}", "--connector=orders_prod", stdout=io.StringIO())
    assert refused.value.returncode == 2
    return str(refused.value)


def everything_kept(lab: Lab) -> tuple[int, int]:
    with lab.cast.ada.inside():
        return Question.objects.count(), Event.objects.exclude(type__in=("person.signed_in", "token.issued")).count()


@pytest.mark.parametrize("door", DOORS)
def test_what_nobody_can_work_on_is_refused_alike_at_every_door(lab: Lab, door: str) -> None:
    kinds = {"page": ("sql", "check"), "api": ("sql", "check"), "mcp": ("check",), "terminal": ("sql",)}[door]
    cases = [("question", *case) for case in QUESTIONS]
    cases += [(kind, *case) for kind in kinds for case in STATEMENTS]
    before = everything_kept(lab)
    for kind, given, sentence in cases:
        if door == "page" and "surrogate" in sentence:
            continue  # a form is UTF-8 on the wire: half a character cannot be sent by a page
        assert sentence in said(lab, door, kind, given), (kind, given[:20])
    assert everything_kept(lab) == before


@pytest.mark.parametrize("door", DOORS)
def test_a_connector_that_is_not_there_is_told_alike_and_recorded(lab: Lab, door: str) -> None:
    other: Any = "0199aaaa-0000-7000-8000-000000000000"
    sentence = "connector: there is none with this id that you may use; ask an admin for a grant"
    paul = lab.cast.paul
    if door == "page":
        found = browser(paul).post("/ask/", {"question": "How many?", "connector": other}).content.decode()
    elif door == "api":
        body = {"question": "How many?", "connector": other}
        found = program(paul).post("/api/v1/questions/", body, content_type="application/json").content.decode()
    elif door == "mcp":
        found = str(Caller(paul).call("ask", question="How many?", connector=other))
    else:
        with pytest.raises(CommandError) as refused:
            call_command("ask", "How many?", f"--as={paul.email}", f"--connector={other}")
        found = str(refused.value)
    assert sentence in found
    with lab.cast.ada.inside():
        assert Event.objects.filter(type="access.refused").count() == 1
        assert Question.objects.count() == 0
