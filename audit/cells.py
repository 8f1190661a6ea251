"""Cells of a CSV that no spreadsheet takes for a formula, and that still say exactly what was recorded.

Numbers, money and times are written as such. A text that a spreadsheet could calculate gets an apostrophe in
front of the sign, at its start and after every separator in it (a spreadsheet that splits at another separator
starts a new cell there). JSON stays valid JSON: such a sign is written as its `\\u` escape inside the string.

How a text is guarded stands in `countersign_verify.py`, which holds cells against what was sealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from audit.sealing.countersign_verify import guard, text_cell

__all__ = ["json_cell", "text_cell"]


def json_cell(value: Any) -> str:
    """Return a JSON value as a cell; a JSON reader gets exactly the value back. Nothing makes an empty cell."""
    return "" if value is None or value == {} or value == [] else _json(value)


def _json(value: Any) -> str:
    if isinstance(value, str):
        inner = json.dumps(value, ensure_ascii=False)[1:-1]
        return '"' + guard(inner, _escape) + '"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(str(key))}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_json(each) for each in value) + "]"
    return json.dumps(value)


def _escape(sign: str) -> str:
    return f"\\u{ord(sign):04x}"
