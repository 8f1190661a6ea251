"""A metric: one definition of a figure, referenced by its name. Changed through `portal.change` alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from connectors.models import Connector, ConnectorRole
from portal.models import TenantManager, TenantModel
from questions.models.memory import MemoryQuerySet

MAX_SYNONYMS = 20


class Metric(TenantModel):
    """What a figure is called, means, and is computed by: an expression over one table or view of a connector."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=1000)
    expression = models.TextField(help_text="One SQL expression that makes a figure, such as `sum(total)`.")
    table = models.CharField(max_length=200, help_text="The table or view it is computed over.")
    synonyms = models.JSONField(default=list, blank=True, help_text="Other names people use, as a list.")
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(MemoryQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "connector",
                Lower("name"),
                name="one_metric_per_name",
                violation_error_message="name: this connector has a metric of this name; change that one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def statement(self) -> str:
        """The statement that computes it."""
        return f"SELECT {self.expression} AS figure FROM {self.table}"  # noqa: S608 - an officer's words, judged by the guard

    def clean(self) -> None:
        """Refuse what is no single figure over one table, or what the guard refuses."""
        from questions import metrics

        if self.connector_id is None:
            return
        if self.connector.role != ConnectorRole.SOURCE:
            raise ValidationError({"connector": f"connector: `{self.connector}` is not a data source"})
        if problems := metrics.problems_of(self):
            raise ValidationError(problems)
