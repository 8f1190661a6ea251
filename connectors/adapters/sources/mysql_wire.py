"""One connection to a MySQL or MariaDB server that may be hostile: PyMySQL with every reply bounded.

The driver reads a packet whole, however large the server says it is; here a reply has a budget of bytes and
packets, and what exceeds it is refused before it is read. Also says `Prepare`, which the driver does not: the
server's own parser looks at one statement and names its columns, and nothing runs.
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pymysql import err
from pymysql.connections import Connection, MySQLResult
from pymysql.constants import COMMAND
from pymysql.protocol import FieldDescriptorPacket, MysqlPacket

PACKET_BYTES = 4 * 1024 * 1024
REPLY_BYTES = 16 * 1024 * 1024
REPLY_PACKETS = 10_000
_PLAIN_PLUGINS = ("mysql_clear_password", "dialog", "mysql_old_password")


class TooMuch(Exception):
    """The server sent more than any reply to this command can hold; the connection is closed."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a result as the server describes it, before it becomes one of ours."""

    name: str
    code: int
    length: int
    flags: int
    charset: int
    scale: int


class _NeverInPlain:
    """Refuses to hand the password itself to a server over a connection that is not encrypted."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def authenticate(self, packet: MysqlPacket) -> MysqlPacket:
        raise err.OperationalError(2061, "refused")


class Wire(Connection):
    """A bounded connection. INVARIANT: no file of ours is ever sent, and one command carries one statement."""

    _bytes_left = REPLY_BYTES
    _packets_left = REPLY_PACKETS

    def __init__(self, *, context: ssl.SSLContext | None, tls_required: bool, **given: Any) -> None:
        plugins = {} if tls_required else dict.fromkeys(_PLAIN_PLUGINS, _NeverInPlain)
        super().__init__(
            defer_connect=True,
            local_infile=False,
            charset="utf8mb4",
            use_unicode=False,
            conv={},
            autocommit=None,
            auth_plugin_map=plugins,
            ssl=context,
            ssl_disabled=context is None,
            **given,
        )
        self._ssl_required = tls_required

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self._sock, ssl.SSLSocket)

    # --- bounds ---

    def _allow(self, packets: int = REPLY_PACKETS) -> None:
        self._bytes_left, self._packets_left = REPLY_BYTES, packets

    def _read_packet(self, packet_type: type[MysqlPacket] = MysqlPacket) -> Any:
        self._packets_left -= 1
        return super()._read_packet(packet_type)

    def _read_bytes(self, num_bytes: int) -> bytes:
        self._bytes_left -= num_bytes
        if num_bytes > PACKET_BYTES or self._bytes_left < 0 or self._packets_left < 0:
            self._force_close()
            raise TooMuch
        found: bytes = super()._read_bytes(num_bytes)
        return found

    # --- commands ---

    def tell(self, statement: str) -> None:
        """Run a statement of ours that returns no rows."""
        self._allow()
        self.query(statement)

    def ask(self, statement: str, *, packets: int = REPLY_PACKETS) -> list[tuple[str, ...]]:
        """Run a statement of ours and return its rows as texts; NULL becomes the empty text."""
        self._allow(packets)
        self.query(statement)
        rows = self._result.rows if self._result is not None else None
        return [tuple((cell or b"").decode(errors="backslashreplace") for cell in row) for row in rows or ()]

    def prepare(self, statement: str) -> list[Field]:
        """Have the server parse one statement without running it; return the columns it would have."""
        self._allow()
        self._execute_command(COMMAND.COM_STMT_PREPARE, statement)
        packet = self._read_packet()
        packet.advance(1)
        number, columns, parameters = packet.read_uint32(), packet.read_uint16(), packet.read_uint16()
        if parameters:
            self._fields(parameters)
        fields = self._fields(columns) if columns else []
        self._execute_command(COMMAND.COM_STMT_CLOSE, struct.pack("<I", number))  # has no reply
        if parameters:
            raise err.ProgrammingError(1064, "parameters")
        return fields

    def _fields(self, count: int) -> list[Field]:
        """Read descriptions of columns and the packet that ends them."""
        found = [self._read_packet(FieldDescriptorPacket) for _ in range(count)]
        self._read_packet()
        return [Field(each.name, each.type_code, each.length, each.flags, each.charsetnr, each.scale) for each in found]

    def rows(self, statement: str, count: int) -> Iterator[Sequence[bytes | None]]:
        """Run a statement and yield its rows as they come. Closes the connection when not read to the end."""
        self._allow()
        self._execute_command(COMMAND.COM_QUERY, statement)
        result = MySQLResult(self)
        result.init_unbuffered_query()
        try:
            for _ in range(count):
                row = result._read_rowdata_packet_unbuffered()
                if row is None:
                    return
                yield row
        finally:
            if result.unbuffered_active:
                result.unbuffered_active = False  # else the driver reads on to the end, however far that is
                self._force_close()


def dial(host: str, port: int, addresses: Sequence[str], timeout_s: float) -> socket.socket:
    """Open a socket to the first address that answers: those that were judged, where any were."""
    if host.startswith("/"):
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(timeout_s)
        opened.connect(host)
        return opened
    deadline = time.monotonic() + timeout_s
    failure: OSError = TimeoutError()
    for address in addresses or (host,):
        try:
            opened = socket.create_connection((address, port), max(0.1, deadline - time.monotonic()))
        except OSError as error:
            failure = error
            continue
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return opened
    raise failure
