"""What every policy has, and the one number that rises with each change to a ticket policy."""

from __future__ import annotations

from django.db import models

from portal.models import TenantModel


class Policy(TenantModel):
    """A row an officer edits through `portal.change`; `revision` rises with each edit."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class PolicyRevision(TenantModel):
    """How often the organization's ticket policies changed.

    Database triggers on their tables raise `number` in the transaction of the change, whoever makes it, so that
    an approval can be bound to what held when it was shown (T16). Nothing in Python writes it.
    """

    number = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_policy_revision")]

    def __str__(self) -> str:
        return f"policy revision {self.number}"
