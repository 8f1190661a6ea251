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


def lines(name: str) -> list[str]:
    """Return the statements of corpus/`name`.sql, one a line; where a line needs white space, it is written `\\n`."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if line and not line.startswith("--#")]
    return [
        line.replace("\\n", "\n").replace("\\t", "\t") if line.startswith("-- ") or "\\n\\t" in line else line
        for line in kept
    ]
