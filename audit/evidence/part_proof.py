"""The proof beside one part of a pack, in the format `countersign_verify.py` reads, written while the part streams."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from audit.models import Head
from audit.sealing import keys, store
from audit.sealing.note import to_base64
from audit.sealing.tree import Node, consistency_proof

MOST_HEADS = 256


def heads_up_to(head: Head) -> list[Head]:
    """Return up to `MOST_HEADS` heads that came before this one, evenly spread, and it."""
    step = -(-head.number // MOST_HEADS)
    spread = Head.objects.filter(number__in=range(head.number, 0, -step)).select_related("key").order_by("number")
    return list(spread)


def opening(heads: list[Head]) -> Iterator[bytes]:
    """Yield the header and the heads, the last of them the one that everything is proved under."""
    last = heads[-1]
    known = {"format": "countersign-proof", "v": 1, "origin": last.key.name, "keys": [keys.verifier_key(last.key)]}
    yield _line({**known, "size": last.size, "order": "log", "whole": False, "unsealed": []})
    before = 0
    for head in heads:
        row: dict[str, Any] = {"head": head.checkpoint, "link": head.link}
        if before:
            row["consistency"] = [to_base64(each) for each in consistency_proof(before, head.size, store.read)]
        yield _line(row)
        before = head.size


def between(start: int, end: int) -> Iterator[bytes]:
    """Yield the subtrees that cover the leaves [start, end), none of which is in the part. One query."""
    nodes = list(_covering(start, end))
    hashes = store.read(nodes)
    return (_line({"node": [*node, to_base64(hashes[node])]}) for node in nodes)


def leaf(index: int, event: uuid.UUID, sealed: bytes) -> bytes:
    """Return the line of one leaf."""
    return _line({"leaf": [index, str(event), to_base64(sealed)]})


def closing(leaves: int) -> bytes:
    """Return the last line: without it, the proof was cut."""
    return _line({"end": leaves})


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def _covering(start: int, end: int) -> Iterator[Node]:
    """Yield the largest complete subtrees that cover the leaves [start, end), from left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level
