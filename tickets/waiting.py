"""Waiting for an outside system that does not answer: the row rests with a `run_after`, and nothing is decided yet.

A ticket waits as long as its store's `patience_s` says (an hour); then it goes on with what is unknown, which never
passes: a person takes it. Tries of the job are not used up by waiting.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from connectors.contracts import AdapterError
from tickets import doors, journey
from tickets.models import Ticket

PATIENCE_S = 3600
LONGEST = timedelta(seconds=60)
NEVER_PASS = frozenset({"none_set_up", "several", "wrong_connector", "no_sandbox", "no_such_ticket"})
"""Codes of a connector that is not set up, or knows no such ticket: waiting cannot change that."""


def may_wait(ticket: Ticket, role: str = "store") -> bool:
    """Whether the ticket may still wait for the system. At most one query, none while nothing fails."""
    if ticket.held_since is None:
        return True
    of = doors.connector(role)
    patience_s = PATIENCE_S if of is None else int(of.settings.get("patience_s", PATIENCE_S))
    return of is not None and timezone.now() - ticket.held_since < timedelta(seconds=patience_s)


def may_pass(away: AdapterError) -> bool:
    """Whether the failure can end by itself."""
    return away.code not in NEVER_PASS


def wait(ticket: Ticket, away: AdapterError) -> None:
    """Put the ticket to rest until the system may be back; it stays at its step."""
    now = timezone.now()
    with journey.committing(ticket):
        if ticket.held_since is None:
            ticket.held_since = now
            ticket.save(update_fields=["held_since"])
        journey.rest(ticket, again_after=delay(ticket, now, getattr(away, "retry_after_s", None)), afresh=True)


def over(ticket: Ticket) -> None:
    """Forget that the ticket had to wait, now that a step succeeded; not where its patience ended before the outage."""
    if ticket.held_since is not None and may_wait(ticket):
        with journey.committing(ticket):
            ticket.held_since = None
            ticket.save(update_fields=["held_since"])


def delay(ticket: Ticket, now: datetime, retry_after_s: float | None) -> timedelta:
    """Return how long to rest: what the system asked for, else about as long as it has lasted, at most a minute.

    A little longer for some tickets than for others, so that they do not all come back at once.
    """
    lasted = now - (ticket.held_since or now)
    least = timedelta(seconds=retry_after_s) if retry_after_s is not None else min(lasted, LONGEST)
    rest = max(least, timedelta(seconds=2))
    return rest + rest * ((ticket.pk.int % 1000) / 5000)
