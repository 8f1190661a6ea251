"""An admin's browser, as far as the story needs one: sign in, open a form, send it back with something changed."""

from __future__ import annotations

import http.cookiejar
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from typing import Any

TIMEOUT_S = 60


class AdminPage:
    """A session at the portal's pages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def sign_in(self, email: str, password: str) -> None:
        """Sign in at the page; raise `LookupError` when the page does not let one in."""
        self.send("/sign-in/", username=email, password=password)
        if not any(cookie.name == "sessionid" for cookie in self._cookies):
            raise LookupError(f"`{email}` could not sign in at the page")

    def send(self, path: str, **changes: Any) -> str:
        """Open the form at `path`, change some fields (None: unticked) and send it; return the page that follows."""
        address = self.url + path
        fields = _Form.of(self._read(address)) | {"csrfmiddlewaretoken": self._csrf()}
        for name, value in changes.items():
            fields.pop(name, None)
            if value is not None:
                fields[name] = value
        request = urllib.request.Request(address, urllib.parse.urlencode(fields).encode())  # noqa: S310 - our own address
        request.add_header("Referer", address)
        return self._read(request)

    def read(self, path: str) -> str:
        """Return the page at `path`."""
        return self._read(self.url + path)

    def _read(self, request: Any) -> str:
        with self._opener.open(request, timeout=TIMEOUT_S) as answer:
            return answer.read().decode()

    def _csrf(self) -> str:
        return next((cookie.value or "" for cookie in self._cookies if cookie.name == "csrftoken"), "")


class _Form(HTMLParser):
    """The fields of a page's POST form as they stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    @classmethod
    def of(cls, page: str) -> dict[str, str]:
        form = cls()
        form.feed(page)
        return form.fields

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name"), given.get("type", "text")
        if tag != "input" or not name or name.startswith("_") or kind in ("submit", "button", "file", "radio"):
            return
        if kind != "checkbox" or "checked" in given:
            self.fields[name] = given.get("value") or ("on" if kind == "checkbox" else "")
