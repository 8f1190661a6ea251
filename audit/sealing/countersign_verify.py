#!/usr/bin/env python3
"""Check a Countersign record without Countersign: this file, Python 3.11 and the package `cryptography` are enough.

It is one file so that it can be copied anywhere; that is why it is longer than others. `docs/mechanisms/seals.md`
describes what it reads.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
NOTE = re.compile(r"(?:[^\n]+\n)+\n(?:\u2014 [^\n]+\n?)+")


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a signature names an Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class Key:
    """A public key, as it is written down: `name+key id+base64(type, key)`."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        name, _, rest = text.strip().partition("+")
        number, _, encoded = rest.partition("+")
        public = from_base64(encoded)
        if not name or public[:1] != ED25519 or len(public) != 33 or key_id(name, public[1:]).hex() != number:
            raise Broken(f"`{text.strip()[:80]}` is no Ed25519 key as C2SP writes it: name+id+base64")
        return cls(name, public[1:])

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{encoded}"


def opened(note: str, keys: Iterable[Key]) -> str:
    """Return the text of a signed note; raise `Broken` unless a known key signed it, and where its signature fails."""
    text, _, signatures = note.rpartition("\n\n")
    known = {(key.name, key_id(key.name, key.public)): key for key in keys}
    is_signed = False
    for line in signatures.splitlines():
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if mark != "\u2014" or not text or len(note) > MOST_NOTE_BYTES:
            raise Broken("it is no signed note")
        signature = from_base64(encoded)
        key = known.get((name, signature[:4]))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], (text + "\n").encode())
        except InvalidSignature:
            raise Broken(f"its signature by {name} is not valid") from None
        is_signed = True
    if not is_signed:
        raise Broken("no known key signed it")
    return text + "\n"


