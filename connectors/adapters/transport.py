"""The one door a call over HTTP leaves through: its own host, judged addresses, TLS 1.2 or later, bounded replies.

It says for certain when nothing was sent. It follows no redirect, knows no proxy, keeps no connection, and may not
read or change what is said.
"""

from __future__ import annotations

import functools
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from connectors.adapters.tls import client_context, is_local_name

CONNECT_TIMEOUT_S = 5.0
MAX_REPLY_BYTES = 4 * 1024 * 1024


class NotSent(Exception):
    """No connection came about: certainly nothing was sent."""


class Unanswered(Exception):
    """The call was sent, and no whole answer came back. `code` says how: `no_answer`, `too_large` or `cut_short`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a system is dialled. With `addresses`, which were judged (S09), its name is not resolved again."""

    domain: str
    origin: str = ""
    addresses: tuple[str, ...] = ()
    root_certificates: str = ""

    @property
    def url(self) -> httpx2.URL:
        """The system's own origin, or where a local server plays it."""
        url = httpx2.URL(self.origin or f"https://{self.domain}")
        if url.scheme != "https" and not is_local_name(url.host):
            raise NotSent("a host that is not local is only spoken to over TLS")
        return url


@functools.lru_cache(maxsize=8)
def _tls(root_certificates: str) -> ssl.SSLContext:
    return client_context("verify-full", root_certificates)


def post(place: Place, path: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> Reply:
    """Send one POST of JSON; as `send`."""
    return send(place, "POST", path, body, {"content-type": "application/json", **headers}, timeout_s=timeout_s)


def send(place: Place, method: str, target: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> Reply:
    """Send one call on a connection of its own; raise `NotSent` or `Unanswered`. Bounded in bytes and time.

    `target` is a path, with its query where it has one. INVARIANT: the headers, which carry the token, go to the
    place's own origin and nowhere else.
    """
    until = time.monotonic() + timeout_s
    url = place.url.copy_with(raw_path=target.encode())
    sent = {"host": place.domain, "accept": "application/json", "accept-encoding": "identity", "connection": "close"}
    if body:
        sent["content-length"] = str(len(body))
    failure: Exception = NotSent("no address")
    for address in place.addresses or (url.host,):
        try:
            return _once(place, method, url.copy_with(host=address), body, {**sent, **headers}, until)
        except NotSent as error:
            failure = error
    raise failure


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the one JSON object a body is, or None: HTML, nothing, half of it, two of them, nested without end."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Return what `Retry-After` asks for in seconds; 1 where it says nothing that can be read."""
    try:
        return max(0.0, min(float(headers.get("retry-after", "")), 3600.0))
    except ValueError:
        return 1.0


def _once(place: Place, method: str, url: httpx2.URL, body: bytes, headers: Mapping[str, str], until: float) -> Reply:
    left = until - time.monotonic()
    if left <= 0:
        raise NotSent("no time is left")
    waits = {"connect": min(CONNECT_TIMEOUT_S, left), "read": left, "write": left, "pool": left}
    request = httpx2.Request(
        method, url, headers=dict(headers), content=body, extensions={"timeout": waits, "sni_hostname": place.domain}
    )
    with httpx2.HTTPTransport(verify=_tls(place.root_certificates), trust_env=False, retries=0) as transport:
        try:
            response = transport.handle_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError):
            raise NotSent("no connection") from None
        except (httpx2.TransportError, OSError):
            raise Unanswered("no_answer") from None
        try:
            return Reply(response.status_code, _plain(response.headers), _read(response, until))
        except (httpx2.TransportError, OSError):
            raise Unanswered("cut_short") from None
        finally:
            response.close()


def _plain(headers: httpx2.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(response: httpx2.Response, until: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            raise Unanswered("too_large")
        if time.monotonic() > until:
            raise Unanswered("no_answer")
        chunks.append(chunk)
    return b"".join(chunks)
