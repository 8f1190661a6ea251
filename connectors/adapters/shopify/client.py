"""One GraphQL call to a shop, and the judgement of its answer: answered, refused, not executed, or unknown.

A read that got no answer executed nothing and may be asked again. A mutation that was sent and not answered by the
protocol's own words is unknown, whatever the status: only what comes before execution is certain.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.shopify import throttle
from connectors.adapters.shopify.pinned import API_VERSION, GRAPHQL_PATH, VERSION_HEADER
from connectors.adapters.transport import NotSent, Place, Reply, Unanswered, json_object, post, retry_after_s
from connectors.contracts import StoreError, StoreOutcomeUnknown, StoreRefused, StoreUnreachable

Kind = Literal["read", "mutation"]
READ_ATTEMPTS = 3
PAUSE_S = 0.2

_PASSING = frozenset(("INTERNAL_SERVER_ERROR", "TIMEOUT"))
_CLOSED = {
    402: ("shop_frozen", "the shop is frozen by Shopify until its bill is paid"),
    403: ("forbidden", "the shop refuses this app; look at its scopes and connect the shop again"),
    404: ("no_such_shop", f"there is no such shop, or it does not speak API version {API_VERSION}; check the domain"),
    423: ("shop_locked", "the shop is locked by Shopify; its owner has to ask Shopify why"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL document of ours. `name` is its operation's."""

    name: str
    text: str
    kind: Kind = "read"


class Tokens(Protocol):
    """Where an access token comes from. Both raise `StoreUnreachable` when none can be had."""

    def current(self) -> str:
        """Return a token that is good for some minutes."""
        ...

    def instead_of(self, rejected: str) -> str:
        """Return another token than the one the shop just rejected."""
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that does not expire: of an app made in the shop's own admin."""

    token: str

    def __repr__(self) -> str:
        return "StaticToken()"

    def current(self) -> str:
        return self.token

    def instead_of(self, rejected: str) -> str:
        raise closed("not_authorized", "the shop no longer knows the access token; set a new one")


def closed(code: str, message: str) -> StoreUnreachable:
    """Return an error that asking again does not mend: certainly nothing was executed, and a person has to act."""
    error = StoreUnreachable(code, f"shop: {message}")
    error.is_retryable = False
    return error


