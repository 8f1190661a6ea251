"""Reports: an answer kept as a live question, with whom it is shared, when it is run (Q15). No rows stand here."""

from __future__ import annotations

import calendar
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from connectors.models import Connector
from portal import tenancy
from portal.models import Job, TenantManager, TenantModel, TenantQuerySet
from portal.roles import Role


class ReportQuerySet(TenantQuerySet):
    """Reports in domain words."""

    def visible_to_me(self) -> models.QuerySet[Any]:
        """My own and those shared with me or with my role."""
        context = tenancy.current()
        if context.user_id is None:
            return self.none()
        to_me = models.Q(user_id=context.user_id)
        if context.role:
            to_me |= models.Q(role=context.role)
        shared = ReportShare.objects.filter(to_me).values("report_id")
        return self.filter(models.Q(owner_id=context.user_id) | models.Q(pk__in=shared)).filter(is_active=True)


class Report(TenantModel):
    """A live question with a title. Each run asks again as the person who runs it, with their own grant."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    question = models.TextField(blank=True, default="")
    sql = models.TextField()
    verified_query = models.ForeignKey("questions.VerifiedQuery", on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[Any] = TenantManager.with_words(ReportQuerySet)

    class Meta:
        indexes = [models.Index(fields=["organization", "owner", "-id"], name="report_of_owner")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_mine(self) -> bool:
        return self.owner_id == tenancy.context().user_id


class ReportShare(TenantModel):
    """A report shared with one person or one role; what they see comes under their own grants, filters and masks."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(
        max_length=20,
        blank=True,
        default="",
        choices=[(role.value, f"every {role.label.lower()}") for role in Role],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "report", "user"], name="one_share_per_person"),
            models.UniqueConstraint(
                fields=["organization", "report", "role"], condition=~models.Q(role=""), name="one_share_per_role"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, role="") | (models.Q(user__isnull=True) & ~models.Q(role="")),
                name="a_share_is_with_a_person_or_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} shared with {self.role or self.user_id}"


class Every(models.TextChoices):
    """How often a report is refreshed."""

    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every week"
    MONTHLY = "monthly", "every month"


class ReportSchedule(Job):
    """When a report is refreshed as its owner; `run` is the refresh under way, whose end is looked at.

    `pause_code` says why it waits for its owner: left, role, grant, budget, cap, refused; or over, after its last day.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="schedules")
    every = models.CharField(max_length=7, choices=Every.choices)
    hour = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField(null=True, help_text="1 to 7 from Monday, or the day of the month.")
    until = models.DateField(null=True)
    next_at = models.DateTimeField(null=True)
    run = models.ForeignKey("questions.Question", on_delete=models.PROTECT, null=True, related_name="+")
    pause_code = models.CharField(max_length=20, blank=True, default="")
    pause_reason = models.CharField(max_length=600, blank=True, default="")

    class Meta(Job.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["organization", "report"], name="one_schedule_per_report")]

    def __str__(self) -> str:
        words = str(self.get_every_display()).capitalize()
        if self.every == Every.WEEKLY and self.day:
            words = f"Every {calendar.day_name[self.day - 1]}"
        if self.every == Every.MONTHLY and self.day:
            words = f"{words} on day {self.day}"
        return f"{words} at {self.hour:02}:00"

    @property
    def is_paused(self) -> bool:
        return bool(self.pause_code)
