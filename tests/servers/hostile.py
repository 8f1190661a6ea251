"""Servers that do a database's worst: another protocol, silence, floods, bad certificates, a request for our files."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

Handler = Callable[[socket.socket], None]

_CAPABILITIES = 0x200 | 0x8000 | 0x80000 | 0x8 | 0x1
_SSL = 0x800


@contextlib.contextmanager
def serving(handle: Handler) -> Iterator[int]:
    """Serve connections on loopback by `handle`, each in a thread; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, handle), daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, handle: Handler) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_served, args=(client, handle), daemon=True).start()


def _served(client: socket.socket, handle: Handler) -> None:
    client.settimeout(30)
    with client, contextlib.suppress(OSError, ssl.SSLError, EOFError):
        handle(client)


def silent(client: socket.socket) -> None:
    """Say nothing until the other side hangs up."""
    while client.recv(65536):
        pass


def saying(data: bytes) -> Handler:
    """Say one thing, whatever is asked, and then nothing."""

    def handle(client: socket.socket) -> None:
        client.sendall(data)
        silent(client)

    return handle


def closing(client: socket.socket) -> None:
    """Hang up after the first bytes."""
    client.recv(1)


# --- MySQL ----------------------------------------------------------------------------------------


def packet(number: int, payload: bytes) -> bytes:
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def greeting(*, with_tls: bool = False) -> bytes:
    flags = _CAPABILITIES | (_SSL if with_tls else 0)
    return packet(
        0,
        b"\x0a8.0.99-stub\0" + struct.pack("<I", 7) + b"saltsalt\0" + struct.pack("<H", flags & 0xFFFF)
        + b"\x2d" + struct.pack("<HH", 2, flags >> 16) + bytes([21]) + b"\0" * 10 + b"saltsaltsalt\0"
        + b"mysql_native_password\0",
    )  # fmt: skip


def _read(client: socket.socket) -> bytes:
    """Read one packet of the client; raise `EOFError` when it hangs up."""
    head = client.recv(4, socket.MSG_WAITALL)
    if len(head) < 4:
        raise EOFError
    return client.recv(struct.unpack("<I", head[:3] + b"\0")[0], socket.MSG_WAITALL)


_OK = b"\0\0\0\x02\0\0\0"
_EOF = b"\xfe\0\0\x02\0"
_BIGINT = b"\x03def\0\0\0\x01n\0\x0c" + struct.pack("<HIBHB", 63, 20, 8, 0, 0) + b"\0\0"


def mysql_until_rows(answer: Handler) -> Handler:
    """Behave as MySQL until a statement's rows are due, then do as `answer` does."""

    def handle(client: socket.socket) -> None:
        client.sendall(greeting())
        _read(client)
        client.sendall(packet(2, _OK))
        while True:
            asked = _read(client)
            if asked[:1] == b"\x16":
                prepared = b"\0" + struct.pack("<IHHBH", 1, 1, 0, 0, 0)
                client.sendall(packet(1, prepared) + packet(2, _BIGINT) + packet(3, _EOF))
            elif asked[:1] == b"\x03" and asked[1:4].upper() == b"SEL":
                client.sendall(packet(1, b"\x01") + packet(2, _BIGINT) + packet(3, _EOF))
                answer(client)
                return
            elif asked[:1] == b"\x03":
                client.sendall(packet(1, _OK))

    return handle


def mysql_endless_packet(client: socket.socket) -> None:
    """Send one row that goes on for ever."""
    number = 4
    while True:
        client.sendall(b"\xff\xff\xff" + bytes([number % 256]) + b"\xfe" + b"x" * 0xFFFFFE)
        number += 1


def mysql_endless_rows(client: socket.socket) -> None:
    number = 4
    while True:
        client.sendall(b"".join(packet((number + each) % 256, b"\x011") for each in range(256)))


def mysql_asks_for_a_file(path: str, heard: list[bytes]) -> Handler:
    """Answer the first statement by a request for a file of the client's (LOAD DATA LOCAL)."""

    def handle(client: socket.socket) -> None:
        client.sendall(greeting())
        _read(client)
        client.sendall(packet(2, _OK))
        _read(client)
        client.sendall(packet(1, b"\xfb" + path.encode()))
        with contextlib.suppress(OSError):
            heard.append(client.recv(65536))

    return handle


def mysql_asks_for_the_password(heard: list[bytes]) -> Handler:
    """Ask, without TLS, to be sent the password as it is."""

    def handle(client: socket.socket) -> None:
        client.sendall(greeting())
        heard.append(_read(client))
        client.sendall(packet(2, b"\xfemysql_clear_password\0"))
        heard.append(client.recv(65536))

    return handle


def mysql_with_tls(context: ssl.SSLContext) -> Handler:
    def handle(client: socket.socket) -> None:
        client.sendall(greeting(with_tls=True))
        client.recv(36, socket.MSG_WAITALL)
        with context.wrap_socket(client, server_side=True) as secure:
            silent(secure)

    return handle


# --- PostgreSQL -----------------------------------------------------------------------------------


def _message(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack(">I", len(payload) + 4) + payload


def postgres_endless_message(client: socket.socket) -> None:
    """Sign anybody in without TLS, then answer with one message of a gigabyte."""
    while True:
        length = struct.unpack(">I", client.recv(4, socket.MSG_WAITALL))[0]
        if length != 8:
            break
        client.recv(4, socket.MSG_WAITALL)
        client.sendall(b"N")
    client.recv(length - 4, socket.MSG_WAITALL)
    settings = {"server_version": "17.0", "client_encoding": "UTF8", "server_encoding": "UTF8"}
    told = b"".join(_message(b"S", f"{name}\0{value}\0".encode()) for name, value in settings.items())
    client.sendall(_message(b"R", struct.pack(">I", 0)) + told + _message(b"Z", b"I"))
    client.recv(1)
    client.sendall(b"D" + struct.pack(">I", 1 << 30))
    chunk = b"x" * 65536
    while True:
        client.sendall(chunk)


def postgres_with_tls(context: ssl.SSLContext) -> Handler:
    def handle(client: socket.socket) -> None:
        client.recv(8, socket.MSG_WAITALL)
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as secure:
            silent(secure)

    return handle
