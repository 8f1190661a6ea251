"""A person of the demo at the other end of HTTP: signs in, reads and writes the API, nothing else."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 60


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of one answer."""

    status: int
    body: Any

    def expect(self, *statuses: int) -> Any:
        """Return the body; raise `Unexpected` unless the status is one of these."""
        if self.status not in statuses:
            raise Unexpected(f"the portal answered {self.status} instead of {statuses[0]}: {self.body}")
        return self.body


class Unexpected(RuntimeError):
    """The portal answered something the story does not know how to go on from."""


class Portal:
    """The portal at one address, as nobody in particular."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request and return its answer, whatever its status."""
        data = body if isinstance(body, bytes) else (None if body is None else json.dumps(body).encode())
        address = path if path.startswith("http") else f"{self.url}/api/v1/{path}"
        request = urllib.request.Request(address, data=data, method=method)  # noqa: S310 - our own address
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return Answer(answer.status, _read(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _read(error.read()))


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw[:300].decode(errors="replace")


class Person(Portal):
    """Somebody signed in; the access token is renewed before it expires."""

    def __init__(self, url: str, email: str, password: str) -> None:
        super().__init__(url)
        self.email = email
        self._tokens = super().call("POST", "token/", {"email": email, "password": password}).expect(200)
        self._renew_at = time.monotonic() + 300

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request as this person."""
        if time.monotonic() > self._renew_at:
            self._tokens = super().call("POST", "token/refresh/", {"refresh": self._tokens["refresh"]}).expect(200)
            self._renew_at = time.monotonic() + 300
        return super().call(
            method, path, body, {**(headers or {}), "Authorization": f"Bearer {self._tokens['access']}"}
        )

    def get(self, path: str) -> Any:
        """Return the body of a GET that must succeed."""
        return self.call("GET", path).expect(200)

    def post(self, path: str, body: Any = None) -> Any:
        """Return the body of a POST that must succeed."""
        return self.call("POST", path, body).expect(200, 201, 202)

    def every(self, path: str) -> Iterator[Any]:
        """Yield every row of a paged list."""
        address: str | None = path
        while address:
            page = self.get(address)
            yield from page["results"]
            address = page.get("next")
