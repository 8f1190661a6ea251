"""Further statements for the same question, written independently and compared by their rows (Q11). Off by default.

Each is a model call of its own, held, settled and in the ledger like the first; its rows are compared in memory and
shown to nobody. How many there are is the officer's: `agreement_samples` of the question policy.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.adapters.providers.contracts import ProviderError, estimate_max
from connectors.contracts import Result, SourceError
from guardrails import spend
from questions import compare, money, rehearse
from questions.journey import Journey
from questions.signals import Signal, origin


def sampled(trip: Journey) -> Signal | None:
    """Return how many samples came to the rows of the answer; None where none is asked for or none could be had."""
    asked = trip.limits().agreement_samples
    door, result = trip.door, trip.result
    if not asked or door is None or trip.request is None or result is None or door.provider.name == "local":
        return None
    agreed = done = 0
    for _ in range(asked):
        try:
            found = _one(trip)
        except (ProviderError, spend.CapReached):
            break
        done += 1
        agreed += found is not None and not compare.compare(result, found, is_ordered=False)
    return origin.agreement(agreed, done) if done else None


def _one(trip: Journey) -> Result | None:
    """Have one more statement written and run it; None where none came of it or it could not be run."""
    door = trip.door
    assert door is not None
    request = replace(trip.request, repair=None)
    money.hold(trip.question, estimate_max(door.provider.bound(request), door.prices))
    draft = money.call(trip.question, door, lambda: door.provider.write_sql(request), trip.told)
    if draft.kind != "sql":
        return None
    try:
        return rehearse.rows_of(trip, draft.sql)
    except (SourceError, rehearse.NotAnswered):
        return None
