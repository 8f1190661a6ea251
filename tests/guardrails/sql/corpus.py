"""Reads the corpora: statements with a heading `-- [rule] what it tries`. Reads files only."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
HEADING = re.compile(r"^-- \[([\w.]*)\] (.*)$", re.M)


def read(name: str) -> list[tuple[str, str, str]]:
    """Return (rule, title, statement) of each case in corpus/`name`.sql."""
    parts = HEADING.split((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    assert not parts[0].strip(), "a corpus begins with a heading"
    return [
        (rule, title, text.strip("\n")) for rule, title, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]
