"""The sealed log of an organization: its leaves, its signed heads, the key that signs them, where the sealer stands."""

from __future__ import annotations

import uuid

from django.db import models

from portal.fields import SealedField
from portal.models import TenantManager, TenantModel, organization_field


class Leaf(models.Model):
    """The place of one event in its organization's log, by the event's id. Refused UPDATE, DELETE and TRUNCATE.

    It outlives its event: a month that is dropped keeps its leaves. `subtrees` holds, 32 bytes each, the hashes of the
    complete subtrees that end with this leaf, level 1 first (`audit.sealing.tree`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organization = organization_field()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    subtrees = models.BinaryField(default=b"")

    objects = TenantManager()

    class Meta:
        managed = False
        db_table = "audit_leaf"
        ordering = ["index"]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class SealKey(TenantModel):
    """The Ed25519 key that signs an organization's heads. `name` is the log's origin; it never changes."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    public = models.BinaryField(max_length=32)
    private = SealedField()

    secret_fields = frozenset({"private"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="one_seal_key_per_number")]

    def __str__(self) -> str:
        return f"seal key {self.number} of {self.name}"


class Head(TenantModel):
    """A signed head of the log: its size and root as a C2SP checkpoint, and a signed link to the head before it.

    Refused UPDATE, DELETE and TRUNCATE. The first head has number 1.
    """

    number = models.BigIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    checkpoint = models.TextField()
    link = models.TextField()
    key = models.ForeignKey(SealKey, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="one_head_per_number"),
            models.UniqueConstraint(fields=["organization", "size"], name="one_head_per_size"),
        ]

    def __str__(self) -> str:
        return f"head {self.number} over {self.size} events"


class SealState(TenantModel):
    """Where the sealer stands; a convenience that proves nothing. All events before it, in its order, are sealed.

    The order is that of (`xact_id`, `id`). `cluster` is the database system whose transaction ids these are: where a
    dump is restored, counting starts anew. `trouble` says why sealing stopped, if it did.
    """

    after_xact = models.BigIntegerField(default=0)
    after_id = models.UUIDField(default=uuid.UUID(int=0))
    cluster = models.BigIntegerField(default=0)
    swept_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_seal_state")]

    def __str__(self) -> str:
        return f"sealed before {self.after_xact}"
