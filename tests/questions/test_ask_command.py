"""`manage.py ask`: the same verbs, grants, guard and limits as everywhere; the trail says that it was a terminal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from questions import waiting
from questions.models import Question
from tests.guardrails.test_rates import set_policy
from tests.questions_lab import Lab, events_of


@pytest.fixture
def terminal(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command with a worker that takes up what was asked; return (printed, exit code)."""
    wait_for = waiting.wait_for

    def wait_while_working(question: Question, seconds: int) -> Question:
        lab.work(question)
        return wait_for(question, 0)

    monkeypatch.setattr(waiting, "wait_for", wait_while_working)

    def run(*arguments: str, email: str = lab.cast.paul.email) -> tuple[str, int]:
        out = io.StringIO()
        try:
            call_command("ask", *arguments, f"--as={email}", stdout=out)
        except CommandError as error:
            return str(error), error.returncode
        except SystemExit as end:
            return out.getvalue(), int(end.code or 0)
        return out.getvalue(), 0

    return run


def test_the_answer_is_a_table_with_its_warning_confidence_and_sql(lab: Lab, terminal: Any) -> None:
    lab.verify("Orders by city", "SELECT city, count(*) AS n FROM customers GROUP BY city ORDER BY n DESC, city")
    printed, code = terminal("Orders by city", "--connector=orders_prod")
    assert code == 0
    lines = printed.splitlines()
    assert lines[0] == f"*** {lab.orders.production_warning} ***"
    assert "city    n" in lines
    assert "Bergen  50" in lines
    assert "confidence: high" in lines
    assert any(line.startswith("sql: SELECT") for line in lines)
    with lab.cast.ada.inside():
        row = Question.objects.get()
        assert (row.origin, row.asked_by_id) == ("terminal", lab.cast.paul.user.pk)
        assert "at a terminal, as " in events_of(row)[0].actor_name


def test_json_and_sql_of_ones_own(lab: Lab, terminal: Any) -> None:
    printed, code = terminal(
        "--sql=SELECT id FROM orders WHERE id < 3 ORDER BY id", "--connector=orders_prod", "--json"
    )
    assert (code, json.loads(printed)["rows"]) == (0, [[1], [2]])
    printed, code = terminal("--sql=DELETE FROM orders", "--connector=orders_prod")
    assert code == 1
    assert "state: refused" in printed


def test_role_and_grant_are_those_of_the_person_named(lab: Lab, terminal: Any) -> None:
    mia = lab.cast.mia.email
    said, code = terminal("--sql=SELECT 1", "--connector=orders_prod", email=mia)
    assert (code, "may not edit SQL" in said) == (2, True)
    said, code = terminal("How many?", f"--connector={lab.orders.pk}", email=mia)
    assert (code, "there is none with this id that you may use" in said) == (2, True)
    said, code = terminal("How many?", "--connector=orders_prod", email=mia)
    assert (code, "there is none with this id that you may use" in said) == (2, True)
    said, code = terminal("How many?", email="nobody@example.com")
    assert (code, "nobody active" in said) == (2, True)
    said, code = terminal("How many?", "--organization=southwind")
    assert (code, "in `southwind`" in said) == (2, True)
    with lab.cast.ada.inside():
        assert Question.objects.count() == 0
        assert Event.objects.filter(type="access.refused").count() == 3


@pytest.mark.requirement("S06", part="terminal")
def test_the_rate_limit_holds_at_the_terminal(lab: Lab, terminal: Any) -> None:
    set_policy(lab.cast, asks_of_person=1)
    assert terminal("Is anything there?", "--connector=archive")[1] == 1  # no verified query fits, and no model
    said, code = terminal("Is anything there?", "--connector=archive")
    assert (code, "Try again in" in said) == (4, True)


def test_a_cell_cannot_steer_the_terminal() -> None:
    from questions.management.commands.ask import _table

    drawn = "\n".join(_table(["a"], [["\x1b[2Jgone\x07"], [None], ["x" * 99]]))
    assert "\x1b" not in drawn
    assert "\x07" not in drawn
    assert "…" in drawn
