"""Time-stamps of a server that is not ours (RFC 3161): asked over HTTP, and believed only once verified. No Django.

The request carries the SHA-256 of what is stamped and a nonce made at random, and nothing else leaves. An answer counts
when its imprint and nonce are ours, its signature holds under a certificate for time-stamping that leads to a root an
officer chose, and its time is not far from ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import PKIStatus, TimeStampRequest, TimeStampResponse

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.transport import NotSent, Place, Unanswered, send

TIMEOUT_S = 15.0
FARTHEST = timedelta(minutes=10)


class StampError(Exception):
    """No time-stamp; the message is safe to show. `is_wrong`: an answer came that proves nothing or another thing."""

    def __init__(self, message: str, *, is_wrong: bool = False) -> None:
        super().__init__(message)
        self.is_wrong = is_wrong


@dataclass(frozen=True, slots=True)
class Stamp:
    """A verified answer, as `openssl ts` reads it, and the time it vouches for."""

    answer: bytes
    at: datetime


def stamp(place: Place, target: str, data: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """Have `data` stamped; raise `StampError`. One call."""
    assert_no_transaction("timestamp.post")
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
    asked = request.cert_request(cert_request=True).build()
    headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
    try:
        reply = send(place, "POST", target, asked.as_bytes(), headers, timeout_s=TIMEOUT_S)
    except NotSent:
        raise StampError("the time-stamp server could not be reached") from None
    except Unanswered:
        raise StampError("the time-stamp server gave no whole answer") from None
    if reply.status != 200:
        raise StampError(f"the time-stamp server answered {reply.status}")
    return judge(reply.body, asked, data, roots)


def judge(body: bytes, asked: TimeStampRequest, data: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """Return what an answer proves of `data`; raise `StampError` where that is nothing."""
    try:
        answer = decode_timestamp_response(body)
        status = PKIStatus(answer.status)
    except ValueError:
        raise StampError("the time-stamp server's answer is no time-stamp response", is_wrong=True) from None
    if status is not PKIStatus.GRANTED:
        raise StampError(f"the time-stamp server refused ({status.name.lower().replace('_', ' ')})")
    try:
        VerifierBuilder(nonce=asked.nonce, roots=list(roots)).build().verify_message(answer, data)
    except (VerificationError, ValueError) as error:
        words = str(error).split("\n")[0][:160]
        raise StampError(f"the time-stamp does not hold: {words}", is_wrong=True) from None
    return Stamp(body, _time_of(answer))


def _time_of(answer: TimeStampResponse) -> datetime:
    at: datetime = answer.tst_info.gen_time
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - at) > FARTHEST:
        raise StampError(f"the time-stamp says {at:%Y-%m-%d %H:%M} UTC, far from this machine's time", is_wrong=True)
    return at
