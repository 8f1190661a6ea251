"""A DuckDB source: a file below the operator's folder, read by a process of its own (`duckdb_child`).

The engine runs files it did not write and values of any size, so it does so where a crash or a full memory ends
that process and not the worker. Stopping a statement ends the process; the next call starts another.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from connectors import contracts, schema_json
from connectors.adapters.discretion import discreet
from connectors.adapters.sources.duckdb_child import BOOT
from connectors.adapters.sources.files import find_file, findings
from connectors.adapters.sources.stopped import cancelled, timed_out
from connectors.adapters.sources.stopwatch import StopSwitch, Watch
from connectors.contracts import (
    CutCell,
    Limits,
    Plan,
    ProbeReport,
    Result,
    ResultColumn,
    Schema,
    SourceError,
    SourceFailed,
)

CATALOG_TIMEOUT_S = 20.0
ANSWER_BYTES = 32 * 1024 * 1024
_ROOT = Path(__file__).resolve().parents[3]


class DuckDBSource:
    """One session with a DuckDB file, opened when first needed. `path` is relative to `folder`."""

    dialect = "duckdb"
    is_reusable = True

    def __init__(self, path: str, *, folder: str) -> None:
        self._path, self._folder = path, folder
        self._file = discreet(find_file)(path, folder)
        self._switch = StopSwitch()
        self._child: subprocess.Popen[bytes] | None = None

    def __repr__(self) -> str:
        return f"DuckDBSource({self._path!r})"

    def __enter__(self) -> DuckDBSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the adapter ---

    @discreet
    def run(self, statement: str, limits: Limits) -> Result:
        """Run one SELECT and return at most `limits`."""
        told = self._ask("run", limits.timeout_s, statement=_sendable(statement), limits=dataclasses.asdict(limits))
        return _result(told)

    @discreet
    def explain(self, statement: str, timeout_s: float = 10.0) -> Plan:
        """Return what the planner says of a statement the guard has passed; nothing is run."""
        told = self._ask("explain", timeout_s, statement=_sendable(statement))
        return Plan(
            relations=frozenset((schema, name) for schema, name in told["relations"]),
            estimated_rows=told["estimated_rows"],
            cost=told["cost"],
            costly=tuple(told["costly"]),
            cartesian=tuple((one, two) for one, two in told["cartesian"]),
        )

    @discreet
    def describe(self) -> Schema:
        """Return tables and views with their columns, keys and comments; no values."""
        return schema_json.load(self._ask("describe", CATALOG_TIMEOUT_S))

    @discreet
    def probe(self) -> ProbeReport:
        """Return what about the file should be safer. The file is opened, so a damaged one is found."""
        with Watch(self._switch, CATALOG_TIMEOUT_S, lambda: None, lambda: None) as watch:
            version = self._ask("version", CATALOG_TIMEOUT_S)["version"]
        return ProbeReport(
            engine="DuckDB",
            version=version,
            findings=tuple(findings(self._file)),
            is_local=True,
            duration_ms=watch.duration_ms,
        )

    def cancel(self) -> None:
        """Stop what runs, by ending its process, and refuse what follows; from any thread."""
        self._switch.cancel()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with contextlib.suppress(OSError):
                child.communicate()

    # --- inside ---

    def _ask(self, what: str, timeout_s: float, **more: Any) -> dict[str, Any]:
        """Send one request to the child, started where there is none, and return its answer."""
        if self._switch.is_cancelled:
            raise cancelled()
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = _start()
        return self._converse({"do": what, "path": self._path, "folder": self._folder, **more}, timeout_s)

    def _converse(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        child = self._child
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        line = b""
        with Watch(self._switch, timeout_s, child.kill, child.kill) as watch, contextlib.suppress(OSError):
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            line = child.stdout.readline(ANSWER_BYTES)
        if watch.reason or not line.endswith(b"\n"):
            self.close()
            raise _why(watch.reason, timeout_s)
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            self.close()
            raise _why("", timeout_s) from None
        if "error" in answer:
            raise _error(answer)
        return answer


def _start() -> subprocess.Popen[bytes]:
    """Start a child that has our code and the engine, and nothing of our environment."""
    spec = find_spec("duckdb")
    assert spec is not None
    assert spec.origin is not None
    packages = Path(spec.origin).parents[1]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-S", "-c", BOOT, str(_ROOT), str(packages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"TZ": "UTC"},
        cwd="/",
    )


def _sendable(statement: str) -> str:
    if "\0" in statement:
        raise SourceFailed("syntax", "the statement holds a NUL; remove it")
    try:
        statement.encode()
    except UnicodeEncodeError:
        raise SourceFailed("syntax", "the statement holds half a character; remove it") from None
    return statement


def _why(reason: str, timeout_s: float) -> SourceError:
    """Say why the child gave no answer."""
    if reason == "cancelled":
        return cancelled()
    if reason == "timeout":
        return timed_out(timeout_s)
    return SourceFailed(
        "engine_died", "the engine ended: the file is damaged, or the statement needs too much memory; ask for less"
    )


def _error(told: dict[str, Any]) -> SourceError:
    """Build the error that the child told."""
    kind = getattr(contracts, str(told["error"]), SourceFailed)
    if kind is SourceFailed:
        return SourceFailed(told["code"], told["message"], subject=told["subject"])
    error: SourceError = kind(told["code"], told["message"])
    return error


def _result(told: dict[str, Any]) -> Result:
    """Build the result that the child told."""
    return Result(
        **told
        | {
            "columns": tuple(ResultColumn(**column) for column in told["columns"]),
            "rows": tuple(tuple(row) for row in told["rows"]),
            "cut_cells": tuple(CutCell(**cell) for cell in told["cut_cells"]),
            "text_integers": tuple(told["text_integers"]),
            "invalid_text": tuple((row, column) for row, column in told["invalid_text"]),
        }
    )
