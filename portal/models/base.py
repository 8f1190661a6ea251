"""The abstract base of every tenant table."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from portal import tenancy
from portal.ids import uuid7


class SessionOrganization(Func):
    """The organization of the PostgreSQL session: the default of every organization column."""

    template = "NULLIF(current_setting('app.org', true), '')::uuid"
    output_field = models.UUIDField()


class TenantQuerySet(models.QuerySet[Any]):
    """The base of every tenant query set."""


class TenantManager(models.Manager[Any]):
    """Rows of the current organization; raises `NoOrganization` without one. Row-level security stands behind it."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(organization_id=tenancy.organization_id())

    @classmethod
    def with_words(cls, queryset: type[models.QuerySet[Any]]) -> Any:
        """Return a manager that speaks the query set's domain words (`objects.awaiting_approval()`)."""
        return cls.from_queryset(queryset)()


ORGANIZATION_OPTIONS: dict[str, Any] = {
    "on_delete": models.PROTECT,
    "related_name": "+",
    "editable": False,
    "default": tenancy.default_organization_id,
    "db_default": SessionOrganization(),
}
"""The organization column: its default is the context in Python and the session in SQL."""


def organization_field() -> Any:
    """Return the organization column for a table that cannot inherit `TenantModel` (a third party's base)."""
    return models.ForeignKey("portal.Organization", **ORGANIZATION_OPTIONS)


class TenantModel(models.Model):
    """A row that belongs to one organization. Its migration ends with `IsolateTenants`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("portal.Organization", **ORGANIZATION_OPTIONS)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager()

    secret_fields: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    @property
    def tenant_id(self) -> uuid.UUID:
        """The organization's id, which every row has."""
        return cast(uuid.UUID, self.organization_id)
