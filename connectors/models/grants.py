"""Grants on connectors: guardian's direct foreign-key models, which carry the organization (I04).

A grant to a role names the group of that role; who has the role is asked of the membership, never of
Django's groups. Written by `connectors.grant` alone.
"""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from connectors.models.connector import Connector
from portal.ids import uuid7
from portal.models import organization_field


class ConnectorUserPermission(UserObjectPermissionBase):
    """A connector granted to one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    content_object = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        pass


class ConnectorGroupPermission(GroupObjectPermissionBase):
    """A connector granted to everybody who has a role."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = organization_field()
    content_object = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        pass
