#!/usr/bin/env python3
"""Check a Countersign record without Countersign: this file, Python and the package `cryptography` are enough."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Broken(Exception):
    """Something that cannot be read as what it claims to be; the message says which part."""


# --- the tree: RFC 9162 section 2.1 ---------------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf (2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two subtrees (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the leaf with this hash stands at `index` of the tree with this size and root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(each, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, each)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the smaller tree is the beginning of the larger one (2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, each)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def from_base64(text: str) -> bytes:
    """Return the bytes of standard Base 64 (RFC 4648 section 4); raise `Broken` for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Broken(f"`{text[:60]}` is not base64") from None


# --- signed notes and checkpoints: c2sp.org/signed-note, c2sp.org/tlog-checkpoint -----------------------------------

ED25519 = b"\x01"
MOST_NOTE_BYTES = 1_000_000


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a signature names an Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]
