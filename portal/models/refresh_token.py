"""Refresh tokens of the API by their identifier: rotating, revocable, never stored themselves."""

from __future__ import annotations

from django.db import models

from portal.models.base import TenantModel
from portal.models.organization import User


class RefreshToken(TenantModel):
    """One issued refresh token; the primary key is its `jti` claim. A reused one revokes its whole family."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    family = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "family"], name="refresh_family")]
