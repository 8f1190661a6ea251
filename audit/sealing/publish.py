"""Publication: signed heads leave the house by every way an officer left on, so a rewriting has what it must match.

`plan` says which head goes where, once an interval; each publication is a row and its own job, tried until it is out.
Of one way only one is under way, and a later head proves all before it: a server that is down for a day leaves no gap.
Publishing is what brings events about by itself; where nothing else happened, nothing is published.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import (
    Head,
    Publication,
    PublicationPolicy,
    PublicationState,
    PublicationWay,
    SealKey,
    publication_policy,
)
from audit.sealing import keys, store
from audit.sealing.countersign_verify import Broken, Checkpoint, opened
from audit.sealing.countersign_verify import Key as PublicKey
from audit.sealing.tree import root
from portal import telling, tenancy, trail, witness, work
from portal.models import MessageState, OutboxMessage

log = structlog.get_logger(__name__)
TOPIC = "seal.head"
OWN_EVENTS = ("notice.sent", "notice.failed", "publication.failed", "publication.recovered")
"""What publishing itself writes into the trail: no reason to publish again."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
TOLD_AT = 3
"""At this try a way that does not work becomes an event; what comes back wrong does so at once."""
LOOK_AGAIN = timedelta(seconds=30)
UNDER_WAY = (PublicationState.WAITING, PublicationState.SENDING)


def options(policy: PublicationPolicy, way: str) -> dict[str, str]:
    """Return what a witness is told of a policy."""
    is_stamp = way == PublicationWay.TIMESTAMP
    return {"url": policy.timestamp_url, "roots": policy.timestamp_roots} if is_stamp else {}


def place(policy: PublicationPolicy, way: str) -> str:
    """Return where a way leads, in words; empty where it is switched off or nobody set it up."""
    if way == PublicationWay.NOTICE:
        told = telling.listeners(TOPIC) if policy.by_notice else 0
        return f"{told} recipient{'s' if told != 1 else ''}" if told else ""
    if way == PublicationWay.FOLDER and not policy.to_folder:
        return ""
    return witness.by(way).place(options(policy, way))


def plan() -> int:
    """Have the newest head published by each way whose interval is over; return how many began. One transaction."""
    with transaction.atomic():
        head = Head.objects.order_by("-number").first()
        if head is None or not _lock():
            return 0
        policy, begun = publication_policy(), 0
        for way in PublicationWay.values:
            if place(policy, way) and _is_due(policy, way, head):
                row = Publication(head=head, way=way)
                work.make_ready(row)
                row.save(force_insert=True)
                begun += 1
        return begun


def _lock() -> bool:
    with connection.cursor() as cursor:
        name = f"{tenancy.organization_id()}/publish"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _is_due(policy: PublicationPolicy, way: str, head: Head) -> bool:
    last = Publication.objects.filter(way=way).select_related("head").order_by("-head__number").first()
    if last is None:
        return True
    if last.is_under_way or last.head.number >= head.number:
        return False
    if timedelta(0) <= timezone.now() - last.created_at < timedelta(minutes=policy.every_minutes):
        return False  # one that seems to be made in the future is from before the clock was set back
    return last.state != PublicationState.PUBLISHED or _is_news(last.head.size)


