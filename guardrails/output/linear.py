"""RE2 as the guard uses it: linear time, quiet, bounded memory. The only place that builds its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import re2


def options(*, case: bool = False, max_mem_bytes: int = 16 << 20) -> Any:
    """Return RE2 options: without regard to case unless `case`, errors raised and never printed."""
    chosen = re2.Options()
    chosen.case_sensitive = case
    chosen.log_errors = False
    chosen.max_mem = max_mem_bytes
    return chosen


def compiled(pattern: str, *, case: bool = False) -> Any:
    """Return an RE2 pattern of ours; raises `re2.error` where it is not one."""
    return re2.compile(pattern, options=options(case=case))


def hint(pattern: str, *, case: bool = False) -> Callable[[str], bool]:
    """Return a cheap question: could a slower search find something here at all?"""
    search = compiled(pattern, case=case).search
    return lambda text: search(text) is not None
