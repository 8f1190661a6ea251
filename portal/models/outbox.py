"""What the portal has to say to the outside: rows that commit with the business change and are their own jobs."""

from __future__ import annotations

from django.db import models

from portal.models.job import Job


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class OutboxMessage(Job):
    """One message to one recipient, delivered at least once under its own id; `key` says it is not written twice.

    `recipient` is the id of an address that an upper floor keeps: the floor that delivers knows what it is.
    """

    topic = models.CharField(max_length=40)
    recipient = models.UUIDField()
    key = models.CharField(max_length=160)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        indexes = [*Job.Meta.indexes, models.Index(fields=["organization", "-id"], name="outbox_newest")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "recipient", "key"], name="a_message_is_written_once")
        ]

    def __str__(self) -> str:
        return self.subject
