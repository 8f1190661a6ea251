"""Setting up a signed webhook: a new secret takes the old one's place, which stays valid while senders change over."""

from __future__ import annotations

from django.db import transaction

from portal import change, signing_secret
from tickets.models import Intake


def set_up(intake: Intake, *, secret: str = "", reason: str = "", source: str = "admin") -> Intake:
    """Save an intake, new or changed; an empty `secret` keeps the one that is set.

    Raises `ValidationError` naming the field. Records one event, which never holds a secret.
    """
    with transaction.atomic():
        signing_secret.take(intake, secret)
        change.apply(intake, reason=reason, source=source)
    return intake


def forget_previous(intake: Intake, *, reason: str, source: str = "admin") -> Intake:
    """End the change-over: from now on only the present secret proves the sender."""
    intake.previous_secret = None
    change.apply(intake, reason=reason, source=source)
    return intake
