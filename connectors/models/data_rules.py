"""What a role may see of a source's tables: hidden and masked columns, and rows left out. The guard applies them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from connectors.models.connector import Connector
from portal.models import TenantManager, TenantModel, TenantQuerySet
from portal.roles import Role

EVERY_ROLE = ""
ROLES = [(EVERY_ROLE, "Every role"), *((role.value, role.label) for role in Role)]


class DataRuleQuerySet(TenantQuerySet):
    """Rules in domain words. A role nobody knows meets the rules of every role (fail closed)."""

    def for_role(self, role: str) -> models.QuerySet[Any]:
        return self.filter(role__in=[EVERY_ROLE, role]) if role in Role._value2member_map_ else self.all()


class DataRule(TenantModel):
    """What column rules and row filters share: for whom and on which table. Written by `connectors.data_rules`."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ROLES, blank=True, default=EVERY_ROLE)
    schema_name = models.CharField("schema", max_length=128, blank=True, default="", editable=False)
    table_name = models.CharField("table", max_length=260, help_text="As the schema lists it, such as `public.users`.")
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(DataRuleQuerySet)

    class Meta:
        abstract = True

    @property
    def table(self) -> str:
        """The table as the guard compares it: with its schema where it has one."""
        return f"{self.schema_name}.{self.table_name}" if self.schema_name else self.table_name

    @property
    def for_whom(self) -> str:
        """Whom it is for, as people read it."""
        return f"every {Role(self.role).label.lower()}" if self.role else "everybody"


class ColumnRule(DataRule):
    """A column that is hidden, or read only as what its mask leaves of it."""

    class Kind(models.TextChoices):
        """What is done to the column. All but `hide` are the guard's masks."""

        HIDE = "hide", "Hide it"
        NULL = "null", "Always empty"
        CONSTANT = "constant", "Always the same text"
        HASH = "hash", "A token, the same for the same value"
        LAST4 = "last4", "Last four characters"
        FIRST1 = "first1", "First letter"
        DOMAIN = "domain", "What stands behind the @"
        YEAR = "year", "Year of a date"

    column_name = models.CharField("column", max_length=128)
    kind = models.CharField("rule", max_length=10, choices=Kind.choices, default=Kind.HIDE)
    text = models.CharField(
        max_length=60, blank=True, default="", help_text="What stands in every row, where it is always the same."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "connector", "role", "schema_name", "table_name", "column_name"],
                name="one_rule_per_column_and_role",
                violation_error_message="column_name: it has a rule for the same role already; change that one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table}.{self.column_name} for {self.for_whom}: {self.get_kind_display().lower()}"

    def clean(self) -> None:
        if self.kind == self.Kind.CONSTANT and not self.text.strip():
            raise ValidationError({"text": "text: it is empty; write what stands in every row, such as `***`"})
        if self.kind != self.Kind.CONSTANT and self.text:
            raise ValidationError({"text": "text: only the rule “always the same text” takes one; leave it empty"})


class RowFilter(DataRule):
    """The rows of a table that a role may see: those for which the condition is true."""

    condition = models.TextField(
        max_length=2000,
        help_text="SQL over the table's own columns, such as region = 'EU' or owner = {{user.email}}.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "connector", "role", "schema_name", "table_name"],
                name="one_row_filter_per_table_and_role",
                violation_error_message="table_name: it has a filter for the same role already; change that one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} for {self.for_whom}: {self.condition}"

    def clean(self) -> None:
        self.condition = self.condition.strip()
        if "\x00" in self.condition:
            raise ValidationError({"condition": "condition: it holds a NUL character; remove it"})
