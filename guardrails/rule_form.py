"""The form of an escalation rule: its condition and test cases in a builder, and as readable JSON without scripts."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guardrails.gates.fields import FIELDS, OPERATORS
from guardrails.gates.rule_cases import EXPECTS

GROUPS = {
    "ticket": "Ticket",
    "customer": "Customer",
    "risk": "Risk signals",
    "order": "Order",
    "action": "Action",
}
OPERATOR_WORDS = {
    "eq": "is", "ne": "is not", "lt": "is below", "lte": "is at most", "gt": "is above", "gte": "is at least",
    "in": "is one of", "contains": "contains", "matches": "matches the RE2 pattern",
}  # fmt: skip


def described_fields() -> list[dict[str, Any]]:
    """Return what the builder offers: each field with its group, type, operators and words."""
    return [
        {
            "name": name,
            "group": GROUPS.get(name.partition(".")[0], "Other"),
            "says": name.partition(".")[2].replace("_", " "),
            "type": field.type,
            "ops": [[op, OPERATOR_WORDS[op]] for op in OPERATORS[field.type]],
            "words": list(field.words),
        }
        for name, field in FIELDS.items()
    ]


class BuilderWidget(forms.Textarea):
    """A text area that the script turns into a builder; `kind` is `condition` or `cases`."""

    def __init__(self, kind: str) -> None:
        super().__init__(attrs={"rows": 8, "spellcheck": "false", "class": "door-input door-text"})
        self.kind = kind

    class Media:
        css = {"all": ["connectors/admin.css", "guardrails/admin.css"]}
        js = ["guardrails/rules.js"]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        built = {
            "kind": self.kind,
            "area": super().render(name, value, attrs, renderer),
            "id": (attrs or {}).get("id", f"id_{name}"),
            "fields": json.dumps(described_fields()),
            "expects": json.dumps(list(EXPECTS)),
        }
        return render_to_string("guardrails/admin/builder.html", built)


class ReadableJSON(forms.JSONField):
    """JSON as people read it: indented."""

    def prepare_value(self, value: Any) -> Any:
        shown = super().prepare_value(value)
        if isinstance(shown, str) and not isinstance(value, forms.fields.InvalidJSONInput):
            try:
                return json.dumps(json.loads(shown), indent=2, ensure_ascii=False)
            except ValueError:
                return shown
        return shown
