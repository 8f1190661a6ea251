"""The MCP endpoint: one POST, one JSON answer, as the person whose token it carries."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpResponse, JsonResponse
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from guardrails import rates
from portal.api_auth import BearerToken, SignedIn
from portal.api_wire import django_messages
from portal.rate import Limited
from portal.refusal import Refused
from portal.tasks import record_refusal
from questions.mcp import protocol, tools
from questions.mcp.protocol import Fault, Message

MAX_TEXT = 60_000
"""Characters of a result told as text beside its structured form; rows that do not fit are only in the latter."""
INSTRUCTIONS = (
    "Questions to the organization's own databases, governed: every statement passes a guard, runs read-only, returns"
    " at most 20 rows and is recorded under your name. Tell people the production warning and the confidence. A cut"
    " answer is not the whole: never state a total, a maximum or `all` from it."
)


@extend_schema(exclude=True)
class McpServer(APIView):
    """Streamable HTTP without sessions or streams; GET and DELETE are 405."""

    authentication_classes = [BearerToken]
    permission_classes = [SignedIn]
    http_method_names = ["post", "options"]

    def post(self, request: Any) -> HttpResponse:
        """Answer one message: 200 with its result, 202 for a notification, 4xx with a JSON-RPC error."""
        try:
            body = request._request.body
        except RequestDataTooBig:
            return _fault(None, Fault(protocol.INVALID_REQUEST, "body: it is too large; shorten it", status=413))
        try:
            _judge_headers(request)
            message = protocol.read(body, request.headers)
            if message.id is None:
                return HttpResponse(status=202)
            return JsonResponse(_answered(message, where=request.path))
        except Fault as fault:
            return _fault(protocol.id_of(body), fault)


def _judge_headers(request: Any) -> None:
    """Refuse a browser page of somebody else's, and a client that cannot read JSON."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.get_host()}":
        raise Fault(protocol.INVALID_REQUEST, "Origin: pages of other sites may not call this", status=403)
    accepts = request.headers.get("Accept", "*/*")
    if not any(kind in accepts for kind in ("application/json", "application/*", "*/*")):
        raise Fault(protocol.INVALID_REQUEST, "Accept: answers are `application/json`; accept it", status=406)


def _fault(key: Any, fault: Fault) -> HttpResponse:
    answer = JsonResponse(protocol.error(key, fault), status=fault.status)
    if fault.status in (429, 503):
        answer["Retry-After"] = str(fault.data["retry_after_s"])
    return answer


def _answered(message: Message, *, where: str) -> dict[str, Any]:
    offers = {"capabilities": {"tools": {}}, "instructions": INSTRUCTIONS}
    if message.method == "tools/list":
        return protocol.result(message, {"tools": tools.listed()}, is_listing=True)
    if message.method == "tools/call":
        return protocol.result(message, _called(message, where=where))
    if message.method == "server/discover":
        versions = [*protocol.STATELESS, *protocol.WITH_HANDSHAKE]
        return protocol.result(message, {"supportedVersions": versions, **offers}, is_listing=True)
    if message.method == "initialize" and not message.is_stateless:
        wanted = message.params.get("protocolVersion")
        spoken = wanted if wanted in protocol.WITH_HANDSHAKE else protocol.WITH_HANDSHAKE[0]
        return protocol.result(message, {"protocolVersion": spoken, "serverInfo": protocol.SERVER, **offers})
    if message.method == "ping" and not message.is_stateless:
        return protocol.result(message, {})
    said = f"method: `{message.method[:60]}` is none of this server"
    raise Fault(protocol.NOT_FOUND, said, status=404 if message.is_stateless else 200)


def _called(message: Message, *, where: str) -> dict[str, Any]:
    """Call a tool. What the caller can mend is the tool's own error, at its argument; too often is HTTP's 429."""
    tool = tools.named(message.params.get("name"))
    if tool is None:
        raise Fault(protocol.INVALID_PARAMS, f"name: there is no tool `{str(message.params.get('name'))[:60]}`")
    try:
        rates.take(rates.Kind.CALL)
        found = tool.call(tools.judged(tool, message.params.get("arguments") or {}))
    except Limited as error:
        data = {"retry_after_s": error.retry_after_s}
        raise Fault(protocol.LIMITED, error.message, status=error.status, data=data) from None
    except ValidationError as error:
        return _refused([{"field": field, "message": said} for field, said in django_messages(error)])
    except Refused as error:
        record_refusal(error, where=f"{where[:120]} {tool.name}")
        return _refused([{"field": "", "message": error.message}])
    warning = [_text(f"WARNING: {said}")] if (said := found.get("production_warning")) else []
    return {"content": [*warning, _text(_as_text(found))], "structuredContent": found, "isError": False}


def _refused(errors: list[dict[str, str]]) -> dict[str, Any]:
    return {"content": [_text("\n".join(each["message"] for each in errors))], "isError": True}


def _text(said: str) -> dict[str, str]:
    return {"type": "text", "text": said}


def _as_text(found: dict[str, Any]) -> str:
    """Return a result as JSON text within the budget; what does not fit is said to be in the structured result."""
    whole = json.dumps(found, ensure_ascii=False)
    if len(whole) <= MAX_TEXT:
        return whole
    brief = {name: value for name, value in found.items() if not isinstance(value, list)}
    left = sorted(set(found) - set(brief))
    note = f"{', '.join(left)}: too long for text; read them in structuredContent"
    return json.dumps({**brief, "note": note}, ensure_ascii=False)[:MAX_TEXT]
