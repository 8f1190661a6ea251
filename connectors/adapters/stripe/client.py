"""One read from Stripe, and the judgement of its answer. Reads only: nothing here can move money."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.transport import NotSent, Place, Reply, Unanswered, json_object, retry_after_s, send
from connectors.contracts import RiskUnavailable

API_VERSION = "2024-06-20"
HOST = "api.stripe.com"
ATTEMPTS = 3
PAUSE_S = 0.2
MAX_WAIT_S = 3.0
MOST_PAGES = 5
PAGE = 100


class Client:
    """Speaks with one account. Safe to share between threads; holds no connection."""

    def __init__(self, place: Place, key: str, *, timeout_s: float = 10.0) -> None:
        self._place, self._key, self._timeout_s = place, key, timeout_s

    def __repr__(self) -> str:
        return f"Client({self._place.domain!r})"

    def get(self, path: str, asked: Sequence[tuple[str, str]] = ()) -> tuple[dict[str, Any], int]:
        """Return an answer and the second of Stripe's clock it was given at. Raises `RiskUnavailable`."""
        assert_no_transaction("stripe.get")
        target = f"{path}?{urlencode(asked)}" if asked else path
        patience = MAX_WAIT_S
        for attempt in range(1, ATTEMPTS + 1):
            code, pause = self._once(target)
            if isinstance(code, tuple):
                return code
            patience -= pause or PAUSE_S * attempt
            if attempt == ATTEMPTS or patience < 0:
                break
            time.sleep(pause or PAUSE_S * attempt)
        raise RiskUnavailable(str(code), "risk feed: Stripe gave no proper answer; the risk is unknown")

    def each(self, path: str, asked: Sequence[tuple[str, str]]) -> Iterator[tuple[dict[str, Any], int]]:
        """Return every object of a list, page by page; raise where it does not end."""
        after: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            told, at = self.get(path, [*asked, ("limit", str(PAGE)), *after])
            try:
                rows = [dict(row) for row in told["data"]]
                after = [("starting_after", str(rows[-1]["id"]))] if rows else []
            except (KeyError, TypeError, ValueError):
                raise misread() from None
            yield from ((row, at) for row in rows)
            if not told.get("has_more"):
                return
        raise RiskUnavailable("too_many", "risk feed: the customer has more payments than are looked at")

    def _once(self, target: str) -> tuple[tuple[dict[str, Any], int] | str, float]:
        """Return the answer, or the code of what went wrong, and how long Stripe asks to wait."""
        headers = {"authorization": f"Bearer {self._key}", "stripe-version": API_VERSION}
        try:
            reply = send(self._place, "GET", target, b"", headers, timeout_s=self._timeout_s)
        except NotSent:
            return "unreachable", 0.0
        except Unanswered as error:
            return error.code, 0.0
        if reply.status in (401, 403):
            words = "does not accept the key" if reply.status == 401 else "does not let the key read this"
            raise closed("not_authorized" if reply.status == 401 else "forbidden", f"Stripe {words}; set another")
        if reply.status in (400, 404):
            raise closed("bad_call", "Stripe refused the question; the product needs an update")
        if reply.status == 429:
            return "throttled", retry_after_s(reply.headers)
        return self._read(reply), 0.0

    @staticmethod
    def _read(reply: Reply) -> tuple[dict[str, Any], int] | str:
        told = json_object(reply.body) if reply.status == 200 else None
        if told is None:
            return "server_error" if reply.status >= 500 else "bad_answer"
        try:
            moment = parsedate_to_datetime(reply.headers.get("date", "")).replace(tzinfo=UTC)
        except (TypeError, ValueError, IndexError):
            moment = datetime.fromtimestamp(0, UTC)  # then every event counts as later
        return told, int(moment.timestamp())


def closed(code: str, message: str) -> RiskUnavailable:
    """Return an error that asking again does not mend: a person has to act, and the risk is unknown."""
    error = RiskUnavailable(code, f"risk feed: {message}")
    error.is_retryable = False
    return error


def misread() -> RiskUnavailable:
    return RiskUnavailable("bad_answer", "risk feed: Stripe's answer cannot be read; the risk is unknown")
