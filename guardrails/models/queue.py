"""How the approval queue is watched: how soon somebody should decide, and what looks like a rubber stamp."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.models.fields import whole
from guardrails.models.policy import Policy


class QueuePolicy(Policy):
    """Decides nothing about money: no gate reads it, so that changing it takes no approval back."""

    sla_minutes = whole("sla_minutes", 240, 1, 43_200, "Minutes after which an approval that waits is overdue.")
    words_per_minute = whole(
        "words_per_minute", 600, 60, 5_000, "How fast a person can read; a yes said sooner is pointed out."
    )
    streak = whole("streak", 50, 5, 10_000, "Approvals of one person in a row, without a no, that are pointed out.")
    day_starts_h = whole("day_starts_h", 6, 0, 23, "Hour the working day begins, in the organization's time zone.")
    day_ends_h = whole("day_ends_h", 22, 1, 24, "Hour it ends; a yes outside of it is pointed out.")
    works_weekends = models.BooleanField(default=True, help_text="Saturday and Sunday are working days.")

    class Meta:
        verbose_name = "approval queue policy"
        verbose_name_plural = "approval queue policy"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_queue_policy")]

    def __str__(self) -> str:
        return "Approval queue policy"

    def clean(self) -> None:
        start, end = self.day_starts_h, self.day_ends_h
        if isinstance(start, int) and isinstance(end, int) and start >= end:
            raise ValidationError(
                {"day_ends_h": f"day_ends_h: `{end}` is not after the beginning at {start}; give a later hour"}
            )

    @property
    def sla(self) -> timedelta:
        return timedelta(minutes=self.sla_minutes)

    def reading_s(self, words: int) -> float:
        """Return how many seconds a person needs at least to read so many words."""
        return words * 60 / self.words_per_minute

    def is_working_hour(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Return whether `moment` is within the working hours of the organization's own clock."""
        local = moment.astimezone(zone)
        return self.day_starts_h <= local.hour < self.day_ends_h and (self.works_weekends or local.isoweekday() < 6)


def queue_policy() -> QueuePolicy:
    """Return the organization's policy of the queue, the defaults where it has none. One query."""
    return QueuePolicy.objects.first() or QueuePolicy()
