"""Signed deliveries: `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body", hex>`, as Stripe signs them. No Django.

A header may carry several `v1`: senders that change their secret sign with both.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence

TOLERANCE_S = 300
"""How old a signed delivery may be; older ones are replays."""
MOST_SIGNATURES = 8


class SignatureRefused(Exception):
    """A delivery whose signature, age or form is wrong; `reason` is for the trail, the sender learns little."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature header of a body at a moment."""
    return f"t={timestamp},v1={_digest(secret, timestamp, body)}"


def prove(header: str, body: bytes, secrets: Sequence[str]) -> None:
    """Raise `SignatureRefused` unless one of the secrets signed this very body in the last five minutes.

    INVARIANT: each secret is compared in constant time, and without a secret nothing is proved.
    """
    parts = [part.strip().partition("=") for part in header[:2000].split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"][:MOST_SIGNATURES]
    try:
        timestamp = _moment(*moments)
    except (TypeError, ValueError):
        given = []
    if not given:
        raise SignatureRefused("the signature header is missing or not of the form `t=…,v1=…`")
    if abs(time.time() - timestamp) > TOLERANCE_S:
        raise SignatureRefused("the delivery is older than five minutes")
    expected = [_digest(secret, timestamp, body) for secret in secrets if secret]
    if not any(hmac.compare_digest(one.encode(), each.encode()) for one in given for each in expected):
        raise SignatureRefused("the signature does not belong to this body")


def _digest(secret: str, timestamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _moment(given: str) -> int:
    """Return the signature's unix seconds; raise `ValueError` for anything but plain digits of a sane length."""
    if not (given.isascii() and given.isdigit() and len(given) <= 12):
        raise ValueError("not a time")
    return int(given)
