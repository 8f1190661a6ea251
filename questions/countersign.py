"""Countersigning a verified query, and setting it aside when a column it reads changes or goes (Q09).

The one who wrote it never signs it. A signature covers the text that was shown and the columns with their types; it
expires with the days of the question policy, and lapses by itself when what it covers is no longer so.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors import set_up
from connectors.adapters.guardrail import assert_no_transaction
from connectors.contracts import Schema, SourceError
from connectors.models import Connector
from guardrails import policy
from guardrails import sql as guard
from portal import change, tenancy, trail
from portal.refusal import Refused
from portal.roles import Capability, require
from questions import memory, statement
from questions.models import VerifiedQuery

CHANGED = "revision: the query was changed after it was shown to you; read it again and sign what stands there now"


def countersign(row: VerifiedQuery, *, revision: int, source: str = "admin") -> VerifiedQuery:
    """Sign a query as the current person, as it was shown at `revision`; the source is described for it.

    Raises `Refused` for its author, `ValidationError` naming the field where it cannot be signed as it is. Call it
    outside a transaction.
    """
    require(Capability.EDIT_MEMORY)
    assert_no_transaction("countersign")
    _require_another(row)
    columns = _columns_of(row)
    with transaction.atomic():
        locked: VerifiedQuery = VerifiedQuery.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.revision != revision:
            raise ValidationError({"revision": CHANGED})
        _require_another(locked)
        locked.verified_by_id, locked.verified_at = tenancy.current().user_id, timezone.now()
        locked.signed_text, locked.signed_columns, locked.stale_because = locked.text_digest, columns, ""
        change.apply(locked, reason="countersigned", source=source)
        trail.record(
            trail.Event(
                "verified_query.countersigned",
                trail.Subject("verified_query", str(locked.pk)),
                connector_id=locked.connector_id,
                data={"author": str(locked.owner_id or ""), "columns": sorted(columns), "revision": locked.revision},
            )
        )
    return locked


def _require_another(row: VerifiedQuery) -> None:
    me = tenancy.current().user_id
    if me is None or row.owner_id == me:
        raise Refused(
            "You wrote this query, so another admin countersigns it.", subject=("verified_query", str(row.pk))
        )


def _columns_of(row: VerifiedQuery) -> dict[str, str]:
    """Describe the source now and return the columns the statement reads there."""
    try:
        schema = set_up.describe(row.connector, is_fresh=True)
    except SourceError as error:
        said = f"connector: its columns cannot be looked at, so nothing is signed: {error.message}"
        raise ValidationError({"connector": said}) from None
    dialect, filled = row.connector.kind.dialect, memory.filled_sql(row)
    decision = guard.decide(filled, dialect, schema, policy.guard_policy())
    if not decision.passes:
        raise ValidationError({"sql": f"sql: refused by the guard: {decision.reasons[0].message}"})
    return statement.columns_read(filled, dialect, decision, schema)


def look_at(connector: Connector, schema: Schema) -> int:
    """Set aside every signed query of the connector that reads a column which changed or is gone; return how many.

    Called each time the source is described anew: daily, at a probe, and when a question finds its schema too old.
    """
    rows = VerifiedQuery.objects.usable().filter(connector_id=connector.pk).exclude(signed_columns={})
    return sum(set_aside(row, why) for row in rows if (why := statement.difference(row.signed_columns, schema)))


def set_aside(row: VerifiedQuery, why: str) -> int:
    """Lapse one query's signature; it answers nothing until an officer has looked at it. Returns 1 when it did."""
    with tenancy.acting_as(tenancy.SYSTEM), transaction.atomic():
        standing: VerifiedQuery | None = (
            VerifiedQuery.objects.select_for_update(of=("self",))
            .filter(pk=row.pk, revision=row.revision, stale_because="")
            .first()
        )
        if standing is None:
            return 0
        VerifiedQuery.objects.filter(pk=row.pk).update(stale_because=why[:300], revision=row.revision + 1)
        trail.record(
            trail.Event(
                "verified_query.lapsed",
                trail.Subject("verified_query", str(row.pk)),
                connector_id=row.connector_id,
                data={"reason": why[:300], "revision": row.revision + 1},
            )
        )
    return 1
