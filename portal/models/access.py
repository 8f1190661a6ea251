"""Access outside the four roles: how far it goes is a policy, who has it now is a row with an end."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.models.base import TenantManager, TenantModel, TenantQuerySet
from portal.models.job import Job

LONGEST_BREAK_GLASS_H = 8
LONGEST_AUDIT_DAYS = 90


class BreakGlass(models.TextChoices):
    """Who has to say yes before platform staff look into the organization's data."""

    OFF = "off", "Nobody: it is refused"
    ORGANIZATION = "organization", "An admin of the organization"
    PLATFORM = "platform", "An admin of the organization, or a second person of the platform's staff"


class SecondOfficer(models.TextChoices):
    """Which edits of policies need a second officer."""

    OFF = "off", "None"
    KILL_SWITCH = "kill_switch", "Switching AI work on again, and who is an admin"
    LOOSENING = "loosening", "Every edit that loosens"


def _hours(value: int) -> None:
    if not 1 <= value <= LONGEST_BREAK_GLASS_H:
        raise ValidationError(
            f"break_glass_hours: `{value}` is not between 1 and {LONGEST_BREAK_GLASS_H}; give a number in that range"
        )


class AccessPolicy(TenantModel):
    """What an organization demands of access: break-glass, second officers, overdue reviews. One row; an officer edits
    it."""

    revision = models.PositiveIntegerField(default=1, editable=False)
    break_glass = models.CharField(
        "break-glass is confirmed by",
        max_length=12,
        choices=BreakGlass.choices,
        default=BreakGlass.ORGANIZATION,
        help_text="Platform staff look into this organization only so, only reading, and each page is an event.",
    )
    break_glass_hours = models.PositiveIntegerField(
        "hours of a break-glass grant, at most", default=4, validators=[_hours], help_text="1 to 8; it ends by itself."
    )
    second_officer = models.CharField(
        "second officer for",
        max_length=12,
        choices=SecondOfficer.choices,
        default=SecondOfficer.OFF,
        help_text="Such an edit waits until another officer confirms exactly it. Needs two admins.",
    )
    overdue_revokes = models.BooleanField(
        "what a review leaves undecided is revoked",
        default=True,
        help_text="When an access review is overdue. Off: it stays, and the review says so.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "access policy"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_access_policy")]

    def __str__(self) -> str:
        return "Access policy"


def access_policy() -> AccessPolicy:
    """Return the organization's access policy, the defaults where it has none. One query."""
    return AccessPolicy.objects.first() or AccessPolicy()


class TimedKind(models.TextChoices):
    AUDITOR = "auditor", "Auditor"
    BREAK_GLASS = "break_glass", "Break-glass"


class TimedState(models.TextChoices):
    ASKED = "asked", "Waits for a second person"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"
    REFUSED = "refused", "Refused"


class TimedQuerySet(TenantQuerySet):
    """Timed access in domain words."""

    def in_force(self) -> models.QuerySet[TimedAccess]:
        return self.filter(state=TimedState.ACTIVE, ends_at__gt=timezone.now())


class TimedAccess(Job):
    """One person's look into an organization they do not belong to, until a moment that never moves later.

    The person is named, not referenced: they are no member here. The row is its own job, which ends it on time.
    """

    kind = models.CharField(max_length=12, choices=TimedKind.choices)
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=120)
    person_email = models.EmailField()
    reason = models.CharField(max_length=300)
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=TimedState.choices, default=TimedState.ASKED)
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=160, blank=True, default="")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=160, blank=True, default="")

    objects: ClassVar[Any] = TenantManager.with_words(TimedQuerySet)

    class Meta(Job.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by_id=None) | ~Q(confirmed_by_id=F("person_id")),
                name="nobody_confirms_their_own_access",
            ),
            models.CheckConstraint(
                condition=~Q(state="active")
                | Q(confirmed_by_id__isnull=False, starts_at__isnull=False, ends_at__isnull=False),
                name="active_access_has_a_second_person_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(kind="auditor") | Q(minutes__lte=LONGEST_BREAK_GLASS_H * 60), name="break_glass_is_short"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.person_name}"

    @property
    def is_in_force(self) -> bool:
        return bool(self.state == TimedState.ACTIVE and self.ends_at and self.ends_at > timezone.now())

    def get_role_display(self) -> str:
        """What the person is in the organization, where pages show a role."""
        return str(TimedKind(self.kind).label)


class PendingState(models.TextChoices):
    WAITING = "waiting", "Waits for a second officer"
    CONFIRMED = "confirmed", "Confirmed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class PendingChange(TenantModel):
    """An edit that loosens and waits for a second officer: exactly what is confirmed, bound by its digest."""

    kind = models.CharField(max_length=40)
    verb = models.CharField(max_length=8, choices=[(verb, verb) for verb in ("create", "change", "remove")])
    subject_id = models.UUIDField()
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    loosens = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    weighed_url = models.CharField(max_length=300, blank=True, default="")
    proposed_by_id = models.UUIDField()
    proposed_by_name = models.CharField(max_length=160)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=PendingState.choices, default=PendingState.WAITING)
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=160, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(decided_by_id__isnull=False) & ~Q(decided_by_id=F("proposed_by_id"))),
                name="two_officers_confirm_a_change",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "subject_id"],
                condition=Q(state="waiting"),
                name="one_pending_change_of_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"
