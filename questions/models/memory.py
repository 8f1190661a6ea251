"""AI memory: what admins teach the portal about their data (Q09). Changed through `portal.change` alone.

An entry guides wording, joins and counting. It can never widen what the guard allows.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from connectors.models import Connector, ConnectorRole
from portal.models import TenantManager, TenantModel, TenantQuerySet

MAX_TEXT = 4_000
MAX_PHRASINGS = 40


class MemoryKind(models.TextChoices):
    """What an entry of AI memory is."""

    GLOSSARY = "glossary", "Glossary term"
    INSTRUCTION = "instruction", "Instruction"
    METRIC = "metric", "Metric"


class Standing(models.TextChoices):
    """Whether a second officer stands behind a verified query now; only the first is verified."""

    COUNTERSIGNED = "countersigned", "Countersigned"
    UNSIGNED = "unsigned", "Not countersigned"
    EDITED = "edited", "Edited since it was countersigned"
    EXPIRED = "expired", "Countersignature expired"
    STALE = "stale", "Set aside: a column it reads changed"


class MemoryQuerySet(TenantQuerySet):
    """Memory in domain words."""

    def active(self) -> MemoryQuerySet:
        return self.filter(is_active=True)

    def of(self, connector: Connector | uuid.UUID) -> models.QuerySet[Any]:
        """What may reach a prompt about this connector: its own entries, and those of every connector."""
        return self.active().filter(models.Q(connector=connector) | models.Q(connector=None))


class VerifiedQuerySet(TenantQuerySet):
    """Verified queries in domain words."""

    def active(self) -> VerifiedQuerySet:
        return self.filter(is_active=True)

    def usable(self) -> VerifiedQuerySet:
        """Active and not set aside: what may answer a question, countersigned or not."""
        return self.active().filter(stale_because="")

    def of(self, connector: Connector | uuid.UUID) -> models.QuerySet[Any]:
        """The usable ones of one connector, in a stable order."""
        return self.usable().filter(connector=connector).order_by("question", "id")


class VerifiedQuery(TenantModel):
    """A question and the SQL that answers it, written by one officer and countersigned by another.

    `:name` stands for a parameter. The signature covers the text (`signed_text`, a digest) and the columns that the
    statement reads (`signed_columns`, name → type); it holds for the days the question policy says.
    """

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=500, help_text="`{name}` stands where a parameter is said.")
    phrasings = models.JSONField(default=list, blank=True, help_text="Other ways of asking the same, as a list.")
    sql = models.TextField("SQL", help_text="One SELECT; `:name` stands for a parameter.")
    parameters = models.JSONField(
        default=list,
        blank=True,
        help_text="A list of objects with name, type, default, choices, examples and edge.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="countersigned by",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    verified_at = models.DateTimeField("last verified", null=True, editable=False)
    signed_text = models.CharField(max_length=64, blank=True, default="", editable=False)
    signed_columns = models.JSONField(default=dict, blank=True, editable=False)
    stale_because = models.CharField(max_length=300, blank=True, default="", editable=False)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(VerifiedQuerySet)

    class Meta:
        verbose_name = "verified query"
        verbose_name_plural = "verified queries"
        constraints = [
            models.UniqueConstraint(
                "organization",
                "connector",
                Lower("question"),
                name="one_verified_query_per_question",
                violation_error_message="question: this connector has a verified query for it; change that one",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def text_digest(self) -> str:
        """The digest of everything a countersignature covers, save the columns."""
        covered = [str(self.connector_id), self.question, self.phrasings, self.sql, self.parameters]
        return hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()

    def standing(self, now: datetime, days: int) -> Standing:
        """Return whether a second officer stands behind it. INVARIANT: the one who wrote it never counts as that."""
        if self.stale_because:
            return Standing.STALE
        if self.verified_by_id is None or self.verified_at is None or self.verified_by_id == self.owner_id:
            return Standing.UNSIGNED
        if self.signed_text != self.text_digest:
            return Standing.EDITED
        return Standing.COUNTERSIGNED if now < self.verified_at + timedelta(days=days) else Standing.EXPIRED

    def clean(self) -> None:
        """Refuse what could not run: the guard decides on the SQL with its parameters filled."""
        from questions import memory

        if self.connector_id is None:
            return
        problems = memory.problems_of(self)
        if problems:
            raise ValidationError(problems)


class MemoryEntry(TenantModel):
    """A glossary term, an instruction or a metric; for one connector, or for all without one."""

    kind = models.CharField(max_length=12, choices=MemoryKind.choices)
    name = models.CharField(max_length=120)
    text = models.TextField()
    connector = models.ForeignKey(
        Connector,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: every connector.",
    )
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(MemoryQuerySet)

    class Meta:
        verbose_name = "memory entry"
        verbose_name_plural = "glossary, instructions, metrics"
        constraints = [
            models.UniqueConstraint(
                "organization",
                "kind",
                "connector",
                Lower("name"),
                nulls_distinct=False,
                name="one_memory_entry_per_name",
                violation_error_message="name: there is an entry of this kind and name; change that one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name, self.text = self.name.strip(), self.text.strip()
        if "\x00" in self.name + self.text:
            raise ValidationError({"text": "text: it holds a NUL character; paste it again"})
        if self.kind == MemoryKind.METRIC and self._state.adding:
            raise ValidationError({"kind": "kind: a metric is defined with its SQL on a page of its own; add it there"})
        if not 0 < len(self.text) <= MAX_TEXT:
            raise ValidationError({"text": f"text: write 1 to {MAX_TEXT:,} characters, not {len(self.text):,}"})
        if self.connector_id and self.connector is not None and self.connector.role != ConnectorRole.SOURCE:
            raise ValidationError({"connector": f"connector: `{self.connector}` is not a data source"})
