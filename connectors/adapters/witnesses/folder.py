"""A folder of heads that only grows: one file for each, written once, never changed and never taken away. No Django.

It only writes what an append-only or write-once file system allows: a new file, and the rest of a file that a crash
left half. Whether somebody else may delete there is for who keeps the folder to decide.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_NAME = re.compile(r"head-([0-9]{12})\.txt")


class OtherHead(Exception):
    """The folder holds another head under this number."""


def name_of(number: int) -> str:
    """Return the file name of a head; names stand in the order of heads."""
    return f"head-{number:012d}.txt"


def latest(folder: Path) -> str:
    """Return the content of the head with the highest number, empty where there is none. Raises `OSError`."""
    if not folder.is_dir():
        return ""
    names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name))
    return (folder / names[-1]).read_text(encoding="utf-8") if names else ""


def put(folder: Path, number: int, content: str) -> Path:
    """Write a head, durably; the same one again changes nothing. Raises `OtherHead` or `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path, wanted = folder / name_of(number), content.encode()
    there = path.read_bytes() if path.exists() else b""
    if there == wanted:
        return path
    if not wanted.startswith(there):
        raise OtherHead(f"`{path.name}` is there with another content")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(file, wanted[len(there) :])
        os.fchmod(file, 0o444)
        os.fsync(file)
    finally:
        os.close(file)
    _keep_names(folder)
    return path


def _keep_names(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
