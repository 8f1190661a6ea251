"""The one door a model call leaves through: one host, listed headers, bounded replies, counted attempts.

The SDK owns retries and back-off; this transport keeps them inside what was reserved. It may not
read or change what is said.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

import anthropic
import httpx2

MAX_REPLY_BYTES = 4 * 1024 * 1024
MAX_BILLED_REQUESTS = 2
"""Requests of one call that may cost money: the first, and one after a time-out, a cut or a bad reply."""

_SENT_HEADERS = frozenset(("host", "anthropic-version", "content-type", "content-length", "accept", "user-agent"))


class AttemptsSpent(anthropic.AnthropicError):
    """Raised instead of sending a request that was not reserved for; the SDK does not retry it."""


class ReplyTooLarge(AttemptsSpent):
    """Raised while reading a reply that is larger than any answer can be."""


@dataclass(slots=True)
class Meter:
    """What became of the requests of one call, so that errors and costs can be told truthfully."""

    deadline: float
    billed: int = 0
    unknown: int = 0
    last_status: int = 0
    retry_after_s: float | None = None
    timed_out: bool = False

    def left_s(self) -> float:
        return self.deadline - time.monotonic()


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Wraps the real transport for one call to one base URL.

    With `addresses`, which were judged (S09), one of these is dialled and the name is not resolved again.
    INVARIANT: a key leaves only for the origin it was set for, and at most `MAX_BILLED_REQUESTS` requests
    leave whose cost is not known to be nothing.
    """

    def __init__(
        self,
        origin: httpx2.URL,
        credential: tuple[str, str],
        meter: Meter,
        *,
        tls: ssl.SSLContext,
        proxy: str | None,
        addresses: tuple[str, ...] = (),
    ) -> None:
        self._addresses = addresses if proxy is None else ()  # a proxy resolves names itself
        self._turn = 0
        self._origin = origin
        self._credential = credential
        self._meter = meter
        self._inner = httpx2.AsyncHTTPTransport(verify=tls, trust_env=False, proxy=proxy, retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if (url.scheme, url.host, url.port) != (self._origin.scheme, self._origin.host, self._origin.port):
            raise AttemptsSpent("a request to another host than the base URL was not sent")
        if self._meter.billed + self._meter.unknown >= MAX_BILLED_REQUESTS:
            raise AttemptsSpent("no further request was reserved for")
        return await self._send(self._stripped(request))

    def _stripped(self, request: httpx2.Request) -> httpx2.Request:
        """A copy with listed headers and this key only; the SDK reads the original again."""
        headers = {name: value for name, value in request.headers.items() if name.lower() in _SENT_HEADERS}
        name, value = self._credential
        headers |= {name: value, "accept-encoding": "identity"}
        url, extensions = request.url, request.extensions
        if self._addresses:  # what was judged is dialled; the name stays in the Host header and the certificate
            extensions = {**extensions, "sni_hostname": url.host}
            url = url.copy_with(host=self._addresses[self._turn % len(self._addresses)])
        return httpx2.Request(request.method, url, headers=headers, stream=request.stream, extensions=extensions)

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and note how it ended. Until a status or a refused connection says otherwise, it may cost."""
        meter = self._meter
        meter.last_status, meter.retry_after_s, meter.timed_out = 0, None, False
        meter.unknown += 1
        try:
            response = await self._inner.handle_async_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.UnsupportedProtocol, httpx2.ProxyError):
            meter.unknown -= 1  # nothing was ever sent
            self._turn += 1
            raise
        except httpx2.TimeoutException:
            meter.timed_out = True
            raise
        meter.last_status = response.status_code
        if response.status_code != 200:
            meter.unknown -= 1  # the protocol bills no error
            self._judge_wait(response)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Counted(cast(httpx2.AsyncByteStream, response.stream), meter, billed=response.status_code == 200),
            extensions=response.extensions,
        )

    def _judge_wait(self, response: httpx2.Response) -> None:
        """Remember `Retry-After`; tell the SDK not to sleep for longer than the call may take."""
        try:
            wait = float(response.headers.get("retry-after", ""))
        except ValueError:
            return
        self._meter.retry_after_s = max(0.0, min(wait, 86_400.0))
        if wait >= self._meter.left_s():
            response.headers["x-should-retry"] = "false"

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Counted(httpx2.AsyncByteStream):
    """A reply's bytes, at most `MAX_REPLY_BYTES`; read to its end, a good reply is known to be billed."""

    def __init__(self, inner: httpx2.AsyncByteStream, meter: Meter, *, billed: bool) -> None:
        self._inner = inner
        self._meter = meter
        self._billed = billed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        try:
            async for chunk in self._inner:
                total += len(chunk)
                if total > MAX_REPLY_BYTES:
                    raise ReplyTooLarge("the reply was larger than any answer can be")
                yield chunk
        except httpx2.TimeoutException:
            self._meter.timed_out = True
            raise
        if self._billed:
            self._meter.unknown -= 1
            self._meter.billed += 1

    async def aclose(self) -> None:
        await self._inner.aclose()
