"""What a person may ask: the data sources they hold a grant on, and the names in one of them, never a value (Q10)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from connectors import data_policy
from connectors.contracts import SourceError, Table
from connectors.models import Connector
from guardrails import rates
from portal.roles import Capability, require
from questions import access, schema_context
from questions.ask import MAX_TEXT, cleaned_text, named_source

MAX_BYTES = 48_000
"""How much is told of one source in one answer; `about` brings the tables that matter to the front."""
MOST_COLUMNS = 200


def sources() -> list[Connector]:
    """Return the data sources the current person may ask, by name. One query."""
    require(Capability.ASK)
    return access.usable_sources()


def describe(*, connector_id: str | uuid.UUID, about: str = "") -> dict[str, Any]:
    """Return the tables of a source: names, types, keys, comments; hidden columns left out, masks said.

    With `about`, a question, only the tables it may need, best first. Raises `ValidationError` naming the field,
    `rate.Limited` after too many. Call it outside a transaction.
    """
    require(Capability.ASK)
    rates.take(rates.Kind.CHECK)
    asked = cleaned_text("about", about, MAX_TEXT) if about else ""
    connector = named_source(connector_id)
    try:
        schema = data_policy.described(connector)
    except SourceError as error:
        raise ValidationError({"connector": f"connector: its schema cannot be read now: {error.message}"}) from None
    tables = schema_context.relevant_tables(asked, schema) if asked else list(schema.tables)
    told, left_out = _within(tables)
    return {
        "connector": {"id": str(connector.pk), "name": connector.name},
        "production_warning": connector.production_warning,
        "dialect": connector.kind.dialect,
        "tables": told,
        "tables_left_out": left_out if asked else len(schema.tables) - len(told),
    }


def _within(tables: list[Table]) -> tuple[list[dict[str, Any]], int]:
    told: list[dict[str, Any]] = []
    size = 0
    for table in tables:
        narrow = replace(table, columns=table.columns[:MOST_COLUMNS])
        size += len(schema_context.schema_text([narrow], MAX_BYTES)[0].encode()) * 3  # names of fields and brackets
        if size > MAX_BYTES * 3 and told:
            break
        told.append(_table(narrow, len(table.columns)))
    return told, len(tables) - len(told)


def _table(table: Table, all_columns: int) -> dict[str, Any]:
    return {
        "name": table.qualified_name,
        "kind": table.kind,
        "comment": table.comment[:300],
        "columns": [
            {"name": c.name, "type": c.type, "is_key": c.is_key, "comment": c.comment[:300]} for c in table.columns
        ],
        "columns_left_out": all_columns - len(table.columns),
        "joins": [
            {
                "columns": list(key.columns),
                "table": f"{key.target_schema}.{key.target_table}" if key.target_schema else key.target_table,
                "to": list(key.target_columns),
            }
            for key in table.foreign_keys
        ],
    }
