"""The job that makes a pack: part by part, each finished for good before the next, then signed.

Every step may be killed and is begun anew where the last one was settled. The same period under the same head gives the
same bytes, whenever and wherever it is made: nothing in the archive says when it was packed or by whom; the trail does.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.evidence import archive, trail_parts
from audit.evidence.closing import close
from audit.models import EvidencePack, EvidenceSchedule, Head, PackState
from portal import rate, tenancy, trail, work
from portal.evidence import Cut
from portal.roles import Capability, require

STEP_S = 45.0
"""How long one step goes on before it lets other jobs have their turn; far below a worker's time limit."""
PER_DAY = 20
LONGEST_DAYS = 366 * 2


def folder() -> Path:
    """Return where the files of the current organization's packs stand."""
    if settings.EVIDENCE_FOLDER is None:
        raise LookupError("the operator has set no folder for evidence packs (`COUNTERSIGN_EVIDENCE_FOLDER`)")
    return Path(settings.EVIDENCE_FOLDER) / str(tenancy.organization_id())


def file_of(pack: EvidencePack) -> Path:
    """Return where the pack's file stands, whether it is there or not."""
    return folder() / f"{pack.pk}.zip"


def ask_for(*, since: datetime, until: datetime) -> EvidencePack:
    """Ask for the pack of a period under the newest signed head; return its row, which a worker goes on with.

    Raises `Refused` without the right, `ValidationError` naming the field, and `rate.Limited` after too many.
    """
    require(Capability.VIEW_GOVERNANCE)
    if settings.EVIDENCE_FOLDER is None:
        raise ValidationError("The operator has set no folder for evidence packs (`COUNTERSIGN_EVIDENCE_FOLDER`).")
    if until <= since:
        raise ValidationError({"until": f"until: `{until:%Y-%m-%d}` ends before the period begins; give a later day"})
    if until - since > timedelta(days=LONGEST_DAYS):
        raise ValidationError({"since": f"since: ask for at most {LONGEST_DAYS} days; make several packs"})
    window = rate.Window("organization", str(tenancy.organization_id()), PER_DAY)
    rate.take("evidence_pack", "evidence packs", [window], 24 * 3600)
    return order(since, until)


@transaction.atomic
def order(since: datetime, until: datetime) -> EvidencePack:
    """Make the row of a pack and its event; raise `ValidationError` where nothing was sealed yet."""
    head = Head.objects.order_by("-number").first()
    if head is None:
        raise ValidationError({"until": "until: no event of this organization was sealed yet; wait some seconds"})
    pack = EvidencePack(
        since=since,
        until=until,
        head_number=head.number,
        head_size=head.size,
        sealed_at=head.sealed_at,
        asked_by_name=tenancy.current().actor.name[:160],
    )
    work.make_ready(pack)
    pack.save(force_insert=True)
    _record("evidence.asked", pack)
    return pack


def work_on(pack: EvidencePack) -> None:
    """Go on with a pack for a while; finish it, or put it back for its next turn."""
    deadline = time.monotonic() + STEP_S
    if pack.state == PackState.READY:
        _expire(pack)
        return
    if pack.state == PackState.WAITING:
        _begin(pack)
    while pack.next_leaf < pack.end_leaf:
        _write_part(pack)
        if time.monotonic() > deadline:
            with transaction.atomic():
                work.finish(pack, again_after=timedelta(0), afresh=True)
            return
    _finish(pack)


def give_up(pack: EvidencePack, error: str) -> None:
    """Say that the pack failed; nothing of it can be downloaded."""
    with transaction.atomic():
        work.hold(pack)
        pack.state = PackState.FAILED
        work.finish(pack, ["state"])
        _record("evidence.failed", pack, error=error[:200])


def cut_of(pack: EvidencePack) -> Cut:
    """Return what the pack is about."""
    return Cut(pack.since, pack.until, pack.head_number, pack.head_size, pack.sealed_at)


def _begin(pack: EvidencePack) -> None:
    pack.first_leaf, pack.end_leaf = trail_parts.range_of(cut_of(pack))
    _from_the_start(pack)


def _from_the_start(pack: EvidencePack) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    archive.forget(file_of(pack))
    pack.next_leaf, pack.size_bytes, pack.state = pack.first_leaf, 0, PackState.WRITING
    pack.entries, pack.counts = {}, {"leaves": 0, "absent": 0, "changed": 0}
    _keep(pack)


def _open(pack: EvidencePack) -> archive.Archive:
    """Go on with the pack's file, from the start where it is not on this machine or was cut."""
    try:
        return archive.Archive(file_of(pack), pack.size_bytes)
    except LookupError:
        _from_the_start(pack)
        return archive.Archive(file_of(pack))


def _write_part(pack: EvidencePack) -> None:
    file = _open(pack)
    end = trail_parts.part_end(pack.next_leaf, pack.end_leaf)
    try:
        is_first = pack.next_leaf == pack.first_leaf
        counts = trail_parts.write_part(file, _head(pack), pack.next_leaf, end, with_heads=is_first)
    except BaseException:
        file.abandon()
        raise
    pack.size_bytes, pack.next_leaf = file.settle(), end
    pack.entries |= file.entries
    pack.counts = {name: pack.counts[name] + number for name, number in counts.items()}
    _keep(pack)


def _head(pack: EvidencePack) -> Head:
    found: Head = Head.objects.select_related("key").get(number=pack.head_number)
    return found


def _keep(pack: EvidencePack) -> None:
    """Write down how far the pack is, while the lease is ours."""
    with transaction.atomic():
        work.hold(pack)
        pack.save(update_fields=["first_leaf", "end_leaf", "next_leaf", "entries", "counts", "state", "size_bytes"])


def _finish(pack: EvidencePack) -> None:
    file = _open(pack)
    if pack.next_leaf < pack.end_leaf:  # the file was gone: the parts come first
        file.abandon()
        with transaction.atomic():
            work.finish(pack, again_after=timedelta(0))
        return
    try:
        close(file, pack, cut_of(pack))
    except BaseException:
        file.abandon()
        raise
    file.settle()
    archive.forget_directories(file.path)
    with transaction.atomic():
        work.hold(pack)
        pack.entries |= file.entries
        pack.sha256, pack.size_bytes = _digest(file.path), file.path.stat().st_size
        pack.state, pack.ready_at = PackState.READY, timezone.now()
        work.finish(pack, ["entries", "sha256", "size_bytes", "state", "ready_at"], again_after=_kept_for())
        _record("evidence.made", pack, sha256=pack.sha256, files=len(pack.entries), **pack.counts)


@transaction.atomic
def _expire(pack: EvidencePack) -> None:
    """Take the file away when its time is over; the row and its SHA-256 stay."""
    work.hold(pack)
    archive.forget(file_of(pack))
    pack.state = PackState.EXPIRED
    work.finish(pack, ["state"])
    _record("evidence.expired", pack)


def _kept_for() -> timedelta:
    schedule = EvidenceSchedule.objects.first() or EvidenceSchedule()
    return timedelta(days=schedule.keep_days)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(kind: str, pack: EvidencePack, **more: Any) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("evidence_pack", str(pack.pk)),
            data={
                "since": pack.since.isoformat(),
                "until": pack.until.isoformat(),
                "head": pack.head_number,
                **more,
            },
            bytes=pack.size_bytes or None,
        )
    )
