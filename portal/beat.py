"""Celery's beat, made to survive a clock that is set back.

Celery plans by the wall clock: after a step back of an hour it would send nothing for an hour, and the dispatcher and
the sweep stand still for as long. Here a task that seems to have run in the future is planned anew from now.
"""

from __future__ import annotations

from datetime import timedelta

from celery.beat import PersistentScheduler

TOLERATED = timedelta(seconds=2)


class SteadyScheduler(PersistentScheduler):
    """Plans every task anew that last ran later than now."""

    def tick(self, *args: object, **kwargs: object) -> float:
        """Run what is due; return how long to wait."""
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at > now + TOLERATED:
                entry.last_run_at = now
                self._heap = None
        return float(super().tick(*args, **kwargs))
