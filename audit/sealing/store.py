"""Where the tree's hashes are kept: read for proofs, and to go on growing it. Everything under the tenant's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit.models import Leaf
from audit.sealing.tree import Frontier, Node, peaks

HASH_BYTES = 32


def read(nodes: Iterable[Node]) -> Mapping[Node, bytes]:
    """Return the hashes of complete subtrees. One query; raises `LookupError` where one is not kept."""
    wanted = {(level, number): ((number + 1) << level) - 1 for level, number in nodes}
    if not wanted:
        return {}
    kept = {
        index: (bytes(leaf), bytes(subtrees))
        for index, leaf, subtrees in Leaf.objects.filter(index__in=set(wanted.values())).values_list(
            "index", "hash", "subtrees"
        )
    }
    found = {}
    for (level, number), last in wanted.items():
        leaf, subtrees = kept.get(last, (b"", b""))
        value = leaf if level == 0 else subtrees[(level - 1) * HASH_BYTES : level * HASH_BYTES]
        if len(value) != HASH_BYTES:
            raise LookupError(f"leaf {last} of the log is gone or lost its subtrees; the log was changed from outside")
        found[level, number] = value
    return found


def frontier(size: int) -> Frontier:
    """Return the right edge of the tree over the first `size` leaves. One query."""
    nodes = list(peaks(0, size))
    kept = read(nodes)
    return Frontier(size, [kept[node] for node in nodes])
