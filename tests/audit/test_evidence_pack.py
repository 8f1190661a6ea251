"""An evidence pack: whole, signed, the same each time, and every change of it found without the portal (A09)."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.utils import timezone

from audit.evidence import archive, build, trail_parts
from audit.models import EvidencePack, Head
from audit.sealing import countersign_verify, sealer
from guardrails.models import TicketPolicy
from portal import change, trail, work
from tests.audit.sealing.log import as_owner, happen
from tests.factories import Cast

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parent / "oscal" / "oscal_assessment-results_schema.json"


@pytest.fixture
def inside(cast: Cast, tmp_path: Path, settings: Any) -> Iterator[Cast]:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    with cast.ada.inside():
        policy = TicketPolicy.objects.get()
        policy.classification_threshold = Decimal("0.91")
        change.apply(policy, reason="to see it in the pack")
        happen(7)
        sealer.seal(sweep=True)
        yield cast


def made(since: datetime | None = None, until: datetime | None = None) -> EvidencePack:
    now = timezone.now()
    pack = build.order(since or now - timedelta(days=1), until or now + timedelta(hours=1))
    work.run("evidence_pack", pack.pk, None)
    pack.refresh_from_db()
    return pack


def finished(pack: EvidencePack) -> Path:
    """Give a pack its turns until it is ready."""
    for _ in range(20):
        pack.refresh_from_db()
        if pack.state in ("waiting", "writing"):
            EvidencePack.objects.filter(pk=pack.pk).update(run_after=timezone.now())
            work.run("evidence_pack", pack.pk, None)
    return file_of(pack)


def file_of(pack: EvidencePack) -> Path:
    assert pack.state == "ready", (pack.state, pack.last_error)
    return build.file_of(pack)


def verified(path: Path, *arguments: str, by: str = "") -> tuple[int, str]:
    """Run the verifier as an auditor does: with Python alone, in a folder of its own."""
    program = by or countersign_verify.__file__
    done = subprocess.run(
        [sys.executable, "-I", program, str(path), *arguments], capture_output=True, text=True, cwd=path.parent
    )
    return done.returncode, done.stdout + done.stderr


def found(path: Path) -> tuple[int, list[str]]:
    """Check a pack in this process; return the worst code and every finding."""
    reports = countersign_verify.check(path, countersign_verify.Known())
    return max(report.code for report in reports), [said for report in reports for said in report.findings]


def changed(path: Path, edit: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the pack anew beside it with its files edited."""
    with zipfile.ZipFile(path) as before:
        files = {name: before.read(name) for name in before.namelist()}
    edit(files)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as after:
        for name, content in files.items():
            after.writestr(name, content)
    return other


@pytest.mark.requirement("A09")
def test_a_pack_holds_the_sealed_trail_and_what_stands_beside_it_and_is_checked_by_its_own_verifier(
    inside: Cast, tmp_path: Path
) -> None:
    path = file_of(made())
    with zipfile.ZipFile(path) as pack:
        pack.extract("countersign_verify.py", tmp_path)
        names = set(pack.namelist())
        lines = [line for name in names if name.endswith(".jsonl") for line in pack.read(name).splitlines()]
        sheets = [name for name in names if name.startswith("trail/") and name.endswith(".csv")]
        rows = [row for name in sheets for row in csv.DictReader(io.TextIOWrapper(pack.open(name), "utf-8"))]
        versions = [json.loads(line) for line in pack.read("sections/policy-versions.ndjson").splitlines()]
        edits = [json.loads(line) for line in pack.read("sections/changes.ndjson").splitlines()]
        controls = json.loads(pack.read("controls.json"))
        index = pack.read("index.html").decode()
        assert pack.read("summary.pdf").startswith(b"%PDF-")
        for section in ("policy-versions", "changes", "access-reviews", "drills"):
            assert {f"sections/{section}.ndjson", f"sections/{section}.csv"} <= names
    head = Head.objects.order_by("-number").first()
    assert len(lines) == len(rows) == head.size >= 8
    assert any("0.91" in said for version in versions for said in version["differences"])
    assert any(edit["reason"] == "to see it in the pack" and edit["after"] for edit in edits)
    assert "tests/" in json.dumps(controls["promises"]["A04"]["tests"])
    assert inside.northlight.name in index
    code, said = verified(path, by=str(tmp_path / "countersign_verify.py"))
    assert code == 0, said


def _touch(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: files[name] + b" "})


def _one_event(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.endswith(".jsonl"))
    files[name] = files[name].replace(b"person.signed_out", b"person.signed_in_", 1)


@pytest.mark.requirement("A09")
@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (_touch("summary.pdf"), "changed: file `summary.pdf`"),
        (_touch("index.html"), "changed: file `index.html`"),
        (lambda files: files.pop("controls.json"), "missing: file `controls.json`"),
        (lambda files: files.update({"sections/more.csv": b"x"}), "added: file `sections/more.csv`"),
        (_one_event, "is not what was sealed as event"),
        (lambda files: files.update({"MANIFEST.note": files["MANIFEST.note"].replace(b"  i", b"  j", 1)}), "forged"),
    ],
)
def test_the_verifier_names_the_file_that_was_changed_taken_out_or_added(
    inside: Cast, edit: Callable[[dict[str, bytes]], None], says: str
) -> None:
    path = file_of(made())
    assert found(path) == (0, [])
    code, findings = found(changed(path, edit))
    assert code == 1
    assert any(says in finding for finding in findings), findings


