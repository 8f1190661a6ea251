"""Takes the rules out one by one: something of the attack list then gets through, or another rule holds it."""

import sys
from collections import defaultdict

import pytest

from guardrails.sql import GuardPolicy, decide
from guardrails.sql.seen import Seen
from tests.guardrails.sql.corpus import read

DECIDE = sys.modules["guardrails.sql.decide"]
DIALECTS = ("postgres", "mysql", "sqlite", "duckdb")
RULES: dict[str, list[tuple[str, str]]] = defaultdict(list)
for _dialect in DIALECTS:
    for _rule, _, _sql in [*read(f"attacks_{_dialect}"), *read("attacks_any")]:
        RULES[_rule].append((_dialect, _sql))
SYNTAX = {"text.syntax", "text.unreadable"}
"""Refusals of the parser itself: they are no rule that could be taken out."""


def take_out(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse, stop = Seen.refuse, DECIDE._stop
    monkeypatch.setattr(
        Seen, "refuse", lambda self, code, message, part="": None if code == rule else refuse(self, code, message, part)
    )
    monkeypatch.setattr(
        DECIDE, "_stop", lambda reason: None if reason is not None and reason.code == rule else stop(reason)
    )


BACKED_UP = {
    "function.qualified": "function.unknown",
    "limit.offset": "text.unstable",
    "name.variable": "node.Parameter",
    "node.CurrentUser": "function.unknown",
    "node.IndexTableHint": "function.unknown",
    "node.ObjectIdentifier": "type.unknown",
    "node.Operator": "engine.kind",
    "node.SessionUser": "function.unknown",
    "node.Update": "engine.kind",
    "part.partition": "node.Partition",
    "part.when": "node.HistoricalData",
    "statement.into": "node.Into",
    "statement.many": "statement.kind",
    "table.kind": "function.unknown",
    "text.character": "name.strange",
    "text.empty": "statement.kind",
}
"""Rules behind which another stands: taken out alone, they let nothing through, and the other one speaks."""


@pytest.mark.requirement("Q03", part="each rule")
@pytest.mark.parametrize("rule", sorted(set(RULES) - SYNTAX))
def test_without_a_rule_something_gets_through_or_the_next_rule_speaks(rule, monkeypatch):
    assert not any(decide(sql, dialect).passes for dialect, sql in RULES[rule])
    take_out(rule, monkeypatch)
    without = [decide(sql, dialect) for dialect, sql in RULES[rule]]
    if rule in BACKED_UP:
        assert not any(decision.passes for decision in without)
        assert BACKED_UP[rule] in {reason.code for decision in without for reason in decision.reasons}
    else:
        assert any(decision.passes for decision in without)


def test_a_function_gets_through_as_soon_as_it_is_on_the_list():
    passed = 0
    for dialect, sql in RULES["function.unknown"]:
        named = {reason.fragment for reason in decide(sql, dialect).reasons if reason.code == "function.unknown"}
        passed += decide(sql, dialect, policy=GuardPolicy(functions=frozenset(named))).passes
    assert passed > 0.8 * len(RULES["function.unknown"])
