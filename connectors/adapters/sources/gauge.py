"""Counts what came in on a driver's socket, by the kernel's count (tcp(7)), for drivers that read all they are sent."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Callable

_BYTES_RECEIVED = 128
"""Where `struct tcp_info` of Linux counts the bytes that came in."""


class Gauge:
    """A context in which it is known whether more than `most_bytes` came in since it was made.

    `is_flooded` is None where the kernel does not count: for sockets of this machine, and off Linux.
    """

    def __init__(self, watched: socket.socket | None, most_bytes: int) -> None:
        self._socket, self._most_bytes = watched, most_bytes
        start = self._received()
        self._start = start or 0
        self.is_flooded: Callable[[], bool] | None = None if start is None else self._is_flooded

    @classmethod
    def of(cls, descriptor: int, most_bytes: int) -> Gauge:
        """Return a gauge of the socket with this descriptor, which stays the driver's own."""
        return cls(socket.socket(fileno=os.dup(descriptor)), most_bytes)

    def __enter__(self) -> Gauge:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def _is_flooded(self) -> bool:
        return (self._received() or 0) - self._start > self._most_bytes

    def _received(self) -> int | None:
        if self._socket is None or self._socket.family == socket.AF_UNIX or not hasattr(socket, "TCP_INFO"):
            return None
        with contextlib.suppress(OSError, struct.error):
            told = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
            return int(struct.unpack_from("=Q", told, _BYTES_RECEIVED)[0])
        return None
