"""The end of a pack: its sections, its proof, its summary, and the manifest that is signed."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

from django.template.loader import render_to_string

from audit.cells import json_cell, text_cell
from audit.controls import FRAMEWORKS, REVIEWED, promise
from audit.evidence import oscal, summary
from audit.evidence.archive import Archive
from audit.evidence.facts import facts_of
from audit.models import EvidencePack, Head
from audit.sealing import keys
from portal import evidence
from portal.evidence import Cut

MANIFEST, SUMS = "MANIFEST.note", "SHA256SUMS"
_SPOOL_BYTES = 4 * 1024 * 1024


def close(archive: Archive, pack: EvidencePack, cut: Cut) -> None:
    """Write everything beside the trail, then the manifest over all files and the signature over the manifest."""
    head = Head.objects.select_related("key").get(number=cut.head_number)
    counted = {each.name: _section(archive, each, cut) for each in evidence.sections()}
    archive.write("log/key", [keys.verifier_key(head.key).encode() + b"\n"])
    archive.write("log/checkpoint", [head.checkpoint.encode()])
    archive.write("log/heads.ndjson", _heads(pack, head))
    facts = facts_of(pack, cut, head, counted)
    archive.write("controls.json", _json(_controls()))
    archive.write("assessment-results.json", _json(oscal.assessment_results(facts)))
    archive.write("summary.pdf", [summary.pdf(facts)])
    archive.write("index.html", [render_to_string("audit/pack/index.html", {"facts": facts}).encode()])
    archive.write("countersign_verify.py", [_verifier()])
    _sign(archive, pack, head)


def _sign(archive: Archive, pack: EvidencePack, head: Head) -> None:
    """Write the list of all files, and the same list signed by the key of the log.

    No head of the log reads like a manifest: those begin with the log's name.
    """
    archive.write(SUMS, [_listed({**pack.entries, **archive.entries})])
    lines = _listed({**pack.entries, **archive.entries}).decode()
    text = f"countersign-pack v1\nkey {keys.verifier_key(head.key)}\n{lines}"
    archive.write(MANIFEST, [keys.sign(head.key, text).encode()])


def _listed(entries: Mapping[str, list[Any]]) -> bytes:
    """Return SHA-256 and name of each file, a line each, as `sha256sum --check` reads it."""
    return "".join(f"{entries[name][0]}  {name}\n" for name in sorted(entries)).encode()


def _heads(pack: EvidencePack, head: Head) -> Iterator[bytes]:
    """Yield every signed head over the period's range of the log, with its link to the one before."""
    heads = Head.objects.filter(size__gt=pack.first_leaf, number__lte=head.number).order_by("number")
    for number, checkpoint, link in heads.values_list("number", "checkpoint", "link").iterator(2_000):
        yield _dumps({"number": number, "checkpoint": checkpoint, "link": link}).encode() + b"\n"


def _section(archive: Archive, section: evidence.Section, cut: Cut) -> int:
    """Write a section as JSON Lines and as CSV; return how many rows it has."""
    count = 0
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(archive.path.parent)) as sheet:
        sheet.write(_cells(section.columns))
        with archive.add(f"sections/{section.name}.ndjson") as lines:
            for row in section.rows(cut):
                given = {name: row[name] for name in section.columns}
                lines.write(_dumps(given).encode() + b"\n")
                sheet.write(_cells(_cell(each) for each in given.values()))
                count += 1
        sheet.seek(0)
        with archive.add(f"sections/{section.name}.csv") as file:
            shutil.copyfileobj(sheet, file, 256 * 1024)
    return count


def _controls() -> Mapping[str, Any]:
    return {
        "reviewed": REVIEWED.isoformat(),
        "frameworks": [
            {
                "id": framework.id,
                "title": framework.title,
                "source": framework.source,
                "controls": [
                    {
                        "id": control.id,
                        "reference": control.reference,
                        "title": control.title,
                        "asks": control.asks,
                        "applies_from": control.applies_from.isoformat() if control.applies_from else None,
                        "note": control.note,
                        "promises": list(control.promises),
                    }
                    for control in framework.controls
                ],
            }
            for framework in FRAMEWORKS
        ],
        "promises": {
            id: {
                "sentence": (known := promise(id)).sentence,
                "whole": known.is_whole,
                "tests": known.tests,
                "event_types": known.event_types,
            }
            for id in sorted({id for f in FRAMEWORKS for c in f.controls for id in c.promises})
        },
    }


def _verifier() -> bytes:
    return resources.files("audit.sealing").joinpath("countersign_verify.py").read_bytes()


def _json(value: Any) -> Iterator[bytes]:
    yield json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _dumps(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return text_cell(value)
    return json_cell(value) if isinstance(value, dict | list | tuple) else value


def _cells(values: Iterable[Any]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow(list(values))
    return written.getvalue().encode()