@pytest.mark.requirement("A09")
def test_the_same_period_under_the_same_head_is_the_same_bytes(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    until = timezone.now() + timedelta(hours=1)
    since = until - timedelta(days=1)
    first = made(since, until)
    happen(3)
    monkeypatch.setattr(trail_parts, "CHUNK", 3)
    second = made(since, until)
    assert (first.pk == second.pk, first.head_number == second.head_number) == (False, True)
    assert file_of(first).read_bytes() == file_of(second).read_bytes()


@pytest.mark.requirement("A09")
def test_a_worker_that_dies_in_the_middle_changes_nothing(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_parts, "PART", 4)
    until = timezone.now() + timedelta(hours=1)
    since = until - timedelta(days=1)
    whole = file_of(made(since, until)).read_bytes()
    pack = build.order(since, until)
    true_part, parts = trail_parts.write_part, []

    def dies(file: archive.Archive, *given: Any, **named: Any) -> Any:
        counts = true_part(file, *given, **named)
        parts.append(counts)
        if len(parts) == 2:  # written, and not kept
            raise RuntimeError("killed")
        return counts

    monkeypatch.setattr(trail_parts, "write_part", dies)
    assert finished(pack).read_bytes() == whole
    assert len(parts) > 2
    again = build.order(since, until)
    monkeypatch.setattr(build, "STEP_S", -1.0)  # a turn for each part, and the file lost between two
    work.run("evidence_pack", again.pk, None)
    build.file_of(again).unlink()
    assert finished(again).read_bytes() == whole


@pytest.mark.requirement("A09")
@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_what_was_changed_in_the_database_since_is_in_the_pack_and_found(inside: Cast) -> None:
    event = happen(1)[0]
    sealer.seal(sweep=True)
    as_owner("ALTER TABLE audit_event DISABLE TRIGGER USER")
    try:
        as_owner("UPDATE audit_event SET actor_name = 'Nobody' WHERE id = %s", event)
    finally:
        as_owner("ALTER TABLE audit_event ENABLE TRIGGER USER")
    pack = made()
    code, findings = found(file_of(pack))
    assert pack.counts["changed"] == 1
    assert code == 1
    assert [str(event) in finding for finding in findings] == [True]


@pytest.mark.requirement("A09")
def test_the_assessment_results_are_valid_oscal(inside: Cast) -> None:
    with zipfile.ZipFile(file_of(made())) as pack:
        document = json.loads(pack.read("assessment-results.json"))
    validator = jsonschema_rs.Draft7Validator(json.loads(SCHEMA.read_text()), validate_formats=True)
    assert [error.message for error in validator.iter_errors(document)] == []
    result = document["assessment-results"]["results"][0]
    states = {each["target"]["target-id"]: each["target"]["status"]["state"] for each in result["findings"]}
    assert set(states.values()) <= {"satisfied", "not-satisfied"}
    assert "eu-ai-act-12" in states
    broken = {**document["assessment-results"], "results": [{**result, "start": "yesterday"}]}
    assert list(validator.iter_errors({"assessment-results": broken}))


@pytest.mark.requirement("A09", part="memory")
def test_memory_does_not_grow_with_the_trail(inside: Cast, tmp_path: Path) -> None:
    """A part is written within a bound that ten times as many events do not move."""
    head = Head.objects.select_related("key").order_by("-number").first()

    def peak(number: int) -> int:
        row = next(trail_parts._rows(0, 1))
        file = archive.Archive(tmp_path / f"{number}.zip")
        tracemalloc.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trail_parts, "_rows", lambda first, end: (row for _ in range(number)))
            patch.setattr(trail_parts, "_SPOOL_BYTES", 64 * 1024)
            trail_parts.write_part(file, head, 0, head.size, with_heads=False)
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        file.abandon()
        return reached

    peak(50)
    assert peak(3_000) < peak(300) + 256 * 1024


def test_what_personal_texts_said_is_not_in_a_pack(inside: Cast) -> None:
    trail.record(
        trail.Event("trail.searched", trail.Subject("trail", "x"), data={"filters": {}}, text={"search": "zwetschge"})
    )
    sealer.seal(sweep=True)
    with zipfile.ZipFile(file_of(made())) as pack:
        assert not [name for name in pack.namelist() if b"zwetschge" in pack.read(name)]


def test_a_period_without_events_is_a_pack_that_says_so(inside: Cast) -> None:
    then = timezone.now() - timedelta(days=400)
    pack = made(then, then + timedelta(days=1))
    with zipfile.ZipFile(file_of(pack)) as file:
        assert not [name for name in file.namelist() if name.startswith("trail/")]
    code, findings = found(build.file_of(pack))
    assert (code, findings) == (0, [])