@dataclass(frozen=True)
class Checkpoint:
    """What a head says: the first `size` events of the log `origin` have this root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        lines = text.split("\n")
        if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) or not all(lines[:-1]):
            raise Broken("it is no checkpoint: origin, size, root, one a line")
        root = from_base64(lines[2])
        if len(root) != 32:
            raise Broken("its root has not 32 bytes")
        return cls(lines[0], int(lines[1]), root)


# --- what is found --------------------------------------------------------------------------------------------------

HOLDS, BROKEN, UNREADABLE, UNSURE = 0, 1, 2, 3
SHOWN = 20


@dataclass
class Report:
    """What a check found, in the order it was found. `facts` are said in any case."""

    where: str
    findings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def found(self, kind: str, sentence: str) -> None:
        self.findings.append(f"{kind}: {sentence}")

    @property
    def code(self) -> int:
        return BROKEN if self.findings else UNSURE if self.doubts else HOLDS


@dataclass
class Known:
    """What the verifier was given besides the record: keys it may trust, and heads that were published."""

    keys: list[Key] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    stamps: list[Path] = field(default_factory=list)


@dataclass
class Entry:
    """A leaf that the proof names: where the event stands in the log, and its hash there. `cells` is for a CSV."""

    index: int
    id: str
    hash: bytes
    cells: Cells | None = None


@dataclass
class Heads:
    """The signed heads of a proof, smallest first, each proved to begin the next."""

    keys: list[Key]
    origin: str = ""
    all: list[Checkpoint] = field(default_factory=list)
    links: dict[int, tuple[bytes, str]] = field(default_factory=dict)

    def add(self, line: Mapping[str, Any], report: Report) -> None:
        """Take one head: its signature, its link to the head before, its consistency with the head before."""
        head = Checkpoint.read(str(line["head"]).rpartition("\n\n")[0] + "\n")
        name = f"the head over {head.size} events"
        try:
            text = opened(str(line["head"]), self.keys)
            if head.origin != self.origin:
                report.found("forged", f"{name} belongs to `{head.origin}`, not to `{self.origin}`")
            self._follow(opened(str(line["link"]), self.keys), text, name, report)
        except Broken as error:
            report.found("forged", f"{name}: {error}")
        if self.all:
            before, proof = self.all[-1], [from_base64(each) for each in line.get("consistency", [])]
            if not verify_consistency(before.size, head.size, before.root, head.root, proof):
                report.found("rewritten", f"{name} does not go on from the head over {before.size} events")
        self.all.append(head)

    def _follow(self, link: str, checkpoint: str, name: str, report: Report) -> None:
        lines = link.split("\n")
        if len(lines) != 6 or not lines[1].startswith("head ") or lines[0] != self.origin:
            raise Broken("its link is not one")
        number = int(lines[1].removeprefix("head "))
        if lines[3] != f"checkpoint sha256 {_digest(checkpoint)}":
            report.found("forged", f"{name}: its link names another checkpoint")
        before = self.links.get(number - 1)
        if before and lines[4] != f"previous sha256 {before[1]}":
            report.found("rewritten", f"{name} does not name the head before it")
        self.links[number] = (checkpoint.encode(), _digest(link))


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Cover:
    """The whole tree, put together from the leaves that an export has and the subtrees between them."""

    def __init__(self, heads: Heads, wanted: Mapping[int, list[Checkpoint]]) -> None:
        self.position = self.lost = 0
        self.wanted = {**{head.size: [head] for head in heads.all}, **wanted}
        self.roots: dict[int, bytes] = {}
        self._stack: list[tuple[int, bytes]] = []

    def add(self, level: int, number: int, value: bytes) -> None:
        """Append a subtree; raise `Broken` where it does not stand where the one before ended."""
        if number << level != self.position or len(value) != 32:
            raise Broken(f"nothing stands for event {self.position} of the log: the proof has a gap there")
        self.position += 1 << level
        while self._stack and self._stack[-1][0] == level:
            value, level = node_hash(self._stack.pop()[1], value), level + 1
        self._stack.append((level, value))
        if self.position in self.wanted and not self.lost:
            self.roots[self.position] = self.root()

    def lose(self, index: int, report: Report) -> None:
        """Go on after a leaf that is gone: from here on no root can be calculated."""
        report.found("missing", f"event {index} of the log is gone, its leaf with it")
        self.add(0, index, bytes(32))
        self.lost += 1
        self.roots.pop(self.position, None)

    def root(self) -> bytes:
        found = EMPTY_ROOT
        for place, (_, value) in enumerate(reversed(self._stack)):
            found = node_hash(value, found) if place else value
        return found


# --- one export and the proof beside it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of an export: its number, its event, and how it is held against a leaf.

    `compare` returns None where it is what was sealed, and otherwise what of it is not, in words, empty for all of it.
    """

    number: int
    event: str
    compare: Callable[[Entry], str | None]
    went: tuple[str, int] | None = None


def check_export(lines: Iterable[bytes], proof: Iterable[bytes], known: Known, where: str, whole: bool) -> Report:
    """Check an export against the proof beside it and the heads that were published."""
    report = Report(where)
    header, heads, entries = _read_proof(proof, known, report)
    if where.endswith(".csv"):
        _compare(_csv_lines(lines, report), entries, header, report)
        _say_what_is_not_sealed(entries, report)
    else:
        _compare(_json_lines(lines, report), entries, header, report)
    indexes = [entry.index for entry in entries.values()]
    runs = sum(1 for before, each in zip([-2, *indexes], indexes, strict=False) if each != before + 1)
    size = heads.all[-1].size if heads.all else 0
    report.facts.append(f"{len(entries)} of the {size} events of the log, in {runs} unbroken run{'s' * (runs != 1)}")
    if whole and not header.get("whole"):
        report.found("missing", "this is an export of a part of the log, not of all of it")
    return report


def _is_other(digest: bytes, entry: Entry) -> str | None:
    return None if digest == entry.hash else ""


def _json_lines(lines: Iterable[bytes], report: Report) -> Iterator[Line]:
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\r\n")
        if not line:
            continue
        try:
            said = _object(line)
            event, went = str(said["id"]), None
            if said.get("type") == "trail.month_dropped":
                went = str(said.get("subject_id")), int(said["data"]["events"])
        except (Broken, KeyError):
            report.found("changed", f"line {number} cannot be read")
            continue
        yield Line(number, event, partial(_is_other, leaf_hash(line)), went)


