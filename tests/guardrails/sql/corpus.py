"""Reads the corpora: the product's own attack list, and honest queries of ours. Reads files only."""

from __future__ import annotations

from pathlib import Path

from guardrails.sql import self_test

FOLDER = Path(__file__).parent / "corpus"


def read(name: str) -> list[tuple[str, str, str]]:
    """Return (rule, title, statement) of each case of `attacks_<dialect>` or `legitimate_<dialect>`."""
    kind, _, dialect = name.partition("_")
    path = self_test.FOLDER / f"{dialect}.sql" if kind == "attacks" else FOLDER / f"{name}.sql"
    return [(case.rule, case.tries, case.sql) for case in self_test.cases(path.read_text(encoding="utf-8"))]


def lines(name: str) -> list[str]:
    """Return the statements of corpus/`name`.sql, one a line; where a line needs white space, it is written `\\n`."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if line and not line.startswith("--#")]
    return [
        line.replace("\\n", "\n").replace("\\t", "\t") if line.startswith("-- ") or "\\n\\t" in line else line
        for line in kept
    ]
