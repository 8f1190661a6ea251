"""What somebody with the owner's or a superuser's hands does to the record, and how the verifier names it (A04)."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from audit.models import Head, Leaf, SealKey
from audit.sealing import countersign_verify, keys, note
from audit.sealing.countersign_verify import leaf_hash
from audit.sealing.proofs import Proof, leaf_of, receipt, whole_log
from audit.sealing.tree import Frontier
from tests.audit.sealing.log import as_owner, happen, leaves, seal
from tests.factories import make_cast

TABLES = ("audit_event", "audit_leaf", "audit_sealkey", "audit_head", "audit_sealstate")


class Record:
    """A sealed record with published heads, exported again and again, and put back after each tampering."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for number in (3, 4, 5):
            happen(number)
            seal()
        seal()
        self.key = keys.verifier_key(SealKey.objects.get())
        self.events = [str(event) for _, event in leaves()]
        heads = list(Head.objects.order_by("number"))
        self.sizes = [head.size for head in heads]
        (folder / "heads.txt").write_text("".join(head.checkpoint for head in heads[1:]))
        for table in TABLES:
            as_owner(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")

    def put_back(self) -> None:
        as_owner(f"TRUNCATE {', '.join(reversed(TABLES))} CASCADE")
        for table in TABLES:
            as_owner(f"INSERT INTO {table} SELECT * FROM kept_{table}")

    def close(self) -> None:
        for table in TABLES:
            as_owner(f"DROP TABLE IF EXISTS kept_{table}")

    def export(self) -> Path:
        path = self.folder / "trail.jsonl"
        path.write_bytes(b"".join(whole_log()))
        path.with_name("trail.jsonl.proof").write_bytes(b"".join(Proof(in_order=True, whole=True).lines()))
        return path

    def verify(self, path: Path, capsys: Any, *more: str) -> tuple[int, str]:
        code = countersign_verify.main([str(path), "--key", self.key, *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    @property
    def published(self) -> tuple[str, str]:
        return "--heads", str(self.folder / "heads.txt")


def regrow(record: Record, sign: Callable[[str], str] | None = None) -> None:
    """Calculate the whole tree anew over what the tables hold now, as somebody with the database would."""
    frontier, roots = Frontier(), {}
    for leaf in Leaf.objects.order_by("index"):
        value = leaf_hash(leaf_of(leaf.pk))
        completed = b"".join(frontier.append(value))
        as_owner("UPDATE audit_leaf SET hash = %s, subtrees = %s WHERE id = %s", value, completed, leaf.pk)
        roots[frontier.size] = frontier.root()
    for head in Head.objects.order_by("number") if sign else []:
        text = note.checkpoint_text(head.checkpoint.split("\n")[0], head.size, roots[head.size])
        as_owner(
            "UPDATE audit_head SET checkpoint = %s, root = %s WHERE id = %s", sign(text), roots[head.size], head.pk
        )


def edit(record: Record) -> None:
    as_owner("UPDATE audit_event SET actor_name = 'Somebody else' WHERE id = %s", record.events[12])


def edit_and_hide(record: Record) -> None:
    edit(record)
    as_owner("UPDATE audit_leaf SET hash = %s WHERE id = %s", leaf_hash(leaf_of(record.events[12])), record.events[12])


def edit_and_regrow(record: Record) -> None:
    edit(record)
    regrow(record)


def forge_with_a_stolen_database(record: Record) -> None:
    """Everything is there but what opens the vault: the thief signs with a key of their own."""
    edit(record)
    private, name = Ed25519PrivateKey.generate(), SealKey.objects.get().name
    as_owner("UPDATE audit_sealkey SET public = %s", private.public_key().public_bytes_raw())
    regrow(record, lambda text: note.sign(text, name, private.private_bytes_raw()))


def delete(record: Record) -> None:
    as_owner("DELETE FROM audit_event WHERE id = %s", record.events[5])


def delete_with_its_leaf(record: Record) -> None:
    delete(record)
    as_owner("DELETE FROM audit_leaf WHERE id = %s", record.events[5])


def reorder(record: Record) -> None:
    first, second = record.events[3], record.events[6]
    as_owner('UPDATE audit_leaf SET "index" = 1000 WHERE id = %s', first)
    as_owner('UPDATE audit_leaf SET "index" = 3 WHERE id = %s', second)
    as_owner('UPDATE audit_leaf SET "index" = 6 WHERE id = %s', first)
    regrow(record)


def truncate_the_tail(record: Record) -> None:
    for table, column in (("audit_leaf", '"index" >='), ("audit_head", "size >")):
        as_owner(f"DELETE FROM {table} WHERE {column} %s", record.sizes[-2])
    as_owner("DELETE FROM audit_event WHERE id::text = ANY(%s)", record.events[record.sizes[-2] :])


def roll_back_to_a_backup(record: Record) -> None:
    truncate_the_tail(record)
    happen(9)
    seal()


def swap_a_partition(record: Record) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_event WHERE id = %s", [record.events[7]])
        month = cursor.fetchone()[0]
        cursor.execute("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = %s", [month])
        bounds = cursor.fetchone()[0]
    as_owner(f"ALTER TABLE audit_event DETACH PARTITION {month}")
    as_owner(f"ALTER TABLE {month} RENAME TO was_{month}")
    as_owner(f"CREATE TABLE {month} (LIKE audit_event INCLUDING ALL)")
    as_owner(f"INSERT INTO {month} SELECT * FROM was_{month} WHERE id <> %s", record.events[7])
    as_owner(f"ALTER TABLE audit_event ATTACH PARTITION {month} {bounds}")


def swap_it_back(record: Record) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'was_audit_event_%' AND relkind = 'r'")
        month = cursor.fetchone()[0].removeprefix("was_")
        cursor.execute("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = %s", [month])
        bounds = cursor.fetchone()[0]
    as_owner(f"DROP TABLE {month}")
    as_owner(f"ALTER TABLE was_{month} RENAME TO {month}")
    as_owner(f"ALTER TABLE audit_event ATTACH PARTITION {month} {bounds}")


PARTED = "rewritten: something among events {s0} to {s1m} of the log is not what the head over {s1} events says"
TAMPERINGS: dict[Callable[[Record], None], str] = {
    edit: "changed: event {12} on line 13",
    edit_and_hide: PARTED,
    edit_and_regrow: PARTED,
    forge_with_a_stolen_database: "forged: the head over {s0} events: no known key signed it",
    delete: "missing: event {5}, event 5 of the log, has no line",
    delete_with_its_leaf: "missing: event 5 of the log is gone",
    reorder: "rewritten: something among events",
    truncate_the_tail: "cut: a published head says {s2} events, this record ends after {s1}",
    roll_back_to_a_backup: "rewritten: something among events {s1} to",
    swap_a_partition: "missing: event {7}, event 7 of the log, has no line",
}


def expected(record: Record, text: str) -> str:
    for number, event in enumerate(record.events):
        text = text.replace(f"{{{number}}}", event)
    for number, size in enumerate(record.sizes):
        text = text.replace(f"{{s{number}}}", str(size)).replace(f"{{s{number}m}}", str(size - 1))
    return text


@pytest.mark.requirement("A04")
@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_each_tampering_is_found_and_named(tmp_path: Path, capsys: Any) -> None:
    cast = make_cast()
    with cast.ada.inside():
        record = Record(tmp_path)
        try:
            code, said = record.verify(record.export(), capsys, *record.published, "--whole")
            assert (code, "HOLDS" in said) == (0, True), said
            for tamper, wanted in TAMPERINGS.items():
                tamper(record)
                code, said = record.verify(record.export(), capsys, *record.published)
                assert code == 1, f"{tamper.__name__}: {said}"
                assert expected(record, wanted) in said, f"{tamper.__name__}: {said}"
                if tamper is swap_a_partition:
                    swap_it_back(record)
                record.put_back()
            code, said = record.verify(record.export(), capsys, *record.published)
            assert code == 0, said
            a_file_is_tampered_with(record, capsys)
            a_pack_is_tampered_with(record, capsys)
            the_copied_file_runs_alone(record)
        finally:
            record.close()


def a_file_is_tampered_with(record: Record, capsys: Any) -> None:
    path = record.export()
    lines, proof = path.read_bytes().splitlines(keepends=True), path.with_name("trail.jsonl.proof").read_bytes()
    new = lines[2].replace(record.events[2].encode(), b"01890000-0000-7000-8000-000000000000")
    for changed, wanted in (
        ([*lines[:3], *lines[4:]], f"missing: event {record.events[3]}"),
        ([*lines[:3], lines[4], lines[3], *lines[5:]], f"moved: event {record.events[3]} on line 5"),
        ([*lines, lines[1]], f"added: event {record.events[1]} stands a second time"),
        (
            [*lines[:3], new, *lines[3:]],
            "8000-000000000000 on line 4 is not in the log",
        ),
        ([*lines[:3], lines[3][:40] + b"\n", *lines[4:]], "changed: line 4 cannot be read"),
        ([lines[0].replace(b'"v":1', b'"v":2'), *lines[1:]], f"changed: event {record.events[0]}"),
    ):
        path.write_bytes(b"".join(changed))
        code, said = record.verify(path, capsys)
        assert code == 1, wanted
        assert wanted in said, said
    path.write_bytes(b"".join(lines))
    rows = proof.splitlines(keepends=True)
    for broken in (rows[:-1], rows[:3], [], [b"{}\n"], [b"[" * 9000], [*rows[:4], *rows[5:]], [*rows[:-3], *rows[-2:]]):
        path.with_name("trail.jsonl.proof").write_bytes(b"".join(broken))
        code, said = record.verify(path, capsys)
        assert code in (1, 2), said
        assert "Traceback" not in said


def a_pack_is_tampered_with(record: Record, capsys: Any) -> None:
    path = record.export()
    kept = record.folder / "one.receipt.json"
    kept.write_text(json.dumps(receipt(leaves()[3][1])))
    assert record.verify(kept, capsys, *record.published)[0] == 0
    changed = json.loads(kept.read_text())
    changed["leaf"] = changed["leaf"].replace('"v":1', '"v":2')
    wrong = record.folder / "wrong.json"
    wrong.write_text(json.dumps(changed))
    code, said = record.verify(wrong, capsys)
    assert (code, "changed: this is not event 3" in said) == (1, True)
    pack = record.folder / "pack.zip"
    files = [path, path.with_name("trail.jsonl.proof"), kept]
    for spoil in ("", "changed", "added", "missing"):
        with zipfile.ZipFile(pack, "w") as archive:
            for each in files[1:] if spoil == "missing" else files:
                archive.writestr(each.name, each.read_bytes() + (b"\n" if spoil == "changed" else b""))
            if spoil == "added":
                archive.writestr("more.txt", "x")
            archive.writestr("MANIFEST.note", keys.manifest({each.name: _digest(each) for each in files}))
        code, said = record.verify(pack, capsys, *record.published)
        assert code == (1 if spoil else 0), said
        assert not spoil or f"{spoil}: file" in said


def _digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def the_copied_file_runs_alone(record: Record) -> None:
    """Copied to another folder, isolated from ours: nothing but Python and `cryptography`."""
    path = record.export()
    alone = record.folder / "elsewhere"
    alone.mkdir()
    program = shutil.copy(countersign_verify.__file__, alone / "countersign-verify")
    ran = subprocess.run(
        [sys.executable, "-I", str(program), str(path), "--key", record.key, *record.published],
        capture_output=True,
        text=True,
        cwd=alone,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    imported = [
        line.split()[1] for line in Path(program).read_text().splitlines() if line.startswith(("import ", "from "))
    ]
    assert {each.split(".")[0] for each in imported} - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_key_and_heads_that_are_none_are_said_so(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "heads.txt").write_text("no checkpoint at all")
    for given in (
        ["x", "--key", "a+b+c"],
        ["x", "--heads", str(tmp_path / "heads.txt")],
        [str(tmp_path / "gone.jsonl")],
    ):
        assert countersign_verify.main(given) == 2
        assert "cannot be read" in capsys.readouterr().err


def test_a_checkpoint_is_a_signed_note_as_c2sp_writes_it() -> None:
    name = "example.com/behind-the-sofa"
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    written = note.sign(note.checkpoint_text(name, 20852163, bytes(32)), name, bytes(range(32)))
    assert written.startswith(f"{name}\n20852163\n{base64.b64encode(bytes(32)).decode()}\n\n\u2014 {name} ")
    key = countersign_verify.Key.read(note.verifier_key(name, public))
    assert str(key) == note.verifier_key(name, public)
    assert countersign_verify.opened(written, [key]) == written.rpartition("\n\n")[0] + "\n"
    with pytest.raises(countersign_verify.Broken, match="not valid"):
        countersign_verify.opened(written.replace("20852163", "20852164"), [key])
    with pytest.raises(countersign_verify.Broken, match="no known key"):
        countersign_verify.opened(written, [])