def _read_proof(proof: Iterable[bytes], known: Known, report: Report) -> tuple[dict[str, Any], Heads, dict[str, Entry]]:
    rows = (_object(line) for line in proof if line.strip())
    header = next(rows, {})
    if header.get("format") != "countersign-proof" or header.get("v") != 1:
        raise Broken("it is no proof of version 1 (`countersign-proof`)")
    heads = Heads(_trusted(header, known, report), str(header["origin"]))
    entries: dict[str, Entry] = {}
    cover: Cover | None = None
    is_whole = False
    for row in rows:
        if "head" in row:
            heads.add(row, report)
            continue
        if cover is None:
            published = _published(heads, known, report)
            cover = Cover(heads, published)
        if "leaf" in row:
            index, event, value = row["leaf"]
            entries[event] = Entry(index, event, from_base64(value))
            if "text" in row:
                entries[event].cells = Cells.read(row, entries[event].hash)
            cover.add(0, index, entries[event].hash)
        elif "node" in row:
            level, number, value = row["node"]
            cover.add(level, number, from_base64(value))
        elif "lost" in row:
            cover.lose(int(row["lost"]), report)
        elif "end" in row:
            is_whole = row["end"] == len(entries) + cover.lost
    if not is_whole:
        raise Broken("the proof was cut: its last line is missing")
    if cover is not None and heads.all:
        _against(cover, heads, entries, report)
    return header, heads, entries


def _trusted(header: Mapping[str, Any], known: Known, report: Report) -> list[Key]:
    """Return the keys that may sign this log: those that were given, else those the record names itself."""
    named = [Key.read(each) for each in header["keys"]]
    if known.keys:
        return known.keys
    for key in named:
        report.facts.append(f"signed by {key}; nobody vouched for this key: compare it, or give it with --key")
    return named


def _published(heads: Heads, known: Known, report: Report) -> dict[int, list[Checkpoint]]:
    """Return the published heads of this log by size; report those that no trusted key signed."""
    found: dict[int, list[Checkpoint]] = {}
    for note in known.heads:
        head = Checkpoint.read(note.rpartition("\n\n")[0] + "\n")
        if head.origin != heads.origin:
            continue
        try:
            opened(note, heads.keys)
        except Broken as error:
            report.found(
                "forged", f"the published head over {head.size} events: {error} (is the record's key the same?)"
            )
            continue
        found.setdefault(head.size, []).append(head)
    if known.heads and not found and not report.findings:
        report.doubts.append(f"none of the published heads belongs to the log `{heads.origin}`")
    return found


def _against(cover: Cover, heads: Heads, entries: Mapping[str, Entry], report: Report) -> None:
    """Hold the leaves against every head, signed in the record or published; name the events where they part."""
    size, good = heads.all[-1].size, 0
    if cover.position != size:
        report.found("missing", f"the proof ends at event {cover.position}, its head says {size}")
    signed, is_found = {head.size: head.root for head in heads.all} | {0: EMPTY_ROOT}, False
    for each in sorted(cover.wanted):
        ours = {cover.roots.get(each), signed.get(each)} - {None}
        if is_found and each <= size:
            continue
        if each > size:
            report.found("cut", f"a published head says {each} events, this record ends after {size}")
        elif not ours:
            report.doubts.append(f"the published head over {each} events: this proof says nothing of that size")
        elif len(ours | {head.root for head in cover.wanted[each]}) > 1:
            suspects = [entry.id for entry in entries.values() if good <= entry.index < each]
            span = f"something among events {good} to {each - 1} of the log"
            report.found("rewritten", f"{span} is not what the head over {each} events says{_names(suspects)}")
            is_found = True
        elif each in cover.roots:
            good = each


def _names(events: list[str]) -> str:
    more = f" and {len(events) - SHOWN} more" if len(events) > SHOWN else ""
    return f"; in this export: {', '.join(events[:SHOWN])}{more}" if events else ""


