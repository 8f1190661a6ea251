"""How signed heads leave the house, and what became of each: so that not even who operates the portal can rewrite."""

from __future__ import annotations

from urllib.parse import urlsplit

from cryptography import x509
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from audit.models.seal import Head
from portal.models import Job, TenantModel
from portal.urls_of_servers import is_local

MOST_ROOTS = 20


class PublicationWay(models.TextChoices):
    FOLDER = "folder", "Folder"
    NOTICE = "notice", "E-mail and webhooks"
    TIMESTAMP = "timestamp", "Time-stamp server"


class PublicationState(models.TextChoices):
    WAITING = "waiting", "Waits"
    SENDING = "sending", "On its way"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Not delivered"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PublicationPolicy(TenantModel):
    """Where an organization's signed heads are published, and how often. One row; an officer edits it."""

    revision = models.PositiveIntegerField(default=1, editable=False)
    to_folder = models.BooleanField(
        "into the operator's folder",
        default=True,
        help_text="One file for each head, never changed. The operator sets the folder; best one nobody can delete in.",
    )
    by_notice = models.BooleanField(
        "by e-mail and webhook",
        default=True,
        help_text="To every recipient of notices that takes “A signed head of the audit log”.",
    )
    timestamp_url = models.CharField(
        "time-stamp server",
        max_length=300,
        blank=True,
        default="",
        help_text="A server that speaks RFC 3161, such as https://freetsa.org/tsr. Empty: none.",
    )
    timestamp_roots = models.TextField(
        "its root certificates",
        blank=True,
        default="",
        help_text="PEM. A time-stamp counts when its signature leads to one of these.",
    )
    every_minutes = models.PositiveIntegerField(
        "minutes between two publications",
        default=60,
        validators=[
            MinValueValidator(1, message="every_minutes: give a number of minutes from 1 to 1440"),
            MaxValueValidator(1440, message="every_minutes: give a number of minutes from 1 to 1440"),
        ],
        help_text="1 to 1440. A head is only published where something happened since the one before.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "publication of seals"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_publication_policy")]

    def __str__(self) -> str:
        return "Publication of seals"

    def clean(self) -> None:
        self.timestamp_url, self.timestamp_roots = self.timestamp_url.strip(), self.timestamp_roots.strip()
        if self.timestamp_url:
            _judge_address(self.timestamp_url)
        if self.timestamp_url and not self.timestamp_roots:
            raise ValidationError(
                {"timestamp_roots": "timestamp_roots: is missing; without one no time-stamp can be believed"}
            )
        if self.timestamp_roots:
            _judge_roots(self.timestamp_roots)


def _judge_address(address: str) -> None:
    example = "write it like `https://tsa.example.com/tsr`, without a user name"
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username
        is_one = is_one and parts.port != 0 and address.isascii() and address.isprintable() and " " not in address
    except ValueError:
        is_one = False
    if not is_one:
        raise ValidationError({"timestamp_url": f"timestamp_url: `{address[:60]}` is no address; {example}"})
    if parts.scheme == "http" and not is_local(parts.hostname or ""):
        raise ValidationError({"timestamp_url": "timestamp_url: is not HTTPS; only a local server may be without"})


def _judge_roots(text: str) -> None:
    try:
        found = x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValidationError(
            {"timestamp_roots": "timestamp_roots: are no certificates; paste them as PEM (-----BEGIN CERTIFICATE-----)"}
        ) from None
    if len(found) > MOST_ROOTS:
        raise ValidationError({"timestamp_roots": f"timestamp_roots: {len(found)} are too many; give {MOST_ROOTS}"})


def publication_policy() -> PublicationPolicy:
    """Return the organization's policy of publication, the defaults where it has none. One query."""
    return PublicationPolicy.objects.first() or PublicationPolicy()


class Publication(Job):
    """One head on one way out. The row is its own job; of one way only one is under way at a time.

    `token` is a time-stamp server's whole answer, verified before it was kept, and `stamped_at` the time it vouches
    for. `said` is why the last try failed.
    """

    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=PublicationWay.choices)
    state = models.CharField(max_length=10, choices=PublicationState.choices, default=PublicationState.WAITING)
    where = models.CharField(max_length=300, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True, default="")
    is_alarm = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    token = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        indexes = [*Job.Meta.indexes, models.Index(fields=["organization", "-id"], name="publication_newest")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "head", "way"], name="one_publication_per_head_and_way"),
            models.UniqueConstraint(
                fields=["organization", "way"],
                condition=Q(state__in=["waiting", "sending"]),
                name="one_publication_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"head {self.head_id} by {self.way}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (PublicationState.WAITING, PublicationState.SENDING)
