"""How long the record is kept, and what stops it from going: a policy once per organization, and legal holds."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.models import TenantModel

SHORTEST_MONTHS, USUAL_MONTHS, LONGEST_MONTHS = 12, 24, 240


class RetentionPolicy(TenantModel):
    """How many months the organization keeps its events; twelve at least, here, at every form and in the database."""

    months = models.PositiveSmallIntegerField(
        default=USUAL_MONTHS,
        validators=[
            MinValueValidator(SHORTEST_MONTHS, "months: `%(show_value)s` is too short; keep events 12 months or more"),
            MaxValueValidator(LONGEST_MONTHS, "months: `%(show_value)s` is too long; keep events 240 months at most"),
        ],
        help_text="Events go in whole months, when every organization with events in a month is past its own. "
        "Their proofs stay.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "Retention"
        verbose_name_plural = "Retention"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_retention_per_organization"),
            models.CheckConstraint(
                condition=models.Q(months__gte=SHORTEST_MONTHS, months__lte=LONGEST_MONTHS),
                name="events_are_kept_a_year_at_least",
                violation_error_message="months: keep events between 12 and 240 months",
            ),
        ]

    def __str__(self) -> str:
        return f"Events are kept {self.months} months"


class HoldScope(models.TextChoices):
    """What a hold keeps. Months are dropped whole, so every hold stops every month of its organization."""

    EVERYTHING = "everything", "Everything"
    TICKET = "ticket", "One ticket (its id)"
    QUESTION = "question", "One question (its id)"
    PERSON = "person", "One person (e-mail address or customer reference)"


class LegalHold(TenantModel):
    """Nothing it covers is dropped or erased until it is released. Never removed; released once, with a reason."""

    name = models.CharField(max_length=120, help_text="The matter, such as `Case 2026-114`.")
    reason = models.CharField(max_length=400, help_text="Why it must be kept, and on whose order.")
    scope = models.CharField(max_length=12, choices=HoldScope.choices, default=HoldScope.EVERYTHING)
    covers = models.CharField(
        max_length=254, blank=True, default="", help_text="The id, the address or the reference; empty for everything."
    )
    placed_by = models.CharField(max_length=160, blank=True, default="", editable=False)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    released_by = models.CharField(max_length=160, blank=True, default="", editable=False)
    release_reason = models.CharField(max_length=400, blank=True, default="", editable=False)

    class Meta:
        verbose_name = "Legal hold"
        indexes = [
            models.Index(
                fields=["organization"], condition=models.Q(released_at__isnull=True), name="legalhold_standing"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope="everything", covers="")
                | (~models.Q(scope="everything") & ~models.Q(covers="")),
                name="a_hold_says_what_it_covers",
                violation_error_message="covers: name what is held, or hold everything and leave it empty",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True) | ~models.Q(release_reason=""),
                name="a_release_has_a_reason",
                violation_error_message="release_reason: say why the hold ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.released_at is None

    def clean(self) -> None:
        self.covers = self.covers.strip()
        if self.scope == HoldScope.EVERYTHING and self.covers:
            raise ValidationError(
                {"covers": f"covers: `{self.covers[:60]}` is given and everything is held; choose one"}
            )
        if self.scope != HoldScope.EVERYTHING and not self.covers:
            raise ValidationError({"covers": "covers: is missing; name what is held, or hold everything"})
        if not self.reason.strip():
            raise ValidationError({"reason": "reason: say why it must be kept, and on whose order"})
