"""Breakers: a connector that fails again and again is left alone for a while, and no other one suffers for it.

`guard(adapter, connector)` puts one before an adapter. A call that could not be made, or got no answer, counts as a
failure; a refusal and a "later, please" (throttling) do not: such a system works. After some failures in a row
nothing is sent until a while has passed; then one call is let through, and its end closes or opens the breaker again,
with a longer wait. State is in the database, so that every worker knows; every change is one conditional statement.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.utils import timezone

from connectors.contracts import (
    AdapterError,
    HelpdeskError,
    HelpdeskOutcomeUnknown,
    HelpdeskUnreachable,
    RiskUnavailable,
    StoreError,
    StoreOutcomeUnknown,
    StoreUnreachable,
)
from connectors.models import Breaker, BreakerState, Connector, ConnectorRole
from portal import tenancy, trail
from portal.compiled import run

FAILURES, WAIT_S, MOST_WAIT_S = 5, 30, 600
"""How many failures in a row open a breaker, how long it then waits, and at most: a connector's settings may differ."""
PROBE_S = 60
"""How long the one call of a half-open breaker may take before another may find out."""
FORGET = timedelta(minutes=10)
"""Failures further apart are not in a row."""
OPEN = "breaker_open"
SET_UP = frozenset(
    "none_set_up several wrong_connector no_sandbox throttled bad_input not_connected connect_again no_client_id "
    "no_secret secret_for_elsewhere secret_unreadable address_refused bad_domain too_large too_many no_such_ticket "
    "changed stranger".split()
) | {OPEN}
"""Codes that say nothing about whether the system works."""

T = TypeVar("T")
_FAILURES = (StoreUnreachable, StoreOutcomeUnknown, HelpdeskUnreachable, HelpdeskOutcomeUnknown, RiskUnavailable)


def guard(adapter: T, connector: Connector) -> T:
    """Return the adapter behind the connector's breaker. One query now; writes only when something changes.

    A call while the breaker is open raises the role's own "unreachable" with the code `breaker_open` and, of a store,
    when to come back: certainly nothing was sent.
    """
    return cast(T, _Guarded(adapter, connector))


def of(connector: Connector) -> Breaker | None:
    """Return the connector's breaker, None where nothing has ever failed. One query."""
    return Breaker.objects.filter(connector=connector).first()


def away() -> list[Breaker]:
    """Return the breakers that are open now, longest outage first. One query."""
    return list(
        Breaker.objects.exclude(state=BreakerState.CLOSED).select_related("connector").order_by("opened_at", "id")
    )


def try_now(connector: Connector) -> None:
    """Let the next call through at once, because a person says that the system is back. One statement."""
    Breaker.objects.filter(connector=connector).exclude(state=BreakerState.CLOSED).update(
        state=BreakerState.OPEN, retry_at=timezone.now()
    )


