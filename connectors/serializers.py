"""The wire shape of connectors. A secret is written, never read; settings and warnings are for admins alone."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from connectors.models import Connector, ConnectorProbe, ConnectorRole, ConnectorWarning
from connectors.set_up import LONGEST_SECRET
from portal.roles import Capability, i_may

FOR_ADMINS = ("settings", "has_secret", "probe", "warnings")


class WarningSerializer(serializers.ModelSerializer[ConnectorWarning]):
    """One standing warning with the SQL that fixes it."""

    class Meta:
        model = ConnectorWarning
        fields = [
            "id", "code", "severity", "message", "fix_sql", "first_seen", "accepted_at", "accepted_reason",
        ]  # fmt: skip
        read_only_fields = fields


class ProbeSerializer(serializers.ModelSerializer[ConnectorProbe]):
    """What the last look at a source told."""

    is_reached = serializers.BooleanField(read_only=True)

    class Meta:
        model = ConnectorProbe
        fields = [
            "probed_at", "is_reached", "engine", "version", "is_encrypted", "is_local", "duration_ms",
            "error_code", "error_message",
        ]  # fmt: skip
        read_only_fields = fields


class ConnectorSerializer(serializers.Serializer[Connector]):
    """A connector as people who may use it see it; `settings`, `has_secret`, `probe`, `warnings`: admins only."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    role = serializers.CharField(read_only=True)
    adapter = serializers.CharField(read_only=True)
    environment = serializers.CharField(read_only=True)
    is_active = serializers.BooleanField(read_only=True)
    is_production = serializers.BooleanField(read_only=True)
    production_warning = serializers.CharField(read_only=True, help_text="Empty unless it is a production system.")
    settings = serializers.JSONField(read_only=True, required=False)
    has_secret = serializers.SerializerMethodField(required=False)
    probe = serializers.SerializerMethodField(required=False)
    warnings = serializers.SerializerMethodField(required=False)

    def to_representation(self, instance: Connector) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not i_may(Capability.MANAGE_CONNECTORS):
            for name in FOR_ADMINS:
                shown.pop(name, None)
        return shown

    def get_has_secret(self, connector: Connector) -> bool:
        credential = getattr(connector, "credential", None)
        return credential is not None and bool(credential.secret)

    def get_probe(self, connector: Connector) -> dict[str, Any] | None:
        found = getattr(connector, "probe", None)
        return ProbeSerializer(found).data if found is not None and found.probed_at else None

    def get_warnings(self, connector: Connector) -> list[dict[str, Any]]:
        found = self.context.get("warnings", {}).get(connector.pk, [])
        return list(WarningSerializer(found, many=True).data)


class ConnectorInput(serializers.Serializer[Connector]):
    """What an admin may write. `settings` replaces the whole object; `secret` is kept when left out."""

    name = serializers.CharField(max_length=80)
    role = serializers.ChoiceField(choices=ConnectorRole.choices)
    adapter = serializers.CharField(max_length=20)
    settings = serializers.DictField(required=False)
    environment = serializers.CharField(max_length=40, allow_blank=True, required=False)
    is_production = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    secret = serializers.CharField(
        max_length=LONGEST_SECRET, write_only=True, required=False, allow_blank=True, trim_whitespace=False,
        style={"input_type": "password"},
    )  # fmt: skip
    reason = serializers.CharField(max_length=400, write_only=True, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError(
                {str(name)[:60]: f"{str(name)[:60]}: is no field of a connector; leave it out" for name in unknown}
            )
        return attrs
