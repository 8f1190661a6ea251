"""Signing in by e-mail and password: each attempt an event, repeated failures a lock-out."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal import tenancy, trail
from portal.memberships import membership_of
from portal.models import Membership, User
from portal.tenancy import Actor


class EmailBackend(BaseBackend):
    """Check e-mail and password; take the same time whether or not the account exists."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or not password or "\x00" in username:
            return None
        try:
            user = User.objects.get_by_natural_key(plain(username))
        except User.DoesNotExist:
            make_password(password)
            return None
        return user if check_password(password, user.password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        try:
            person = uuid.UUID(str(user_id))
        except ValueError:
            return None
        with tenancy.as_user(person):
            return User._base_manager.filter(pk=person, is_active=True).first()


def plain(email: str) -> str:
    """Return an address as accounts are found by it: however it is spelled, it is one account."""
    return email.strip().lower().replace("\x00", "")


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return whose failures an attempt counts among: another spelling of the address is no fresh set of tries."""
    given = credentials if credentials else request.POST
    return plain(str(given.get("username") or ""))


class SignInForm(AuthenticationForm):
    """E-mail and password; one message for an unknown address, a wrong password and a closed account."""

    error_messages = {"invalid_login": "E-mail and password do not belong together. Check both and try again."}

    username = forms.CharField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def record_for_person(user: User, kind: str) -> None:
    """Record what a person did to their own account: in the organization they are in, else in the platform's own."""
    event = trail.Event(kind, trail.Subject("person", str(user.pk)))
    is_inside = tenancy.context().organization_id is not None
    (trail.record if is_inside else trail.record_for_platform)(event)


def record_sign_in(user: User, *, way: str, membership: Membership | None = None) -> None:
    """Record a successful sign-in in the organization it leads to, or in the platform's own.

    Without a `membership` that is the organization the person has belonged to longest.
    """
    membership = membership or membership_of(user, None)
    event = trail.Event("person.signed_in", trail.Subject("person", str(user.pk)), data={"way": way})
    actor = Actor("person", str(user.pk), str(user))
    if membership is None:
        with tenancy.acting_as(actor):
            trail.record_for_platform(event)
        return
    with tenancy.scope(membership.tenant_id, actor=actor, user_id=user.pk, role=membership.role):
        trail.record(event)


def record_failure(email: str, *, way: str, locked: bool) -> None:
    """Record a refused sign-in: with the person's organization when the account exists, else the platform's."""
    kind = "person.locked_out" if locked else "person.sign_in_refused"
    try:
        user = User.objects.get_by_natural_key(plain(email))
    except User.DoesNotExist:
        trail.record_for_platform(
            trail.Event(
                kind,
                trail.Subject("person", "unknown"),
                verdict="refused",
                data={"way": way},
                text={"email": email[:254]},
            )
        )
        return
    membership = membership_of(user, None)
    event = trail.Event(
        kind,
        trail.Subject("person", str(user.pk)),
        verdict="refused",
        data={"way": way},
        text={"email": email[:254]},
    )
    if membership is None:
        trail.record_for_platform(event)
        return
    with tenancy.scope(membership.tenant_id, actor=tenancy.NOBODY):
        trail.record(event)


def locked_out(request: HttpRequest, response: Any = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Answer a locked-out attempt with what happened and when to try again."""
    message = "Too many failed sign-ins. Try again in 15 minutes, or ask an admin of your organization."
    if request.path.startswith("/api/"):
        return JsonResponse({"errors": [{"field": "email", "message": message}]}, status=429)
    return render(request, "portal/locked_out.html", {"message": message}, status=429)
