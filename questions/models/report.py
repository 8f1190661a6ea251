"""Reports: an answer kept as a live question, and with whom it is shared (Q15). No rows stand here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from connectors.models import Connector
from portal import tenancy
from portal.models import TenantManager, TenantModel, TenantQuerySet


class ReportQuerySet(TenantQuerySet):
    """Reports in domain words."""

    def visible_to_me(self) -> models.QuerySet[Any]:
        """My own and those shared with me."""
        me = tenancy.current().user_id
        if me is None:
            return self.none()
        shared = ReportShare.objects.filter(user_id=me).values("report_id")
        return self.filter(models.Q(owner_id=me) | models.Q(pk__in=shared)).filter(is_active=True)


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
    """A report shared with one person; what they see comes from running it as themselves."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "report", "user"], name="one_share_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} shared with {self.user_id}"
