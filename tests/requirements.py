"""`make requirements`: every promise with the tests that prove it; exits 1 when a whole one has none."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.promises import PROMISES, WHOLE

TESTS = Path(__file__).parent


def marks(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (ID, part or "", test) of every requirement mark in a file, class- and module-wide ones included."""
    tree = ast.parse(path.read_text())
    where = path.relative_to(TESTS.parent)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                yield from _ids(mark, f"{where}::{node.name}")
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
            for mark in ast.walk(node.value):
                yield from _ids(mark, str(where))


def _ids(mark: ast.AST, test: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(mark, ast.Call) or not ast.unparse(mark.func).endswith("mark.requirement"):
        return
    part = next((str(ast.literal_eval(k.value)) for k in mark.keywords if k.arg == "part"), "")
    for argument in mark.args:
        yield str(ast.literal_eval(argument)), part, test


def collected() -> dict[str, list[tuple[str, str]]]:
    """Return ID → (part, test) over all test files."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for promise, part, test in marks(path):
            found[promise].append((part, test))
    return found


def main() -> int:
    found = collected()
    unknown = sorted(set(found) - set(PROMISES))
    missing = [promise for promise in WHOLE if not any(not part for part, _ in found.get(promise, []))]
    for promise, sentence in PROMISES.items():
        tests = found.get(promise, [])
        kept = "whole" if promise in WHOLE and promise not in missing else ("in part" if tests else "not yet")
        print(f"{promise}  {kept:8} {sentence}")
        for part, test in tests:
            print(f"       {test}{f'  ({part})' if part else ''}")
    if unknown:
        print(f"marks of promises that do not exist: {', '.join(unknown)}", file=sys.stderr)
    if missing:
        print(f"whole promises without a test of their own: {', '.join(missing)}", file=sys.stderr)
    return 1 if unknown or missing else 0


if __name__ == "__main__":
    sys.exit(main())
