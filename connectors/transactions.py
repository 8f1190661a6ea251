"""Tells the adapters whether a transaction of the portal is open; the outside is never called inside one."""

from __future__ import annotations

from django.db import connections


def is_open() -> bool:
    """Return whether this thread holds a transaction on a database of the portal.

    The transaction that Django's test case wraps around a whole test is not ours and is left out.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            continue
        blocks = connection.atomic_blocks
        if not blocks or any(not getattr(block, "_from_testcase", False) for block in blocks):
            return True
    return False
