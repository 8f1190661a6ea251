"""A person's wish to stop, carried from the page to the worker whose statement runs (Q17).

The row holds the wish; the cache carries it within a fraction of a second to the thread that watches a running
statement and stops it in the database.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from types import TracebackType

import redis
import structlog

from portal import valkey

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.2
KEPT_S = 3600


def publish(question_id: uuid.UUID) -> None:
    """Tell the worker; a cache that cannot be reached is logged, and the row's flag stops the next step."""
    try:
        valkey.cache().set(_key(question_id), b"1", ex=KEPT_S)
    except redis.RedisError as error:
        log.warning("question.stop_not_published", question=str(question_id), error=type(error).__name__)


class Watch:
    """While the block runs, a thread looks for the wish to stop and calls `stop` once."""

    def __init__(self, question_id: uuid.UUID, stop: Callable[[], None]) -> None:
        self._key, self._stop = _key(question_id), stop
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="question-stop", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(timeout=2)

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                is_wanted = bool(valkey.cache().exists(self._key))
            except redis.RedisError:
                continue
            if is_wanted:
                self._stop()
                return


def _key(question_id: uuid.UUID) -> str:
    return f"countersign:stop:{question_id}"
