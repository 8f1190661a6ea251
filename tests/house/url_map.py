"""Every route of the portal, with an address that leads to it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

ANY_TEXT = "any-text"
"""Stands where a route takes a text of some kind."""
SAMPLES = {"uuid": str(uuid.UUID(int=7)), "int": "7", "path": "a/b"}
_CONVERTED = re.compile(r"<(?:(\w+):)?(\w+)>")
_OPTIONAL = {"/?": "/", "\\.": ".", "\\Z": "", "^": "", "$": ""}


@dataclass(frozen=True)
class Route:
    """One route: its full name (unnamed ones by their pattern), a sample address, and the view behind it."""

    name: str
    path: str
    view: Any


def routes(urlconf: str | None = None) -> list[Route]:
    """Return every route of the URL map, admin and API included."""
    return list(_walk(get_resolver(urlconf).url_patterns, (), "/", ""))


def _walk(patterns: Any, namespaces: tuple[str, ...], path: str, shown: str) -> Iterator[Route]:
    for pattern in patterns:
        here, said = path + sample(pattern.pattern), shown + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join([*namespaces, pattern.name]) if pattern.name else f"unnamed {said}"
            yield Route(name, here, pattern.callback)
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner, here, said)


def sample(pattern: Any) -> str:
    """Return a piece of address that the pattern matches."""
    if isinstance(pattern, RoutePattern):
        return _CONVERTED.sub(lambda found: SAMPLES.get(found[1] or "str", ANY_TEXT), str(pattern))
    assert isinstance(pattern, RegexPattern), f"no sample is known for {pattern!r}"
    return _sample_of_regex(str(pattern))


def _sample_of_regex(regex: str) -> str:
    while found := re.search(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)", regex):
        name, inner = found.groups()
        literal = inner.split("|")[0]
        value = literal if re.fullmatch(r"\w+", literal) else {"format": "json", "url": "nothing/here"}.get(name)
        regex = regex[: found.start()] + (value or SAMPLES["uuid"]) + regex[found.end() :]
    for written, meant in _OPTIONAL.items():
        regex = regex.replace(written, meant)
    return regex