def _compare(lines: Iterable[Line], entries: Mapping[str, Entry], header: Mapping[str, Any], report: Report) -> None:
    """Hold each line of the export against the leaf that the proof names for its event."""
    unsealed, in_order = set(header.get("unsealed", [])), header.get("order") == "log"
    seen: set[str] = set()
    gone: dict[str, int] = {}
    last, waiting = -1, 0
    for line in lines:
        where, entry = f"event {line.event} on line {line.number}", entries.get(line.event)
        if line.event in seen:
            report.found("added", f"event {line.event} stands a second time, on line {line.number}")
        elif entry is None and line.event in unsealed:
            waiting += 1
        elif entry is None:
            report.found("added", f"{where} is not in the log")
        elif (what := line.compare(entry)) is not None:
            of = f"; not as sealed: {what}" if what else ""
            report.found("changed", f"{where} is not what was sealed as event {entry.index}{of}")
        elif in_order and entry.index < last:
            report.found("moved", f"{where} stands in the log before the line above it")
        elif line.went:
            gone[line.went[0]] = line.went[1]
        seen.add(line.event)
        last = max(last, entry.index) if entry else last
    _name_missing([entry for entry in entries.values() if entry.id not in seen], gone, report)
    if waiting:
        report.doubts.append(f"{waiting} events were not sealed yet when the proof was made: nothing proves them")


def _name_missing(missing: list[Entry], gone: Mapping[str, int], report: Report) -> None:
    """Name each event without a line, but for months that the trail says were let go with that many events."""
    by_month: dict[str, list[Entry]] = {}
    for entry in missing:
        milliseconds = int(entry.id.replace("-", "")[:12], 16)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
        by_month.setdefault(f"{moment:%Y-%m}", []).append(entry)
    for month, entries in by_month.items():
        if gone.get(month) == len(entries):
            report.facts.append(f"{len(entries)} events of {month} went with their month, as the trail says")
            continue
        for entry in entries:
            report.found("missing", f"event {entry.id}, event {entry.index} of the log, has no line")


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Broken(f"`{line[:60].decode(errors='replace')}` is not JSON") from None
    if not isinstance(found, dict):
        raise Broken(f"`{line[:60].decode(errors='replace')}` is no JSON object")
    return found


# --- a CSV: its cells against the leaves in its proof ---------------------------------------------------------------

COLUMNS = (
    *("id", "time", "type", "what", "actor_kind", "actor", "actor_id", "subject_kind", "subject_id", "connector_id"),
    *("connector", "verdict", "confidence", "amount", "currency", "cost_usd", "rows", "bytes", "duration_ms"),
    *("policy_revision", "request_id", "data", "before", "after", "texts", "commitments"),
)
NOT_SEALED = ("what", "connector")
"""Columns that say in words what another one says by its id; nothing proves them."""
JSON_CELLS = ("data", "before", "after", "commitments")
TEXT_CELLS = (
    *("type", "actor_kind", "actor_id", "subject_kind", "subject_id", "verdict", "confidence", "currency"),
    "request_id",
)
PLAIN_CELLS = ("id", "connector_id", "rows", "bytes", "duration_ms", "policy_revision")
NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_SEPARATORS = ',;|\t\r\n"'
_GAP = '\\s\x00-\x1f\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff,;|"'
# A run of gaps is only tried from its first character, so that long runs take linear time.
_DANGEROUS = re.compile(f"(^[{_GAP}]*+|(?<![{_GAP}])[{_GAP}]++)('*+)([{_SIGNS}])")


def text_cell(text: str) -> str:
    """Return a text as a cell: unchanged unless a spreadsheet could calculate a part of it."""
    guarded = guard(text, lambda sign: f"'{sign}")
    return f"'{guarded}" if guarded[:1] in ("\t", "\r", "\n") else guarded


