"""One pass over a text that says which searches could find anything in it at all. Finds no places itself.

Every detector registers the sign without which it cannot succeed; all signs are one RE2 set, so that looking for
twenty of them costs about what looking for one does, and most replies carry none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from guardrails.output.linear import options

_SIGNS: dict[str, str] = {}


def sign(name: str, pattern: str, *, case: bool = False) -> str:
    """Register the sign `name`, an RE2 pattern without regard to case unless `case`; return the name."""
    _SIGNS[name] = pattern if case else f"(?i:{pattern})"
    return name


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[str, ...], Any]:
    """Return the names in order, and the set of them with one pattern at its end that always matches."""
    names = tuple(_SIGNS)
    signs = re2.Set.SearchSet(options(case=True, max_mem_bytes=64 << 20))
    for name in names:
        signs.Add(_SIGNS[name])
    signs.Add("")
    signs.Compile()
    return names, signs


def scan(text: str) -> frozenset[str]:
    """Return the names of the signs that stand in the text.

    # INVARIANT: where not even the pattern that always matches is reported, the set ran out of memory, and
    every sign counts as standing there: a full memory never closes an eye.
    """
    names, signs = _compiled()
    found = signs.Match(text.encode("utf-8", "replace"))
    if len(names) not in found:
        return frozenset(names)
    return frozenset([names[index] for index in found if index < len(names)])
