"""A real HTTP server that plays one Shopify shop: GraphQL over the public schema, OAuth, costs, and faults on demand.

    with ShopifyServer() as server:
        server.add_order("#1001", ...)
        server.fail(server_error())            # the next call
        server.fail(times_out_after_executing(), on="Refund")

It keeps what Shopify keeps: idempotency keys of refunds with their parameters, jobs that take their time, tokens that
expire, refresh tokens that rotate. Needs no pytest and no Django; documents are judged by graphql-core.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from graphql import GraphQLSchema, build_schema, execute_sync, parse, validate

from tests.servers.shopify_costs import cost_of
from tests.servers.shopify_shop import Shop

VERSION = "2026-07"
SCHEMA_FILE = Path(__file__).parent / "shopify_schema.graphql"
ALL_SCOPES = "read_customers,write_orders,read_products,write_returns"


@functools.cache
def schema() -> GraphQLSchema:
    made = build_schema(SCHEMA_FILE.read_text())
    for name, kind in (("PaymentDetails", "CardPaymentDetails"), ("ReturnLineItemType", "ReturnLineItem")):
        made.type_map[name].resolve_type = lambda *_, kind=kind: kind  # type: ignore[attr-defined]
    return made


@dataclass(frozen=True)
class Fault:
    """What becomes of one call: how it is answered, and whether it is executed before or after."""

    code: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    executes: str = "no"
    """`no`, `before` the (missing) answer, or `late`: some time after it."""
    answers: bool = True
    wait_s: float = 0.0
    twice: bool = False
    cut_after: int | None = None
    answer: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Changes the answer of an executed call."""


def server_error() -> Fault:
    return Fault(500, b"<html>We're sorry, but something went wrong</html>")


def fails_after_executing() -> Fault:
    return Fault(502, b"<html>Bad gateway</html>", executes="before")


def html() -> Fault:
    return Fault(200, b"<!doctype html><title>Please sign in</title>", {"content-type": "text/html"})


def nothing() -> Fault:
    return Fault(200, b"")


def half(executes: str = "before") -> Fault:
    return Fault(executes=executes, cut_after=40)


def two_documents() -> Fault:
    return Fault(200, b'{"data": {}} {"data": {}}')


def wrong_json() -> Fault:
    return Fault(200, b'["not", "an", "object"]')


def endless() -> Fault:
    return Fault(200, b" " * (5 * 1024 * 1024))


def too_many(retry_after: str = "0.05") -> Fault:
    return Fault(429, b'{"errors": "exceeded 2 calls per second"}', {"retry-after": retry_after})


def closed(code: int) -> Fault:
    return Fault(code, b'{"errors": "no"}')


def times_out_after_executing() -> Fault:
    return Fault(executes="before", answers=False)


def times_out_before_executing() -> Fault:
    return Fault(answers=False)


def executes_late(after_s: float = 0.1) -> Fault:
    return Fault(executes="late", answers=False, wait_s=after_s)


def answers_twice() -> Fault:
    return Fault(executes="before", twice=True)


def errors(code: str, *, path: list[str] | None = None, executes: str = "no", has_data: bool = False) -> Fault:
    told: dict[str, Any] = {"message": "it did not work", "extensions": {"code": code}}
    if path:
        told["path"] = path
    body: dict[str, Any] = {"errors": [told], **({"data": None} if has_data else {})}
    return Fault(200, json.dumps(body).encode(), executes=executes)


def other_version(version: str = "2025-01") -> Fault:
    return Fault(executes="before", headers={"x-shopify-api-version": version})


