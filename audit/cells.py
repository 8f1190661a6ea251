"""Cells of a CSV that no spreadsheet takes for a formula, and that still say exactly what was recorded.

Numbers, money and times are written as such. A text that a spreadsheet could calculate gets an apostrophe in
front of the sign, at its start and after every separator in it (a spreadsheet that splits at another separator
starts a new cell there). JSON stays valid JSON: such a sign is written as its `\\u` escape inside the string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_SEPARATORS = ',;|\t\r\n"'
_GAP = '\\s\x00-\x1f\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff,;|"'
# A run of gaps is only tried from its first character, so that long runs take linear time.
_DANGEROUS = re.compile(f"(^[{_GAP}]*+|(?<![{_GAP}])[{_GAP}]++)('*+)([{_SIGNS}])")


def text_cell(text: str) -> str:
    """Return a text as a cell: unchanged unless a spreadsheet could calculate a part of it."""
    guarded = _guard(text, lambda sign: f"'{sign}")
    return f"'{guarded}" if guarded[:1] in ("\t", "\r", "\n") else guarded


def json_cell(value: Any) -> str:
    """Return a JSON value as a cell; a JSON reader gets exactly the value back. Nothing makes an empty cell."""
    return "" if value is None or value == {} or value == [] else _json(value)


def _guard(text: str, guarded: Callable[[str], str]) -> str:
    def at(found: re.Match[str]) -> str:
        gap, quotes, sign = found.groups()
        is_cell_start = found.start() == 0 or any(each in _SEPARATORS for each in gap)
        return f"{gap}{quotes}{guarded(sign) if is_cell_start else sign}"

    return _DANGEROUS.sub(at, text)


def _json(value: Any) -> str:
    if isinstance(value, str):
        inner = json.dumps(value, ensure_ascii=False)[1:-1]
        return '"' + _guard(inner, _escape) + '"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(str(key))}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_json(each) for each in value) + "]"
    return json.dumps(value)


def _escape(sign: str) -> str:
    return f"\\u{ord(sign):04x}"
