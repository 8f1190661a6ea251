"""The short list of routes that anybody may call without signing in, each with its reason (I06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

OPEN_ROUTES: dict[str, str] = {
    "portal:sign_in": "it is how one signs in",
    "portal:healthz": "a load balancer asks it",
    "portal:readyz": "a load balancer asks it; it says only which part answers",
    "api:token": "it is how a program signs in",
    "api:token_refresh": "the refresh token is the proof",
    "api:token_revoke": "the refresh token is the proof",
    "tickets:webhook": "signed by the sender; an unsigned request is refused",
}


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
        if request.path.startswith("/api/"):
            # A bearer token is read by the API's own edge, which refuses what carries none.
            if hasattr(view, "cls"):
                return None
            return JsonResponse({"errors": [{"field": "", "message": "Sign in first."}]}, status=401)
        return redirect(f"/sign-in/?next={request.get_full_path()}" if request.method == "GET" else "/sign-in/")
