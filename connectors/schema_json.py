"""A schema as JSON and back: names, types, keys and comments; there is no place for a value in it (Q10)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connectors.contracts import Column, ForeignKey, Schema, Table


def dump(schema: Schema) -> dict[str, Any]:
    """Return the schema as JSON values that PostgreSQL stores (a NUL in a comment is dropped)."""
    found = _without_nul(asdict(schema))
    assert isinstance(found, dict)
    return found


def load(stored: dict[str, Any]) -> Schema:
    """Return the schema that `dump` wrote."""
    return Schema(
        tables=tuple(_table(table) for table in stored["tables"]),
        dialect=stored["dialect"],
        default_schema=stored["default_schema"],
    )


def _table(stored: dict[str, Any]) -> Table:
    return Table(
        schema=stored["schema"],
        name=stored["name"],
        columns=tuple(Column(**column) for column in stored["columns"]),
        comment=stored["comment"],
        foreign_keys=tuple(
            ForeignKey(tuple(key["columns"]), key["target_schema"], key["target_table"], tuple(key["target_columns"]))
            for key in stored["foreign_keys"]
        ),
        kind=stored["kind"],
        reads=tuple((schema, name) for schema, name in stored.get("reads", ())),
    )


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key: _without_nul(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(each) for each in value]
    return value
