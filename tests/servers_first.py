"""A pytest plugin, loaded before Django's settings: tests have servers of their own, beside a running demo."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
os.environ.setdefault("COUNTERSIGN_STATE_DIR", str(BASE_DIR / ".state" / "test"))

from portal import environment  # noqa: E402 - reads the variable set above

environment.load(os.environ, BASE_DIR).start(durable=False)
