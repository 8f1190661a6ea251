"""The tables of the gates are whole: every place at which a gate gives a verdict is reached by a row of theirs."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from guardrails.contracts import Outcome
from guardrails.gates import GATES
from tests.guardrails.gates import (
    test_abuse,
    test_currencies,
    test_money_and_caps,
    test_rules,
    test_verdicts,
)

TABLES = (test_verdicts, test_money_and_caps, test_rules, test_abuse, test_currencies)
WORDS = ("passed", "human", "unknown", "blocked", "stopped", "Verdict")

Place = tuple[str, str, int]
"""Module, word, and the line on which the verdict is given; 0 where the word is chosen first and called later."""


def places_of(module: ModuleType) -> Iterator[Place]:
    """Find where a gate's module gives a verdict."""
    tree = ast.parse(inspect.getsource(module))
    noted = {
        id(name) for node in ast.walk(tree) if isinstance(node, ast.arg | ast.AnnAssign) for name in ast.walk(node)
    }
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        noted |= {id(name) for name in ast.walk(function.returns or ast.Pass())}
        called = {id(node.func): node for node in ast.walk(function) if isinstance(node, ast.Call)}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in WORDS and id(node) not in noted:
                yield (module.__name__, node.id, called[id(node)].lineno if id(node) in called else 0)


def rows() -> Iterator[tuple[Callable[..., None], dict[str, Any]]]:
    """Give every row of the tables, with the test that asks it."""
    for module in TABLES:
        for name, test in vars(module).items():
            if not name.startswith("test_") or hasattr(test, "hypothesis"):
                continue
            marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
            names = [mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0] for mark in marks]
            if {each.strip() for group in names for each in group} != set(inspect.signature(test).parameters):
                continue  # it asks for a fixture
            for values in itertools.product(*(mark.args[1] for mark in marks)):
                given: dict[str, Any] = {}
                for group, value in zip(names, values, strict=True):
                    plain = getattr(value, "values", value) if hasattr(value, "marks") else value
                    given |= dict(zip((n.strip() for n in group), plain if len(group) > 1 else [plain], strict=True))
                yield test, given


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> set[Place]:
    """Note from which line of a gate each verdict comes."""
    found: set[Place] = set()

    def noting(module: str, word: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **kwargs: Any) -> Any:
            found.update({(module, word, sys._getframe(1).f_lineno), (module, word, 0)})
            return make(*args, **kwargs)

        return noted

    for gate in GATES:
        module = sys.modules[gate.decide.__module__]
        for word in WORDS:
            if hasattr(module, word):
                monkeypatch.setattr(module, word, noting(module.__name__, word, getattr(module, word)))
    return found


def test_every_place_at_which_a_gate_gives_a_verdict_has_a_row(reached: set[Place]) -> None:
    wanted = {place for gate in GATES for place in places_of(sys.modules[gate.decide.__module__])}
    assert len({module for module, _, _ in wanted}) == len(GATES)
    count = 0
    for test, given in rows():
        test(**given)
        count += 1
    assert count > 200
    assert sorted(wanted - reached) == []


def test_the_outcomes_of_every_gate_are_these() -> None:
    """A gate that learns a new outcome has to be looked at here."""
    means = {"passed": "pass", "human": "human", "unknown": "human", "blocked": "block", "stopped": "stop"}
    found = {
        gate.promise: {means.get(word, str(Outcome.RECORD.value)) for _, word, _ in places_of(_module(gate))}
        for gate in GATES
    }
    assert found == {
        "T01": {"pass", "stop"}, "T02": {"pass", "record"}, "T03": {"pass", "human"},
        "T04": {"pass", "human", "stop"}, "T05": {"pass", "human"}, "T06": {"pass", "human"},
        "T07": {"pass", "human", "block", "stop"}, "T08": {"pass", "human", "block"},
        "T09": {"pass", "human", "block"}, "T10": {"pass", "human", "block"}, "T11": {"pass", "human"},
        "T12": {"pass", "human", "block"},
    }  # fmt: skip


def _module(gate: Any) -> ModuleType:
    return sys.modules[gate.decide.__module__]
