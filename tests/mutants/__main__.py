"""`make mutants`: break each whole promise once, in a copy; the promise's own tests must fail.

A mutant that survives, a break that no longer applies, and a whole promise without a mutant fail the command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.breaks import BREAKS, Break
from tests.promises import WHOLE
from tests.requirements import collected

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 600


def copy_tree(to: Path) -> None:
    """Copy what git tracks, and what it would track, into `to`; the environment is shared."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        source = ROOT / name
        if source.is_file():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (to / ".venv").symlink_to((ROOT / ".venv").resolve())


def apply(broken: Break, tree: Path) -> str:
    """Make the break; return why it could not be made, or nothing."""
    path = tree / broken.file
    text = path.read_text() if path.exists() else ""
    if text.count(broken.old) != 1:
        return f"`{broken.old[:60]}` stands {text.count(broken.old)} times in {broken.file}, not once"
    path.write_text(text.replace(broken.old, broken.new))
    return ""


def run_tests(broken: Break, tree: Path) -> tuple[int, str]:
    """Run the promise's own tests in the broken copy; return pytest's exit code and its last lines."""
    files = sorted({test.split("::")[0] for part, test in collected().get(broken.promise, []) if not part})
    if not files:
        return 5, "no test is marked with the whole promise"
    options = ["-x", "-q", "-n0", "--promise", broken.promise, "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *files]
    if broken.remakes_database:
        command.append("--create-db")
    # Servers of its own: a break of the database's rules must not stay behind in anybody else's.
    environment = os.environ | {"COUNTERSIGN_STATE_DIR": str(tree / ".state" / "test"), "PYTHONPATH": str(tree)}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return 1, "timed out, which counts as failing"
    return done.returncode, done.stdout[-400:]


def try_break(broken: Break, tree: Path) -> str:
    """Return what is wrong with this mutant, or nothing when it was caught."""
    original = (tree / broken.file).read_text() if (tree / broken.file).exists() else ""
    if problem := apply(broken, tree):
        return problem
    try:
        code, output = run_tests(broken, tree)
    finally:
        (tree / broken.file).write_text(original)
    if code == 1:
        return ""
    if code == 0:
        return "it SURVIVED: no test of the promise failed"
    return f"pytest could not run its tests (exit {code}): {output.strip()}"


def main(wanted: list[str]) -> int:
    broken_ones = {each.promise for each in BREAKS}
    failures = [] if wanted else [f"{promise}: has no mutant" for promise in WHOLE if promise not in broken_ones]
    chosen = [b for b in BREAKS if not wanted or b.promise in wanted]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        try:
            for broken in chosen:
                started = time.monotonic()
                problem = try_break(broken, tree)
                took = time.monotonic() - started
                print(f"{'✕' if problem else '✓'} {broken.promise} {broken.name} ({took:.0f} s) {problem}", flush=True)
                if problem:
                    failures.append(f"{broken.promise} {broken.name}: {problem}")
        finally:
            state = str(tree / ".state" / "test")
            subprocess.run(
                [sys.executable, "-m", "portal.embedded", "stop", "--state-dir", state], cwd=tree, check=False
            )
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(chosen)} mutants, {len(failures)} problems")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
