"""A condition in words, as a list and a page show it. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OPS = {
    "eq": "is", "ne": "is not", "lt": "is below", "lte": "is at most", "gt": "is above", "gte": "is at least",
    "in": "is one of", "contains": "contains", "matches": "matches",
}  # fmt: skip


def in_words(node: Any, *, depth: int = 0) -> str:
    """Return a condition as a sentence without its full stop; what is not well formed says so."""
    if not isinstance(node, Mapping) or depth > 12:
        return "(not a condition)"
    if set(node) == {"not"}:
        return f"not ({in_words(node['not'], depth=depth + 1)})"
    for word in ("and", "or"):
        if set(node) == {word} and isinstance(node[word], (list, tuple)):
            parts = [in_words(child, depth=depth + 1) for child in node[word]]
            text = f" {word} ".join(parts)
            return f"({text})" if depth and len(parts) > 1 else text
    if set(node) != {"field", "op", "value"}:
        return "(not a condition)"
    return f"{node['field']} {_OPS.get(str(node['op']), str(node['op']))} {_value(node['value'])}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value)