def changed(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Fault:
    return Fault(executes="before", answer=answer)


class ShopifyServer:
    """Plays a shop until it is closed. Thread-safe."""

    def __init__(self, shop: Shop | None = None, *, certificate: tuple[str, str] | None = None) -> None:
        self.shop = shop or Shop()
        self.client_id, self.client_secret = "client-id", "client-secret-canary"
        self.scopes = ALL_SCOPES
        self.points, self.rate, self.maximum = 2000.0, 1000.0, 2000.0
        self.is_strict = False
        """Whether a used refresh token is dead at once (RFC 6749), not kept until its replacement is used."""
        self.expires_in = 3600
        self.calls: Counter[str] = Counter()
        self.requested: list[float] = []
        self.tokens: dict[str, float] = {}
        self.token_requests: list[dict[str, Any]] = []
        self.token_faults: list[Fault] = []
        self._refresh: dict[str, str | None] = {}
        self._codes: set[str] = set()
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.RLock()
        self._told_at = time.monotonic()
        self._schema = schema()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> ShopifyServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def origin(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    # --- what a test says ---

    def fail(self, *faults: Fault, on: str = "*") -> None:
        """Let the next calls of this operation end so, one fault each."""
        with self._lock:
            self._faults += [(on, fault) for fault in faults]

    def issue(self, *, refresh: bool = False, expires_in: float = 3600) -> tuple[str, str]:
        """Hand out an access token, with a refresh token where asked."""
        with self._lock:
            access, renewal = f"shpat_{secrets.token_hex(12)}", f"shprt_{secrets.token_hex(12)}" if refresh else ""
            self.tokens[access] = time.monotonic() + expires_in
            if renewal:
                self._refresh[renewal] = None
            return access, renewal

    def code(self) -> str:
        """Return a code as the shop's owner brings it back, good for one exchange."""
        with self._lock:
            made = secrets.token_hex(16)
            self._codes.add(made)
            return made

    def callback(self, state: str, **changes: str) -> str:
        """Return the signed query with which the owner's browser comes back."""
        said = {"code": self.code(), "shop": self.shop.domain, "state": state, "timestamp": "1337178173", **changes}
        said["hmac"] = self.sign(said)
        return urlencode(said)

    def sign(self, said: Mapping[str, str]) -> str:
        text = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
        return hmac.new(self.client_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    # --- GraphQL ---

    def take_fault(self, operation: str) -> Fault | None:
        with self._lock:
            for number, (on, _) in enumerate(self._faults):
                if on in ("*", operation):
                    return self._faults.pop(number)[1]
            return None

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Execute one call: validated, priced, and then resolved."""
        try:
            document = parse(body["query"])
        except Exception as error:
            return {"errors": [{"message": str(error), "extensions": {"code": "syntaxError"}}]}
        if problems := validate(self._schema, document):
            return {"errors": [{"message": each.message, "extensions": {"code": "invalid"}} for each in problems]}
        requested = cost_of(self._schema, document)
        with self._lock:
            refusal = self._charge(requested)
            if refusal is not None:
                return refusal
            found = execute_sync(
                self._schema, document, self.shop.root(), variable_values=body.get("variables"), context_value=self
            )
        answer: dict[str, Any] = {"data": found.data, "extensions": {"cost": self._cost(requested)}}
        if found.errors:
            answer["errors"] = [
                {"message": e.message, "path": e.path, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
                for e in found.errors
            ]
        return answer

    def _charge(self, requested: float) -> dict[str, Any] | None:
        now = time.monotonic()
        self.points = min(self.maximum, self.points + (now - self._told_at) * self.rate)
        self._told_at = now
        self.requested.append(requested)
        if requested > 1000:
            return {"errors": [{"message": "too costly", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        if requested > self.points:
            told = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return {"errors": [told], "extensions": {"cost": {**self._cost(requested), "actualQueryCost": None}}}
        self.points -= requested * 0.2
        return None

    def _cost(self, requested: float) -> dict[str, Any]:
        status = {"maximumAvailable": self.maximum, "currentlyAvailable": self.points, "restoreRate": self.rate}
        return {"requestedQueryCost": requested, "actualQueryCost": requested * 0.2, "throttleStatus": status}

    def knows(self, token: str) -> bool:
        with self._lock:
            return self.tokens.get(token, 0.0) > time.monotonic()

    # --- OAuth ---

    def token(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint."""
        with self._lock:
            self.token_requests.append(asked)
            if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
                return 401, {"error": "invalid_client"}
            kind = asked.get("grant_type")
            if kind == "client_credentials":
                access, _ = self.issue(expires_in=self.expires_in)
                return 200, {"access_token": access, "scope": self.scopes, "expires_in": self.expires_in}
            if kind == "refresh_token":
                return self._refreshed(str(asked.get("refresh_token")))
            if asked.get("code") in self._codes:
                self._codes.discard(str(asked["code"]))
                return 200, self._pair()
            return 400, {"error": "invalid_request"}

    def _refreshed(self, used: str) -> tuple[int, dict[str, Any]]:
        if used not in self._refresh:
            return 400, {"error": "invalid_grant"}
        for earlier in [name for name, successor in self._refresh.items() if successor == used]:
            del self._refresh[earlier]  # its replacement is used now
        pair = self._pair()
        if self.is_strict:
            del self._refresh[used]
        else:
            self._refresh.pop(self._refresh[used] or "", None)
            self._refresh[used] = pair["refresh_token"]
        return 200, pair

    def _pair(self) -> dict[str, Any]:
        self.tokens.clear()  # one expiring token is active at a time
        access, renewal = self.issue(refresh=True, expires_in=self.expires_in)
        return {
            "access_token": access,
            "scope": self.scopes,
            "expires_in": self.expires_in,
            "refresh_token": renewal,
            "refresh_token_expires_in": 90 * 86_400,
        }


def _handler(server: ShopifyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("host", "") != server.shop.domain:
                return self.say(404, {"errors": "Not Found"})
            body = json.loads(raw)
            if self.path == "/admin/oauth/access_token":
                return self.hand_out(body)
            if self.path != f"/admin/api/{VERSION}/graphql.json":
                return self.say(404, {"errors": "Not Found"})
            if not server.knows(self.headers.get("x-shopify-access-token", "")):
                return self.say(401, {"errors": "[API] Invalid API key or access token"})
            name = str(body.get("operationName"))
            server.calls[name] += 1
            fault = server.take_fault(name)
            if fault is None:
                return self.say(200, server.answer(body))
            return self.misbehave(fault, body)

        def hand_out(self, asked: dict[str, Any]) -> None:
            fault = server.token_faults.pop(0) if server.token_faults else None
            if fault is None:
                return self.say(*server.token(asked))
            if fault.executes == "before":
                server.token(asked)
            time.sleep(fault.wait_s)
            if not fault.answers:
                return self.hang_up()
            return self.write(fault.code, fault.body or b"", fault.headers)

        def misbehave(self, fault: Fault, body: dict[str, Any]) -> None:
            if fault.executes == "late":
                threading.Timer(fault.wait_s, server.answer, [body]).start()
                return self.hang_up()
            answer = server.answer(body) if fault.executes == "before" else {"data": None}
            if not fault.answers:
                return self.hang_up()
            if fault.answer is not None:
                answer = fault.answer(answer)
            said = fault.body if fault.body is not None else json.dumps(answer).encode()
            if fault.cut_after is not None:
                self.write(200, said, fault.headers, upto=fault.cut_after)
                return self.hang_up()
            self.write(fault.code, said, fault.headers)
            if fault.twice:
                self.write(fault.code, said, fault.headers)

        def say(self, code: int, answer: dict[str, Any]) -> None:
            self.write(code, json.dumps(answer).encode(), {})

        def write(self, code: int, body: bytes, headers: Mapping[str, str], upto: int | None = None) -> None:
            try:
                self.send_response(code)
                said = {"content-type": "application/json", "x-shopify-api-version": VERSION, **headers}
                for name, value in {**said, "content-length": str(len(body)), "connection": "close"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[:upto])
                self.wfile.flush()
            except OSError:
                pass
            self.close_connection = True

        def hang_up(self) -> None:
            """Close without another word, as a time-out looks from outside and without its wait."""
            self.close_connection = True
            try:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    return Handler
