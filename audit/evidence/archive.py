"""The archive on disk: a zip that grows file by file, survives a killed worker, and is the same bytes each time.

A worker may die at any byte. What was finished for good is a length: `settle` returns it, `Archive(path, length)` goes
on from there and forgets whatever stands behind. The directory that a zip ends with is kept beside it for that.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time every file in the archive carries: when it was packed is no part of the evidence."""
LEVEL = 6


class Hashed:
    """A file that is written to, with its SHA-256 and size as they come to be."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._digest, self.size = inner, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._inner.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def entry(self) -> list[Any]:
        """What the manifest says of it: SHA-256 in hexadecimal, and how many bytes."""
        return [self._digest.hexdigest(), self.size]


class Archive:
    """A zip to which files are added. `entries` maps the names added by this object to what the manifest says."""

    def __init__(self, path: Path, length: int = 0) -> None:
        """Go on with the first `length` bytes, 0 for a new archive; raise `LookupError` where these are not there."""
        self.path, self._begun = path, length
        self.entries: dict[str, list[Any]] = {}
        if length:
            self._rewind(length)
        self._zip = zipfile.ZipFile(path, "a" if length else "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    def _rewind(self, length: int) -> None:
        directory = _directory(self.path, length)
        if not directory.exists() or not self.path.exists() or self.path.stat().st_size < length:
            raise LookupError(f"{self.path.name}: its first {length} bytes are gone; it is made anew")
        with self.path.open("r+b") as file:
            file.truncate(length)
            file.seek(length)
            file.write(directory.read_bytes())

    @contextmanager
    def add(self, name: str) -> Iterator[Hashed]:
        """Add a file, written in pieces of any size with constant memory."""
        info = zipfile.ZipInfo(name, MOMENT)
        info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
        with self._zip.open(info, "w", force_zip64=True) as inner:
            hashed = Hashed(inner)
            yield hashed
        self.entries[name] = hashed.entry

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a file of these pieces."""
        with self.add(name) as file:
            for piece in pieces:
                file.write(piece)

    def settle(self) -> int:
        """Close the archive, a whole zip as far as it goes; return the length to go on from."""
        self._zip.close()
        length = self._zip.start_dir
        with self.path.open("rb") as file:
            file.seek(length)
            _durable(_directory(self.path, length), file.read())
            os.fsync(file.fileno())
        kept = {_directory(self.path, length), _directory(self.path, self._begun)}
        for old in self.path.parent.glob(f"{self.path.name}.*.directory"):
            if old not in kept:  # what this object began with may still be what the row says
                old.unlink(missing_ok=True)
        return length

    def abandon(self) -> None:
        """Let go of the file without finishing it."""
        self._zip.fp, file = None, self._zip.fp
        if file is not None:
            file.close()


def forget(path: Path) -> None:
    """Take an archive away, and whatever was kept beside it."""
    for each in (path, *path.parent.glob(f"{path.name}.*")):
        each.unlink(missing_ok=True)


def forget_directories(path: Path) -> None:
    """Take away what was kept beside an archive that is finished."""
    for each in path.parent.glob(f"{path.name}.*.directory"):
        each.unlink(missing_ok=True)


def _directory(path: Path, length: int) -> Path:
    return path.with_name(f"{path.name}.{length}.directory")


def _durable(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
