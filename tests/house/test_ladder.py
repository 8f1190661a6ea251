"""Breaking the ladder of floors fails `make imports`, whichever rung is broken and wherever the import stands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("portal", "guardrails", "audit", "connectors", "questions", "tickets", "demo")
LINTER = Path(sys.executable).parent / "lint-imports"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code and of the contracts that hold it."""
    folder = tmp_path_factory.mktemp("ladder")
    for floor in FLOORS:
        if (ROOT / floor).is_dir():
            shutil.copytree(ROOT / floor, folder / floor, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def judged(folder: Path) -> tuple[int, str]:
    """Return the linter's exit code and what it said."""
    done = subprocess.run(
        [LINTER, "--no-logo", "--cache-dir", folder / ".cache"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_control_the_code_as_it_stands_keeps_the_ladder(copy: Path) -> None:
    code, said = judged(copy)
    assert (code, "0 broken" in said) == (0, True), said


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("guardrails/caps.py", "import tickets.models"),
        ("audit/write.py", "from guardrails import spend"),
        ("portal/work.py", "def late() -> None:\n    from connectors import open"),
        ("questions/ask.py", "from tickets import approve"),
        ("tickets/approve.py", "import questions.ask"),
        ("connectors/open.py", "import questions"),
        ("tickets/execute.py", "import httpx"),
        ("guardrails/spend.py", "import anthropic"),
        ("questions/pipeline.py", "import sqlite3"),
        ("guardrails/gates/money.py", "import django"),
        ("connectors/contracts/errors.py", "from rest_framework import serializers"),
    ],
)
def test_a_forbidden_import_fails(copy: Path, module: str, line: str) -> None:
    file = copy / module
    before = file.read_text()
    try:
        file.write_text(f"{before}\n\n{line}\n")
        code, said = judged(copy)
    finally:
        file.write_text(before)
    assert (code, "BROKEN" in said) == (1, True), said


def test_make_check_asks_the_linter() -> None:
    recipe = (ROOT / "Makefile").read_text()
    assert "check: lint types imports " in recipe
    assert ".venv/bin/lint-imports" in recipe
