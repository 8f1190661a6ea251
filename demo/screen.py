"""What the demo prints: plain sentences, in colour on a terminal, with a line for every step that takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from portal.embedded.processes import progress

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "violet": "35"}
SHAPES = {
    "pass": ("✓", "green"),
    "human": ("◔", "yellow"),
    "block": ("✕", "red"),
    "stop": ("■", "violet"),
    "record": ("◎", "blue"),
}
"""Each outcome has a shape of its own, so that colour alone never says anything."""
NOT_ASKED = "–"


def is_coloured() -> bool:
    """Whether to paint: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, *looks: str) -> str:
    """Return the text in the given looks, or as it is."""
    if not is_coloured():
        return text
    return f"\x1b[{';'.join(_CODES[look] for look in looks)}m{text}\x1b[0m"


def say(line: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def heading(text: str) -> None:
    """Print a heading with air above it."""
    say()
    say(paint(text, "bold"))


def slow(line: str) -> None:
    """Say that a step takes long."""
    say(paint(f"  {line} …", "dim"))


@contextmanager
def step(line: str) -> Iterator[None]:
    """Say `line` when the block takes longer than two seconds."""
    with progress(slow, line):
        yield


def shape(outcome: str, *, is_preview: bool = False) -> str:
    """Return an outcome's shape; a gate that was only asked ahead is dim."""
    sign, colour = SHAPES.get(outcome, ("?", "red"))
    return paint(sign, "dim") if is_preview else paint(sign, colour)
