"""The rows of an answer on their way to the page: sealed, in the cache without persistence, ten minutes at most (Q01).

INVARIANT: rows, and text that quotes them, pass through here and nowhere else; never a table, log, broker or trail.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import redis

from connectors.contracts import Result
from portal import tenancy, valkey, vault
from portal.models import DataKey

SECONDS = 600
DIGEST_LABEL = b"countersign/result-digest/1"


class CacheUnavailable(RuntimeError):
    """The cache did not take or give the rows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sees of an answer while it is kept."""

    text: str
    columns: list[dict[str, str]]
    rows: list[list[Any]]
    cut_cells: list[list[int]]
    summary: str = ""
    notes: list[dict[str, str]] = field(default_factory=list)


def keep(
    question_id: uuid.UUID,
    text: str,
    result: Result,
    *,
    rules: str = "",
    summary: str = "",
    notes: Sequence[dict[str, str]] = (),
) -> None:
    """Seal an answer into the cache for ten minutes, with what quotes or counts it. Raises `CacheUnavailable`.

    `rules` is the fingerprint of the masks and filters it was read under: it is found under the same ones alone.
    """
    payload = {
        "text": text,
        "columns": columns_of(result),
        "rows": result.rows,
        "cut_cells": [[cell.row, cell.column] for cell in result.cut_cells],
        "summary": summary,
        "notes": list(notes),
    }
    sealed = vault.seal_briefly(_place(question_id), json.dumps(payload, ensure_ascii=False))
    try:
        valkey.cache().set(_key(question_id, rules), sealed, ex=SECONDS)
    except redis.RedisError:
        raise CacheUnavailable("the cache that carries answers cannot be reached; run the question again") from None


def read(question_id: uuid.UUID, *, rules: str = "") -> Answer | None:
    """Return the answer while it is kept, None afterwards. The caller has proved that the person may see it.

    `rules` is the fingerprint of the masks and filters the person meets now (`connectors.data_policy.fingerprint`).
    """
    try:
        sealed = valkey.cache().get(_key(question_id, rules))
    except redis.RedisError:
        return None
    if not isinstance(sealed, bytes):
        return None
    try:
        payload = json.loads(vault.open_sealed(_place(question_id), sealed))
    except vault.VaultError:
        return None
    return Answer(**{name: payload[name] for name in Answer.__dataclass_fields__ if name in payload})


def columns_of(result: Result) -> list[dict[str, str]]:
    """Return names and types of a result's columns, without a value."""
    return [{"name": column.name, "type": column.type, "kind": column.kind} for column in result.columns]


def digest(result: Result) -> str:
    """Return the keyed digest of a result for the trail: proves equality to whoever holds the organization's key."""
    version, data_key = DataKey.current_key(tenancy.organization_id())
    key = hmac.new(data_key, DIGEST_LABEL, hashlib.sha256).digest()
    text = json.dumps([columns_of(result), result.rows], ensure_ascii=False, separators=(",", ":"))
    return f"{version}:{hmac.new(key, text.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()}"


def _key(question_id: uuid.UUID, rules: str) -> str:
    return f"countersign:rows:{question_id}:{rules}" if rules else f"countersign:rows:{question_id}"


def _place(question_id: uuid.UUID) -> vault.Place:
    return vault.Place(tenancy.organization_id(), "questions_rows", str(question_id), "rows")
