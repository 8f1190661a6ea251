"""A real HTTP server for REST APIs that are played in tests, with faults on demand. Needs no pytest and no Django.

A server answers `answer(method, path, query, headers, body)`; its clock runs some seconds ahead at each call, so that
nothing happens twice in one second unless a test says so.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.servers.shopify import Fault

Query = dict[str, list[str]]


class RestServer:
    """Plays an API until it is closed. Thread-safe."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.step = timedelta(seconds=5)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.lock = threading.RLock()
        self._faults: list[tuple[str, Fault]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def fail(self, *faults: Fault, on: str = "*") -> None:
        """Let the next calls of this method end so, one fault each."""
        with self.lock:
            self._faults += [(on, fault) for fault in faults]

    def take_fault(self, method: str) -> Fault | None:
        with self.lock:
            for number, (on, _) in enumerate(self._faults):
                if on in ("*", method):
                    return self._faults.pop(number)[1]
            return None

    def answer(self, method: str, path: str, query: Query, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        raise NotImplementedError


def _handler(server: RestServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def take(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urlsplit(self.path)
            query: Query = {}
            for name, value in parse_qsl(parts.query):
                query.setdefault(name, []).append(value)
            with server.lock:
                server.now += server.step
                server.calls.append((self.command, parts.path))
            headers = {name.lower(): value for name, value in self.headers.items()}

            def ask() -> tuple[int, Any]:
                with server.lock:
                    return server.answer(self.command, parts.path, query, headers, json.loads(raw) if raw else None)

            fault = server.take_fault(self.command)
            if fault is None:
                return self.say(*ask())
            if fault.executes == "late":
                threading.Timer(fault.wait_s, ask).start()
                return self.hang_up()
            status, told = ask() if fault.executes == "before" else (fault.code, {})
            if not fault.answers:
                return self.hang_up()
            body = fault.body if fault.body is not None else json.dumps(told).encode()
            self.write(status if fault.body is None else fault.code, body, fault.headers, fault.cut_after)
            return None

        do_GET = do_PUT = do_POST = take

        def say(self, code: int, told: Any) -> None:
            self.write(code, json.dumps(told).encode(), {}, None)

        def write(self, code: int, body: bytes, headers: Mapping[str, str], upto: int | None) -> None:
            try:
                self.send_response_only(code)
                said = {"date": format_datetime(server.now, usegmt=True), "content-type": "application/json", **headers}
                for name, value in {**said, "content-length": str(len(body)), "connection": "close"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[:upto])
                self.wfile.flush()
            except OSError:
                pass
            self.close_connection = True

        def hang_up(self) -> None:
            """Close without a word, as a time-out looks from outside and without its wait."""
            self.close_connection = True
            try:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    return Handler
