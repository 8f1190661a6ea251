"""The secret of a signed webhook: a new one takes the old one's place, which stays valid while senders change over."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from portal.vault import Secret

SHORTEST_SECRET = 24
LONGEST_SECRET = 200


def take(row: Any, secret: str) -> None:
    """Put a given secret on a row with `secret` and `previous_secret`; empty keeps what is set. In a transaction.

    Raises `ValidationError` naming the field. The caller saves. One query.
    """
    before = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    if secret:
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isprintable():
            raise ValidationError(
                {"secret": f"secret: give {SHORTEST_SECRET} to {LONGEST_SECRET} printable characters, made at random"}
            )
        if before is not None and before.secret:
            row.previous_secret = Secret(before.secret.reveal())
        row.secret = secret
    elif before is None or not before.secret:
        raise ValidationError({"secret": "secret: is missing; without one nobody could prove to be the sender"})


def valid(row: Any) -> list[str]:
    """Return the secrets that prove the sender now, in memory."""
    return [value.reveal() for value in (row.secret, row.previous_secret) if value]
