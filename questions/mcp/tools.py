"""The four tools: what they take, what they return, and the verbs they call. No right is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from portal.roles import Capability, i_may
from questions import ask as asking
from questions import check as checking
from questions import describe, told, waiting
from questions.models import Origin, Question

TEXT = {"type": "string"}
WAIT = {"type": "integer", "minimum": 0, "maximum": waiting.LONGEST_S}


def _object(properties: dict[str, Any], required: tuple[str, ...] = (), *, is_open: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": properties, "required": list(required)}
    return found if is_open else {**found, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as clients see it; `needs` is the capability without which it is not even listed."""

    name: str
    title: str
    description: str
    takes: dict[str, Any]
    gives: dict[str, Any]
    call: Callable[[Mapping[str, Any]], dict[str, Any]]
    needs: Capability = Capability.ASK
    is_idempotent: bool = True

    def shown(self) -> dict[str, Any]:
        """Return the tool as `tools/list` names it. Nothing it does writes to a customer's database."""
        hints = {
            "title": self.title, "readOnlyHint": True, "destructiveHint": False, "idempotentHint": self.is_idempotent,
            "openWorldHint": False,
        }  # fmt: skip
        return {
            "name": self.name, "title": self.title, "description": self.description, "inputSchema": self.takes,
            "outputSchema": self.gives, "annotations": hints,
        }  # fmt: skip


def _list_connectors(_: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "connectors": [
            {
                "id": str(each.pk),
                "name": each.name,
                "engine": each.kind.label,
                "is_production": each.is_production,
                "production_warning": each.production_warning,
            }
            for each in describe.sources()
        ]
    }


def _describe(given: Mapping[str, Any]) -> dict[str, Any]:
    if not given.get("connector"):
        raise ValidationError({"connector": "connector: name one by its id; `list_connectors` lists them"})
    return describe.describe(connector_id=given["connector"], about=given.get("about", ""))


def _ask(given: Mapping[str, Any]) -> dict[str, Any]:
    seconds = waiting.seconds(given.get("wait", waiting.LONGEST_S))
    if key := given.get("question_id"):
        made = _own(key, "question_id")
    else:
        parent = _own(given["parent"], "parent") if given.get("parent") else None
        made = asking.ask(
            text=given.get("question", ""), connector_id=given.get("connector") or None, parent=parent,
            origin=Origin.MCP,
        )  # fmt: skip
    return told.told(waiting.wait_for(made, seconds), way="mcp")


def _own(given: object, field: str) -> Question:
    try:
        found: Question | None = Question.objects.mine().filter(pk=str(given)[:64]).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise ValidationError({field: f"{field}: `{str(given)[:40]}` is no question of yours"})
    return found


def _check_sql(given: Mapping[str, Any]) -> dict[str, Any]:
    decision, connector = checking.check(
        sql=given.get("sql", ""), connector_id=given.get("connector") or None, dialect=given.get("dialect", "")
    )
    return {
        "verdict": str(decision.verdict),
        "reasons": [{"code": r.code, "message": r.message, "fragment": r.fragment} for r in decision.reasons],
        "sql": decision.sql,
        "tables": list(decision.tables),
        "columns": list(decision.columns),
        "changes": list(decision.changes),
        "production_warning": connector.production_warning if connector else "",
    }


CONNECTOR = {"type": "string", "description": "The connector's id, from list_connectors."}

TOOLS = (
    Tool(
        "list_connectors", "List data sources",
        "Lists the data sources you may ask, with the warning of those that are production systems.",
        _object({}), _object({"connectors": {"type": "array", "items": _object({}, is_open=True)}}, ("connectors",)),
        _list_connectors,
    ),
    Tool(
        "describe", "Describe a data source",
        "Names, types, keys and comments of the tables of a data source; never a value. With `about`, a question, only"
        " the tables it may need.",
        _object({"connector": CONNECTOR, "about": {**TEXT, "maxLength": asking.MAX_TEXT}}, ("connector",)),
        _object({"tables": {"type": "array"}, "tables_left_out": {"type": "integer"}}, ("tables",), is_open=True),
        _describe,
    ),
    Tool(
        "ask", "Ask a data source",
        "Asks a question in plain language. The answer has at most 20 rows, says when it is cut, and how far it can be"
        " trusted (confidence). Waits `wait` seconds; where it is still under way, call again with `question_id`.",
        _object({
            "question": {**TEXT, "maxLength": asking.MAX_TEXT}, "connector": CONNECTOR, "wait": WAIT,
            "parent": {**TEXT, "description": "An earlier question of yours that this one follows."},
            "question_id": {**TEXT, "description": "Instead of a question: wait for one that was asked before."},
        }),
        _object({"id": TEXT, "state": TEXT, "rows": {"type": "array"}, "text": TEXT}, ("id", "state"), is_open=True),
        _ask, is_idempotent=False,
    ),
    Tool(
        "check_sql", "Check a statement",
        "What the guard says about a statement, for a connector or for a dialect alone; nothing runs.",
        _object({"sql": {**TEXT, "maxLength": asking.MAX_SQL}, "connector": CONNECTOR, "dialect": TEXT}, ("sql",)),
        _object({"verdict": TEXT, "reasons": {"type": "array"}, "sql": TEXT}, ("verdict", "reasons"), is_open=True),
        _check_sql, needs=Capability.EDIT_SQL,
    ),
)  # fmt: skip


def listed() -> list[dict[str, Any]]:
    """Return the tools the caller's role may use."""
    return [tool.shown() for tool in TOOLS if i_may(tool.needs)]


def named(name: object) -> Tool | None:
    """Return the tool of this name, whoever asks: the verb refuses, and records, who may not."""
    return next((tool for tool in TOOLS if tool.name == name), None)


def judged(tool: Tool, given: object) -> dict[str, Any]:
    """Return the arguments; raise `ValidationError` naming each that is unknown or of another type.

    Length and emptiness are the verbs' to judge, in the words they use everywhere.
    """
    if not isinstance(given, dict):
        raise ValidationError({"arguments": "arguments: it is not an object"})
    wrong: dict[str, str] = {}
    for name, value in given.items():
        known = tool.takes["properties"].get(name)
        if known is None:
            wrong[str(name)[:60]] = f"{str(name)[:60]}: `{tool.name}` takes no such argument; leave it out"
        elif known["type"] == "string" and not isinstance(value, str):
            wrong[name] = f"{name}: give text, not {type(value).__name__}"
    if wrong:
        raise ValidationError(wrong)
    return given
