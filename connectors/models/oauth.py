"""What a shop gave to be spoken with: an access token, what fetches the next, and who is fetching it now (S04)."""

from __future__ import annotations

from django.db import models

from connectors.models.connector import Connector
from portal.fields import SealedField
from portal.models import TenantModel


class OAuthToken(TenantModel):
    """The tokens of one connector. Written by `connectors.oauth_tokens` and `connectors.connect_shop` alone.

    `generation` counts the pairs that were stored. A lease says who fetches the next; it ends by itself when its
    holder dies. `state_digest` is of the one way back from the shop that is awaited.
    """

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="oauth_token")
    access_token = SealedField()
    refresh_token = SealedField()
    access_expires_at = models.DateTimeField(null=True, editable=False)
    refresh_expires_at = models.DateTimeField(null=True, editable=False)
    scopes = models.CharField(max_length=600, blank=True, default="", editable=False)
    destination = models.CharField(max_length=400, blank=True, default="", editable=False)
    generation = models.PositiveIntegerField(default=0, editable=False)
    leased_by = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=60, blank=True, default="", editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    state_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    state_until = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"tokens of {self.connector_id}"
