"""Receipts over the API: what was decided about a subject, and the receipt of one event."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.sealing import receipts
from portal.roles import Capability


class DecisionOut(serializers.Serializer[Any]):
    """An event that holds a verdict; its `id` is what a receipt is asked for by."""

    id = serializers.UUIDField(source="pk", read_only=True)
    type = serializers.CharField(read_only=True)
    verdict = serializers.CharField(read_only=True)
    actor = serializers.CharField(source="actor_name", read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)


class ReceiptOut(serializers.Serializer[Any]):
    """A receipt, as `countersign-verify` takes it when it is saved as `<name>.receipt.json`."""

    format = serializers.CharField(read_only=True)
    v = serializers.IntegerField(read_only=True)
    origin = serializers.CharField(read_only=True)
    keys = serializers.ListField(child=serializers.CharField(), read_only=True)
    leaf = serializers.CharField(read_only=True)
    index = serializers.IntegerField(read_only=True)
    inclusion = serializers.ListField(child=serializers.CharField(), read_only=True)
    head = serializers.CharField(read_only=True)
    link = serializers.CharField(read_only=True)


class NotYetOut(serializers.Serializer[Any]):
    """Why there is no receipt now."""

    detail = serializers.CharField(read_only=True)


class DecisionsView(APIView):
    """What was decided about a subject and what belongs to it, newest first."""

    capability = Capability.VIEW_GOVERNANCE

    @extend_schema(responses=DecisionOut(many=True))
    def get(self, request: Any, kind: str, pk: uuid.UUID) -> Response:
        """Return up to 100 decisions of a subject such as `question` or `ticket`."""
        found = receipts.decisions(kind, str(pk))
        if not found:
            raise Http404
        return Response(DecisionOut(found, many=True).data)


class ReceiptView(APIView):
    """The receipt of one event. Giving it is an event."""

    capability = Capability.VIEW_GOVERNANCE

    @extend_schema(responses={200: ReceiptOut, 202: NotYetOut, 409: NotYetOut})
    def get(self, request: Any, pk: uuid.UUID) -> Response:
        """Return it; 202 while the event is not sealed, which takes seconds; 409 where the log was changed."""
        answer = receipts.ask(pk)
        if answer is None:
            raise Http404
        if answer.receipt is None:
            headers = {"Retry-After": str(receipts.SOON_S)} if answer.status == 202 else {}
            return Response({"detail": answer.said}, status=answer.status, headers=headers)
        receipts.give(answer)
        return Response(ReceiptOut(answer.receipt).data)