class _Guarded:
    """An adapter whose calls the breaker lets through, counts and, when it is open, refuses."""

    def __init__(self, adapter: Any, connector: Connector) -> None:
        self._adapter, self._connector = adapter, connector
        self._known = of(connector)

    def __repr__(self) -> str:
        return f"{self._adapter!r} behind its breaker"

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        return found if name == "tool" or not callable(found) else functools.partial(self._call, found)

    def _call(self, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        self._let_through()
        try:
            answer = call(*given, **named)
        except AdapterError as error:
            if isinstance(error, _FAILURES) and error.code not in SET_UP:
                self._failed(error)
            elif error.code not in SET_UP:
                self._worked()
            raise
        self._worked()
        return answer

    def _let_through(self) -> None:
        """Refuse while open; become the one call that finds out once the wait is over."""
        known = self._known
        if known is None or not known.is_open:
            return
        became = run(
            "UPDATE connectors_breaker SET state = 'half_open', retry_at = statement_timestamp() + %s "
            "WHERE organization_id = %s AND connector_id = %s AND state <> 'closed' "
            "AND retry_at <= statement_timestamp() RETURNING id",
            [timedelta(seconds=PROBE_S), tenancy.organization_id(), self._connector.pk],
        )
        if became:
            known.state = BreakerState.HALF_OPEN
            return
        self._known = fresh = of(self._connector)
        if fresh is not None and fresh.is_open:
            raise _refusal(self._connector, fresh)

    def _failed(self, error: AdapterError) -> None:
        """Count a failure; open at the last one that is borne, or at once when this call was to find out."""
        before = Breaker.objects.get_or_create(connector=self._connector)[0]
        most, wait_s = settings_of(self._connector)
        waits = "LEAST(%s * power(2, LEAST(trips, 10)), %s)"
        opens = f"retry_at = now() + make_interval(secs => {waits}), trips = trips + 1, state = 'open'"
        params = {"code": error.code[:60], "pk": before.pk, "org": tenancy.organization_id()}
        counted = run(
            "UPDATE connectors_breaker SET failures = CASE WHEN last_failed_at < statement_timestamp() - %s THEN 1 "
            "ELSE failures + 1 END, last_failed_at = statement_timestamp(), last_code = %s "
            "WHERE id = %s AND organization_id = %s RETURNING failures, state",
            [FORGET, params["code"], params["pk"], params["org"]],
        )
        failures, state = counted[0]
        if state == BreakerState.HALF_OPEN:
            run(
                f"UPDATE connectors_breaker SET {opens} WHERE id = %s AND organization_id = %s "  # noqa: S608
                "AND state = 'half_open' RETURNING id",
                [wait_s, MOST_WAIT_S, params["pk"], params["org"]],
            )
        elif state == BreakerState.CLOSED and failures >= most:
            tripped = run(
                f"UPDATE connectors_breaker SET {opens}, opened_at = now() WHERE id = %s AND organization_id = %s "  # noqa: S608
                "AND state = 'closed' RETURNING id",
                [wait_s, MOST_WAIT_S, params["pk"], params["org"]],
            )
            if tripped:
                _record("connector.tripped", self._connector, failures=failures, code=params["code"], wait_s=wait_s)
        self._known = of(self._connector)

    def _worked(self) -> None:
        """Forget earlier failures; close the breaker when this call found out that it works again."""
        known = self._known
        if known is None or (known.state == BreakerState.CLOSED and not known.failures):
            return
        closed = run(
            "UPDATE connectors_breaker SET state = 'closed', failures = 0, trips = 0, opened_at = NULL, "
            "retry_at = NULL "
            "FROM (SELECT id, state, opened_at FROM connectors_breaker WHERE id = %s FOR UPDATE) before "
            "WHERE connectors_breaker.id = before.id AND connectors_breaker.organization_id = %s "
            "RETURNING before.state, before.opened_at",
            [known.pk, tenancy.organization_id()],
        )
        known.state, known.failures = BreakerState.CLOSED, 0
        if closed and closed[0][0] != BreakerState.CLOSED:
            lasted = (timezone.now() - closed[0][1]).total_seconds() if closed[0][1] else 0
            _record("connector.recovered", self._connector, after_s=round(lasted))


def settings_of(connector: Connector) -> tuple[int, int]:
    """Return after how many failures the connector's breaker opens, and how many seconds it first waits."""
    given = connector.settings
    return int(given.get("breaker_failures") or FAILURES), int(given.get("breaker_wait_s") or WAIT_S)


def _refusal(connector: Connector, known: Breaker) -> StoreError | HelpdeskError | RiskUnavailable:
    message = f"connector: `{connector.name}` failed again and again; it is left alone for {round(known.wait_s)} s more"
    if connector.role == ConnectorRole.STORE:
        return StoreUnreachable(OPEN, message, retry_after_s=known.wait_s)
    return (
        HelpdeskUnreachable(OPEN, message)
        if connector.role == ConnectorRole.HELPDESK
        else RiskUnavailable(OPEN, message)
    )


def _record(kind: str, connector: Connector, **data: object) -> None:
    trail.record(trail.Event(kind, trail.Subject("connector", str(connector.pk)), connector_id=connector.pk, data=data))
