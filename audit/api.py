"""Risk signals over the API: the list, one with its evidence, what officers do with it. Each action calls a verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from audit import signals
from audit.models import RiskSignal
from audit.serializers import RiskSignalOut, RiskSignalVerb
from audit.signal_pages import SignalFilter
from portal import tenancy
from portal.roles import Capability

UUID = "[0-9a-f-]{36}"


class RiskSignalViewSet(viewsets.ReadOnlyModelViewSet[RiskSignal]):
    """Risk signals, newest first; filter by `state`, `severity`, `detector`, `owner` (me, none), `feedback`."""

    capability = Capability.VIEW_GOVERNANCE
    serializer_class = RiskSignalOut
    lookup_value_regex = UUID

    def get_queryset(self) -> Any:
        form = SignalFilter(self.request.query_params)
        if not form.is_valid():
            raise ValidationError({name: list(found) for name, found in form.errors.items()})
        return form.rows(tenancy.current().user_id).prefetch_related("comments")

    def _done(self, request: Any, verb: Callable[[uuid.UUID, dict[str, Any]], RiskSignal]) -> Response:
        signal = self.get_object()
        given = RiskSignalVerb(data=request.data)
        given.is_valid(raise_exception=True)
        verb(signal.pk, given.validated_data)
        return Response(RiskSignalOut(self.get_object()).data)

    @extend_schema(request=None, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Any, pk: str) -> Response:
        """Say that you look into it."""
        return self._done(request, lambda key, given: signals.acknowledge(key))

    @extend_schema(request=RiskSignalVerb, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Any, pk: str) -> Response:
        """End it with a `comment` that says what came of it."""
        return self._done(request, lambda key, given: signals.resolve(key, comment=given.get("comment", "")))

    @extend_schema(request=RiskSignalVerb, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Any, pk: str) -> Response:
        """Put it aside for some `hours`."""
        return self._done(request, lambda key, given: signals.snooze(key, hours=given.get("hours", 24)))

    @extend_schema(request=RiskSignalVerb, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Any, pk: str) -> Response:
        """Give it `to` an officer."""
        return self._done(request, lambda key, given: signals.assign(key, to=given.get("to", uuid.UUID(int=0))))

    @extend_schema(request=RiskSignalVerb, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def comment(self, request: Any, pk: str) -> Response:
        """Write a `comment` beside it."""
        return self._done(request, lambda key, given: signals.comment(key, text=given.get("comment", "")))

    @extend_schema(request=RiskSignalVerb, responses=RiskSignalOut)
    @action(detail=True, methods=["post"])
    def judge(self, request: Any, pk: str) -> Response:
        """Say whether it was useful or noise, as `feedback`."""
        return self._done(request, lambda key, given: signals.judge(key, feedback=given.get("feedback", "")))
