"""The API's edge: bearer tokens and sessions, capabilities by action."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions, permissions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework_simplejwt.exceptions import TokenError

from portal import tenancy
from portal.memberships import context_for, membership_of
from portal.refusal import Refused
from portal.roles import Capability, i_may
from portal.tokens import OrganizationAccessToken


class BearerToken(BaseAuthentication):
    """A short-lived access token; its `org` claim is checked against the person's active membership."""

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        kind, _, raw = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        try:
            token = OrganizationAccessToken(raw.strip())
        except TokenError as error:
            raise exceptions.AuthenticationFailed(
                "The access token is not valid or has expired; get a new one with the refresh token."
            ) from error
        user = _person(token["user_id"])
        membership = membership_of(user, token["org"]) if user else None
        if user is None or membership is None or str(membership.organization_id) != token["org"]:
            raise exceptions.AuthenticationFailed("The token's person no longer belongs to its organization.")
        tenancy.assume(context_for(user, membership))
        return user, token


def _person(user_id: str) -> Any:
    from portal.sign_in import EmailBackend

    return EmailBackend().get_user(user_id)


class SignedInSession(SessionAuthentication):
    """The browser's own session, with CSRF protection; the middleware has entered its organization."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        return found if found and tenancy.context().organization_id is not None else None


class SignedIn(permissions.BasePermission):
    """Anybody signed in to an organization."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated) and tenancy.context().organization_id is not None


class HasCapability(SignedIn):
    """Asks the role matrix for `view.capability`, or `view.capabilities[action]`; a view that names none is refused."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        needed = getattr(view, "capabilities", {}).get(getattr(view, "action", None)) or getattr(
            view, "capability", None
        )
        if not isinstance(needed, Capability):
            return False
        if i_may(needed):
            return True
        raise Refused(f"Your role may not {needed.value}.", capability=needed.name)
