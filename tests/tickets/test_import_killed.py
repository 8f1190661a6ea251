"""SIGKILL around commits of an import: a batch is there whole or not at all, and no line is counted twice (T25)."""

from __future__ import annotations

import io
import json

import pytest
from django.db import connections

from audit.models import Event
from portal import tenancy
from tests.factories import make_cast
from tests.tickets import kill_points
from tests.tickets.test_learning import line
from tickets import importing, shadow_run
from tickets.models import ByHand, Decision, GateReceipt, ImportLine, Ticket, TicketImport

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])

BATCH, LINES = 2, 5


def counts() -> tuple[int, int, int, int, int]:
    """Return how many tickets, decisions, deeds, told imports and worked lines there are."""
    return (
        Ticket.objects.count(),
        Decision.objects.count(),
        ByHand.objects.count(),
        Event.objects.filter(type="ticket.imported").count(),
        ImportLine.objects.exclude(ticket=None).count(),
    )


def due() -> None:
    """Let the dead worker's lease be over: a test waits for nothing."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_ticketimport SET job_state = 'ready', lease_token = NULL, lease_expires_at = NULL,"
            " run_after = now() - interval '1 s' WHERE job_state <> 'idle'"
        )


def test_an_import_killed_around_any_commit_goes_on_and_counts_nothing_twice(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow_run, "BATCH", BATCH)
    cast = make_cast()
    with cast.ada.inside():
        lines = "\n".join(json.dumps(line(number)) for number in range(1, LINES + 1))
        made = importing.take("closed.jsonl", io.BytesIO(lines.encode()))
    seen = []
    for point in ("before commit", "after commit", "before commit", "after commit", None):
        passed = kill_points.worker(cast.northlight.pk, made.pk, point, kind="ticket_import")
        assert point is None or passed[-1] == point
        with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
            found = counts()
            assert len(set(found)) == 1, f"killed {point}: a batch is there in part, {found}"
            assert TicketImport.objects.get().worked == found[0]
            assert GateReceipt.objects.values("ticket").distinct().count() == found[0]
        seen.append(found[0])
        due()
    assert seen == [0, 2, 2, 4, LINES]
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        assert TicketImport.objects.get().state == "done"
        assert Event.objects.filter(type="import.ended").count() == 1
