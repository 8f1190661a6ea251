"""The edge: an empty context for each request, the organization from the session, refusals recorded."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import tenancy, visits
from portal.memberships import chosen, context_for, memberships_of
from portal.rate import Limited
from portal.refusal import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestFrame:
    """Give each request an id and an empty tenancy context that ends with it, also on errors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        with tenancy.frame(request_id), structlog.contextvars.bound_contextvars(request=request_id):
            response = self.get_response(request)
            _carry_into_stream(response)
        response["X-Request-Id"] = request_id
        return response


def _carry_into_stream(response: Any) -> None:
    """Let a streamed body be produced in the context of its request, which has ended by then."""
    if getattr(response, "streaming", False) and not response.is_async:
        body = response.streaming_content

        def produce() -> Iterator[bytes]:
            return iter(body)

        response.streaming_content = tenancy.carried(produce)


class EnterOrganization:
    """Enter the organization of the signed-in session; it is checked against the membership on every request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.membership, request.memberships, request.visit = None, [], None  # type: ignore[attr-defined]
        if user.is_authenticated:
            request.memberships = memberships_of(user)  # type: ignore[attr-defined]
            membership = chosen(request.memberships, request.session.get("organization"))  # type: ignore[attr-defined]
            visit = visits.entered(user, request.session.get(visits.SESSION_KEY), is_alone=membership is None)
            if visit is not None:
                request.visit = request.membership = visit  # type: ignore[attr-defined]
                tenancy.assume(visits.context_of(user, visit))
                return self.get_response(request)
            request.session.pop(visits.SESSION_KEY, None)
            tenancy.assume(context_for(user, membership))
            if membership is not None:
                request.membership = membership  # type: ignore[attr-defined]
                if request.session.get("organization") != str(membership.organization_id):
                    request.session["organization"] = str(membership.organization_id)
            _refresh_session(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Limited):
            context = {"message": exception.message, "title": "Not just now"}
            answer = render(request, "portal/refused.html", context, status=exception.status)
            answer["Retry-After"] = str(exception.retry_after_s)
            return answer
        if not isinstance(exception, Refused):
            return None
        from portal.tasks import record_refusal

        record_refusal(exception, where=request.path[:200])
        return render(request, "portal/refused.html", {"message": exception.message}, status=403)


def _refresh_session(request: HttpRequest) -> None:
    """Extend a session that is in use, at most once every few minutes."""
    now = datetime.now(UTC).timestamp()
    if now - request.session.get("seen", 0) > settings.SESSION_REFRESH.total_seconds():
        request.session["seen"] = now
