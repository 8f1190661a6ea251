"""The port through which a policy's form has its draft rehearsed; the flow that keeps past decisions installs it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

_start: Callable[[models.Model, str], str] | None = None


def install(start: Callable[[models.Model, str], str]) -> None:
    """Say what rehearses a draft (an unsaved row, the reason) and returns the address of what came of it."""
    global _start
    _start = start


def start(draft: models.Model, reason: str) -> str:
    """Rehearse a draft; raises `ValidationError` as saving it would."""
    if _start is None:
        raise LookupError("nothing rehearses policies; install it in an app's ready()")
    return _start(draft, reason)