def guard(text: str, guarded: Callable[[str], str]) -> str:
    """Return the text with each sign replaced that a spreadsheet would take for the start of a formula."""

    def at(found: re.Match[str]) -> str:
        gap, quotes, sign = found.groups()
        is_cell_start = found.start() == 0 or any(each in _SEPARATORS for each in gap)
        return f"{gap}{quotes}{guarded(sign) if is_cell_start else sign}"

    return _DANGEROUS.sub(at, text)


def _number(value: Decimal) -> str:
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _same(value: Any) -> str:
    """Return the one writing of a JSON value in which cells are compared; empty for nothing."""
    if value is None or value == {}:
        return ""
    return json.dumps(value, sort_keys=True, default=lambda number: {"number": _number(number)})


def _same_cell(name: str, value: str) -> str:
    if name in ("amount", "cost_usd") and re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,9})?", value):
        return _number(Decimal(value))
    try:
        return _same(_exactly(value)) if value and name in JSON_CELLS else value
    except (ValueError, RecursionError):
        return value


def cells_of(leaf: Mapping[str, Any]) -> dict[str, str]:
    """Return what a CSV says of a leaf, by column, in the one writing in which cells are compared."""
    said = {name: "" if value is None else str(value) for name, value in leaf.items()}
    cells = {name: text_cell(said[name]) for name in TEXT_CELLS} | {name: said[name] for name in PLAIN_CELLS}
    cells |= {name: _same(leaf[name]) for name in JSON_CELLS}
    cells["time"] = said["recorded_at"].removesuffix("Z") + "+00:00"
    cells["actor"] = text_cell(said["actor_name"])
    digits = 0 if said["currency"] in NO_DECIMALS else 3 if said["currency"] in THREE_DECIMALS else 2
    for name, value, places in (("amount", leaf["amount_minor"], digits), ("cost_usd", leaf["cost_microusd"], 6)):
        cells[name] = "" if value is None else _number(value.scaleb(-places))
    return cells


@dataclass(frozen=True)
class Cells:
    """What the CSV must say of an event: digests of its cells, and what proves its texts. `is_sealed`: the leaf in the
    proof is the one that was sealed."""

    is_sealed: bool
    whole: bytes = b""
    each: bytes = b""
    texts: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any], sealed: bytes) -> Cells:
        """Read a leaf that stands in a proof, with the salts of its texts."""
        if leaf_hash(str(row["text"]).encode()) != sealed:
            return cls(False)
        leaf = _exactly(row["text"])
        salts = {name: from_base64(salt) for name, salt in row["salts"].items()}
        texts = {name: (salts.get(name, b""), digest) for name, digest in leaf["commitments"].items()}
        return cls(True, *_digests(cells_of(leaf)), texts)

    def differences(self, given: Mapping[str, str]) -> str | None:
        """Return the columns of a line that are not as sealed, None where all are; empty where the leaf is not."""
        if not self.is_sealed:
            return ""
        told = {name: _same_cell(name, value) for name, value in given.items() if name not in NOT_SEALED}
        texts = self._texts(given.get("texts", ""))
        told.pop("texts", None)
        whole, each = _digests(told)
        if whole == self.whole and not texts:
            return None
        names = [name for place, name in enumerate(sorted(told)) if each[4 * place :][:4] != self.each[4 * place :][:4]]
        return ", ".join(names + texts) or "its cells"

    def _texts(self, cell: str) -> list[str]:
        """Return the texts of a line that do not give what was committed; one without its salt can give nothing."""
        try:
            given = dict(json.loads(cell)) if cell else {}
        except (ValueError, TypeError, RecursionError):
            return ["texts"]
        return [f"text `{name}`" for name, text in given.items() if not self._gives(name, str(text))]

    def _gives(self, name: str, text: str) -> bool:
        salt, digest = self.texts.get(name, (b"-", ""))
        return not salt or hashlib.sha256(salt + text.encode()).hexdigest() == digest


