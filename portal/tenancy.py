"""Who acts, in which organization: the one context that every read, write and event takes it from.

Only the request middleware, the API authentication class, the task base class and sign-in set it, from
a session, a token or a task header. Leaving a scope restores the previous one, also on errors.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")


class NoOrganization(RuntimeError):
    """Something asked for tenant data while no organization is set; nothing is guessed (fail closed)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: `kind` is person, ai, system, service or customer; `id` is stable, `name` is shown."""

    kind: str
    id: str
    name: str


SYSTEM = Actor("system", "countersign", "Countersign")
AI = Actor("ai", "ai", "AI (auto)")
NOBODY = Actor("system", "anonymous", "not signed in")


@dataclass(frozen=True, slots=True)
class Context:
    """What PostgreSQL and the trail are told about the current unit of work."""

    organization_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    actor: Actor = NOBODY
    role: str = ""
    granted: frozenset[str] = frozenset()
    request_id: str = ""
    visit: uuid.UUID | None = None
    """The timed access by which somebody from outside looks in; whoever has one reads, and writes nothing."""


EMPTY = Context()
_context: ContextVar[Context] = ContextVar("countersign_tenancy", default=EMPTY)


def context() -> Context:
    """Return the current context; it may have no organization."""
    return _context.get()


def current() -> Context:
    """Return the current context; raise `NoOrganization` when there is no organization."""
    found = _context.get()
    if found.organization_id is None:
        raise NoOrganization(
            "no organization is set; enter one with tenancy.scope(organization_id, actor=…) before touching its data"
        )
    return found


def organization_id() -> uuid.UUID:
    """Return the current organization's id; raise `NoOrganization` when there is none."""
    found = current().organization_id
    assert found is not None
    return found


def default_organization_id() -> uuid.UUID | None:
    """Return the current organization's id or None: the default of every organization column."""
    return _context.get().organization_id


def session_settings() -> tuple[str, str]:
    """Return what PostgreSQL's session must be told: (`app.org`, `app.user`), empty where unknown."""
    found = _context.get()
    return (str(found.organization_id or ""), str(found.user_id or ""))


@contextmanager
def enter(new: Context) -> Iterator[Context]:
    """Make `new` the context until the block ends, then restore what was before."""
    token = _context.set(new)
    try:
        yield new
    finally:
        _context.reset(token)


@contextmanager
def scope(
    organization: uuid.UUID,
    *,
    actor: Actor,
    user_id: uuid.UUID | None = None,
    role: str = "",
    granted: frozenset[str] = frozenset(),
    request_id: str = "",
) -> Iterator[Context]:
    """Work inside one organization until the block ends."""
    with enter(Context(organization, user_id, actor, role, granted, request_id or context().request_id)) as new:
        yield new


@contextmanager
def acting_as(actor: Actor) -> Iterator[Context]:
    """Keep the organization and change who acts in it (the AI on behalf of a person, the system)."""
    with enter(replace(context(), actor=actor)) as new:
        yield new


@contextmanager
def as_user(user_id: uuid.UUID) -> Iterator[Context]:
    """See what a person sees of themselves (own account, own memberships) without any organization."""
    with enter(Context(user_id=user_id, request_id=context().request_id)) as new:
        yield new


@contextmanager
def frame(request_id: str = "") -> Iterator[None]:
    """Start with an empty context; whatever is assumed inside is gone when the block ends."""
    with enter(Context(request_id=request_id)):
        yield


def assume(new: Context) -> None:
    """Replace the context of the enclosing `frame`. For the middleware and the API authentication class only."""
    _context.set(new)


def carried(produce: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Return an iterator over `produce()` with the present context set around every step, for streams read later.

    The context is taken now, not when the first item is asked for: by then the request has ended.
    """
    return _in_context(context(), produce)


def _in_context(mine: Context, produce: Callable[[], Iterator[T]]) -> Iterator[T]:
    with enter(mine):
        source = produce()
    while True:
        with enter(mine):
            try:
                item = next(source)
            except StopIteration:
                return
        yield item
