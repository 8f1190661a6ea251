"""Risk signals: counts of the trail by the hour, what detectors found in them, and what officers made of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.models import TenantManager, TenantModel, TenantQuerySet


class Grain(models.TextChoices):
    """How long a tally is; both begin by UTC."""

    HOUR = "h"
    DAY = "d"


class Tally(TenantModel):
    """How many events of one type lie in one hour (and again in one day), and what they moved, by one facet.

    `facet` says what `key` is: nothing (`all`), a person (`who`), a connector, or why something was refused. Written
    by `audit.tally` alone; every event is in exactly one hour of each facet it has.
    """

    grain = models.CharField(max_length=1, choices=Grain.choices)
    starts_at = models.DateTimeField()
    facet = models.CharField(max_length=10)
    key = models.CharField(max_length=64, blank=True, default="")
    type = models.CharField(max_length=60)
    verdict = models.CharField(max_length=20, blank=True, default="")
    confidence = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    count = models.BigIntegerField()
    amount_minor = models.BigIntegerField(default=0)
    cost_microusd = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organization", "grain", "facet", "starts_at", "type", "key", "verdict", "confidence", "currency",
                ],
                name="one_tally",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.count} {self.type} from {self.starts_at:%Y-%m-%d %H:%M}"


class TallyCursor(TenantModel):
    """Up to which transaction the organization's events are counted. The row is the lock of who counts and looks."""

    xact = models.BigIntegerField(default=0, help_text="Events of transactions before this one are counted.")
    looked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_tally_cursor")]

    def __str__(self) -> str:
        return f"counted before {self.xact}"


class Severity(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class SignalState(models.TextChoices):
    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    SNOOZED = "snoozed", "Snoozed"
    RESOLVED = "resolved", "Resolved"


class Feedback(models.TextChoices):
    USEFUL = "useful", "Useful"
    NOISE = "noise", "Noise"


class SignalQuerySet(TenantQuerySet):
    """Signals in domain words."""

    def standing(self) -> SignalQuerySet:
        """Those that nobody has resolved."""
        return self.exclude(state=SignalState.RESOLVED)

    def asking(self) -> SignalQuerySet:
        """Those that wait for somebody to look."""
        return self.filter(state=SignalState.OPEN)


class RiskSignal(TenantModel):
    """Something that looks like a risk, with its evidence. `cause` names the occasion: it is raised once.

    open → acknowledged → resolved; open and acknowledged may be snoozed, which ends by itself. Changed by
    `audit.signals` alone.
    """

    detector = models.CharField(max_length=40)
    cause = models.CharField(max_length=160)
    key = models.CharField(max_length=64, blank=True, default="")
    severity = models.CharField(max_length=6, choices=Severity.choices)
    state = models.CharField(max_length=12, choices=SignalState.choices, default=SignalState.OPEN)
    title = models.CharField(max_length=200)
    explanation = models.TextField()
    value = models.BigIntegerField(default=0)
    score = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    threshold = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    evidence = models.JSONField(default=list, help_text="The ids of the events it rests on, newest first.")
    evidence_count = models.PositiveIntegerField(default=0, help_text="How many events there are; the newest are kept.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    snoozed_until = models.DateTimeField(null=True)
    feedback = models.CharField(max_length=6, choices=Feedback.choices, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    alert_at = models.DateTimeField(null=True)
    alerted_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TenantManager.with_words(SignalQuerySet)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "cause"], name="one_signal_per_cause"),
            models.CheckConstraint(
                condition=models.Q(state="snoozed", snoozed_until__isnull=False)
                | (~models.Q(state="snoozed") & models.Q(snoozed_until=None)),
                name="a_snooze_has_its_end",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="signal_newest"),
            models.Index(fields=["organization", "state", "-id"], name="signal_state"),
            models.Index(fields=["organization", "detector", "key", "-ended_at"], name="signal_episode"),
        ]

    def __str__(self) -> str:
        return self.title


class SignalComment(TenantModel):
    """What an officer wrote about a signal. Only ever added."""

    signal = models.ForeignKey(RiskSignal, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["organization", "signal", "id"], name="comment_of_signal")]

    def __str__(self) -> str:
        return f"comment on {self.signal_id}"


class DetectorSetting(TenantModel):
    """How one detector is set in this organization; without a row, as it is declared (`audit.detect`)."""

    detector = models.CharField(max_length=40, help_text="The detector's name.")
    is_on = models.BooleanField(default=True, verbose_name="looks", help_text="Off: it raises nothing.")
    severity = models.CharField(max_length=6, choices=Severity.choices)
    threshold = models.DecimalField(
        max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(10**9)]
    )
    least = models.PositiveBigIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10**15)],
        help_text="Below this value it is silent, however unusual.",
    )
    is_tuned = models.BooleanField(
        default=True, verbose_name="tuned by feedback", help_text="Useful and noise move the threshold."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "detector"], name="one_setting_per_detector")]

    def __str__(self) -> str:
        return self.detector

    def clean(self) -> None:
        from audit.detect import DETECTORS

        if self.detector not in DETECTORS:
            raise ValidationError({"detector": f"detector: `{self.detector[:40]}` is none; choose a declared one"})


class Way(models.TextChoices):
    NOW = "now", "At once"
    DIGEST = "digest", "In the day's digest"
    NEVER = "never", "Not at all"


def _hour(default: int, says: str) -> Any:
    return models.PositiveSmallIntegerField(
        default=default, validators=[MaxValueValidator(23)], help_text=f"{says} By the organization's clock."
    )


class AlertPolicy(TenantModel):
    """When recipients are told of a signal; who they are stands under Recipients of notices."""

    high = models.CharField(max_length=6, choices=Way.choices, default=Way.NOW)
    medium = models.CharField(max_length=6, choices=Way.choices, default=Way.DIGEST)
    low = models.CharField(max_length=6, choices=Way.choices, default=Way.NEVER)
    digest_at_h = _hour(8, "The hour the digest is sent.")
    quiet_from_h = _hour(22, "Nothing is sent from this hour on.")
    quiet_until_h = _hour(6, "The quiet ends with this hour; the same as the beginning: no quiet hours.")
    high_breaks_quiet = models.BooleanField(default=True, help_text="A high signal is told in quiet hours too.")

    class Meta:
        verbose_name = verbose_name_plural = "alerts of risk signals"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_alert_policy")]

    def __str__(self) -> str:
        return "Alerts of risk signals"

    def way_of(self, severity: str) -> Way:
        return Way({"high": self.high, "medium": self.medium, "low": self.low}[severity])


def alert_policy() -> AlertPolicy:
    """Return the organization's policy of alerts, the defaults where it has none. One query."""
    return AlertPolicy.objects.first() or AlertPolicy()
