"""The API of connectors: people see those granted to them; admins set them up and probe them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from connectors import grant, set_up
from connectors.models import Connector, ConnectorWarning
from connectors.serializers import ConnectorInput, ConnectorSerializer
from portal.roles import Capability

_WRITABLE = ("name", "role", "adapter", "settings", "environment", "is_production", "is_active")


class ConnectorViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Connector]):
    """Connectors of the caller's organization that the caller may use."""

    serializer_class = ConnectorSerializer
    lookup_value_regex = "[^/]+"
    capabilities = {
        "list": Capability.ASK,
        "retrieve": Capability.ASK,
        "create": Capability.MANAGE_CONNECTORS,
        "partial_update": Capability.MANAGE_CONNECTORS,
        "probe": Capability.MANAGE_CONNECTORS,
    }

    def get_queryset(self) -> Any:
        return Connector.objects.granted_to_me().select_related("credential", "probe")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List connectors, newest first, paged by key."""
        page = self.paginate_queryset(self.get_queryset())
        assert page is not None
        return self.get_paginated_response(_shown(list(page)))

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one connector; 404 for one that is not granted, as for one that does not exist."""
        return Response(_shown([self._named(request, pk)])[0])

    @extend_schema(request=ConnectorInput, responses={201: ConnectorSerializer})
    def create(self, request: Request) -> Response:
        """Set up a connector; a source is probed soon after."""
        given = ConnectorInput(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(self._save(Connector(), given.validated_data), status=201)

    @extend_schema(request=ConnectorInput, responses=ConnectorSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a connector; when its address changes, the secret has to be given again."""
        connector = self._named(request, pk)
        given = ConnectorInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(self._save(connector, given.validated_data))

    @extend_schema(request=None, responses=ConnectorSerializer)
    @action(detail=True, methods=["post"])
    def probe(self, request: Request, pk: str) -> Response:
        """Look at a source and its credential now."""
        connector = self._named(request, pk)
        set_up.probe(connector)
        return Response(_shown([self._fresh(connector)])[0])

    def _named(self, request: Request, pk: str) -> Connector:
        return grant.granted_to_me(pk, where=request.path[:200])

    def _fresh(self, connector: Connector) -> Connector:
        found: Connector = self.get_queryset().get(pk=connector.pk)
        return found

    def _save(self, connector: Connector, given: dict[str, Any]) -> dict[str, Any]:
        for name in _WRITABLE:
            if name in given:
                setattr(connector, name, given[name])
        set_up.set_up(connector, secret=given.get("secret", ""), reason=given.get("reason", ""), source="api")
        return _shown([self._fresh(connector)])[0]


def _shown(connectors: list[Connector]) -> list[dict[str, Any]]:
    """Return the wire shape of some connectors with their standing warnings, in one query more."""
    warnings: dict[Any, list[ConnectorWarning]] = defaultdict(list)
    for warning in ConnectorWarning.objects.standing().filter(connector__in=connectors).order_by("id"):
        warnings[warning.connector_id].append(warning)
    return [ConnectorSerializer(connector, context={"warnings": warnings}).data for connector in connectors]
