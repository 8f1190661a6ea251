"""Looking for a secret in everything the portal keeps, sends and says, in every spelling it could have."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import redis
from django.db import connections


def spellings(secret: bytes) -> Iterator[bytes]:
    """Yield the secret plain, quoted, in base64 at each of the three alignments, and each of these in hex."""
    for plain in _plain_spellings(secret):
        yield plain
        yield plain.hex().encode()


def _plain_spellings(secret: bytes) -> Iterator[bytes]:
    yield secret
    for offset in range(3):
        # What of the text depends on the neighbours is cut off at both ends.
        end = (len(secret) + offset) // 3 * 3 - offset
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(offset) + secret[:end])[(0, 2, 3)[offset] :]
    if secret.isascii():
        text = secret.decode()
        yield from {each.encode() for each in (quote(text), quote(text, safe=""), quote_plus(text))}
        yield from {each.encode() for each in (html.escape(text), json.dumps(text)[1:-1], repr(text)[1:-1])}


def found(secrets: dict[str, bytes], place: bytes) -> set[str]:
    """Return the names of the secrets that stand in a place, in whichever spelling."""
    low = place.lower()  # case tells nothing apart at this length, and hex has two
    return {
        name for name, secret in secrets.items() if any(each in low for each in {s.lower() for s in spellings(secret)})
    }


def whole_database() -> bytes:
    """Return every column of every row of every table, as the owner copies them out."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition ORDER BY relname"
        )
        pieces = []
        for (table,) in cursor.fetchall():
            pieces.append(table.encode() + b"\n")
            with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                pieces += [bytes(block) for block in rows]
    return b"".join(pieces)


def whole_valkey(url: str) -> bytes:
    """Return every key of a Valkey with its value, read by its type and as the server dumps it."""
    client = redis.Redis.from_url(url)
    pieces: list[bytes] = []
    for key in client.scan_iter(count=1000):
        pieces += [bytes(key), _value(client, bytes(key)), client.dump(key) or b""]
    return b"\n".join(pieces)


def _value(client: Any, key: bytes) -> bytes:
    kind = client.type(key).decode()
    read = {
        "string": lambda: client.get(key),
        "list": lambda: client.lrange(key, 0, -1),
        "hash": lambda: client.hgetall(key),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1),
        "stream": lambda: client.xrange(key),
        "none": lambda: b"",  # it ran out between scan and read
    }[kind]()
    return b"\n".join(_flat(read))


def _flat(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _flat(list(value.items()))
    elif value is not None:
        for each in value:
            yield from _flat(each)


def whole_folder(folder: Path) -> bytes:
    """Return every file below a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


_UNHEARD = frozenset({"django.template"})
"""Names every variable a template did not find, many times a page, and nothing that stands in one."""


class Heard(logging.Handler):
    """Everything that is logged, as the console would show it, tracebacks and arguments included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args) + repr(getattr(record, "msg", "")))


@contextlib.contextmanager
def everything_is_heard() -> Iterator[Heard]:
    """Listen to every logger at every level until the block ends, also to those that are set to be quiet."""
    heard, root = Heard(), logging.getLogger()
    quiet = [each for name, each in root.manager.loggerDict.items() if name not in _UNHEARD and hasattr(each, "level")]
    before = [(each, each.level, each.propagate, each.disabled) for each in (root, *quiet)]
    root.addHandler(heard)
    for each in (root, *quiet):
        each.level, each.propagate, each.disabled = logging.DEBUG, True, False
    logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]
    try:
        yield heard
    finally:
        root.removeHandler(heard)
        for each, level, propagate, disabled in before:
            each.level, each.propagate, each.disabled = level, propagate, disabled
        logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]
