"""One ticket on its way: what the customer wrote, where it stands, and the row that is its own job."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from portal.models import Job, TenantQuerySet
from tickets.models.planted import OnlyReal


class TicketState(models.TextChoices):
    """Where a ticket stands; the names are part of the API."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    PROPOSED = "proposed"
    WAITING = "waiting"
    EXECUTING = "executing"
    REPLIED = "replied"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    RECORDED = "recorded"


ENDED = (
    TicketState.REPLIED,
    TicketState.CLOSED,
    TicketState.HANDED_OVER,
    TicketState.BLOCKED,
    TicketState.STOPPED,
    TicketState.RECORDED,
)


class TicketQuerySet(TenantQuerySet):
    """Tickets in the words of a support desk."""

    def open(self) -> models.QuerySet[Any]:
        return self.exclude(state__in=ENDED)

    def for_people(self) -> models.QuerySet[Any]:
        return self.filter(state__in=(TicketState.HANDED_OVER, TicketState.BLOCKED, TicketState.STOPPED))


class Ticket(Job):
    """A customer's message. Its text is untrusted data; `sender_email` counts only where it is verified."""

    source = models.CharField(max_length=20)
    external_ref = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, default="email")
    subject = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField()
    sender_email = models.EmailField(max_length=254, blank=True, default="")
    sender_name = models.CharField(max_length=160, blank=True, default="")
    sender_is_verified = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.RECEIVED)
    step = models.CharField(max_length=20, default="classify", editable=False)
    run = models.PositiveIntegerField(default=1, editable=False)
    disposition = models.CharField(max_length=20, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    is_shadow = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False, editable=False)

    intent = models.CharField(max_length=30, blank=True, default="")
    confidence = models.FloatField(null=True)
    other_intents = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True, default="")
    order_numbers = models.JSONField(default=list)
    customer_ref = models.CharField(max_length=120, blank=True, default="")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cost_microusd = models.BigIntegerField(default=0)
    held_since = models.DateTimeField(null=True, editable=False)
    """Since when it waits for an outside system that does not answer; None while it goes on."""

    objects: ClassVar[Any] = OnlyReal.with_words(TicketQuerySet)

    class Meta(Job.Meta):
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["organization", "-id"], name="ticket_newest"),
            models.Index(fields=["organization", "state", "-id"], name="ticket_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "source", "external_ref"], name="one_ticket_per_reference"),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:60]

    @property
    def short_id(self) -> str:
        return str(self.pk)[-4:]

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED
