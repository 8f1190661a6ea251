"""Counts of the trail by the hour: kept by transaction, read exactly.

`advance` adds the events of every transaction that has ended since it was last called, and moves the cursor in the same
transaction: killed anywhere, nothing is counted twice or left out. An event that commits late belongs to a transaction
that the cursor has not passed yet (`pg_snapshot_xmin`: all before it have ended), so it is counted whenever it comes.

A reading adds to the counted hours what is not counted yet and the parts of hours at a range's ends, straight from the
events: a figure is the number of rows behind it, not what it was some minutes ago.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.models import TallyCursor
from portal import tenancy
from portal.ids import uuid7_floor

SLICE = 20_000
"""About so many events are counted in one transaction."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PEOPLE = (
    "question.asked", "question.answered", "question.refused", "question.viewed", "access.refused",
    "person.sign_in_refused", "approval.approved", "approval.rejected", "trail.export_finished", "sheet.exported",
)  # fmt: skip
"""What is counted for each person who did it (a refused sign-in: for the person it was about)."""
CONNECTORS = ("question.answered", "question.refused", "action.succeeded", "action.blocked", "action.failed")
REASONED = "question.refused"

_FACETS = f"""
CROSS JOIN LATERAL (
    SELECT 'all' AS facet, '' AS key
    UNION ALL SELECT 'who', CASE e.actor_kind WHEN 'person' THEN e.actor_id ELSE e.subject_id END
        WHERE e.type IN ({", ".join(f"'{name}'" for name in PEOPLE)})
          AND (e.actor_kind = 'person' OR e.subject_kind = 'person')
    UNION ALL SELECT 'connector', e.connector_id::text
        WHERE e.connector_id IS NOT NULL AND e.type IN ({", ".join(f"'{name}'" for name in CONNECTORS)})
    UNION ALL SELECT 'reason', left(audit_reason(e.data), 64) WHERE e.type = '{REASONED}'
) f
"""
MOST = 2**62
"""A sum of money is never counted above this: one row that holds nonsense must not stop the counting."""
_COLUMNS = f"""
f.facet, f.key, e.type,
CASE f.facet WHEN 'all' THEN e.verdict ELSE '' END AS verdict,
CASE f.facet WHEN 'all' THEN e.confidence ELSE '' END AS confidence,
CASE f.facet WHEN 'all' THEN e.currency ELSE '' END AS currency,
count(*) AS count,
least(coalesce(sum(CASE f.facet WHEN 'all' THEN e.amount_minor END), 0), {MOST})::bigint AS amount_minor,
coalesce(sum(e.cost_microusd), 0)::bigint AS cost_microusd,
coalesce(sum(e.rows), 0)::bigint AS rows
"""
_ADD = f"""
INSERT INTO audit_tally AS t (id, organization_id, grain, starts_at, facet, key, type, verdict, confidence, currency,
                              count, amount_minor, cost_microusd, rows)
SELECT gen_random_uuid(), e.organization_id, g.grain,
       date_trunc(CASE g.grain WHEN 'h' THEN 'hour' ELSE 'day' END, audit_id_time(e.id), 'UTC'), {_COLUMNS}
FROM audit_event e {_FACETS} CROSS JOIN (VALUES ('h'), ('d')) AS g(grain)
WHERE e.organization_id = %(org)s AND e.xact_id >= %(start)s::xid8 AND e.xact_id < %(end)s::xid8
GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10
ON CONFLICT ON CONSTRAINT one_tally DO UPDATE SET
    count = t.count + excluded.count,
    amount_minor = least(t.amount_minor::numeric + excluded.amount_minor, {MOST})::bigint,
    cost_microusd = t.cost_microusd + excluded.cost_microusd, rows = t.rows + excluded.rows
"""  # noqa: S608 - names of this module alone
_NEXT = """
SELECT xact_id::text::bigint FROM audit_event
WHERE organization_id = %(org)s AND xact_id >= %(start)s::xid8 AND xact_id < %(end)s::xid8
ORDER BY audit_event.xact_id OFFSET %(slice)s LIMIT 1
"""


def advance() -> int:
    """Count every event of the current organization that is certain by now; return how many transactions' worth of
    slices were counted. Each slice is a transaction of its own, or part of the caller's."""
    slices = 0
    while _advance_once():
        slices += 1
    return slices


def _advance_once() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        kept = cursor_row(lock=True)
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        end = int(cursor.fetchone()[0])
        if end <= kept.xact:
            return False
        given: dict[str, Any] = {"org": tenancy.organization_id(), "start": str(kept.xact), "end": str(end)}
        cursor.execute(_NEXT, {**given, "slice": SLICE})
        if found := cursor.fetchone():
            end = max(int(found[0]), kept.xact + 1)
        cursor.execute(_ADD, {**given, "end": str(end)})
        kept.xact = end
        kept.save(update_fields=["xact"])
        return bool(found)


def cursor_row(*, lock: bool = False) -> TallyCursor:
    """Return the organization's cursor, made where it is missing; locked it keeps everybody else from counting."""
    rows = TallyCursor.objects.select_for_update() if lock else TallyCursor.objects.all()
    found: TallyCursor | None = rows.first()
    if found is None:
        TallyCursor.objects.bulk_create([TallyCursor()], ignore_conflicts=True)
        found = rows.get()
    return found


def rebuild() -> None:
    """Count everything anew, in the caller's transaction or its own: for a facet that came with a later version."""
    from audit.models import Tally

    with transaction.atomic():
        kept = cursor_row(lock=True)
        Tally.objects.all().delete()
        kept.xact = 0
        kept.save(update_fields=["xact"])
        while _advance_once():
            pass


# --- reading ---


@dataclass(frozen=True, slots=True)
class Line:
    """What was counted of one type, in a range of time."""

    facet: str
    key: str
    type: str
    verdict: str
    confidence: str
    currency: str
    count: int
    amount_minor: int
    cost_microusd: int
    rows: int


_NAMES = "facet, key, type, verdict, confidence, currency"
_SUMS = "sum(count)::bigint, sum(amount_minor)::numeric(30, 0), sum(cost_microusd)::bigint, sum(rows)::bigint"


def totals(since: datetime, until: datetime) -> list[Line]:
    """Return exactly what the events in [since, until) come to, by every facet. One statement, so one moment."""
    ranges, edges = _split(since, until)
    sql, values = _reading(ranges, edges, since, until)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NAMES}, {_SUMS} FROM ({sql}) AS every GROUP BY {_NAMES}", values)  # noqa: S608
        return [Line(*row[:6], *map(int, row[6:])) for row in cursor.fetchall()]


def hours(
    since: datetime,
    until: datetime,
    *,
    facet: str,
    types: Sequence[str],
    keys: Iterable[str] | None = None,
) -> list[tuple[datetime, Line]]:
    """Return what lies in each hour that begins in [since, until), what is not counted yet included. One statement."""
    org = tenancy.organization_id()
    known = None if keys is None else list(keys)
    only = "" if known is None else " AND key = ANY(%s)"
    given = [] if known is None else [known]
    sql = f"""
    WITH mark AS (SELECT coalesce((SELECT xact FROM audit_tallycursor WHERE organization_id = %s), 0) AS xact)
    SELECT starts_at, {_NAMES}, {_SUMS} FROM (
        SELECT starts_at, {_NAMES}, count, amount_minor, cost_microusd, rows FROM audit_tally
        WHERE organization_id = %s AND grain = 'h' AND facet = %s AND type = ANY(%s)
          AND starts_at >= %s AND starts_at < %s{only}
        UNION ALL
        SELECT * FROM (
            SELECT date_trunc('hour', audit_id_time(e.id), 'UTC'), {_COLUMNS} FROM audit_event e {_FACETS}
            WHERE e.organization_id = %s AND e.xact_id >= (SELECT xact::text::xid8 FROM mark) AND e.type = ANY(%s)
              AND e.id >= %s AND e.id < %s AND f.facet = %s GROUP BY 1, 2, 3, 4, 5, 6, 7
        ) AS fresh WHERE true{only}
    ) AS every GROUP BY starts_at, {_NAMES} ORDER BY starts_at
    """  # noqa: S608 - names of this module alone
    names = list(types)
    values: list[Any] = [org, org, facet, names, since, until, *given]
    values += [org, names, uuid7_floor(since), uuid7_floor(until), facet, *given]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(row[0], Line(*row[1:7], *map(int, row[7:]))) for row in cursor.fetchall()]


def by_local_day(
    days: Sequence[tuple[Any, datetime, datetime]], types: Sequence[str]
) -> Mapping[Any, Mapping[str, int]]:
    """Return for each (day, its beginning, its end) how many events of each type it holds, exactly.

    Where a day does not begin with an hour of UTC, the hour it begins in is counted from its events.
    """
    counts: dict[Any, dict[str, int]] = {day: defaultdict(int) for day, _, _ in days}
    if not days:
        return counts
    last = days[-1][2]
    spans = [
        (_ceil(begins, HOUR) if n else _floor(begins, HOUR), _ceil(ends, HOUR))
        for n, (_, begins, ends) in enumerate(days)
    ]
    for number, event_type, count in _by_span(spans, types):
        counts[days[number][0]][event_type] += count
    for number, (day, begins, _) in enumerate(days):  # a day that begins within an hour of UTC
        if begins == _floor(begins, HOUR):
            continue
        if number == 0:
            _add(counts[day], _straight(_floor(begins, HOUR), begins, types), -1)
        else:
            moved = _straight(begins, _ceil(begins, HOUR), types)
            _add(counts[days[number - 1][0]], moved, -1)
            _add(counts[day], moved, 1)
    if last != _floor(last, HOUR):
        _add(counts[days[-1][0]], _straight(last, _ceil(last, HOUR), types), -1)
    return counts


def _by_span(spans: Sequence[tuple[datetime, datetime]], types: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Yield (number of the span, type, count) for spans of whole hours that follow each other. One statement."""
    org, names = tenancy.organization_id(), list(types)
    sql = """
    SELECT b.number, s.type, s.count, NULL::timestamptz FROM unnest(%s::timestamptz[], %s::timestamptz[])
        WITH ORDINALITY AS b(starts, ends, number) CROSS JOIN LATERAL (
            SELECT type, sum(count)::bigint AS count FROM audit_tally
            WHERE organization_id = %s AND grain = 'h' AND facet = 'all' AND type = ANY(%s)
              AND starts_at >= b.starts AND starts_at < b.ends GROUP BY type) s
    UNION ALL
    SELECT NULL, type, count(*), date_trunc('hour', audit_id_time(id), 'UTC') FROM audit_event
    WHERE organization_id = %s AND type = ANY(%s) AND id >= %s AND id < %s AND xact_id >=
        (SELECT coalesce(max(xact), 0)::text::xid8 FROM audit_tallycursor WHERE organization_id = %s)
    GROUP BY 2, 4
    """
    starts, ends = [list(each) for each in zip(*spans, strict=True)]
    values: list[Any] = [starts, ends, org, names, org, names, uuid7_floor(starts[0]), uuid7_floor(ends[-1]), org]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for number, event_type, count, hour in cursor.fetchall():
            yield (number - 1 if number else bisect_right(starts, hour) - 1), event_type, count


def _add(counts: dict[str, int], lines: list[Line], sign: int) -> None:
    for line in lines:
        counts[line.type] += sign * line.count


def first_hours(facet: str, types: Sequence[str], keys: Iterable[str]) -> dict[str, datetime]:
    """Return when each of these keys was first counted, by the hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, min(starts_at) FROM audit_tally WHERE organization_id = %s AND grain = 'h' AND facet = %s"
            " AND type = ANY(%s) AND key = ANY(%s) GROUP BY key",
            [tenancy.organization_id(), facet, list(types), list(keys)],
        )
        return dict(cursor.fetchall())


def begins() -> datetime | None:
    """Return the hour of the organization's first event, None where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('hour', audit_id_time(id), 'UTC') FROM audit_event WHERE organization_id = %s"
            " ORDER BY id LIMIT 1",
            [tenancy.organization_id()],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _straight(since: datetime, until: datetime, types: Sequence[str]) -> list[Line]:
    """Return what the events of a part of an hour come to, from the events alone."""
    sql = (
        f"SELECT {_COLUMNS} FROM audit_event e CROSS JOIN (SELECT 'all' AS facet, '' AS key) f"  # noqa: S608
        " WHERE e.organization_id = %s AND e.id >= %s AND e.id < %s AND e.type = ANY(%s) GROUP BY 1, 2, 3, 4, 5, 6"
    )
    values: list[Any] = [tenancy.organization_id(), uuid7_floor(since), uuid7_floor(until), list(types)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Line(*row[:6], *map(int, row[6:])) for row in cursor.fetchall()]


def _split(since: datetime, until: datetime) -> tuple[list[tuple[str, datetime, datetime]], list[tuple[Any, Any]]]:
    """Return the whole days and hours inside a range, and what is left over at its ends."""
    first, last = _ceil(since, HOUR), _floor(until, HOUR)
    if first >= last:
        return [], [(since, until)]
    from_day, to_day = _ceil(first, DAY), _floor(last, DAY)
    if from_day < to_day:
        ranges = [("h", first, from_day), ("d", from_day, to_day), ("h", to_day, last)]
    else:
        ranges = [("h", first, last)]
    return [each for each in ranges if each[1] < each[2]], [
        edge for edge in ((since, first), (last, until)) if edge[0] < edge[1]
    ]


def _reading(
    ranges: list[tuple[str, datetime, datetime]], edges: list[tuple[Any, Any]], since: datetime, until: datetime
) -> tuple[str, list[Any]]:
    org = tenancy.organization_id()
    mark = "(SELECT coalesce(max(xact), 0)::text::xid8 FROM audit_tallycursor WHERE organization_id = %s)"
    counted = f"SELECT {_NAMES}, count, amount_minor, cost_microusd, rows FROM audit_tally"  # noqa: S608
    facets = "('all', 'who', 'connector', 'reason')"  # named, so that the index is gone into by its second column
    where = f" WHERE organization_id = %s AND grain = %s AND facet IN {facets} AND starts_at >= %s AND starts_at < %s"
    events = (
        f"SELECT {_COLUMNS} FROM audit_event e {_FACETS}"  # noqa: S608 - names of this module alone
        " WHERE e.organization_id = %s AND e.id >= %s AND e.id < %s AND e.xact_id {sign} {mark}"
        " GROUP BY 1, 2, 3, 4, 5, 6"
    )
    parts, values = [], []
    for grain, start, end in ranges:
        parts.append(counted + where)
        values += [org, grain, start, end]
    for start, end in edges:
        parts.append(events.format(sign="<", mark=mark))
        values += [org, uuid7_floor(start), uuid7_floor(end), org]
    parts.append(events.format(sign=">=", mark=mark))
    values += [org, uuid7_floor(since), uuid7_floor(until), org]
    return " UNION ALL ".join(parts), values


def _floor(moment: datetime, step: timedelta) -> datetime:
    plain = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return plain.replace(hour=0) if step == DAY else plain


def _ceil(moment: datetime, step: timedelta) -> datetime:
    below = _floor(moment, step)
    return below if below == moment else below + step
