"""Access reviews: a campaign, what it found at its start and what became of each, and the result that never changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.models import Job, TenantModel


class CampaignState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ReviewCampaign(Job):
    """One review of who and what may do what. The row is its own job: it reminds, and acts when it is overdue."""

    name = models.CharField(max_length=120)
    groups = models.JSONField(default=list)
    reviewers = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    revokes_overdue = models.BooleanField(default=True)
    started_by_name = models.CharField(max_length=160)
    state = models.CharField(max_length=6, choices=CampaignState.choices, default=CampaignState.OPEN)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Decision(models.TextChoices):
    WAITING = "", "Waits"
    KEEP = "keep", "Kept"
    REVOKE = "revoke", "Revoked"


class Effect(models.TextChoices):
    NONE = "", "Nothing to do"
    DONE = "done", "Happened"
    FAILED = "failed", "Failed"
    GONE = "gone", "Was gone already"


class ReviewItem(TenantModel):
    """One access as it stood at the start, its evidence, who reviews it, and what became of it.

    A revocation names the event by which it happened. Nobody reviews their own access; the database refuses it.
    """

    campaign = models.ForeignKey(ReviewCampaign, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    group = models.CharField(max_length=20)
    holder = models.CharField(max_length=160)
    holder_user_id = models.UUIDField(null=True)
    access = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    suggestion = models.CharField(max_length=200, blank=True, default="")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True, default=Decision.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_automatic = models.BooleanField(default=False)
    effect = models.CharField(max_length=6, choices=Effect.choices, blank=True, default=Effect.NONE)
    effect_event = models.UUIDField(null=True)
    effect_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["organization", "campaign", "decision"], name="review_items")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "campaign", "kind", "key"], name="an_access_is_asked_once"),
            models.CheckConstraint(
                condition=Q(reviewer=None) | Q(holder_user_id=None) | ~Q(reviewer=F("holder_user_id")),
                name="nobody_is_asked_about_themselves",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(holder_user_id=None) | ~Q(decided_by=F("holder_user_id")),
                name="nobody_reviews_themselves",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | Q(is_automatic=True) | Q(decided_by__isnull=False),
                name="a_decision_has_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.access}"


class ReviewResult(TenantModel):
    """What a campaign came to. Append-only, with the SHA-256 of its content, which its event holds as well."""

    campaign_id = models.UUIDField()
    name = models.CharField(max_length=120)
    closed_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "campaign_id"], name="one_result_of_a_campaign")]

    def __str__(self) -> str:
        return self.name
