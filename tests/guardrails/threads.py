"""Sixteen threads that start at the same moment, each with a connection and an organization of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from tests.factories import Person

THREADS = 16


def at_once(person: Person, act: Callable[[int], Any], *, threads: int = THREADS) -> list[Any]:
    """Run `act(index)` in every thread as `person`; return each result, or the exception it raised."""
    start = threading.Barrier(threads)

    def run(index: int) -> Any:
        try:
            with person.inside():
                connections["default"].ensure_connection()
                start.wait(timeout=30)
                return act(index)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
