"""One REST call to a Zendesk account, and the judgement of its answer: answered, refused, not sent, or unknown.

A read that got no answer is asked again, three times at most. An update is sent once: what came back without the API's
own words for it is unknown, because it may have been carried out.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.transport import NotSent, Place, Reply, Unanswered, json_object, retry_after_s, send
from connectors.contracts import HelpdeskOutcomeUnknown, HelpdeskRefused, HelpdeskUnreachable

READ_ATTEMPTS = 3
PAUSE_S = 0.2
MAX_WAIT_S = 5.0
"""The longest that a read waits because it was asked to; a longer wait is the caller's."""

_CLOSED = {
    401: ("not_authorized", "it does not accept the token; set a new one"),
    403: ("forbidden", "it does not let this user do that; look at the user's role and the token's scopes"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the account said, and its own clock then; None where it did not tell the time."""

    told: dict[str, Any]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """What proves who calls: an API token of a user, or an OAuth access token."""

    header: str = field(repr=False)

    @classmethod
    def by_api_token(cls, email: str, token: str) -> SignIn:
        return cls("Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode())

    @classmethod
    def by_oauth(cls, token: str) -> SignIn:
        return cls(f"Bearer {token}")


def closed(code: str, message: str) -> HelpdeskUnreachable:
    """Return an error that asking again does not mend: certainly nothing was sent, and a person has to act."""
    error = HelpdeskUnreachable(code, f"helpdesk: {message}")
    error.is_retryable = False
    return error


class Client:
    """Speaks with one account. Safe to share between threads; holds no connection."""

    def __init__(self, place: Place, sign_in: SignIn, *, timeout_s: float = 15.0) -> None:
        self._place, self._sign_in, self._timeout_s = place, sign_in, timeout_s

    def __repr__(self) -> str:
        return f"Client({self._place.domain!r})"

    def read(self, target: str) -> Answer | None:
        """Return the answer to a GET, None where there is no such thing. Raises `HelpdeskUnreachable`."""
        assert_no_transaction("zendesk.read")
        patience = MAX_WAIT_S
        for attempt in range(1, READ_ATTEMPTS + 1):
            reply, code, pause = self._once("GET", target, b""), "bad_answer", PAUSE_S * attempt
            if isinstance(reply, Reply):
                if reply.status == 404:
                    return None
                self._judge_door(reply)
                told = json_object(reply.body) if reply.status == 200 else None
                if told is not None:
                    return Answer(told, _clock(reply.headers))
                if reply.status == 429:
                    code, pause = "throttled", retry_after_s(reply.headers)
            else:
                code = reply
            patience -= pause
            if attempt == READ_ATTEMPTS or patience < 0:
                raise _away(code, pause)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def update(self, target: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send one PUT and return what it did. Raises all three errors of a helpdesk; never sends twice."""
        assert_no_transaction("zendesk.update")
        reply = self._once("PUT", target, json.dumps(body).encode())
        if reply == "unreachable":
            raise _away(reply, None)
        if isinstance(reply, str):
            raise _unknown(reply)
        self._judge_door(reply)
        if reply.status == 429:  # refused before anything is done
            raise _away("throttled", retry_after_s(reply.headers))
        if reply.status == 409:
            raise HelpdeskUnreachable("changed", "helpdesk: the ticket changed meanwhile; nothing was sent, look again")
        if reply.status in (400, 404, 413, 422):
            raise HelpdeskRefused("refused", f"helpdesk: it does not take the reply (status {reply.status})")
        told = json_object(reply.body) if reply.status == 200 else None
        if told is None:
            raise _unknown("server_error" if reply.status >= 500 else "bad_answer")
        return told

    def _once(self, method: str, target: str, body: bytes) -> Reply | str:
        """Return the answer, or the code of what went wrong; `unreachable` alone means that nothing was sent."""
        headers = {"authorization": self._sign_in.header}
        if body:
            headers["content-type"] = "application/json"
        try:
            return send(self._place, method, target, body, headers, timeout_s=self._timeout_s)
        except NotSent:
            return "unreachable"
        except Unanswered as error:
            return error.code

    def _judge_door(self, reply: Reply) -> None:
        """Raise what was decided before the call was looked at."""
        if reply.status in _CLOSED:
            raise closed(*_CLOSED[reply.status])
        if 300 <= reply.status < 400:
            raise closed("redirected", "it answered with another address; check the domain")


def _away(code: str, pause: float | None) -> HelpdeskUnreachable:
    words = {
        "unreachable": "it cannot be reached; nothing was sent, try again",
        "throttled": "it limits how much is asked of it now; try again later",
    }
    message = f"helpdesk: {words.get(code, 'it gave no proper answer; try again')}"
    return HelpdeskUnreachable(code, message, retry_after_s=pause if code == "throttled" else None)


def _unknown(code: str) -> HelpdeskOutcomeUnknown:
    return HelpdeskOutcomeUnknown(
        code, "helpdesk: it took the reply and gave no proper answer; look whether it was sent"
    )


def _clock(headers: Mapping[str, str]) -> datetime | None:
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError, IndexError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
