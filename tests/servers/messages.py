"""A real HTTP server that speaks the Messages protocol, scriptable reply by reply. Needs no pytest.

    with MessagesServer(key="sk-test") as server:
        server.script(status(429, retry_after=0), tool({"kind": "sql", ...}))
        provider = AnthropicProvider(AnthropicSettings("sk-test", base_url=server.url))

Without a script the server answers with `server.default`, which may be a function of the request: that
is how a demo or a kill test plays a model.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {
    "input_tokens": 120,
    "output_tokens": 30,
    "cache_read_input_tokens": 900,
    "cache_creation_input_tokens": 0,
}


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    raw: bytes

    @property
    def tool_name(self) -> str:
        """The tool the client forces; tells questions, classification and proposal apart."""
        return str((self.body.get("tool_choice") or {}).get("name", ""))

    @property
    def credential(self) -> str:
        """The key, from whichever of the protocol's two headers carries it."""
        bearer = self.headers.get("authorization", "")
        return bearer.removeprefix("Bearer ") or self.headers.get("x-api-key", "")

    def data(self, name: str) -> Any:
        """The JSON value of the `<data name="…">` block of that name."""
        opening = f'<data name="{name}">\n'
        for block in self.body["messages"][0]["content"]:
            if block["text"].startswith(opening):
                return json.loads(block["text"][len(opening) : -len("\n</data>")])
        raise KeyError(f"no data block `{name}` in the request")


@dataclass(frozen=True)
class Reply:
    """What the server does with one request. Build it with the functions below."""

    code: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    cut_after: int | None = None
    drip_s: float = 0.0
    endless: bool = False


Answer = Reply | Callable[[Recorded], Reply]


def message(content: list[dict[str, Any]], *, stop_reason: str = "tool_use", usage: Any = USAGE) -> Reply:
    """A well-formed message with any content."""
    body = {
        "id": "msg_test",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage,
    }
    return Reply(200, json.dumps(body).encode())


def tool(data: Mapping[str, Any], *, name: str = "", usage: Any = USAGE) -> Callable[[Recorded], Reply]:
    """A call of the tool the client forces (or of `name`) with this input."""

    def answer(request: Recorded) -> Reply:
        block = {"type": "tool_use", "id": "toolu_test", "name": name or request.tool_name, "input": data}
        return message([block], usage=usage)

    return answer


def sql(statement: str, **fields: Any) -> Callable[[Recorded], Reply]:
    """The answer of a model that writes this statement, whatever it is; used to prove the guard."""
    empty = {"assumptions": [], "tables": [], "other_readings": [], "question": "", "choices": [], "missing": ""}
    return tool({"kind": "sql", "sql": statement, **empty, **fields})


def clarify(question: str, *choices: str) -> Callable[[Recorded], Reply]:
    empty = {"sql": "", "assumptions": [], "tables": [], "other_readings": [], "missing": ""}
    return tool({"kind": "clarify", "question": question, "choices": list(choices), **empty})


def cannot(missing: str) -> Callable[[Recorded], Reply]:
    empty = {"sql": "", "assumptions": [], "tables": [], "other_readings": [], "question": "", "choices": []}
    return tool({"kind": "cannot", "missing": missing, **empty})


def summary(words: str) -> Callable[[Recorded], Reply]:
    """A model that sums the rows up in these words."""
    return tool({"summary": words})


def intent(name: str, confidence: int = 97, others: tuple[tuple[str, int], ...] = ()) -> Answer:
    listed = [{"intent": other, "confidence": value} for other, value in others]
    return tool({"intent": name, "confidence": confidence, "others": listed, "language": "en"})


def proposal(action: str, *, order_number: str = "", amount: str = "", reply: str = "Done.") -> Answer:
    reason = "the customer asked for it"
    data = {
        "action": action,
        "order_number": order_number,
        "amount": amount,
        "reason": reason,
        "reply": reply,
    }
    return tool(data)


def text(words: str) -> Reply:
    """Prose where a tool call was asked for."""
    return message([{"type": "text", "text": words}], stop_reason="end_turn")


