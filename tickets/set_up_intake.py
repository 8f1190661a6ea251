"""Setting up a signed webhook: a new secret takes the old one's place, which stays valid while senders change over."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from portal import change
from portal.vault import Secret
from tickets.models import Intake

SHORTEST_SECRET = 24
LONGEST_SECRET = 200


def set_up(intake: Intake, *, secret: str = "", reason: str = "", source: str = "admin") -> Intake:
    """Save an intake, new or changed; an empty `secret` keeps the one that is set.

    Raises `ValidationError` naming the field. Records one event, which never holds a secret.
    """
    with transaction.atomic():
        before = Intake._base_manager.select_for_update().filter(pk=intake.pk).first()
        if secret:
            _judge(secret)
            if before is not None and before.secret:
                intake.previous_secret = Secret(before.secret.reveal())
            intake.secret = secret
        elif before is None or not before.secret:
            raise ValidationError({"secret": "secret: is missing; without one nobody could prove to be the sender"})
        change.apply(intake, reason=reason, source=source)
    return intake


def forget_previous(intake: Intake, *, reason: str, source: str = "admin") -> Intake:
    """End the change-over: from now on only the present secret proves the sender."""
    intake.previous_secret = None
    change.apply(intake, reason=reason, source=source)
    return intake


def _judge(secret: str) -> None:
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isprintable():
        raise ValidationError(
            {"secret": f"secret: give {SHORTEST_SECRET} to {LONGEST_SECRET} printable characters, made at random"}
        )
