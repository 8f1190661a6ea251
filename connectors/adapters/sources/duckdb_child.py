"""The process in which a DuckDB file is read: a damaged file or a huge value ends it, and nothing else.

It takes one JSON object a line and answers with one; it holds nothing of the portal's environment, has a memory
limit, and ends when its parent does.
"""

from __future__ import annotations

import dataclasses
import json
import os
import queue
import resource
import sys
import threading
from typing import Any, BinaryIO

MEMORY_LIMIT = 3 * 1024 * 1024 * 1024
KEPT_OPEN_S = 0.5
"""Between two calls of one question. An open file keeps those who write it from opening it, so not for longer."""

BOOT = """
import sys
sys.path[:0] = sys.argv[1:]
from connectors.adapters.sources import duckdb_child
duckdb_child.main()
"""


def main() -> None:
    """Be the child: open the file named first, then answer until the parent hangs up."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    told = _private_answers()
    connection: Any = None
    while True:
        try:
            request = json.loads(asked.get(timeout=KEPT_OPEN_S if connection is not None else None))
        except queue.Empty:
            connection.close()
            connection = None
            continue
        try:
            connection = connection or _open(request)
            answer = _answer(connection, request)
        except Exception as error:  # every failure crosses as our own words
            answer = _failure(error, request, is_opening=connection is None)
        told.write(json.dumps(answer).encode() + b"\n")
        told.flush()


def _private_answers() -> BinaryIO:
    """Return a stream of answers that nothing else writes to: the engine draws a progress bar on the usual one."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def _listen(asked: queue.SimpleQueue[bytes]) -> None:
    """Hand over what the parent says; end at once, in the middle of a statement too, when it hangs up."""
    for line in sys.stdin.buffer:
        asked.put(line)
    os._exit(0)


def _open(request: dict[str, Any]) -> Any:
    from connectors.adapters.sources import duckdb_engine
    from connectors.adapters.sources.files import find_file

    return duckdb_engine.open_file(find_file(request["path"], request["folder"]))


def _answer(connection: Any, request: dict[str, Any]) -> Any:
    from connectors.adapters.sources import duckdb_engine as engine
    from connectors.contracts import Limits

    match request["do"]:
        case "run":
            return dataclasses.asdict(engine.run(connection, request["statement"], Limits(**request["limits"])))
        case "describe":
            return dataclasses.asdict(engine.describe(connection))
        case "explain":
            found = dataclasses.asdict(engine.explain(connection, request["statement"]))
            return found | {"relations": sorted(found["relations"])}
        case _:
            return {"version": engine.duckdb.__version__}


def _failure(error: Exception, request: dict[str, Any], *, is_opening: bool) -> dict[str, Any]:
    from connectors.adapters.sources.duckdb_errors import classify
    from connectors.contracts import SourceError

    if not isinstance(error, SourceError):
        error = classify(error, sql=request.get("statement", ""), is_opening=is_opening)
    return {
        "error": type(error).__name__,
        "code": error.code,
        "message": error.message,
        "subject": getattr(error, "subject", ""),
    }