class Client:
    """Speaks with one shop. Safe to share between threads."""

    def __init__(self, place: Place, tokens: Tokens, *, timeout_s: float = 15.0) -> None:
        self._place, self._tokens, self._timeout_s = place, tokens, timeout_s
        self._bucket = throttle.bucket_of(f"{place.domain} {place.origin}")

    def __repr__(self) -> str:
        return f"Client({self._place.domain!r})"

    def ask(self, document: Document, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the `data` of an answer without errors. Raises `StoreUnreachable`, and for a mutation `StoreRefused`
        and `StoreOutcomeUnknown`. Waits at most `MAX_WAIT_S` for the shop's bucket; a read is tried three times.
        """
        assert_no_transaction(f"shopify.{document.name}")
        body = json.dumps({"query": document.text, "operationName": document.name, "variables": variables}).encode()
        call = _Call(document, throttle.MAX_WAIT_S)
        token = self._tokens.current()
        has_renewed = False
        while True:
            call.wait(self._bucket.wait_s(document.name))
            reply = self._send(call, body, token)
            if reply is None:
                continue
            if reply.status == 401 and not has_renewed:  # judged before anything is executed
                token, has_renewed = self._tokens.instead_of(token), True
                continue
            answer = self._judged(call, reply)
            if answer is not None:
                return answer

    def _send(self, call: _Call, body: bytes, token: str) -> Reply | None:
        try:
            return post(self._place, GRAPHQL_PATH, body, {"x-shopify-access-token": token}, timeout_s=self._timeout_s)
        except NotSent:
            failure = StoreUnreachable("unreachable", "shop: it cannot be reached; nothing was sent, try again")
            call.once_more(failure)
        except Unanswered as error:
            call.unclear(error.code)
        return None

    def _judged(self, call: _Call, reply: Reply) -> dict[str, Any] | None:
        """Return the data, or None when the call is to be sent again; raise what the answer means."""
        status = reply.status
        if status == 429:
            call.throttled(retry_after_s(reply.headers))
            return None
        if status == 401:
            raise closed("not_authorized", "it does not accept the access token; connect the shop again")
        if status in _CLOSED:
            raise closed(*_CLOSED[status])
        if 300 <= status < 400:
            raise closed("redirected", "it answered with another address; check the domain")
        if status == 400:
            call.refused("bad_request", "the shop could not read the call")
        if status != 200:
            call.unclear("server_error")
            return None
        answer = json_object(reply.body)
        if answer is None:
            call.unclear("bad_answer")
            return None
        return self._answered(call, reply, answer)

    def _answered(self, call: _Call, reply: Reply, answer: dict[str, Any]) -> dict[str, Any] | None:
        extensions = answer.get("extensions")
        fits_in = self._bucket.told(call.document.name, extensions.get("cost") if isinstance(extensions, dict) else 0)
        data = answer.get("data")
        if answer.get("errors"):
            self._failed(call, answer, fits_in)
            return None
        if not isinstance(data, dict):
            call.unclear("bad_answer")
            return None
        if call.document.kind == "read" and reply.headers.get(VERSION_HEADER) != API_VERSION:
            raise closed(
                "wrong_version", f"it did not answer in API version {API_VERSION}; the product needs an update"
            )
        return data

    def _failed(self, call: _Call, answer: dict[str, Any], fits_in: float) -> None:
        """Judge the protocol's own errors. What has no path and no data was refused before it was executed."""
        errors = answer["errors"]
        listed = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
        codes = {_code(each) for each in listed}
        if codes == {"THROTTLED"} and answer.get("data") is None:
            call.throttled(fits_in)
            return
        is_read = call.document.kind == "read"
        if codes == {"ACCESS_DENIED"} and (is_read or all(len(each.get("path") or ()) <= 1 for each in listed)):
            raise closed("forbidden", "the app lacks a scope for this; grant it and connect the shop again")
        if is_read and not codes & _PASSING:
            raise closed("bad_call", "it refused the question; the product needs an update")
        is_before = "data" not in answer and listed and not any("path" in each for each in listed)
        if is_before and not is_read and not codes & _PASSING:
            call.refused("bad_call", "the shop refused the call before it began")
        call.unclear("failed_inside")


class _Call:
    """The state of one call between its attempts: how often it was tried and how long it may still wait."""

    def __init__(self, document: Document, wait_s: float) -> None:
        self.document, self._wait_s, self._attempts = document, wait_s, 1

    def wait(self, seconds: float) -> None:
        if seconds > self._wait_s:
            message = "shop: it limits how much is asked of it now; try again later"
            raise StoreUnreachable("throttled", message, retry_after_s=seconds)
        self._wait_s -= seconds
        if seconds > 0:
            time.sleep(seconds)

    def throttled(self, seconds: float) -> None:
        """Wait as the shop asks: it executed nothing."""
        self.wait(max(seconds, PAUSE_S))

    def once_more(self, failure: StoreError) -> None:
        """Return when another attempt is due, else raise the failure. A mutation is never sent twice from here."""
        if self.document.kind == "mutation" or self._attempts >= READ_ATTEMPTS:
            raise failure
        self.wait(PAUSE_S * self._attempts)
        self._attempts += 1

    def unclear(self, code: str) -> None:
        """No proper answer came: a read may be tried again, a mutation may have been executed."""
        if self.document.kind == "mutation":
            raise StoreOutcomeUnknown(
                code, "shop: it took the call and gave no proper answer; look whether it was executed"
            )
        self.once_more(StoreUnreachable(code, "shop: it gave no proper answer; try again"))

    def refused(self, code: str, message: str) -> NoReturn:
        if self.document.kind == "mutation":
            raise StoreRefused(code, message)
        raise closed(code, message)


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    if code is None and error.get("message") == "Throttled":
        return "THROTTLED"
    return str(code or "")
