"""The short list of routes that anybody may call without signing in, each with its reason (I06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from portal.api_auth import BearerToken

OPEN_ROUTES: dict[str, str] = {
    "portal:sign_in": "it is how one signs in",
    "portal:healthz": "a load balancer asks it",
    "portal:readyz": "a load balancer asks it; it says only which part answers",
    "portal:metrics": "a monitoring server asks it with a token of its own; numbers alone, of no organization",
    "api:token": "it is how a program signs in",
    "api:token_refresh": "the refresh token is the proof",
    "api:token_revoke": "the refresh token is the proof",
    "tickets_api:webhook": "signed by the sender; an unsigned request is refused",
    "connectors_api:risk-webhook": "signed by the feed; an unsigned request is refused",
}


FOR_PROGRAMS = ("/api/", "/mcp/")
"""Below these nobody is led to the sign-in page: a program is told 401."""


class RequireSignIn:
    """Refuse every route to people who are not signed in, unless it is on the list. Views cannot forget it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.user.is_authenticated or (match is not None and match.view_name in OPEN_ROUTES):
            return None
        if request.path.startswith(FOR_PROGRAMS):
            return None if _is_for_the_api_edge(request, view) else _unauthorized()
        if request.headers.get("HX-Request"):  # a fragment: let the whole page ask for the sign-in
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return redirect(sign_in_url(request))


def sign_in_url(request: HttpRequest) -> str:
    """Return where to sign in, and for a page that was only read, the way back to it."""
    return f"/sign-in/?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else "/sign-in/"


def _is_for_the_api_edge(request: HttpRequest, view: Any) -> bool:
    """Whether the API's own edge will read a bearer token here; it refuses one that is not valid."""
    is_bearer = request.headers.get("Authorization", "").lower().startswith("bearer ")
    return is_bearer and BearerToken in getattr(getattr(view, "cls", None), "authentication_classes", ())


def _unauthorized() -> JsonResponse:
    message = "Sign in first: send `Authorization: Bearer` with an access token."
    response = JsonResponse({"errors": [{"field": "", "message": message}]}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response
