"""The tree: published vectors, and agreement with a second one written from the RFC's recursive definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.sealing.countersign_verify import leaf_hash, verify_consistency, verify_inclusion
from audit.sealing.tree import Frontier, completed_by, consistency_proof, inclusion_proof, peaks, root
from tests.audit.sealing import rfc9162

# The test leaves, roots and proofs published with the Certificate Transparency code (merkle/testonly/constants.go of
# transparency-dev/merkle; RFC 9162 keeps the tree of RFC 6962).
LEAVES = [
    bytes.fromhex(each)
    for each in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Kept:
    """A tree that keeps its complete subtrees, as the database does."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.frontier = Frontier()
        for index, entry in enumerate(entries):
            self.hashes[0, index] = leaf = leaf_hash(entry)
            for level, made in zip(completed_by(index), self.frontier.append(leaf), strict=True):
                self.hashes[level, index >> level] = made

    def read(self, nodes: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        return {node: self.hashes[node] for node in nodes}


def test_published_roots_of_every_size() -> None:
    for size, expected in enumerate(ROOTS):
        assert Kept(LEAVES[:size]).frontier.root().hex() == expected
        assert root(size, Kept(LEAVES).read).hex() == expected
        assert rfc9162.mth(LEAVES[:size]).hex() == expected


def test_published_proofs() -> None:
    tree = Kept(LEAVES)
    assert [each.hex() for each in inclusion_proof(0, 8, tree.read)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [each.hex() for each in consistency_proof(6, 8, tree.read)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


ENTRIES = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


@pytest.mark.requirement("A04", part="tree")
@given(ENTRIES, st.data())
def test_both_trees_agree_and_each_proof_verifies(entries: list[bytes], data: st.DataObject) -> None:
    tree, size = Kept(entries), len(entries)
    whole = rfc9162.mth(entries)
    assert tree.frontier.root() == root(size, tree.read) == whole
    index = data.draw(st.integers(0, size - 1))
    inclusion = inclusion_proof(index, size, tree.read)
    assert inclusion == rfc9162.path(index, entries)
    assert verify_inclusion(index, size, leaf_hash(entries[index]), inclusion, whole)
    first = data.draw(st.integers(1, size))
    consistency = consistency_proof(first, size, tree.read)
    assert consistency == rfc9162.proof(first, entries)
    assert verify_consistency(first, size, rfc9162.mth(entries[:first]), whole, consistency)


@pytest.mark.requirement("A04", part="tree")
@given(st.lists(st.binary(min_size=1, max_size=3), min_size=2, max_size=40, unique=True), st.data())
def test_no_proof_verifies_anything_else(entries: list[bytes], data: st.DataObject) -> None:
    tree, size = Kept(entries), len(entries)
    whole = tree.frontier.root()
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof = inclusion_proof(index, size, tree.read)
    leaf = leaf_hash(entries[index])
    assert not verify_inclusion(other, size, leaf, proof, whole), "a leaf that moved"
    assert not verify_inclusion(index, size, leaf_hash(entries[other]), proof, whole), "another leaf in its place"
    assert not verify_inclusion(index, size, leaf, proof[:-1], whole)
    assert not verify_inclusion(index, size, leaf, [*proof, whole], whole)
    first = data.draw(st.integers(1, size - 1))
    consistency = consistency_proof(first, size, tree.read)
    forged = rfc9162.mth([*entries[:first][:-1], b"else"])
    assert not verify_consistency(first, size, forged, whole, consistency), "another beginning"
    assert not verify_consistency(first, size, rfc9162.mth(entries[:first]), forged, consistency), "another end"


def test_a_tree_goes_on_from_its_peaks() -> None:
    entries = [bytes([number]) for number in range(37)]
    for size in range(37):
        tree = Kept(entries[:size])
        frontier = Frontier(size, [tree.hashes[node] for node in peaks(0, size)])
        for entry in entries[size:]:
            frontier.append(leaf_hash(entry))
        assert frontier.root() == rfc9162.mth(entries)
    with pytest.raises(ValueError, match="2 peaks"):
        Frontier(5, [b""])


def test_what_no_tree_has_is_refused() -> None:
    read = Kept(LEAVES).read
    with pytest.raises(ValueError, match="not among"):
        inclusion_proof(8, 8, read)
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(9, 8, read)
    assert not verify_inclusion(-1, 8, b"", [], b"")
    assert not verify_consistency(9, 8, b"", b"", [])
    assert consistency_proof(0, 8, read) == consistency_proof(8, 8, read) == []


def test_appending_and_proving_read_few_hashes() -> None:
    size, read = 1_000_003, []
    asked = lambda nodes: dict.fromkeys(read.append(list(nodes)) or read[-1], b"")  # noqa: E731
    inclusion_proof(777_777, size, asked)
    consistency_proof(654_321, size, asked)
    assert len(read) == 2, "one read each"
    assert max(map(len, read)) <= 40
    assert len(list(peaks(0, size))) <= 20
