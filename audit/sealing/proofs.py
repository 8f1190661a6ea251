"""Proofs to take away: the file beside an export, and the receipt of one event. `countersign_verify.py` reads both."""

from __future__ import annotations

import json
import uuid
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from audit.models import EventText, Head, Leaf, SealKey
from audit.sealing import keys, sealer, store
from audit.sealing.leaf import COLUMNS, SELECT, leaf_bytes
from audit.sealing.note import to_base64
from audit.sealing.tree import Node, consistency_proof, inclusion_proof
from portal import tenancy

MOST_HEADS = 256
CHUNK = 1_000


class Proof:
    """The proof file beside an export, for events that are named as they are written; eight bytes of memory for each.

    `add` every event while the export is streamed, then write `lines()` into `<export>.proof`. `in_order` says that the
    export's lines stand in the order of the log, `whole` that it has every event of it: then nothing needs to be added,
    and each event that has no line is found, but for months that are said in the trail to have gone.

    A CSV does not hold leaves, so its proof does (`with_leaves`), and the salts of the texts that the CSV shows: with
    them each cell is held against what was sealed.
    """

    def __init__(self, *, in_order: bool = False, whole: bool = False, with_leaves: bool = False) -> None:
        self._in_order, self._whole, self._with_leaves = in_order, whole, with_leaves
        self._indexes = array("q")
        self._later: list[uuid.UUID] = []

    def add(self, events: Iterable[uuid.UUID]) -> None:
        """Take the next events of the export. One query; call it with some hundreds at a time."""
        wanted = list(events)
        found = dict(Leaf.objects.filter(id__in=wanted).values_list("id", "index"))
        self._indexes.extend(found.values())
        self._later += [each for each in wanted if each not in found]

    def lines(self) -> Iterator[bytes]:
        """Seal what is ready, and yield the file: header, heads, every leaf with what stands between, its end."""
        sealer.seal()
        later, self._later = self._later, []
        for start in range(0, len(later), CHUNK):
            self.add(later[start : start + CHUNK])
        chosen = _heads()
        size = chosen[-1].size if chosen else 0
        indexes: Sequence[int] = range(size) if self._whole else sorted(set(self._indexes))
        yield _line(_header() | self._facts(size))
        yield from _head_lines(chosen)
        for item in _cover(indexes, size, with_leaves=self._with_leaves):
            yield _line(item)
        yield _line({"end": len(indexes)})

    def _facts(self, size: int) -> dict[str, Any]:
        unsealed = [str(each) for each in self._later]
        order = "log" if self._in_order else "any"
        return {"size": size, "order": order, "whole": self._whole, "unsealed": unsealed}


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def _header(kind: str = "proof") -> dict[str, Any]:
    made = list(SealKey.objects.order_by("number"))
    return {
        "format": f"countersign-{kind}",
        "v": 1,
        "origin": made[0].name if made else "",
        "keys": [keys.verifier_key(key) for key in made],
    }


