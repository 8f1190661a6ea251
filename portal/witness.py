"""The port through which signed heads of the log leave the house; the floor that has the doors installs them.

A head that somebody outside keeps is what a rewriting cannot match, not even by who operates the portal.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Offer:
    """A head to publish: whose it is, which one, and its checkpoint; `options` are the way's own settings."""

    organization_id: uuid.UUID
    number: int
    checkpoint: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: where the head is now, and the token of a time-stamp server with its time."""

    where: str
    token: bytes = b""
    stamped_at: datetime | None = None


class NotTaken(Exception):
    """The head was not published; the message is safe to show. `is_alarm`: what came back is wrong."""

    def __init__(self, message: str, *, is_alarm: bool = False) -> None:
        super().__init__(message)
        self.is_alarm = is_alarm


class Witness(Protocol):
    """One way out. `publish` may be called again for the same head and then changes nothing."""

    def place(self, options: Mapping[str, str]) -> str:
        """Return where heads would go, in words; empty where nobody has set it up."""
        ...

    def latest(self, offer: Offer) -> str:
        """Return the newest checkpoint this way holds of the organization, empty where it cannot say."""
        ...

    def publish(self, offer: Offer) -> Taken:
        """Publish a head; raise `NotTaken`. Calls outside: never in a transaction."""
        ...


_witnesses: dict[str, Witness] = {}


def install(name: str, witness: Witness) -> None:
    """Say what publishes by the way of that name. Called by the app that has the door."""
    _witnesses[name] = witness


def by(name: str) -> Witness:
    """Return the witness of a way; raise `LookupError` where none was installed."""
    if name not in _witnesses:
        raise LookupError(f"nothing publishes by `{name}`; install it in an app's ready()")
    return _witnesses[name]
