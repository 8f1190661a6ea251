"""The data keys of the vault: one current version per organization, wrapped under the master key."""

from __future__ import annotations

import os
import uuid

from django.db import IntegrityError, models, transaction

from portal import vault
from portal.compiled import Compiled, Read
from portal.models.base import TenantModel


class DataKey(TenantModel):
    """A wrapped data key. Older versions stay until every value was sealed anew."""

    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "version"], name="one_data_key_per_version")]

    def __str__(self) -> str:
        return f"data key {self.version}"

    def unwrap(self) -> bytes:
        """Return the data key itself, in memory."""
        return vault.master_key().unwrap(bytes(self.wrapped), _binding(self.tenant_id, self.version))

    @classmethod
    def current_key(cls, organization_id: uuid.UUID) -> tuple[int, bytes]:
        """Return (version, data key) to seal with, making version 1 on first use; safe when two make it at once."""
        newest = _NEWEST.first(organization_id)
        if newest is None:
            newest = cls._make(organization_id, 1)
        return newest.version, newest.unwrap()

    @classmethod
    def key_of_version(cls, organization_id: uuid.UUID, version: int) -> bytes:
        """Return the data key of `version`; raise `VaultError` when the organization has none such."""
        found = cls._base_manager.filter(organization_id=organization_id, version=version).first()
        if found is None:
            raise vault.VaultError(f"data key {version} of the organization is gone; the secret must be set again")
        return found.unwrap()

    @classmethod
    def rotate(cls, organization_id: uuid.UUID) -> int:
        """Make the next version current for what is sealed from now on; return it."""
        version, _ = cls.current_key(organization_id)
        return cls._make(organization_id, version + 1).version

    @classmethod
    def _make(cls, organization_id: uuid.UUID, version: int) -> DataKey:
        wrapped = vault.master_key().wrap(os.urandom(vault.KEY_BYTES), _binding(organization_id, version))
        try:
            with transaction.atomic():
                return cls._base_manager.create(organization_id=organization_id, version=version, wrapped=wrapped)
        except IntegrityError:
            return cls._base_manager.get(organization_id=organization_id, version=version)


_NEWEST = Compiled(
    lambda organization_id: DataKey._base_manager.filter(organization_id=organization_id).order_by("-version")[:1]
)


def reads(organization_id: uuid.UUID) -> tuple[Read, ...]:
    """Return what `DataKey.current_key` reads, to be read ahead."""
    return (Read(_NEWEST, (organization_id,)),)


def _binding(organization_id: uuid.UUID, version: int) -> bytes:
    return f"countersign/data-key/1|{organization_id}|{version}".encode()
