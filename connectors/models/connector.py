"""Connectors: which outside system, with which settings and which sealed credential, and who may name it (I04)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from connectors import adapter_kinds
from portal import tenancy
from portal.fields import SealedField
from portal.models import Membership, TenantManager, TenantModel, TenantQuerySet
from portal.roles import Role

IMPLIED_ROLES = frozenset({Role.ADMIN, Role.POWER_USER})
"""Roles with an implied grant on every connector of their organization."""


class ConnectorRole(models.TextChoices):
    """What a connector is for."""

    SOURCE = "source", "Data source"
    PROVIDER = "provider", "Model provider"
    STORE = "store", "Store"
    HELPDESK = "helpdesk", "Helpdesk"
    RISK_FEED = "risk_feed", "Risk feed"


ONE_AT_A_TIME = (ConnectorRole.PROVIDER, ConnectorRole.HELPDESK, ConnectorRole.RISK_FEED)
"""Roles of which an organization has at most one active connector, so that nobody has to name it."""


class ConnectorQuerySet(TenantQuerySet):
    """Connectors in domain words. Whoever is not known to hold a grant sees none (fail closed)."""

    def active(self) -> ConnectorQuerySet:
        return self.filter(is_active=True)

    def sources(self) -> ConnectorQuerySet:
        return self.filter(role=ConnectorRole.SOURCE)

    def with_role(self, role: str) -> ConnectorQuerySet:
        return self.filter(role=role)

    def granted_to(self, user_id: Any, role: str) -> ConnectorQuerySet:
        """Those that a person of this role holds a grant on: implied, to them, or to their role."""
        if role in IMPLIED_ROLES:
            return self.all()
        if role not in Role._value2member_map_ or user_id is None:
            return self.none()
        from connectors.models.grants import ConnectorGroupPermission, ConnectorUserPermission

        of_person = ConnectorUserPermission.objects.filter(user_id=user_id, organization_id=tenancy.organization_id())
        of_role = ConnectorGroupPermission.objects.filter(group__name=role, organization_id=tenancy.organization_id())
        return self.filter(
            models.Q(pk__in=of_person.values("content_object_id"))
            | models.Q(pk__in=of_role.values("content_object_id"))
        )

    def granted_to_me(self) -> ConnectorQuerySet:
        """Those the current person may see and name, active or not."""
        context = tenancy.current()
        return self.granted_to(context.user_id, context.role)

    def usable_by_me(self) -> ConnectorQuerySet:
        """Those the current person may use now."""
        return self.granted_to_me().active()

    def usable_by(self, membership: Membership) -> ConnectorQuerySet:
        """Those a person may use now; none when they left the organization."""
        if not membership.is_active or membership.organization_id != tenancy.organization_id():
            return self.none()
        return self.granted_to(membership.user_id, membership.role).active()


class Connector(TenantModel):
    """One outside system of the organization. Never deleted, only deactivated: the trail refers to it.

    `settings` holds what the adapter declares (`connectors.adapter_kinds`), never a secret.
    """

    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=ConnectorRole.choices)
    adapter = models.CharField(max_length=20)
    settings = models.JSONField(default=dict, blank=True)
    environment = models.CharField(
        max_length=40, blank=True, default="", help_text="What people call it, such as `staging` or `reporting copy`."
    )
    is_production = models.BooleanField(default=False, help_text="Shown as a warning wherever the connector is used.")
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(ConnectorQuerySet)

    class Meta:
        permissions = [("use_connector", "Can use the connector")]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="one_connector_per_name",
                violation_error_message="name: another connector has this name; choose another",
            ),
            models.UniqueConstraint(
                fields=["organization", "role"],
                condition=models.Q(is_active=True, role__in=[role.value for role in ONE_AT_A_TIME]),
                name="one_active_connector_per_single_role",
                violation_error_message="role: another active connector has this role; deactivate that one first",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> adapter_kinds.AdapterKind:
        """What its adapter is; raises `LookupError` when no adapter of the product has this name and role."""
        return adapter_kinds.kind_of(self.role, self.adapter)

    @property
    def destination(self) -> str:
        """Where a secret of this connector goes; a secret is used for the destination it was set for alone."""
        return adapter_kinds.destination(self.kind, self.settings)

    @property
    def production_warning(self) -> str:
        """The sentence every place that uses the connector shows, or nothing (Q13)."""
        if not self.is_production:
            return ""
        return f"PRODUCTION: `{self.name}` is a live production system; what you run here meets real data."

    def clean(self) -> None:
        self.name = self.name.strip()
        try:
            kind = self.kind
        except LookupError as error:
            raise ValidationError({"adapter": str(error.args[0])}) from None
        self._stay_what_it_is()
        self.settings = adapter_kinds.clean_settings(kind, self.settings)

    def _stay_what_it_is(self) -> None:
        """Refuse to become another kind of connector: grants and first executions were given for this one."""
        stored = Connector.objects.filter(pk=self.pk).values_list("role", "adapter").first()
        if stored is not None and stored != (self.role, self.adapter):
            raise ValidationError({"adapter": "adapter: a connector stays what it is; deactivate it and make another"})


class Credential(TenantModel):
    """The sealed secret of one connector and the destination it was set for."""

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="credential")
    secret = SealedField()
    destination = models.CharField(max_length=400, blank=True, default="", editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"credential of {self.connector_id}"
