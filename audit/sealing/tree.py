"""The Merkle tree of RFC 9162 section 2.1, grown a leaf at a time: appending and proving read O(log n) hashes.

Knows no Django and no database. The hash functions and everything that *checks* a proof stand in
`countersign_verify.py`, the file that others run without us; here proofs are *made*.

A complete subtree of 2^level leaves never changes once its last leaf is there, so it is kept with that leaf:
`completed_by(index)` says which levels end at a leaf. A subtree is named (level, number): number n of a level covers
the leaves from n·2^level on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from audit.sealing.countersign_verify import EMPTY_ROOT, leaf_hash, node_hash

Node = tuple[int, int]
Read = Callable[[Iterable[Node]], Mapping[Node, bytes]]
"""Gives the hashes of complete subtrees, all in one read."""

__all__ = ["EMPTY_ROOT", "Frontier", "completed_by", "consistency_proof", "inclusion_proof", "leaf_hash", "root"]


def completed_by(index: int) -> range:
    """Return the levels above the leaves whose subtree ends at this leaf: 1 and 2 for leaf 3, none for leaf 4."""
    return range(1, ((index + 1) & -(index + 1)).bit_length())


def peaks(start: int, end: int) -> Iterator[Node]:
    """Yield, from left to right, the complete subtrees that make up the tree over the leaves [start, end).

    # INVARIANT: `start` is a multiple of the largest power of two that fits, as it is wherever RFC 9162 splits.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


class Frontier:
    """The right edge of a tree: the peaks of its size, to which leaves are appended."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Start at `size` with the hashes of `peaks(0, size)` in their order."""
        self.size = size
        self._peaks = list(hashes)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self._peaks)}")

    def append(self, leaf: bytes) -> list[bytes]:
        """Append a leaf's hash; return the hashes of the subtrees it completes, level 1 first."""
        completed = []
        for _ in completed_by(self.size):
            leaf = node_hash(self._peaks.pop(), leaf)
            completed.append(leaf)
        self._peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return _folded(self._peaks)


def _folded(hashes: list[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    right = hashes[-1]
    for left in reversed(hashes[:-1]):
        right = node_hash(left, right)
    return right


def root(size: int, read: Read) -> bytes:
    """Return the root of the first `size` leaves."""
    return _hashes([(0, size)], read)[0]


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 9162 section 2.1.3.1. One read of O(log n) hashes."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among the first {size}")
    return _hashes(_path(index, 0, size), read)


def consistency_proof(first: int, second: int, read: Read) -> list[bytes]:
    """Return PROOF(first, D[second]) of RFC 9162 section 2.1.4.1; empty for equal sizes or an empty first tree."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} leaves is no beginning of one of {second}")
    if first in (0, second):
        return []
    return _hashes(_subproof(first, 0, second), read)


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def _subproof(first: int, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of SUBPROOF(first, D[start:end], true), where `first` counts from the whole tree's start."""
    found = []
    is_whole = True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_whole = middle, False
    return ([] if is_whole else [(start, end)]) + found[::-1]


def _split(size: int) -> int:
    """Return the largest power of two below `size`, at which RFC 9162 splits a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(ranges: list[tuple[int, int]], read: Read) -> list[bytes]:
    """Return the tree hash over each range of leaves, with one read for all."""
    wanted = [list(peaks(start, end)) for start, end in ranges]
    known = read({node for each in wanted for node in each})
    return [_folded([known[node] for node in each]) for each in wanted]