def _heads() -> list[Head]:
    """Return up to `MOST_HEADS` heads, evenly spread and always the newest."""
    newest = Head.objects.order_by("-number").first()
    if newest is None:
        return []
    step = -(-newest.number // MOST_HEADS)
    spread = Head.objects.filter(number__in=range(newest.number, 0, -step)).order_by("number")
    return list(spread)


def _head_lines(chosen: list[Head]) -> Iterator[bytes]:
    before = 0
    for head in chosen:
        row: dict[str, Any] = {"head": head.checkpoint, "link": head.link}
        if before:
            row["consistency"] = _consistency(before, head.size)
        yield _line(row)
        before = head.size


def _consistency(first: int, second: int) -> list[str]:
    """Return the proof between two heads; empty, which proves nothing, where the log lost what it takes."""
    try:
        return [to_base64(each) for each in consistency_proof(first, second, store.read)]
    except LookupError:
        return []


def _cover(indexes: Sequence[int], size: int, *, with_leaves: bool) -> Iterator[dict[str, Any]]:
    """Yield the whole tree from left to right: the leaves that are named, and the subtrees between them."""
    position = 0
    for start in range(0, len(indexes), CHUNK):
        chunk = indexes[start : start + CHUNK]
        kept = {
            index: {"leaf": [index, str(event), to_base64(bytes(value))]}
            for index, event, value in Leaf.objects.filter(index__in=chunk).values_list("index", "id", "hash")
        }
        if with_leaves:
            _put_leaves(kept)
        between: list[Node | int] = []
        for index in chunk:
            between += [*_between(position, index), index]
            position = index + 1
        yield from _shown(between, kept)
    yield from _shown([*_between(position, size)], {})


def _put_leaves(kept: dict[int, dict[str, Any]]) -> None:
    """Put beside each hash the leaf as it stands in the trail now, and the salts of its texts. Two queries."""
    events = [uuid.UUID(row["leaf"][1]) for row in kept.values()]
    salts: dict[uuid.UUID, dict[str, str]] = {}
    for event, field, salt in EventText.objects.filter(event_id__in=events).values_list("event_id", "field", "salt"):
        salts.setdefault(event, {})[field] = to_base64(bytes(salt))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECT} FROM audit_event WHERE organization_id = %s AND id = ANY(%s)",  # noqa: S608 - our own names
            [tenancy.organization_id(), events],
        )
        found = {row[0]: leaf_bytes(dict(zip(COLUMNS, row, strict=True))).decode() for row in cursor.fetchall()}
    for row in kept.values():
        event = uuid.UUID(row["leaf"][1])
        row |= {"text": found.get(event, ""), "salts": salts.get(event, {})}


def _shown(items: list[Node | int], kept: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    hashes = store.read(each for each in items if not isinstance(each, int))
    for each in items:
        if isinstance(each, int):
            yield kept.get(each, {"lost": each})
        else:
            yield {"node": [*each, to_base64(hashes[each])]}


def _between(start: int, end: int) -> Iterator[Node]:
    """Yield the largest complete subtrees that cover the leaves [start, end), from left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


class NotSealed(LookupError):
    """The event is not sealed yet; it will be in a few seconds."""


def receipt(event_id: uuid.UUID) -> dict[str, Any]:
    """Return the inclusion receipt of one event: its leaf, and the proof that a signed head holds it.

    Raises `NotSealed`, and `LookupError` where the organization has no such event. A few queries.
    """
    leaf = leaf_of(event_id)
    place, head = Leaf.objects.filter(pk=event_id).first(), Head.objects.order_by("-number").first()
    if place is None or head is None:
        raise NotSealed(f"event `{event_id}` is not sealed yet; ask again in a few seconds")
    proof = inclusion_proof(place.index, head.size, store.read)
    return _header("receipt") | {
        "leaf": leaf.decode(),
        "index": place.index,
        "inclusion": [to_base64(each) for each in proof],
        "head": head.checkpoint,
        "link": head.link,
    }


def leaf_of(event_id: uuid.UUID) -> bytes:
    """Return the leaf of an event as it stands in the trail now; raise `LookupError` where there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECT} FROM audit_event WHERE organization_id = %s AND id = %s",  # noqa: S608 - our own names
            [tenancy.organization_id(), event_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"event `{event_id}` is not in this organization's trail")
    return leaf_bytes(dict(zip(COLUMNS, row, strict=True)))


def whole_log() -> Iterator[bytes]:
    """Yield the leaves of every event that is still there, in the order of the log, a line each, in constant memory."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT l."index", {", ".join(f"e.{each}" for each in SELECT.split(", "))}'  # noqa: S608
                " FROM audit_leaf l JOIN audit_event e ON e.id = l.id AND e.organization_id = l.organization_id"
                ' WHERE l.organization_id = %s AND l."index" > %s ORDER BY l."index" LIMIT %s',
                [tenancy.organization_id(), last, CHUNK],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield b"".join(leaf_bytes(dict(zip(COLUMNS, row[1:], strict=True))) + b"\n" for row in rows)