def _digests(cells: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Return a digest that judges all cells, and short ones, one a column, that only help to name what differs."""
    ordered = sorted(cells.items())
    each = b"".join(hashlib.sha256(value.encode()).digest()[:4] for _, value in ordered)
    return hashlib.sha256(json.dumps(ordered).encode()).digest(), each


def _csv_lines(lines: Iterable[bytes], report: Report) -> Iterator[Line]:
    csv.field_size_limit(1 << 30)
    text = io.TextIOWrapper(io.BufferedReader(_Joined(lines)), encoding="utf-8-sig", newline="")
    rows = csv.reader(text, strict=True)
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise Broken("its first line does not name the columns of an export")
        for row in rows:
            if len(row) != len(COLUMNS):
                report.found("changed", f"line {rows.line_num} has {len(row)} cells and not {len(COLUMNS)}")
                continue
            given = dict(zip(COLUMNS, row, strict=True))
            yield Line(rows.line_num, row[0], partial(_differs, given))
    except csv.Error as error:
        report.found("cut", f"line {rows.line_num} cannot be read as CSV ({error})")


def _differs(given: Mapping[str, str], entry: Entry) -> str | None:
    if entry.cells is None:
        raise Broken("its proof is that of JSON Lines: a CSV needs the one that was made for it")
    return entry.cells.differences(given)


def _say_what_is_not_sealed(entries: Mapping[str, Entry], report: Report) -> None:
    report.facts.append(f"nothing proves the columns {' and '.join(NOT_SEALED)}: they are words for what others say")
    without = sum(1 for entry in entries.values() if entry.cells and any(not s for s, _ in entry.cells.texts.values()))
    if without:
        report.facts.append(f"{without} events had a text that was erased since: nothing proves it")


class _Joined(io.RawIOBase):
    """An open file of bytes out of its lines, for the reader of CSV."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines, self._rest = iter(lines), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._lines, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


# --- one receipt ----------------------------------------------------------------------------------------------------


def check_receipt(content: bytes, known: Known, where: str) -> Report:
    """Check the receipt of one event: that exactly this event stands in the log whose head was signed."""
    report, receipt = Report(where), _object(content)
    if receipt.get("format") != "countersign-receipt" or receipt.get("v") != 1:
        raise Broken("it is no receipt of version 1 (`countersign-receipt`)")
    heads = Heads(_trusted(receipt, known, report), str(receipt["origin"]))
    head = Checkpoint.read(str(receipt["head"]).rpartition("\n\n")[0] + "\n")
    leaf, index = str(receipt["leaf"]).encode(), int(receipt["index"])
    heads.add(receipt, report)
    proof = [from_base64(each) for each in receipt["inclusion"]]
    if not verify_inclusion(index, head.size, leaf_hash(leaf), proof, head.root):
        report.found("changed", f"this is not event {index} of the log whose head the receipt holds")
    published = _published(heads, known, report)
    for each in published.get(head.size, []):
        if each.root != head.root:
            report.found("rewritten", f"the published head over {head.size} events has another root")
    if published and head.size not in published:
        report.doubts.append(f"none of the published heads is the receipt's, over {head.size} events")
    said = _object(leaf)
    report.facts.append(f"event {index} of {head.size}: {said.get('type')} at {said.get('recorded_at')}")
    return report


# --- time-stamps of heads: RFC 3161 ---------------------------------------------------------------------------------

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
SHA256_OID = bytes.fromhex("608648016503040201")


def _parts(value: bytes) -> list[tuple[int, bytes]]:
    """Return the tag and content of each element of DER; raise `Broken` where it is none."""
    found, at = [], 0
    while at < len(value):
        head = value[at : at + 2]
        if len(head) < 2 or head[0] & 0x1F == 0x1F:
            raise Broken("it is no DER")
        long = head[1] & 0x7F if head[1] & 0x80 else 0
        start = at + 2 + long
        size = int.from_bytes(value[at + 2 : start], "big") if long else head[1]
        if head[1] == 0x80 or long > 4 or start + size > len(value):
            raise Broken("it is no DER")
        found.append((head[0], value[start : start + size]))
        at = start + size
    return found


def read_stamp(answer: bytes) -> tuple[bytes, datetime]:
    """Return the SHA-256 that a time-stamp server's answer is about, and the time it gives. Checks no signature."""
    try:
        status, content = _parts(_parts(answer)[0][1])[:2]
        kind, signed = _parts(content[1])[:2]
        encapsulated = _parts(_parts(_parts(signed[1])[0][1])[2][1])
        info = _parts(_parts(_parts(encapsulated[1][1])[0][1])[0][1])
        algorithm, digest = _parts(info[2][1])[:2]
        is_one = int.from_bytes(_parts(status[1])[0][1], "big") in (0, 1)
        is_one = is_one and (kind[1], encapsulated[0][1]) == (SIGNED_DATA, TST_INFO)
        name = _parts(algorithm[1])[0][1]
        moment = datetime.strptime(info[4][1].decode()[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except (IndexError, ValueError):
        raise Broken("it is no time-stamp response of RFC 3161") from None
    if not is_one or name != SHA256_OID:
        raise Broken("it is no time-stamp response of RFC 3161 over SHA-256")
    return digest[1], moment


def check_stamp(path: Path, notes: Iterable[str]) -> Report:
    """Check that a time-stamp is of one of the published heads, and say what proves its signature."""
    report = Report(path.name)
    digest, moment = read_stamp(path.read_bytes())
    stamped = [note for note in notes if hashlib.sha256(note.encode()).digest() == digest]
    if not stamped:
        report.found("forged", "it stamps none of the published heads that were given")
        return report
    size = stamped[0].split("\n")[1]
    report.facts.append(f"it stamps the head over {size} events, at {moment:%Y-%m-%d %H:%M:%S} UTC")
    beside = path.with_suffix(".txt").name
    report.doubts.append(
        f"who signed it: openssl ts -verify -data {beside} -in {path.name} -CAfile <roots of the time-stamp server>"
    )
    return report


# --- files, folders, archives ---------------------------------------------------------------------------------------

MANIFEST = "MANIFEST.note"


class Pack:
    """A folder or a zip archive of exports, proofs and receipts, with a signed list of its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip = None if path.is_dir() else zipfile.ZipFile(path)

    def names(self) -> list[str]:
        if self._zip:
            return sorted(name for name in self._zip.namelist() if not name.endswith("/"))
        return sorted(each.relative_to(self.path).as_posix() for each in self.path.rglob("*") if each.is_file())

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name) if self._zip else (self.path / name).open("rb")

    def digest(self, name: str) -> str:
        found = hashlib.sha256()
        with self.open(name) as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest()


def check_manifest(pack: Pack, known: Known) -> Report:
    """Check that the pack holds exactly the files its signed manifest lists."""
    report, names = Report(f"{pack.path.name}/{MANIFEST}"), set(pack.names()) - {MANIFEST}
    with pack.open(MANIFEST) as file:
        note = file.read(50_000_000).decode()
    lines = note.rpartition("\n\n")[0].split("\n")
    if lines[0] != "countersign-pack v1" or len(lines) < 2:
        raise Broken("it is no manifest of version 1 (`countersign-pack v1`)")
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines[2:])}
    try:
        opened(note, _trusted({"keys": [lines[1].removeprefix("key ")]}, known, report))
    except Broken as error:
        report.found("forged", f"the manifest: {error}")
    for name in sorted(listed.keys() - names):
        report.found("missing", f"file `{name}`")
    for name in sorted(names - listed.keys()):
        report.found("added", f"file `{name}` is not in the manifest")
    for name in sorted(names & listed.keys()):
        if pack.digest(name) != listed[name]:
            report.found("changed", f"file `{name}` is not the one that was listed")
    report.facts.append(f"{len(listed)} files are listed")
    return report


def check(path: Path, known: Known, whole: bool = False) -> list[Report]:
    """Check whatever stands at a path: an export with its proof, a receipt, a folder or a zip archive."""
    if path.is_dir() or zipfile.is_zipfile(path):
        pack = Pack(path)
        names = pack.names()
        reports = [check_manifest(pack, known)] if MANIFEST in names else []
        for name in names:
            if name.endswith((".jsonl", ".receipt.json")) or (name.endswith(".csv") and name + ".proof" in names):
                reports.append(_check_file(pack.open, name, name + ".proof" in names, known, whole))
        if not reports:
            raise Broken("there is no export (`.jsonl` with `.jsonl.proof`), receipt or manifest in it")
        return reports
    has_proof = path.with_name(path.name + ".proof").exists()
    return [_check_file(lambda name: path.with_name(name).open("rb"), path.name, has_proof, known, whole)]


def _check_file(open_file: Callable[[str], IO[bytes]], name: str, has_proof: bool, known: Known, whole: bool) -> Report:
    if not has_proof and not name.endswith((".jsonl", ".csv")):
        with open_file(name) as file:
            return check_receipt(file.read(50_000_000), known, name)
    if not has_proof:
        raise Broken(f"`{name}` has no proof beside it: `{name}.proof` is missing")
    with open_file(name) as lines, open_file(name + ".proof") as proof:
        return check_export(lines, proof, known, name, whole)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="countersign-verify",
        description="Check an export, a receipt or an evidence pack of a Countersign record, without Countersign.",
        epilog="Exit codes: 0 everything holds; 1 something is missing, changed, moved, added, cut, rewritten or "
        "forged; 2 something cannot be read; 3 what could be checked holds, but something could not be.",
    )
    parser.add_argument("path", nargs="+", type=Path, help="export (its .proof beside it), receipt, folder, zip")
    parser.add_argument(
        "--heads",
        action="append",
        default=[],
        type=Path,
        help="published heads: a file of checkpoints, a mail (.eml), a time-stamp (.tsr), or a folder of them",
    )
    parser.add_argument("--key", action="append", default=[], help="public key to trust: name+id+base64, or a file")
    parser.add_argument("--whole", action="store_true", help="every event of the log must be in the export")
    return parser.parse_args(given)


def _known(arguments: argparse.Namespace) -> Known:
    known = Known()
    for each in arguments.key:
        text = Path(each).read_text() if "+" not in each and Path(each).is_file() else each
        known.keys += [Key.read(line) for line in text.splitlines() if line.strip()]
    for path in arguments.heads:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for each in files:
            if each.suffix == ".tsr":
                known.stamps.append(each)
            else:
                known.heads += _heads_in(each)
        if path.is_dir() and not known.heads:
            raise Broken(f"`{path.name}` holds no checkpoint")
    return known


def _heads_in(path: Path) -> list[str]:
    """Return the checkpoints in a file: one or many, with other text around them, or a mail as it was sent."""
    if path.suffix == ".eml":
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body else ""
    else:
        text = path.read_text(encoding="utf-8")
    found = NOTE.findall(text.replace("\r\n", "\n"))
    heads = [note for note in found if note.split("\n")[1].isdigit()]
    if not heads:
        raise Broken(f"`{path.name}` holds no checkpoint")
    return heads


def main(given: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code."""
    arguments = _arguments(given)
    code = HOLDS
    try:
        known = _known(arguments)
        for path in known.stamps:
            report = check_stamp(path, known.heads)
            _say(report)
            code = BROKEN if BROKEN in (code, report.code) else max(code, report.code)
        for path in arguments.path:
            for report in check(path, known, arguments.whole):
                _say(report)
                code = BROKEN if BROKEN in (code, report.code) else max(code, report.code)
    except (Broken, OSError, UnicodeDecodeError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return BROKEN if code == BROKEN else UNREADABLE
    return code


def _say(report: Report) -> None:
    verdict = {HOLDS: "HOLDS", BROKEN: "DOES NOT HOLD", UNSURE: "HOLDS AS FAR AS IT COULD BE CHECKED"}[report.code]
    said = [f"{report.where}: {verdict}"]
    said += [f"  {sentence}" for sentence in report.findings]
    said += [f"  not checked: {sentence}" for sentence in report.doubts]
    said += [f"  {sentence}" for sentence in report.facts]
    sys.stdout.write("\n".join(said) + "\n")


if __name__ == "__main__":
    sys.exit(main())
