"""Keeps what an outside system said out of our errors, tracebacks and logs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from connectors.contracts import AdapterError

P = ParamSpec("P")
R = TypeVar("R")


def discreet(call: Callable[P, R]) -> Callable[P, R]:
    """Let an `AdapterError` leave the call without the error it was made from.

    `raise … from None` only hides the driver's error from a printed traceback; it stays reachable as the
    context, and its text can quote a customer's row. Here it is gone, with the frames that held it.
    """

    @functools.wraps(call)
    def discreetly(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except AdapterError as error:
            failure = error
        failure.__context__ = failure.__cause__ = None
        raise failure.with_traceback(None)

    return discreetly
