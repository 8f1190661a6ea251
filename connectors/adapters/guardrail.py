"""Refuses an outside call while a transaction of the portal is open. Knows the portal only by a hook.

A call inside a transaction would hold locks for as long as the outside takes, and a rollback after
it would forget something that has happened. An app's `ready()` installs the probe; without one (the
adapters used on their own) there is no transaction to ask about.
"""

from __future__ import annotations

from collections.abc import Callable

TransactionProbe = Callable[[], bool]

_probe: TransactionProbe | None = None


class TransactionOpen(RuntimeError):
    """A verb called the outside before it committed: a mistake in our code, never in the caller's input."""


def set_transaction_probe(probe: TransactionProbe | None) -> TransactionProbe | None:
    """Install what answers "is a transaction of the portal open in this thread?"; return the one before."""
    global _probe
    before, _probe = _probe, probe
    return before


def assert_no_transaction(call: str) -> None:
    """Raise `TransactionOpen` naming `call` when the portal has a transaction open."""
    if _probe is not None and _probe():
        raise TransactionOpen(
            f"{call}: a transaction of the portal is open; commit the claim first, then act, then settle"
        )
