"""Locks on things that have no row of their own: an order at a store, a family of tokens. Held until the commit."""

from __future__ import annotations

from django.db import connection, transaction

from portal import tenancy


def hold(kind: str, name: str) -> None:
    """Wait for, then hold, the organization's lock on (`kind`, `name`) until the transaction ends. One statement.

    Two names that hash alike wait for each other, which is harmless. Raises outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locks.hold needs a transaction: the lock ends with it")
    with connection.cursor() as cursor:
        key = "/".join((str(tenancy.organization_id()), kind, name))
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
