"""`python -m tests.promise_map --write`: what the product ships of its promises and tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.promises import PROMISES, WHOLE
from tests.requirements import collected

FILE = Path(__file__).parent.parent / "audit" / "promises.json"


def wanted() -> str:
    """Return the file's text as the tests have it now."""
    tests = collected()
    rows = {
        promise: {
            "sentence": sentence,
            "whole": promise in WHOLE,
            "tests": sorted({test for part, test in tests.get(promise, ()) if not part or promise not in WHOLE}),
        }
        for promise, sentence in PROMISES.items()
    }
    return json.dumps(rows, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv:
        FILE.write_text(wanted(), encoding="utf-8")
    sys.exit(0 if FILE.read_text(encoding="utf-8") == wanted() else "run `python -m tests.promise_map --write`")
