"""One POST of a notice: signed, to a judged address, over TLS, at no redirect, with a bounded reply.

The body is JSON that Slack's incoming webhooks understand (`text`), with fields of our own beside it. The header
`Countersign-Signature` is `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body", hex>`, as of deliveries to the portal.
"""

from __future__ import annotations

import functools
import json
import ssl
from dataclasses import dataclass, field

import httpx2

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.tls import client_context, is_local_name
from portal.signed import sign

TIMEOUT_S = 10.0
MAX_REPLY_BYTES = 64 * 1024
_WAITS = ("connect", "read", "write", "pool")


class NoticeError(Exception):
    """A notice was not taken; the message is safe to show. `is_final`: trying again is of no use."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Address:
    """Where a webhook is dialled: its URL, the addresses that were judged (S09), and the secret that signs."""

    url: str = field(repr=False)
    addresses: tuple[str, ...]
    secret: str = field(repr=False)


def body_of(subject: str, text: str, link: str, *, topic: str, key: str) -> bytes:
    """Return the JSON that is sent."""
    said = "\n".join(part for part in (subject, text, link) if part)
    return json.dumps({"text": said, "topic": topic, "link": link, "key": key}).encode()


def post(to: Address, body: bytes, *, idempotency_key: str, timestamp: int) -> int:
    """Send a body; return the status. Raises `NoticeError` where it was not taken, or nobody knows."""
    assert_no_transaction("webhook.post")
    url = httpx2.URL(to.url)
    if url.scheme != "https" and not is_local_name(url.host):
        raise NoticeError("the address is not HTTPS; only a local one may be without", is_final=True)
    headers = {
        "host": url.netloc.decode(),
        "content-type": "application/json",
        "content-length": str(len(body)),
        "user-agent": "countersign-notices",
        "idempotency-key": idempotency_key,
        "connection": "close",
    }
    if to.secret:
        headers["countersign-signature"] = sign(to.secret, timestamp, body)
    failure = NoticeError("the address could not be reached")
    for address in to.addresses or (url.host,):
        try:
            return _once(url, address, headers, body)
        except NoticeError as error:
            failure = error
            if error.is_final:
                break
    raise failure


def _once(url: httpx2.URL, address: str, headers: dict[str, str], body: bytes) -> int:
    request = httpx2.Request(
        "POST",
        url.copy_with(host=address),
        headers=headers,
        content=body,
        extensions={
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S),
            "sni_hostname": url.host,
        },
    )
    with httpx2.HTTPTransport(verify=_tls(), trust_env=False, retries=0) as transport:
        try:
            response = transport.handle_request(request)
            try:
                _read(response)
            finally:
                response.close()
        except (httpx2.TransportError, OSError) as error:
            raise NoticeError(f"the address did not answer ({type(error).__name__})") from None
    if 200 <= response.status_code < 300:
        return int(response.status_code)
    raise NoticeError(f"the address answered {response.status_code}", is_final=response.status_code == 410)


def _read(response: httpx2.Response) -> None:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            return


@functools.lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return client_context("verify-full")
