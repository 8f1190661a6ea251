"""What Django announces about sign-ins, recorded. Announcements of the framework only, never of our own models."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from portal import tenancy, trail
from portal.sign_in import record_failure, record_sign_in


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    record_sign_in(user, way="password")


@receiver(user_logged_out)
def signed_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None and tenancy.context().organization_id is not None:
        trail.record(trail.Event("person.signed_out", trail.Subject("person", str(user.pk))))


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    way = "token" if request is not None and request.path.startswith("/api/") else "password"
    record_failure(str(credentials.get("username", "")), way=way, locked=False)


@receiver(user_locked_out)
def locked_out(sender: Any, request: Any, username: str, **kwargs: Any) -> None:
    way = "token" if request is not None and request.path.startswith("/api/") else "password"
    record_failure(username or "", way=way, locked=True)
