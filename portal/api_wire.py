"""The API's wire: pages by key, errors that name the field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.loosening import NeedsSecondOfficer
from portal.rate import Limited
from portal.refusal import Conflict, Refused


class KeysetPagination(CursorPagination):
    """Pages by key, newest first: constant cost however deep."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"


def explain(error: Exception, context: Any) -> Response | None:
    """Turn every error into `{"errors": [{"field", "message"}]}`; record refusals on the way."""
    if isinstance(error, Refused):
        from portal.tasks import record_refusal

        record_refusal(error, where=context["request"].path[:200])
        return _errors([(error.facts.get("field", ""), error.message)], status.HTTP_403_FORBIDDEN)
    if isinstance(error, Limited):
        answer = _errors([("", error.message)], error.status)
        answer["Retry-After"] = str(error.retry_after_s)
        return answer
    if isinstance(error, Conflict):
        answer = _errors(django_messages(error), status.HTTP_409_CONFLICT)
        if changes := getattr(error, "changes", None):
            answer.data["changes"] = changes
        return answer
    if isinstance(error, NeedsSecondOfficer):
        from portal.page_verb import proposed

        return _errors([("", said) for said in proposed(error)], status.HTTP_409_CONFLICT)
    if isinstance(error, ValidationError):
        return _errors(django_messages(error), status.HTTP_400_BAD_REQUEST)
    if isinstance(error, Http404 | ObjectDoesNotExist):
        return _errors([("", "There is no such thing here, or it is not yours to see.")], status.HTTP_404_NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return _errors([("", "This is not allowed for your role.")], status.HTTP_403_FORBIDDEN)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {"errors": [{"field": f, "message": m} for f, m in _flatten(error.detail)]}
    else:
        detail = getattr(error, "detail", str(error))
        response.data = {"errors": [{"field": "", "message": str(detail)}]}
    return response


def _errors(pairs: list[tuple[str, str]], code: int) -> Response:
    return Response({"errors": [{"field": field, "message": message} for field, message in pairs]}, status=code)


def django_messages(error: ValidationError) -> list[tuple[str, str]]:
    if hasattr(error, "error_dict"):
        return [(f if f != "__all__" else "", m) for f, found in error.message_dict.items() for m in found]
    return [("", message) for message in error.messages]


def _flatten(detail: Any, field: str = "") -> list[tuple[str, str]]:
    if isinstance(detail, dict):
        pairs: list[tuple[str, str]] = []
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            pairs += _flatten(value, f"{field}.{name}" if field and name else field or name)
        return pairs
    if isinstance(detail, list):
        return [pair for item in detail for pair in _flatten(item, field)]
    return [(field, str(detail))]
