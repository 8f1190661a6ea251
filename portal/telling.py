"""The port through which every floor tells people outside; the floor that has the doors installs what writes it.

What is told is a row that commits with what it tells of (`portal.models.OutboxMessage`), delivered later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Teller(Protocol):
    """Writes one message to every recipient of a topic in the caller's transaction; returns how many."""

    def __call__(self, topic: str, *, subject: str, text: str, key: str, link: str = "") -> int: ...


_tell: Teller | None = None
_listeners: Callable[[str], int] | None = None


def install(teller: Teller, listeners: Callable[[str], int]) -> None:
    """Say what writes the messages and what counts who listens. Called once, by the app that delivers them."""
    global _tell, _listeners
    _tell, _listeners = teller, listeners


def listeners(topic: str) -> int:
    """Return how many recipients are told of a topic now."""
    if _listeners is None:
        raise LookupError("nothing tells people outside; install it in an app's ready()")
    return _listeners(topic)


def tell(topic: str, *, subject: str, text: str, key: str, link: str = "") -> int:
    """Tell every recipient of `topic`, in the caller's transaction; `key` names the occasion, told once."""
    if _tell is None:
        raise LookupError("nothing tells people outside; install it in an app's ready()")
    return _tell(topic, subject=subject, text=text, key=key, link=link)