def refusal() -> Reply:
    return message([], stop_reason="refusal")


def cut_at_token_limit() -> Reply:
    return message([{"type": "text", "text": "SELECT"}], stop_reason="max_tokens")


def status(code: int, kind: str = "api_error", words: str = "no", *, retry_after: float | None = None) -> Reply:
    """An error as the protocol words it."""
    body = {"type": "error", "error": {"type": kind, "message": words}}
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Reply(code, json.dumps(body).encode(), headers)


def out_of_credit() -> Reply:
    words = "Your credit balance is too low to access the Anthropic API."
    return status(400, "invalid_request_error", words)


def malformed() -> Reply:
    return Reply(200, b'{"type": "message", "content": [')


def hang(wait_s: float) -> Reply:
    """Accept the request and stay silent for so long; the client gives up first, or not."""
    return Reply(200, text("late").body, wait_s=wait_s)


def drip(pause_s: float) -> Reply:
    """Send one byte at a time: no single wait is long, the whole is."""
    return Reply(200, text("slow").body, drip_s=pause_s)


def cut(after_bytes: int = 20) -> Reply:
    """Promise a whole body, send its beginning, reset the connection."""
    return Reply(200, text("x" * 500).body, cut_after=after_bytes)


def endless() -> Reply:
    """A body that never stops growing."""
    return Reply(200, endless=True)


def redirect(location: str) -> Reply:
    return Reply(307, b"{}", {"location": location})


class MessagesServer:
    """Listens on a loopback port from `start()` (or `with`) to `stop()`; `url` is the base URL."""

    def __init__(self, *, key: str = "sk-test-key", default: Answer | None = None, port: int = 0) -> None:
        self.key = key
        self.default: Answer = default or cannot("the test server was given nothing to say")
        self.requests: list[Recorded] = []
        self._script: deque[Answer] = deque()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def script(self, *answers: Answer) -> None:
        """Queue answers, one a request; after them the default answers again."""
        with self._lock:
            self._script.extend(answers)

    def start(self) -> MessagesServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def __enter__(self) -> MessagesServer:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def answer(self, request: Recorded) -> Reply:
        """Record the request and return what is to be done with it."""
        with self._lock:
            self.requests.append(request)
            if request.path != "/v1/messages":
                return status(404, "not_found_error", f"no such path {request.path}")
            if request.credential != self.key:
                return status(401, "authentication_error", "invalid key")
            if "anthropic-version" not in request.headers:
                return status(400, "invalid_request_error", "anthropic-version: header is required")
            if not {"model", "max_tokens", "messages"} <= set(request.body):
                return status(400, "invalid_request_error", "a required field is missing")
            answer = self._script.popleft() if self._script else self.default
        return answer if isinstance(answer, Reply) else answer(request)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond `stop()`."""
        self._stopping.wait(seconds)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()


def _handler(server: MessagesServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def log_message(self, *args: object) -> None:
            """Say nothing: prompts belong in no log."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", "0")))
            try:
                body = json.loads(raw)
            except ValueError:
                body = {}
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.answer(Recorded(self.path, headers, body, raw))
            try:
                self._send(reply)
            except OSError:
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            server.pause(reply.wait_s)
            self.send_response(reply.code)
            self.send_header("content-type", "application/json")
            self.send_header("request-id", f"req_test_{len(server.requests)}")
            length = 10**12 if reply.endless else len(reply.body)
            self.send_header("content-length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.endless:
                self._flood()
            elif reply.drip_s:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    server.pause(reply.drip_s)
            elif reply.cut_after is not None:
                self.wfile.write(reply.body[: reply.cut_after])
                self._reset()
            else:
                self.wfile.write(reply.body)

        def _flood(self) -> None:
            until = time.monotonic() + 30
            while time.monotonic() < until and not server.stopping:
                self.wfile.write(b" " * 65_536)

        def _reset(self) -> None:
            """Close with a TCP reset, as a died server does."""
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

    return Handler
