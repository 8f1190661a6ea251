"""How long does a rehearsal over the last 10,000 tickets take, and an import of closed tickets?

    python -m bench.rehearsal            both, each beside its baseline from the same run
    python -m bench.rehearsal profile    where the time goes

The import is the product's own, with the local classifier: a file of closed tickets is read, classified, proposed for,
judged by twelve gates and written. Beside it stands a plain loop that saves copies of the very same rows one by one
and decides nothing. What 5,000 tickets take is extrapolated.

The decisions that come of it are copied until there are 10,000. A rehearsal reads and judges each of them twice, as
the policy is and as it would be; beside it stands a plain loop that reads the same columns and writes each row out as
JSON. The second change is one of the output policy, for which every reply is looked at again.

The servers are the bench's own, with durable commits. Exits 1 when a target is missed.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.classify import HELD_OUT, rows
from bench.question import portal

IMPORTED, PLAIN, REHEARSED = 600, 100, 10_000
IMPORT_OF, IMPORT_TARGET_S = 5_000, 15 * 60
REHEARSAL_TARGET_S = 30.0
COPIES = 500
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def closed_tickets(count: int) -> bytes:
    """Return a file of closed tickets: every other one a plain refund, the others as customers write."""
    written = [each.text[:4_000] for path in HELD_OUT for each in rows(path)]
    lines = []
    for number in range(count):
        order, who = str(20_000 + number), f"c{number % (count // 2)}@example.com"
        body = f"The cap from order #{order} arrived torn. Please refund my money for order #{order}."
        line = {
            "reference": f"Z-{number}",
            "received_at": (BEGIN + timedelta(minutes=number)).isoformat(),
            "body": body if number % 2 else written[number % len(written)],
            "subject": "Torn cap" if number % 2 else "",
            "sender_email": who,
            "sender_name": "Dana",
            "sender_verified": True,
            "order_number": order,
            "order_customer_email": who,
            "order_paid": f"{10 + number % 90}.00",
            "order_refunded": "0.00",
            "order_currency": "USD",
            "order_placed_at": (BEGIN - timedelta(days=9)).isoformat(),
            "customer_orders": 3,
            "customer_refunds": 0,
            "customer_returns": 0,
            "customer_damage_claims": 0,
            "customer_is_vip": number % 20 == 0,
            "customer_is_flagged": False,
            "risk_level": "none",
            "did": "refund" if number % 2 else "reply",
        }
        lines.append(
            json.dumps(line | ({"did_amount": line["order_paid"], "did_currency": "USD"} if number % 2 else {}))
        )
    return "\n".join(lines).encode()


@contextmanager
def clock() -> Iterator[Callable[[], tuple[float, float]]]:
    """Give a clock that says how much wall and processor time went by since."""
    began, used = time.perf_counter(), time.process_time()
    yield lambda: (time.perf_counter() - began, time.process_time() - used)


def import_them(count: int) -> None:
    """Take a file and work on it to its end, as a worker does."""
    from portal import work
    from tickets import importing

    row = importing.take("closed.jsonl", io.BytesIO(closed_tickets(count)))
    while row.state == "running":
        work.run("ticket_import", row.pk, None)
        row.refresh_from_db()
    assert (row.state, row.worked) == ("done", count), (row.state, row.worked, row.note)


def save_plainly(count: int) -> None:
    """Save copies of what was imported, row by row, a transaction for each ticket."""
    from django.db import transaction

    from portal.ids import uuid7
    from tickets.models import ByHand, Decision, GateReceipt, Reply, Ticket

    for ticket in list(Ticket.objects.order_by("id")[:count]):
        parts = [row for model in (Decision, GateReceipt, Reply, ByHand) for row in model.objects.filter(ticket=ticket)]
        with transaction.atomic():
            ticket.pk, ticket.external_ref = uuid7(), f"plain {ticket.external_ref}"
            ticket.save(force_insert=True)
            for part in parts:
                part.pk, part.ticket = uuid7(), ticket
                part.save(force_insert=True)
    Decision.objects.filter(ticket__external_ref__startswith="plain ").delete()


def copy_decisions(upto: int) -> None:
    """Copy tickets with their decisions and replies, further on in time, until there are enough."""
    from portal.ids import uuid7
    from tickets.models import Decision, Reply, Ticket

    originals = list(Decision.objects.select_related("ticket").order_by("decided_at"))
    replies = {reply.ticket_id: reply for reply in Reply.objects.all()}
    span = originals[-1].decided_at - originals[0].decided_at + timedelta(minutes=1)
    tickets, decisions, written = [], [], []
    for number in range(len(originals), upto):
        original = originals[number % len(originals)]
        told = original.ticket
        ticket = Ticket(
            source=told.source, external_ref=f"copy {number}", subject=told.subject, body=told.body,
            sender_email=told.sender_email, received_at=told.received_at, state=told.state, step="", is_shadow=True,
        )  # fmt: skip
        at = original.decided_at + span * (number // len(originals))
        kept = original.snapshot and original.snapshot | {"facts": original.snapshot["facts"] | {"now": at.isoformat()}}
        values = {f.attname: getattr(original, f.attname) for f in Decision._meta.concrete_fields if f.name != "id"}
        values |= {"id": uuid7(), "ticket_id": ticket.pk, "decided_at": at, "snapshot": kept}
        tickets.append(ticket)
        decisions.append(Decision(**values))
        if said := replies.get(told.pk):
            written.append(Reply(ticket=ticket, proposed=said.proposed, text=said.text, state=said.state))
    for made in (tickets, decisions, written):
        made[0].__class__.objects.bulk_create(made, batch_size=COPIES)


def read_plainly(count: int) -> int:
    """Read what a rehearsal reads and write each row out as JSON; decide nothing."""
    from tickets import rehearse

    read = rehearse._window(count).values_list(*rehearse._COLUMNS).iterator(chunk_size=rehearse.CHUNK)
    return sum(len(json.dumps(row, default=str)) for row in read)


def drafts() -> dict[str, Any]:
    """Return the changes that are rehearsed: an amount, and the words no reply may hold."""
    from guardrails.models import ActionCeiling, OutputPolicyModel

    ceiling = ActionCeiling.objects.get(action="refund", currency="USD")
    ceiling.auto_minor -= 1_000
    words = OutputPolicyModel.objects.get()
    words.prohibited_phrases = "original payment method"
    return {"a lower ceiling": ceiling, "another output policy": words}


def measure() -> int:
    """Print import and rehearsals beside their baselines; return whether a target was missed."""
    with clock() as took:
        import_them(IMPORTED)
        wall, cpu = took()
    for_all = wall / IMPORTED * IMPORT_OF
    with clock() as took:
        save_plainly(PLAIN)
        plain, plain_cpu = took()
    print(
        f"import with the local classifier: {IMPORTED} closed tickets in {wall:.1f} s (processor {cpu:.1f}),"
        f" {wall / IMPORTED * 1000:.1f} ms each; {IMPORT_OF:,} would take {for_all / 60:.1f} min,"
        f" target {IMPORT_TARGET_S / 60:g} min"
    )
    print(f"  saving the same rows one by one, deciding nothing: {plain / PLAIN * 1000:.1f} ms each"
          f" (processor {plain_cpu / PLAIN * 1000:.1f})")  # fmt: skip
    copy_decisions(REHEARSED)
    with clock() as took:
        size = read_plainly(REHEARSED)
        plain, plain_cpu = took()
    print(f"reading {REHEARSED:,} decisions and writing them as JSON ({size / 1e6:.0f} MB): {plain:.2f} s"
          f" (processor {plain_cpu:.2f})")  # fmt: skip
    worst = max(_rehearse(name, draft, plain) for name, draft in drafts().items())
    return int(worst > REHEARSAL_TARGET_S or for_all > IMPORT_TARGET_S)


def _rehearse(name: str, draft: Any, plain: float) -> float:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tickets import rehearse

    with CaptureQueriesContext(connection) as seen, clock() as took:
        row = rehearse.start(draft, tickets=REHEARSED, now=True)
        wall, cpu = took()
    assert row.state == "done", row.note
    print(
        f"rehearsal of {name}: {row.result['count']:,} tickets, {row.result['moved']:,} would move, in {wall:.1f} s"
        f" (processor {cpu:.1f}), {wall / plain:.1f} x the reading, {len(seen)} statements;"
        f" target {REHEARSAL_TARGET_S:g} s"
    )
    return wall


def profile() -> int:
    """Print where import and rehearsal spend their processor time."""
    watch = cProfile.Profile(time.process_time)
    watch.runcall(import_them, IMPORTED)
    pstats.Stats(watch).sort_stats("cumulative").print_stats(45)
    from tickets import rehearse

    copy_decisions(3_000)
    for draft in drafts().values():
        watch = cProfile.Profile(time.process_time)
        watch.runcall(rehearse.start, draft, tickets=3_000, now=True)
        pstats.Stats(watch).sort_stats("cumulative").print_stats(40)
    return 0


def main() -> int:
    with portal():
        from tests.factories import make_cast

        with make_cast().ada.inside():
            return profile() if "profile" in sys.argv[1:] else measure()


if __name__ == "__main__":
    sys.exit(main())
