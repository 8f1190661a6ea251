"""Ask Anthropic's Messages API, or any server that speaks it, through the official SDK (Q07).

Structured output by one strict tool, prompt caching on what repeats, retries with back-off by the SDK
inside one deadline. The key is in no error, repr or log; no prompt is either.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from ssl import SSLContext, TLSVersion
from typing import Any, TypeVar

import anthropic
import httpx2

from connectors.adapters.providers import prompts, replies
from connectors.adapters.providers.contracts import (
    BadReply,
    Bound,
    Classification,
    ClassifyRequest,
    ModelCall,
    NotConfigured,
    OutOfCredit,
    Overloaded,
    Proposal,
    ProposeRequest,
    ProviderError,
    RateLimited,
    Refused,
    Request,
    SqlDraft,
    SqlRequest,
    Summary,
    SummaryRequest,
    TimedOut,
    Unreachable,
    Usage,
)
from connectors.adapters.providers.transport import (
    MAX_BILLED_REQUESTS,
    AttemptsSpent,
    GuardedTransport,
    Meter,
    ReplyTooLarge,
)
from connectors.adapters.tls import is_local_name

# ANTHROPIC_LOG=debug would print whole prompts, a customer's mail among them.
logging.getLogger("anthropic").setLevel(logging.WARNING)

DEFAULT_BASE_URL = "https://api.anthropic.com"
DEFAULT_MODEL = "claude-sonnet-5-5"
OVERHEAD_TOKENS = 2_000
"""What a server adds to a prompt for tool use, and our note on a second try, with room to spare."""

_SECOND_TRY = "The last reply was not a valid call of the tool. Call the tool, with exactly its fields."
_Answer = TypeVar("_Answer")
_Reader = Callable[[Mapping[str, Any], ModelCall], _Answer]


@dataclass(frozen=True, slots=True)
class AnthropicSettings:
    """Where to ask, with which key, and for how long. `base_url` only ever receives this key.

    `timeout_s` bounds each wait for the server, `deadline_s` the whole call with all its retries.
    Plain HTTP is accepted for a server on this machine only. `auth_header` is `authorization` (a bearer, as
    the SDK sends it) or `x-api-key` for older servers. `addresses` are dialled instead of
    resolving the host again. Raises `NotConfigured` naming the field.
    """

    api_key: str = field(repr=False)
    model: str = DEFAULT_MODEL
    base_url: str = DEFAULT_BASE_URL
    max_tokens: int = 4_096
    timeout_s: float = 60.0
    deadline_s: float = 120.0
    max_retries: int = 2
    proxy: str | None = field(default=None, repr=False)
    auth_header: str = "authorization"
    addresses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.api_key.strip() or any(ord(char) < 33 or ord(char) > 126 for char in self.api_key.strip()):
            raise NotConfigured("api_key: the key is empty or holds characters no key has; set it again")
        if not self.model.strip():
            raise NotConfigured(f"model: the name is empty; use one such as `{DEFAULT_MODEL}`")
        _origin(self.base_url)
        for name in ("max_tokens", "timeout_s", "deadline_s"):
            if getattr(self, name) <= 0:
                raise NotConfigured(f"{name}: `{getattr(self, name)}` is not above zero; set a larger one")
        if self.auth_header not in ("authorization", "x-api-key"):
            raise NotConfigured(f"auth_header: `{self.auth_header}` is not `authorization` or `x-api-key`")
        if not 0 <= self.max_retries <= 10:
            raise NotConfigured(f"max_retries: `{self.max_retries}` is not between 0 and 10")

    def credential(self) -> tuple[str, str]:
        """Return the one header that carries the key."""
        key = self.api_key.strip()
        return (self.auth_header, f"Bearer {key}" if self.auth_header == "authorization" else key)


def _origin(base_url: str) -> httpx2.URL:
    """Return the parsed base URL, or raise `NotConfigured`: TLS to every host that is not local."""
    try:
        url = httpx2.URL(base_url)
    except (httpx2.InvalidURL, ValueError, TypeError):
        url = httpx2.URL("")
    if url.userinfo:
        raise NotConfigured("base_url: it carries a user name or password; set the key in its own field")
    if url.host and (url.scheme == "https" or (url.scheme == "http" and is_local_name(url.host))):
        return url
    raise NotConfigured(f"base_url: `{base_url[:200]}` is no address to use; write `https://host/path`")


@lru_cache(maxsize=1)
def _tls() -> SSLContext:
    context: SSLContext = httpx2.create_ssl_context()
    context.minimum_version = TLSVersion.TLSv1_2
    return context


class AnthropicProvider:
    """A model provider (`contracts.ModelProvider`) over the Messages protocol. Holds no open connection."""

    name = "anthropic"

    def __init__(self, settings: AnthropicSettings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"AnthropicProvider(model={self._settings.model!r}, base_url={self._settings.base_url!r})"

    def bound(self, request: Request | ClassifyRequest | ProposeRequest) -> Bound:
        """Return the most the request can use. A token is at least one byte, so bytes bound tokens."""
        if isinstance(request, SqlRequest):
            prompt = prompts.sql_prompt(request)
        elif isinstance(request, SummaryRequest):
            prompt = prompts.summary_prompt(request)
        elif isinstance(request, ClassifyRequest):
            prompt = prompts.classify_prompt(request)
        else:
            prompt = prompts.propose_prompt(request)
        size = len(json.dumps(self._body(prompt), ensure_ascii=False).encode())
        return Bound(size + OVERHEAD_TOKENS, self._settings.max_tokens, MAX_BILLED_REQUESTS)

    def write_sql(self, request: SqlRequest) -> SqlDraft:
        """Return SQL to be judged, a clarifying question, or what is missing; or raise `ProviderError`."""
        return self._ask(prompts.sql_prompt(request), replies.read_sql)

    def summarize(self, request: SummaryRequest) -> Summary:
        """Return a summary of the rows, to be checked against them; or raise `ProviderError`."""
        return self._ask(prompts.summary_prompt(request), replies.read_summary)

    def classify(self, request: ClassifyRequest) -> Classification:
        """Return the ticket's intent; or raise `ProviderError`."""
        return self._ask(prompts.classify_prompt(request), replies.read_classification)

    def propose(self, request: ProposeRequest) -> Proposal:
        """Return an action to be judged and a reply; or raise `ProviderError`."""
        return self._ask(prompts.propose_prompt(request), replies.read_proposal(request))

    def _body(self, prompt: prompts.Prompt) -> dict[str, Any]:
        """The request. Two cache breakpoints: after tool and rules, and after the blocks that repeat."""
        cached = {"cache_control": {"type": "ephemeral"}}
        content: list[dict[str, Any]] = [{"type": "text", "text": text} for text in prompt.stable]
        content[-1] |= cached
        content += [{"type": "text", "text": text} for text in prompt.fresh]
        return {
            "model": self._settings.model,
            "max_tokens": self._settings.max_tokens,
            "system": [{"type": "text", "text": prompt.rules, **cached}],
            "tools": [prompt.tool],
            "tool_choice": {"type": "tool", "name": prompt.tool["name"], "disable_parallel_tool_use": True},
            "messages": [{"role": "user", "content": content}],
        }

    def _ask(self, prompt: prompts.Prompt, read: _Reader[_Answer]) -> _Answer:
        """Run one call to its end. Errors are raised outside the handler, so none carries the SDK's own."""
        meter = Meter(time.monotonic() + self._settings.deadline_s)
        error: ProviderError
        try:
            return _run(self._converse(prompt, read, meter))
        except ProviderError as told:
            error = told
        except Exception as raw:
            error = map_error(raw, meter)
        error.cost_unknown = error.cost_unknown or meter.unknown > 0
        error.__context__ = None
        raise error

    async def _converse(self, prompt: prompts.Prompt, read: _Reader[_Answer], meter: Meter) -> _Answer:
        """Ask, and once more when the reply is not what was asked for. One deadline over everything."""
        started, used = time.monotonic(), Usage()
        body = self._body(prompt)
        async with asyncio.timeout(max(0.0, meter.left_s())), self._client(meter) as client:
            while True:
                reply, request_id = await self._send(client, body)
                used += _usage(reply)
                latency_ms = int((time.monotonic() - started) * 1000)
                call = ModelCall(self._settings.model, used, latency_ms, request_id)
                try:
                    return read(_tool_input(reply, prompt.tool["name"]), call)
                except ProviderError as error:
                    error.call = call
                    spent = meter.billed + meter.unknown >= MAX_BILLED_REQUESTS
                    if not isinstance(error, BadReply) or spent or reply.get("stop_reason") == "max_tokens":
                        raise
                body["messages"][0]["content"].append({"type": "text", "text": _SECOND_TRY})

    def _client(self, meter: Meter) -> anthropic.AsyncAnthropic:
        """A client for this call alone: explicit key and address, nothing from the environment."""
        settings = self._settings
        transport = GuardedTransport(
            _origin(settings.base_url),
            settings.credential(),
            meter,
            tls=_tls(),
            proxy=settings.proxy,
            addresses=settings.addresses,
        )
        http = httpx2.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)
        return anthropic.AsyncAnthropic(
            api_key=settings.api_key.strip(),
            base_url=settings.base_url,
            timeout=httpx2.Timeout(settings.timeout_s, connect=min(10.0, settings.timeout_s)),
            max_retries=settings.max_retries,
            http_client=http,
            open_telemetry=False,
        )

    async def _send(self, client: anthropic.AsyncAnthropic, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the reply's JSON object and the server's request id."""
        response = await client.messages.with_raw_response.create(**body)
        try:
            reply = json.loads(await response.read())
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict) or reply.get("type") != "message":
            # Billed in all likelihood, and nobody can say how much.
            raise BadReply("the model provider's reply is no message of the protocol; try again", cost_unknown=True)
        return reply, str(response.headers.get("request-id", ""))[:100]


def _run(coroutine: Any) -> Any:
    """Run to the end from synchronous code, also where this thread already has an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _usage(reply: Mapping[str, Any]) -> Usage:
    """Return what was billed; a reply that does not say is no reply of the protocol."""
    usage = reply.get("usage")
    counts: dict[str, int] = {}
    for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
        value = usage.get(name) if isinstance(usage, Mapping) else None
        if value is None and name.startswith("cache"):
            value = 0
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
            raise BadReply("the model provider's reply names no usage; try again", cost_unknown=True)
        counts[name] = value
    return Usage(
        input_tokens=counts["input_tokens"],
        output_tokens=counts["output_tokens"],
        cache_read_tokens=counts["cache_read_input_tokens"],
        cache_write_tokens=counts["cache_creation_input_tokens"],
        requests=1,
    )


def _tool_input(reply: Mapping[str, Any], tool: str) -> Mapping[str, Any]:
    """Return the input of the one tool that was asked for; refusals and everything else raise."""
    if reply.get("stop_reason") == "refusal":
        raise Refused
    if reply.get("stop_reason") == "max_tokens":
        raise BadReply("the model's reply was cut at the token limit; ask for less, or raise max_tokens")
    content = reply.get("content")
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    calls = [block for block in blocks if block.get("type") == "tool_use"]
    if len(calls) != 1 or calls[0].get("name") != tool or not isinstance(calls[0].get("input"), dict):
        raise BadReply("the model answered without the structure that was asked for; try again")
    found: Mapping[str, Any] = calls[0]["input"]
    return found


def map_error(raw: Exception, meter: Meter) -> ProviderError:
    """Return our error for the SDK's. Texts are ours: a server's message may quote prompt or key."""
    if isinstance(raw, anthropic.APIStatusError):
        return _map_status(raw.status_code, _server_says(raw), meter)
    if isinstance(raw, TimeoutError) and meter.last_status not in (0, 200):
        return _map_status(meter.last_status, "", meter)  # the deadline fell into a back-off
    if isinstance(raw, ReplyTooLarge):
        return BadReply(cost_unknown=True)
    if isinstance(raw, TimeoutError | anthropic.APITimeoutError) or meter.timed_out:
        return TimedOut()
    if isinstance(raw, AttemptsSpent | anthropic.APIConnectionError):
        return Unreachable()
    return Unreachable(f"the model provider could not be asked ({type(raw).__name__}); try again")


def _server_says(raw: anthropic.APIStatusError) -> str:
    return f"{raw.type or ''} {raw.api_message or ''}".lower()


def _map_status(status: int, says: str, meter: Meter) -> ProviderError:
    if status == 402 or "credit balance is too low" in says or "billing_error" in says:
        return OutOfCredit()
    if status == 429:
        return RateLimited(retry_after_s=meter.retry_after_s)
    if status in (503, 529):
        return Overloaded(retry_after_s=meter.retry_after_s)
    if status in (401, 403):
        return NotConfigured(f"the model provider refuses the key ({status}); an admin has to set it again")
    if status == 404:
        return NotConfigured("the model provider knows no such model or address (404); ask an admin")
    if status in (408, 409) or status >= 500:
        return Unreachable(f"the model provider failed ({status}); try again")
    return NotConfigured(f"the model provider refuses the request ({status}); an admin has to look at it")
