"""Sealing: committed events become leaves, in an order that skips none, under a signed head.

Events are taken in the order of (`xact_id`, `id`) and only below `pg_snapshot_xmin`: every transaction below it has
ended, so nothing can still commit into what was sealed. No clock decides anything. Any number of sealers may run: one
has the organization's advisory lock, unique constraints stand behind it, and all of a batch is one transaction.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import connection, transaction

from audit.models import Head, Leaf, SealState
from audit.sealing import keys, note, store
from audit.sealing.leaf import COLUMNS, SELECT, leaf_bytes
from audit.sealing.tree import Frontier, leaf_hash
from portal import compiled, tenancy, trail

log = structlog.get_logger(__name__)
BATCH = 2_000
NO_ID = uuid.UUID(int=0)


class LogChanged(RuntimeError):
    """What is kept of the log is not what was signed: nothing more is signed over it."""


@dataclass(frozen=True, slots=True)
class _Now:
    """What the database says: transactions below `below` have ended, in `cluster`, at `at`."""

    below: int
    cluster: int
    at: datetime


@dataclass(slots=True)
class _Walk:
    """One call of `seal`: a sweep keeps in memory how far it is, and below which transaction it began."""

    is_sweep: bool
    after: tuple[int, uuid.UUID] = (0, NO_ID)
    began_below: int = -1
    sealed: int = 0
    is_over: bool = False


def seal(*, sweep: bool = False) -> int:
    """Seal every event that is ready in the current organization; return how many. One transaction a batch.

    A `sweep` looks through all events for any without a leaf, instead of going on where the last seal ended: once a
    night, and by itself after a restore, whose transaction ids say nothing here. Returns early where another sealer is
    at work, or where the log was changed from outside: that is kept as the state's trouble and told as an event, once.
    """
    walk = _Walk(sweep)
    while not walk.is_over:
        try:
            _seal_batch(walk)
        except (LogChanged, LookupError) as error:
            _stop(str(error))
            break
    return walk.sealed


@transaction.atomic
def _seal_batch(walk: _Walk) -> None:
    if not _lock():
        walk.is_over = True
        return
    now, state = _now(), SealState.objects.first() or SealState()
    if walk.began_below < 0:
        walk.began_below = now.below
        walk.is_sweep = walk.is_sweep or state.cluster != now.cluster or state.after_xact > now.below
    if walk.is_sweep:
        rows = _unsealed(walk.after, None)
    else:
        rows = _unsealed((state.after_xact, state.after_id), now.below)
    if rows:
        _append([row[1:] for row in rows], now)
    walk.is_over = len(rows) < BATCH
    if walk.is_over:
        _arrive(state, walk.began_below if walk.is_sweep else now.below, now, is_swept=walk.is_sweep)
    elif walk.is_sweep:
        walk.after = int(rows[-1][0]), rows[-1][1]
    else:
        state.after_xact, state.after_id = int(rows[-1][0]), rows[-1][1]
        state.save()
    walk.sealed += len(rows)


def _arrive(state: SealState, below: int, now: _Now, *, is_swept: bool) -> None:
    """Keep that everything below this transaction is sealed.

    # INVARIANT: a sweep arrives where it began: what committed behind its back is at or above that.
    """
    state.after_xact, state.after_id, state.cluster, state.trouble = below, NO_ID, now.cluster, ""
    if is_swept:
        state.swept_at = now.at
    state.save()


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tenancy.organization_id()}/seal"]
        )
        return bool(cursor.fetchone()[0])


def _now() -> _Now:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, system_identifier, clock_timestamp()"
            " FROM pg_control_system()"
        )
        return _Now(*cursor.fetchone())


_READ = f"SELECT xact_id::text, {SELECT} FROM audit_event e WHERE organization_id = %s"  # noqa: S608 - our own names
_NOT_SEALED = " AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.organization_id = e.organization_id AND l.id = e.id)"
_IN_ORDER = " ORDER BY e.xact_id, e.id LIMIT %s"
"""# INVARIANT: in the order of the numbers. A bare `xact_id` would be the text that is selected under that name."""


def _unsealed(after: tuple[int, uuid.UUID], below: int | None) -> list[tuple[Any, ...]]:
    """Return the next events in order that have no leaf. What is seen has been committed; without `below`, all of it.

    # INVARIANT: every transaction below `below` had ended when it was read, so this later snapshot sees all of them.
    """
    window = " AND (xact_id, id) > (%s::text::xid8, %s)"
    values: list[Any] = [str(after[0]), after[1]]
    if below is not None:
        window, values = window + " AND xact_id < %s::text::xid8", [*values, str(below)]
    return compiled.run(_READ + window + _NOT_SEALED + _IN_ORDER, [tenancy.organization_id(), *values, BATCH])


_INSERT = """
INSERT INTO audit_leaf (organization_id, id, "index", hash, subtrees)
SELECT %s::uuid, made.id, %s + made.place - 1, made.hash, made.subtrees
FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[]) WITH ORDINALITY made (id, hash, subtrees, place)
"""


def _append(rows: list[tuple[Any, ...]], now: _Now) -> None:
    """Append leaves and sign a head over them."""
    last = Head.objects.order_by("-number").first()
    frontier = _frontier(last)
    start = frontier.size
    hashes = [leaf_hash(leaf_bytes(dict(zip(COLUMNS, row, strict=True)))) for row in rows]
    completed = [b"".join(frontier.append(each)) for each in hashes]
    compiled.run(_INSERT, [tenancy.organization_id(), start, [row[0] for row in rows], hashes, completed])
    _sign(frontier, last, now)


def _frontier(last: Head | None) -> Frontier:
    """Return the tree's right edge; raise `LogChanged` where it is not the one that was signed last."""
    size = last.size if last else 0
    if Leaf.objects.filter(index__gte=size).exists():
        raise LogChanged(f"there are leaves after the {size} that were signed; the log was changed from outside")
    frontier = store.frontier(size)
    if last and frontier.root() != bytes(last.root):
        raise LogChanged(f"the leaves no longer give the root of head {last.number}; the log was changed from outside")
    return frontier


def _sign(frontier: Frontier, last: Head | None, now: _Now) -> None:
    key = keys.current() or keys.make()
    number = last.number + 1 if last else 1
    text = note.checkpoint_text(key.name, frontier.size, frontier.root())
    link = note.link_text(
        key.name,
        number,
        now.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        hashlib.sha256(text.encode()).digest(),
        hashlib.sha256(last.link.rpartition("\n\n")[0].encode() + b"\n").digest() if last else None,
    )
    Head(
        number=number,
        size=frontier.size,
        root=frontier.root(),
        checkpoint=keys.sign(key, text),
        link=keys.sign(key, link),
        key=key,
        sealed_at=now.at,
    ).save(force_insert=True)


def _stop(trouble: str) -> None:
    """Keep why sealing stopped, and tell it once."""
    log.error("seal.stopped", trouble=trouble)
    with transaction.atomic():
        if not _lock():
            return
        state = SealState.objects.first() or SealState()
        if state.trouble != trouble[:300]:
            state.trouble = trouble[:300]
            state.save()
            trail.record(
                trail.Event(
                    "seal.stopped",
                    trail.Subject("seal", str(tenancy.organization_id())),
                    verdict="failed",
                    data={"reason": state.trouble},
                )
            )


def organizations_to_seal() -> list[uuid.UUID]:
    """Return the organizations with something to seal. Belongs to none; sees ids alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_organizations_to_seal()")
        return [row[0] for row in cursor.fetchall()]
