"""Runs one SQLite statement whose values are too big for the worker, in a process that may die of them.

The child gets the statement on its standard input and nothing of our environment; it has a memory limit, a
time limit, and gives back the same small `Result`.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from connectors.adapters.sources.stopped import cancelled, timed_out
from connectors.contracts import CutCell, Limits, Result, ResultColumn, SourceFailed, SourceRefused

CELL_LIMIT = 256 * 1024 * 1024
MEMORY_LIMIT = 1024 * 1024 * 1024
_GRACE_S = 1.0
_ROOT = Path(__file__).resolve().parents[3]
_BOOT = """
import sys
sys.path[:0] = sys.argv[1:]
from connectors.adapters.sources import sqlite_child
sqlite_child.main()
"""
_TOO_BIG = ("cell_too_big", "a value is too big even to be cut; leave its column out")


def run(path: str, folder: str, statement: str, limits: Limits, stop: threading.Event) -> Result:
    """Run the statement in a child and return its result; kill the child on `stop` or when time is up."""
    asked = json.dumps(
        {"path": path, "folder": folder, "statement": statement, "limits": dataclasses.asdict(limits)}
    ).encode()
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-S", "-c", _BOOT, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    try:
        told = _converse(child, asked, limits.timeout_s, stop)
    finally:
        child.kill()
        child.wait()
    return _read(told)


def _converse(child: subprocess.Popen[bytes], asked: bytes, timeout_s: float, stop: threading.Event) -> bytes:
    """Send the question and wait for the answer in short steps, so that a stop is seen at once."""
    deadline = time.monotonic() + timeout_s + _GRACE_S
    message: bytes | None = asked
    while True:
        try:
            return child.communicate(message, timeout=0.05)[0]
        except subprocess.TimeoutExpired:
            message = None
        if stop.is_set():
            raise cancelled()
        if time.monotonic() > deadline:
            raise timed_out(timeout_s)


def _read(told: bytes) -> Result:
    """Build the result from the child's answer; a child that died had no room for the value."""
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError:
        raise SourceRefused(*_TOO_BIG) from None
    if "error" in answer:
        kind = {"SourceRefused": SourceRefused, "SourceFailed": SourceFailed}.get(answer["error"])
        if kind is None:
            raise timed_out(answer["timeout_s"])
        raise kind(answer["code"], answer["message"])
    return Result(
        **answer
        | {
            "columns": tuple(ResultColumn(**column) for column in answer["columns"]),
            "rows": tuple(tuple(row) for row in answer["rows"]),
            "cut_cells": tuple(CutCell(**cell) for cell in answer["cut_cells"]),
            "text_integers": tuple(answer["text_integers"]),
            "invalid_text": tuple((row, column) for row, column in answer["invalid_text"]),
        }
    )


def main() -> None:
    """Be the child: read the question, answer it, and print the result or the error as JSON."""
    from connectors.adapters.sources.sqlite import SQLiteSource
    from connectors.contracts import SourceError

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    limits = Limits(**asked["limits"])
    try:
        with SQLiteSource(asked["path"], folder=asked["folder"], cell_limit=CELL_LIMIT) as source:
            answer = dataclasses.asdict(source.run(asked["statement"], limits))
    except MemoryError:
        answer = {"error": "SourceRefused", "code": _TOO_BIG[0], "message": _TOO_BIG[1]}
    except SourceError as error:
        answer = {
            "error": type(error).__name__,
            "code": error.code,
            "message": error.message,
            "timeout_s": limits.timeout_s,
        }
    sys.stdout.write(json.dumps(answer))
