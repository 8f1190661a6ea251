"""What is learned before the AI is trusted: decisions as facts, what people did by hand, imports, going live."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from guardrails.gates.facts import ACTION_KINDS
from portal.models import Job, TenantModel
from portal.money import Money
from tickets.models.ticket import Ticket

LIVE_KINDS = (*ACTION_KINDS, "reply")
"""What goes live on its own: each action, and replies of tickets without one."""
_KINDS = [(kind, kind.capitalize()) for kind in LIVE_KINDS]


def person(**options: Any) -> Any:
    """Return a reference to a person who did something."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class Decision(TenantModel):
    """What the AI decided about a ticket by itself, with the facts it decided on; one per ticket.

    `outcome` is auto, human, block or closed: what would have been done, shadow mode and the first-time gate set
    aside. `snapshot` is `guardrails.gates.snapshot`, None where it was too large; the texts are in ticket and reply.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="decision")
    decided_at = models.DateTimeField()
    run = models.PositiveIntegerField(default=1)
    intent = models.CharField(max_length=30, blank=True, default="")
    kind = models.CharField(max_length=10, blank=True, default="")
    order_id = models.CharField(max_length=120, blank=True, default="")
    customer_ref = models.CharField(max_length=120, blank=True, default="")
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    outcome = models.CharField(max_length=8)
    gate = models.CharField(max_length=4, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    is_shadow = models.BooleanField(default=False)
    is_imported = models.BooleanField(default=False)
    policy_revision = models.CharField(max_length=40, blank=True, default="")
    output_digest = models.CharField(max_length=64, blank=True, default="")
    reply_digest = models.CharField(max_length=64, blank=True, default="")
    snapshot = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "decided_at", "id"], name="decision_in_time")]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.decided_at:%Y-%m-%d %H:%M}"

    @property
    def money(self) -> Money | None:
        """The value at stake, or None where none was proposed."""
        return Money(self.amount_minor, self.currency) if self.amount_minor is not None and self.currency else None


class ByHand(TenantModel):
    """What a person did about a ticket: an action, a reply alone, or nothing. What the AI is compared with (T25)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="by_hand")
    action = models.CharField(max_length=10, choices=[*_KINDS, ("none", "Nothing")])
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    done_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=10, choices=[("person", "Person"), ("import", "Import")], default="person")
    recorded_by = person(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0), name="by_hand_amount_is_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}{f' {self.money}' if self.money else ''}"

    @property
    def money(self) -> Money | None:
        """The amount, or None where none was moved."""
        return Money(self.amount_minor, self.currency) if self.amount_minor is not None and self.currency else None


class GoLiveState(models.TextChoices):
    ASKED = "asked", "Waits for a second officer"
    CONFIRMED = "confirmed", "Live"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    ENDED = "ended", "Back in shadow mode"


class GoLive(TenantModel):
    """One action leaving shadow mode: one officer asks, naming the evidence, another one confirms. Nobody alone."""

    action = models.CharField(max_length=10, choices=_KINDS)
    state = models.CharField(max_length=10, choices=GoLiveState.choices, default=GoLiveState.ASKED)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    asked_by = person()
    expires_at = models.DateTimeField()
    confirmed_by = person(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "action"], condition=Q(state="asked"), name="one_open_go_live_per_action"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="nobody_goes_live_alone"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False), name="going_live_names_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.get_state_display()}"


class ImportState(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped"


class TicketImport(Job):
    """A file of closed tickets, run through the pipeline in shadow. A killed worker loses at most one batch."""

    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    lines = models.PositiveIntegerField(default=0)
    worked = models.PositiveIntegerField(default=0)
    bad_lines = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RUNNING)
    note = models.TextField(blank=True, default="")
    asked_by = person(null=True, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "digest"], name="a_file_is_imported_once")]

    def __str__(self) -> str:
        return self.name


class ImportLine(TenantModel):
    """One line of an import that can be read, in the order the tickets came in; emptied once its ticket stands."""

    of = models.ForeignKey(TicketImport, on_delete=models.PROTECT, related_name="import_lines")
    number = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    given = models.JSONField(default=dict)
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "of", "received_at", "number"],
                condition=Q(ticket__isnull=True),
                name="import_line_to_do",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["organization", "of", "number"], name="one_import_line")]

    def __str__(self) -> str:
        return f"line {self.number}"


class Rehearsal(Job):
    """A changed policy asked about the last tickets before it is saved (T26). Keeps numbers and links, no text."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64, blank=True, default="")
    label = models.CharField(max_length=200)
    draft = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True, default="")
    tickets = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RUNNING)
    result = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    policy_revision = models.CharField(max_length=40, blank=True, default="")
    asked_by = person(null=True, blank=True)
    saved_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        pass

    def __str__(self) -> str:
        return self.label
