"""Logs as JSON lines: who asked in which organization, under which request or task, and never a secret.

Every line of the process passes the one formatter, also a library's: it takes the ids from the context of the moment
and removes what looks like a credential, whoever wrote it.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

from portal import counters, tenancy

log = structlog.get_logger("countersign.request")

REMOVED = "[removed]"
_NAMES_OF_SECRETS = (
    r"(?:pass(?:word|wd)?|secret|token|api[_-]?key|authorization|cookie|session(?:id)?|csrf\w*|signature)"
)
_PATTERNS = (
    (re.compile(r"(?<=://)([^\s/:@\"]*):([^\s/@\"]+)@"), rf"\1:{REMOVED}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {REMOVED}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), REMOVED),
    (re.compile(r"\bsk-[A-Za-z0-9_-]{16,}"), REMOVED),
    (re.compile(rf"(?i)(\\?\"[\w-]*{_NAMES_OF_SECRETS}\\?\"\s*:\s*\\?\")[^\"\\]+"), rf"\1{REMOVED}"),
    (re.compile(rf"(?i)\b([\w-]*{_NAMES_OF_SECRETS})=(?!\[removed)[^\s&\"',;\\]+"), rf"\1={REMOVED}"),
)


def scrub(line: str) -> str:
    """Return the line without what looks like a credential: in an address, a header, a named value."""
    for pattern, instead in _PATTERNS:
        line = pattern.sub(instead, line)
    return line


class Line(str):
    """A line that structlog has rendered already."""


def add_context(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the request, the organization and the person of the moment where there are any."""
    found = tenancy.context()
    for name, value in (
        ("request", found.request_id),
        ("organization", found.organization_id),
        ("person", found.user_id),
    ):
        if value:
            event.setdefault(name, str(value))
    return event


def rendered(logger: Any, method: str, event: MutableMapping[str, Any]) -> Line:
    """Render the line, the last processor."""
    return Line(json.dumps(event, default=str, ensure_ascii=False))


PROCESSORS = (
    structlog.contextvars.merge_contextvars,
    add_context,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    rendered,
)


class JsonLines(logging.Formatter):
    """One JSON object a line, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, Line):
            return scrub(record.msg)
        event: MutableMapping[str, Any] = {"event": record.getMessage(), "logger": record.name}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        for processor in PROCESSORS[:2]:
            event = processor(None, "", event)
        event["level"] = record.levelname.lower()
        event["timestamp"] = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return scrub(rendered(None, "", event))


QUIET = frozenset({"portal:healthz", "portal:readyz", "portal:metrics"})
"""Routes that a machine asks every few seconds; they are logged where they fail."""


class LogRequests:
    """Write one line for each request: route, status and time; no path, no query, no body, which people fill."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        answer = self.get_response(request)
        spent_s = time.perf_counter() - started
        match = request.resolver_match
        route = match.view_name if match is not None and match.view_name else "none"
        counters.count_request(request.method or "", route, answer.status_code, spent_s)
        if route not in QUIET or answer.status_code >= 400:
            log.info(
                "request.answered",
                method=request.method,
                route=route,
                status=answer.status_code,
                duration_ms=round(spent_s * 1000),
            )
        return answer


@task_prerun.connect(dispatch_uid="portal.logs")
def _name_the_task(task_id: str = "", task: Any = None, **rest: Any) -> None:
    structlog.contextvars.bind_contextvars(task_id=task_id, task=getattr(task, "name", ""))


@task_postrun.connect(dispatch_uid="portal.logs")
def _forget_the_task(**rest: Any) -> None:
    structlog.contextvars.unbind_contextvars("task_id", "task")