def _is_news(size: int) -> bool:
    """Return whether anything but publishing itself was sealed after the first `size` events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM audit_leaf l JOIN audit_event e"
            " ON e.organization_id = l.organization_id AND e.id = l.id"
            ' WHERE l.organization_id = %s AND l."index" >= %s AND e.type <> ALL(%s))',
            [tenancy.organization_id(), size, list(OWN_EVENTS)],
        )
        return bool(cursor.fetchone()[0])


def work_on(row: Publication) -> None:
    """Try a leased publication once more; settle it, or put it back for later."""
    policy = publication_policy()
    if not row.is_under_way:
        _settle(row, row.state)
    elif row.state == PublicationState.SENDING:
        _look(row)
    elif not place(policy, row.way):
        row.said = "this way was switched off or nobody takes heads by it any more"
        _settle(row, PublicationState.WITHDRAWN)
    elif row.way == PublicationWay.NOTICE:
        _tell(row)
    else:
        _hand_out(row, policy)


def give_up(row: Publication, error: str) -> None:
    """Keep trying, later: a head that stopped leaving would be noticed by nobody."""
    _not_taken(row, witness.NotTaken(f"the portal failed ({error})"))


def _hand_out(row: Publication, policy: PublicationPolicy) -> None:
    offer = witness.Offer(tenancy.organization_id(), row.head.number, row.head.checkpoint, options(policy, row.way))
    by = witness.by(row.way)
    try:
        _continues(by.latest(offer), row.head)
        taken = by.publish(offer)
    except witness.NotTaken as error:
        _not_taken(row, error)
        return
    row.where, row.stamped_at, row.token = taken.where[:300], taken.stamped_at, taken.token or None
    _settle(row, PublicationState.PUBLISHED)


def _continues(there: str, head: Head) -> None:
    """Raise `NotTaken` where a head that was published earlier is no beginning of this log: it was rolled back."""
    if not there:
        return
    try:
        known = [PublicKey.read(keys.verifier_key(key)) for key in SealKey.objects.all()]
        earlier = Checkpoint.read(opened(there, known))
        is_ours = earlier.size <= head.size and root(earlier.size, store.read) == earlier.root
    except (Broken, LookupError) as error:
        raise witness.NotTaken(f"the newest head that is there: {error}", is_alarm=True) from None
    if not is_ours:
        raise witness.NotTaken(
            f"a head over {earlier.size} events was published earlier and this log, of {head.size}, does not begin with"
            " it: the log was rolled back or rewritten",
            is_alarm=True,
        )


def _tell(row: Publication) -> None:
    """Write the head to every recipient, in the transaction that says so."""
    head = row.head
    with transaction.atomic():
        work.hold(row)
        told = telling.tell(
            TOPIC,
            subject=f"Signed head {head.number} of the audit log, over {head.size} events",
            text="Keep this. It is what the audit log can be held against later (countersign-verify --heads).\n\n"
            + head.checkpoint,
            key=_key(row),
        )
        row.where = f"{told} recipient{'s' if told != 1 else ''}"
        row.state = PublicationState.SENDING
        work.finish(row, ["where", "state"], again_after=LOOK_AGAIN, afresh=True)


def _key(row: Publication) -> str:
    return f"seal-head:{row.head.number}"


def _messages(row: Publication) -> QuerySet[OutboxMessage]:
    found: QuerySet[OutboxMessage] = OutboxMessage.objects.filter(topic=TOPIC, key=_key(row))
    return found


def _look(row: Publication) -> None:
    """Settle a head that was written to people, once each message was delivered or given up."""
    states = list(_messages(row).values_list("state", flat=True))
    if MessageState.WAITING in states:
        with transaction.atomic():
            work.hold(row)
            work.finish(row, again_after=LOOK_AGAIN, afresh=True)
        return
    sent = states.count(MessageState.SENT)
    row.said = "" if sent == len(states) and sent else f"{sent} of {len(states)} recipients got it; see the outbox"
    if sent:
        _settle(row, PublicationState.PUBLISHED)
        return
    with transaction.atomic():
        _record("publication.failed", row)
        _settle(row, PublicationState.FAILED)


def _not_taken(row: Publication, error: witness.NotTaken) -> None:
    """Put the row back for later; tell it where it goes on, and at once where what came back is wrong."""
    with transaction.atomic():
        work.hold(row)
        is_new_alarm = error.is_alarm and not row.is_alarm
        row.tries, row.said, row.is_alarm = row.tries + 1, str(error)[:300], row.is_alarm or error.is_alarm
        if is_new_alarm or (row.tries == TOLD_AT and not row.is_alarm):
            _record("publication.failed", row)
        log.warning("publication.not_taken", way=row.way, tries=row.tries, said=row.said)
        wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 10), LONGEST_WAIT)
        work.finish(row, ["tries", "said", "is_alarm"], again_after=wait, afresh=True)


def _settle(row: Publication, state: str) -> None:
    with transaction.atomic():
        work.hold(row)
        was_told = row.is_alarm or row.tries >= TOLD_AT
        if state == PublicationState.PUBLISHED and row.published_at is None:
            row.published_at = timezone.now()
            if was_told:
                _record("publication.recovered", row)
        row.state, row.is_alarm = PublicationState(state), False
        if row.state == PublicationState.PUBLISHED and row.way != PublicationWay.NOTICE:
            row.said = ""
        work.finish(row, ["state", "where", "said", "is_alarm", "published_at", "token", "stamped_at"])


def _record(kind: str, row: Publication) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("publication", str(row.pk)),
            verdict="failed" if kind == "publication.failed" else "",
            data={"head": row.head.number, "way": row.way, "tries": row.tries, "reason": row.said},
        )
    )


def trouble() -> str:
    """Return what is wrong with publishing now, in a sentence; empty where nothing is. One query."""
    rows = Publication.objects.filter(state__in=UNDER_WAY, tries__gt=0).order_by("-is_alarm", "-tries")
    for row in rows:
        if row.is_alarm or row.tries >= TOLD_AT:
            return f"{row.get_way_display()}: {row.said} ({row.tries} tries)"
    last = Publication.objects.filter(way=PublicationWay.NOTICE).order_by("-head__number").first()
    if last is not None and last.state == PublicationState.FAILED:
        return f"{last.get_way_display()}: {last.said}"
    return ""
