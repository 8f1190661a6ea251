"""One call to the sandbox: a short connection, one transaction, and the faults somebody switched on.

It knows for certain when nothing was executed (no answer before the commit was sent: the server rolls back) and says
"unknown" only for the commit itself.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb

from connectors.adapters.guardrail import assert_no_transaction
from connectors.adapters.tls import postgres_encryption
from connectors.contracts import AdapterError

FaultKind = Literal[
    "slow",
    "down",
    "throttled",
    "error_before_executing",
    "timeout_before_executing",
    "timeout_after_executing",
    "garbled_before_executing",
    "garbled_after_executing",
    "late",
    "twice",
]
"""What can go wrong. `garbled`: the answer is a 500, a web page or nothing. `late`: the call gets stuck and arrives
when somebody delivers it. `twice`: it is executed, and a copy of it arrives later."""

CONNECT_TIMEOUT_S = 5
READS = frozenset({"read", "fetch"})
_DRIVER_ERRORS = (psycopg.Error, UnicodeEncodeError)


def connect(dsn: str, timeout_s: float = 30.0) -> psycopg.Connection[Any]:
    """Open a connection whose block commits and closes; a host that is not local must speak TLS 1.2."""
    parameters: dict[str, Any] = dict(conninfo_to_dict(dsn))
    milliseconds = round(timeout_s * 1000)
    return psycopg.connect(
        **parameters | postgres_encryption(parameters),
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name="countersign-sandbox",
        options=f"-c statement_timeout={milliseconds} -c client_min_messages=error -c TimeZone=UTC",
        row_factory=cast(Any, namedtuple_row),
    )


@dataclass(frozen=True)
class Failures:
    """The errors one kind of outside system tells of itself."""

    unreachable: type[AdapterError]
    unknown: type[AdapterError]
    refused: type[AdapterError]


class Door:
    """The way into one shop of the sandbox."""

    def __init__(self, dsn: str, shop: str, system: str, failures: Failures, timeout_s: float) -> None:
        self._dsn, self.shop, self._system = dsn, shop, system
        self._failures, self._timeout_s = failures, timeout_s

    def __repr__(self) -> str:
        return f"{self._system} of shop {self.shop!r}"

    @contextlib.contextmanager
    def call(self, operation: str, arguments: Mapping[str, Any] | None = None) -> Iterator[psycopg.Connection[Any]]:
        """Lend a transaction that commits at the end of the block. Raises the errors of `Failures`.

        `arguments` are what a call that gets stuck is delivered with later. Asserts that no transaction of the
        portal is open.
        """
        assert_no_transaction(f"{self._system}.{operation}")
        connection = self._certain(lambda: connect(self._dsn, self._timeout_s))
        with contextlib.closing(connection):
            fault = self._certain(lambda: self._take_fault(connection, operation))
            if fault in ("late", "twice") and arguments is not None:
                self._certain(lambda: self._get_stuck(connection, operation, arguments))
            self._fail_before(fault, operation)
            try:
                yield connection
            except _DRIVER_ERRORS as error:
                raise self._told(error) from None
            try:
                connection.commit()
            except psycopg.Error:
                raise self._no_answer(operation) from None
            if fault in ("timeout_after_executing", "garbled_after_executing"):
                raise self._no_answer(operation, fault)

    def _certain(self, step: Callable[[], Any]) -> Any:
        """Do a step before which nothing can have been executed."""
        try:
            return step()
        except _DRIVER_ERRORS as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> AdapterError:
        """Classify an error from before the commit: the transaction is gone, nothing was executed."""
        if isinstance(error, psycopg.DataError | psycopg.IntegrityError | UnicodeEncodeError):
            return self._failures.refused("bad_input", f"the {self._system} cannot take these inputs")
        return self._failures.unreachable("unreachable", f"the {self._system} does not answer; try again")

    def _take_fault(self, connection: psycopg.Connection[Any], operation: str) -> str | None:
        """Use up one count of the fault switched on for the operation, and sit its delay out."""
        row = connection.execute(
            "UPDATE fault SET remaining = remaining - 1 WHERE shop = %(shop)s AND operation = ("
            "  SELECT operation FROM fault WHERE shop = %(shop)s AND operation IN (%(operation)s, '*') "
            "  AND remaining IS DISTINCT FROM 0 ORDER BY operation = '*' LIMIT 1) "
            "AND remaining IS DISTINCT FROM 0 RETURNING kind, delay_ms",
            {"shop": self.shop, "operation": operation},
        ).fetchone()
        connection.commit()
        if row is None:
            return None
        if row.delay_ms:
            time.sleep(row.delay_ms / 1000)
        return str(row.kind)

    def _fail_before(self, fault: str | None, operation: str) -> None:
        if fault == "down":
            raise self._failures.unreachable("down", f"the {self._system} is down; try again later")
        if fault == "error_before_executing":
            raise self._failures.unreachable("server_error", f"the {self._system} failed before it began")
        if fault == "throttled":
            raise self._failures.unreachable(
                "throttled", f"the {self._system} takes no more calls now; try again later"
            )
        if fault in ("timeout_before_executing", "garbled_before_executing", "late"):
            raise self._no_answer(operation, fault)

    def _get_stuck(self, connection: psycopg.Connection[Any], operation: str, arguments: Mapping[str, Any]) -> None:
        connection.execute(
            "INSERT INTO late_call (shop, operation, arguments) VALUES (%s, %s, %s)",
            (self.shop, operation, Jsonb(dict(arguments))),
        )
        connection.commit()

    def _no_answer(self, operation: str, fault: str = "") -> AdapterError:
        if fault.startswith("garbled"):
            failure = self._failures.unreachable if operation in READS else self._failures.unknown
            return failure("garbled", f"the {self._system} answered with something that says nothing; ask again")
        if operation in READS:  # nothing to execute, so nothing unknown
            return self._failures.unreachable("no_answer", f"the {self._system} gave no answer; ask again")
        return self._failures.unknown(
            "no_answer", f"the {self._system} took the call and gave no answer; ask again with the same key"
        )
