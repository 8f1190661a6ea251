"""JSON-RPC 2.0 and the two eras of MCP: which revision a message speaks, and how it is answered. Knows no tool.

Source: modelcontextprotocol.io, specification 2026-07-28 (basic, streamable HTTP, server/discover) and 2025-11-25.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATELESS = ("2026-07-28",)
WITH_HANDSHAKE = ("2025-11-25", "2025-06-18", "2025-03-26")
META = "io.modelcontextprotocol/"
SERVER = {"name": "countersign", "title": "Countersign", "version": "1"}
MAX_BODY = 1_500_000

PARSE_ERROR, INVALID_REQUEST, NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
LIMITED, HEADER_MISMATCH, UNSUPPORTED_VERSION = -32029, -32020, -32022


class Fault(Exception):
    """A message that is answered with a JSON-RPC error."""

    def __init__(self, code: int, message: str, *, status: int = 400, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.data = code, message, status, data


@dataclass(frozen=True, slots=True)
class Message:
    """A request (or, without `id`, a notification) whose form and headers were judged."""

    method: str
    params: Mapping[str, Any]
    id: str | int | None
    revision: str

    @property
    def is_stateless(self) -> bool:
        return self.revision in STATELESS


def read(body: bytes, headers: Mapping[str, str]) -> Message:
    """Return the message in a body; raise `Fault` where it is none, or where it and its headers disagree."""
    if len(body) > MAX_BODY:
        raise Fault(INVALID_REQUEST, f"body: it has {len(body):,} bytes; shorten it to {MAX_BODY:,}", status=413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Fault(PARSE_ERROR, "body: it is not JSON; send one JSON-RPC message") from None
    if not isinstance(found, dict) or found.get("jsonrpc") != "2.0" or not isinstance(found.get("method"), str):
        raise Fault(INVALID_REQUEST, "body: it is no JSON-RPC 2.0 request; batches and responses are not taken")
    key, params = found.get("id"), found.get("params", {})
    if isinstance(key, bool) or not isinstance(key, str | int | None):
        raise Fault(INVALID_REQUEST, "id: it is neither a text nor a whole number")
    if not isinstance(params, dict):
        raise Fault(INVALID_PARAMS, "params: it is not an object")
    return Message(found["method"], params, key, _revision(found["method"], params, key, headers))


def id_of(body: bytes) -> Any:
    """Return the id in a body that could not be read as a message, so that the error can name it; None without."""
    try:
        found = json.loads(body[:MAX_BODY])
        key = found.get("id") if isinstance(found, dict) else None
    except (ValueError, RecursionError):
        return None
    return key if isinstance(key, str | int) and not isinstance(key, bool) else None


def _revision(method: str, params: Mapping[str, Any], key: Any, headers: Mapping[str, str]) -> str:
    """Return the revision the message speaks: from its envelope, its header, or the oldest where it names none."""
    header = headers.get("MCP-Protocol-Version", "")
    meta = params.get("_meta")
    envelope = meta.get(f"{META}protocolVersion") if isinstance(meta, dict) else None
    if envelope is None and header not in STATELESS:
        if header and header not in WITH_HANDSHAKE:
            raise _unsupported(header)
        return header or WITH_HANDSHAKE[-1]
    if key is None:
        return header if header in STATELESS + WITH_HANDSHAKE else STATELESS[0]
    if envelope is None or not isinstance(meta, dict) or f"{META}clientCapabilities" not in meta:
        raise Fault(INVALID_PARAMS, f"params._meta: it lacks `{META}protocolVersion` or `{META}clientCapabilities`")
    if header != envelope or headers.get("Mcp-Method") != method:
        raise Fault(HEADER_MISMATCH, "MCP-Protocol-Version, Mcp-Method: a header and the body disagree")
    if method == "tools/call" and _plain(headers.get("Mcp-Name", "")) != params.get("name"):
        raise Fault(HEADER_MISMATCH, "Mcp-Name: the header and `params.name` disagree")
    if envelope not in STATELESS:
        raise _unsupported(str(envelope))
    return str(envelope)


def _plain(header: str) -> str:
    """Return a header's value, where it came as `=?base64?…?=` decoded."""
    if header.startswith("=?base64?") and header.endswith("?="):
        try:
            return base64.b64decode(header[9:-2], validate=True).decode()
        except ValueError:
            return ""
    return header


def _unsupported(requested: str) -> Fault:
    data = {"supported": [*STATELESS, *WITH_HANDSHAKE], "requested": requested[:40]}
    return Fault(UNSUPPORTED_VERSION, "MCP-Protocol-Version: this revision is not spoken here", data=data)


def result(message: Message, found: dict[str, Any], *, is_listing: bool = False) -> dict[str, Any]:
    """Return the answer to a request. Listings are the caller's own: nobody else's cache may keep them."""
    if message.is_stateless:
        found = {"resultType": "complete", **found, "_meta": {f"{META}serverInfo": SERVER}}
        if is_listing:
            found |= {"ttlMs": 60_000, "cacheScope": "private"}
    return {"jsonrpc": "2.0", "id": message.id, "result": found}


def error(key: Any, fault: Fault) -> dict[str, Any]:
    """Return a JSON-RPC error."""
    said: dict[str, Any] = {"code": fault.code, "message": fault.message}
    if fault.data is not None:
        said["data"] = fault.data
    return {"jsonrpc": "2.0", "id": key, "error": said}
