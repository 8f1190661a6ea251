"""Stops a call to an engine at its time limit or when somebody asks, from a thread beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

RETRY_S = 0.05
"""A stop request may reach the engine before the statement does: it is repeated until the call ends."""

LOOK_S = 0.01
"""How often the bytes that came in are looked at, where a driver reads whatever it is sent."""

GRACE_S = 1.0
"""An engine that has not stopped after this long is cut off."""


class StopSwitch:
    """Remembers that a source was cancelled. Cancelling is for good: what starts later is refused too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._wake: threading.Event | None = None

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            if self._wake is not None:
                self._wake.set()

    def attach(self, wake: threading.Event | None) -> None:
        """Name the event to set on cancel; set it at once when that has happened already."""
        with self._lock:
            self._wake = wake
            if wake is not None and self._is_cancelled:
                wake.set()


class Watch:
    """A context around one call: at the deadline or on cancel it calls `stop` until the call returns.

    After `GRACE_S` of that it calls `cut_off`, which must end the call in any case. `reason` then says why. With
    `is_flooded` it also asks every few milliseconds whether more came in than any answer can hold, and cuts off then.
    """

    def __init__(
        self,
        switch: StopSwitch,
        timeout_s: float,
        stop: Callable[[], None],
        cut_off: Callable[[], None],
        is_flooded: Callable[[], bool] | None = None,
    ) -> None:
        self._is_flooded = is_flooded
        self._switch, self._stop, self._cut_off = switch, stop, cut_off
        self._timeout_s = timeout_s
        self._started = time.monotonic()
        self._wake = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="source-watch", daemon=True)
        self.reason = ""

    @property
    def duration_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)

    def __enter__(self) -> Watch:
        self._switch.attach(self._wake)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._wake.set()
        self._thread.join()
        self._switch.attach(None)

    def _floods(self) -> bool:
        """Wait until the call is over, due or cancelled; return True at once when too much comes in."""
        if self._is_flooded is None:
            self._wake.wait(self._timeout_s)
            return False
        until = self._started + self._timeout_s
        while (left := until - time.monotonic()) > 0:
            if self._wake.wait(min(left, LOOK_S)):
                return False
            if self._is_flooded():
                return True
        return False

    def _watch(self) -> None:
        if self._floods():
            self.reason = "flood"
            self._cut_off()
            return
        if self._done.is_set():
            return
        self.reason = "cancelled" if self._switch.is_cancelled else "timeout"
        give_up = time.monotonic() + GRACE_S
        while not self._done.is_set() and time.monotonic() < give_up:
            self._stop()
            self._done.wait(RETRY_S)
        if not self._done.is_set():
            self._cut_off()
