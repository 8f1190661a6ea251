"""The API of a connector's data rules: column rules, row filters, and what a role sees. For admins alone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from connectors import data_rules, grant
from connectors.models import ColumnRule, Connector, RowFilter
from portal.roles import Capability, Role

UUID = "[0-9a-f-]{36}"
SHARED = ["id", "role", "table", "revision", "reason", "confirm"]


class RuleSerializer(serializers.ModelSerializer[Any]):
    """What both kinds share. `table` as the schema lists it; `confirm` says that an edit may show more than before."""

    table = serializers.CharField(max_length=400)
    reason = serializers.CharField(max_length=400, write_only=True, required=False, allow_blank=True)
    confirm = serializers.BooleanField(write_only=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError(
                {str(name)[:60]: f"{str(name)[:60]}: is no field of a rule; leave it out" for name in unknown}
            )
        return attrs


class ColumnRuleSerializer(RuleSerializer):
    class Meta:
        model = ColumnRule
        fields = [*SHARED, "column_name", "kind", "text"]
        read_only_fields = ["id", "revision"]
        validators: list[Any] = []  # the verb says it in the product's words


class RowFilterSerializer(RuleSerializer):
    class Meta:
        model = RowFilter
        fields = [*SHARED, "condition"]
        read_only_fields = ["id", "revision"]
        validators: list[Any] = []


class RemovedSerializer(serializers.Serializer[Any]):
    before = serializers.CharField(help_text="what was seen with the rule")
    after = serializers.CharField(help_text="what is seen without it")


class DataRuleViewSet(viewsets.GenericViewSet[Any]):
    """Rules of one connector, in the order they were made."""

    capability = Capability.MANAGE_CONNECTORS
    lookup_value_regex = UUID
    pagination_class = None
    model: type[ColumnRule | RowFilter]

    def get_queryset(self) -> Any:
        rows = self.model._default_manager.select_related("connector").order_by("id")
        return rows.filter(connector_id=self.kwargs["connector"]) if "connector" in self.kwargs else rows.none()

    def list(self, request: Request, connector: str) -> Response:
        _named(request, connector)
        return Response(self.get_serializer(self.get_queryset(), many=True).data)

    def create(self, request: Request, connector: str) -> Response:
        row = self.model(connector=_named(request, connector))
        return Response(self._save(row, request, partial=False), status=201)

    def partial_update(self, request: Request, connector: str, pk: str) -> Response:
        _named(request, connector)
        return Response(self._save(self.get_object(), request, partial=True))

    @extend_schema(responses=RemovedSerializer)
    def destroy(self, request: Request, connector: str, pk: str) -> Response:
        """Remove a rule; the answer says what was seen before and what is seen now."""
        _named(request, connector)
        before, after = data_rules.remove(self.get_object(), source="api")
        return Response({"before": before, "after": after})

    def _save(self, row: Any, request: Request, *, partial: bool) -> Any:
        given = self.get_serializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        reason, is_confirmed = values.pop("reason", ""), values.pop("confirm", False)
        for name, value in values.items():
            setattr(row, "table_name" if name == "table" else name, value)
        schema = data_rules.schema_of(row.connector)
        data_rules.save(row, schema=schema, reason=reason, source="api", is_confirmed=is_confirmed)
        return self.get_serializer(row).data


class ColumnRuleViewSet(DataRuleViewSet):
    """Hidden and masked columns."""

    model = ColumnRule
    serializer_class = ColumnRuleSerializer


class RowFilterViewSet(DataRuleViewSet):
    """Row filters."""

    model = RowFilter
    serializer_class = RowFilterSerializer


class SeenSerializer(serializers.Serializer[Any]):
    connector = serializers.CharField(help_text="its name")
    role = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())


class DataPolicyViewSet(viewsets.ViewSet):
    """What a role sees of a connector, rule by rule, in words."""

    capability = Capability.MANAGE_CONNECTORS

    @extend_schema(parameters=[OpenApiParameter("role", str, enum=[r.value for r in Role])], responses=SeenSerializer)
    def list(self, request: Request, connector: str) -> Response:
        found = _named(request, connector)
        role = request.query_params.get("role", Role.MEMBER.value)
        if role not in Role._value2member_map_:
            known = ", ".join(each.value for each in Role)
            raise serializers.ValidationError({"role": f"role: `{role[:40]}` is none of {known}"})
        return Response({"connector": found.name, "role": role, "rules": data_rules.seen_by(found, role)})


def _named(request: Request, connector: str) -> Connector:
    return grant.granted_to_me(connector, where=request.path[:200])
