"""Lets the detectors look: gathers each one's history from the tallies, and raises a signal for each cause found.

The lock of the organization's cursor is held, so that two lookers never raise for one cause; the cause's own key stands
behind it. A look goes back a day beyond the last one: what commits late is seen, and raises nothing a second time.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit import signals, tally
from audit.detect import DETECTORS, TOLD, Detector, Episode, History, Setting, Told, episodes
from audit.detect.contracts import HOUR, Asked
from audit.detect.kinds import BELOW, NEAR
from audit.filters import zone
from audit.models import DetectorSetting, Event, RiskSignal
from portal import exposure, subjects
from portal.ids import uuid7_floor
from portal.models import User
from portal.money import Money, MoneyError

BACK = timedelta(days=1)
MOST_EVIDENCE = 200
_MEASURES = {"count": "count", "amount": "amount_minor", "cost": "cost_microusd", "rows": "rows"}


def look(now: datetime | None = None) -> list[RiskSignal]:
    """Count what is new, let every detector that is on look, and return the signals that were raised."""
    tally.advance()
    moment = now or timezone.now()
    with transaction.atomic():
        kept = tally.cursor_row(lock=True)
        since = min(kept.looked_until or moment, moment) - BACK
        since, until = _hour(since), _hour(moment) + HOUR
        raised = _told(since, until)
        known = settings()
        for detector in DETECTORS.values():
            if known[detector.name].is_on:
                raised += _raise_all(detector, known[detector.name], since, until)
        kept.looked_until = moment
        kept.save(update_fields=["looked_until"])
    return raised


def settings() -> dict[str, DetectorSetting]:
    """Return how every detector is set in this organization, as it is declared where nobody set it. One query."""
    rows = {row.detector: row for row in DetectorSetting.objects.all()}
    return {
        name: rows.get(name)
        or DetectorSetting(
            detector=name, severity=detector.severity, threshold=detector.threshold, least=detector.least
        )
        for name, detector in DETECTORS.items()
    }


def setting_of(row: DetectorSetting) -> Setting:
    """Return a setting as detectors take it."""
    return Setting(float(row.threshold), int(row.least), row.severity)


def found(detector: Detector, setting: Setting, since: datetime, until: datetime) -> list[Episode]:
    """Return what a detector finds in the hours of [since, until), put together by cause; raises nothing."""
    known = history(detector, setting, since, until)
    return episodes(detector.find(known, setting)) if known.series else []


def history(detector: Detector, setting: Setting, since: datetime, until: datetime) -> History:
    """Return what a detector is given for the hours of [since, until). Keys too small to fire are left out."""
    asks, zone_ = detector.asks, zone()
    starts = since - timedelta(days=detector.days + 1, hours=detector.window_h)
    if asks.facet == "near":
        series: Mapping[str, Mapping[datetime, int]] = _near(asks, starts, until)
        firsts: dict[str, datetime] = {}
    else:
        keys = exposure.production_connectors() if asks.facet == "connector" else None
        recent = _series(asks, since - detector.window_h * HOUR, until, keys)
        grown = [key for key, each in recent.items() if sum(each.values()) >= setting.least]
        only = None if asks.facet == "all" else grown
        series = {key: each for key, each in _series(asks, starts, until, only).items() if key in grown}
        firsts = {} if asks.facet == "all" else tally.first_hours(asks.facet, asks.types, grown)
    return History(series, tally.begins() or until, since, until, zone_, _names(asks, series), firsts)


def _series(
    asks: Asked, since: datetime, until: datetime, keys: Iterable[str] | None
) -> dict[str, dict[datetime, int]]:
    by_key: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for hour, line in tally.hours(since, until, facet=asks.facet, types=asks.types, keys=keys):
        key = line.currency if asks.facet == "all" else line.key
        value = int(getattr(line, _MEASURES[asks.measure]))
        if value and (key or asks.facet == "all") and not (asks.measure == "amount" and not line.currency):
            by_key[key][hour] += value
    return by_key


def _near(asks: Asked, since: datetime, until: datetime) -> dict[str, dict[datetime, int]]:
    """Return, for each ceiling, how many amounts of each hour lie in the last tenth and in the upper half below it."""
    by_key: dict[str, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for ceiling in exposure.ceilings():
        if ceiling.amount_minor < 100:
            continue
        key = f"{ceiling.kind}:{ceiling.currency}:{ceiling.amount_minor}"
        rows = _amounts(asks, since, until, ceiling).values_list("id", "amount_minor")
        for event_id, amount in rows.iterator(chunk_size=5_000):
            hour = _hour(datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC))
            by_key[f"{key}|{BELOW}"][hour] += 1
            if amount * 10 >= ceiling.amount_minor * 9:
                by_key[f"{key}|{NEAR}"][hour] += 1
    return by_key


def _amounts(asks: Asked, since: datetime, until: datetime, ceiling: exposure.Ceiling) -> QuerySet[Any]:
    rows: QuerySet[Any] = Event.objects.filter(
        type__in=asks.types, id__gte=uuid7_floor(since), id__lt=uuid7_floor(until), currency=ceiling.currency,
        amount_minor__gte=ceiling.amount_minor // 2, amount_minor__lte=ceiling.amount_minor,
    )  # fmt: skip
    return rows.filter(Q(data__kind=ceiling.kind) | Q(data__kind__isnull=True))


def _names(asks: Asked, series: Mapping[str, Any]) -> dict[str, str]:
    if asks.facet == "who":
        ids = [key for key in series if _is_uuid(key)]
        return {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}
    if asks.facet == "connector":
        return subjects.names_of("connector", series)
    if asks.facet == "near":
        return {name.rpartition("|")[0]: _ceiling_name(name.rpartition("|")[0]) for name in series}
    return {}


def _ceiling_name(key: str) -> str:
    kind, currency, minor = key.split(":")
    try:
        return f"{kind} of {Money(int(minor), currency)}"
    except MoneyError:
        return f"{kind} of {minor} {currency}"


# --- raising ---


def _raise_all(detector: Detector, row: DetectorSetting, since: datetime, until: datetime) -> Iterator[RiskSignal]:
    for episode in found(detector, setting_of(row), since, until):
        events = evidence_of(detector, episode)
        raised = signals.raise_signal(
            signals.Cause(
                detector=detector.name,
                cause=f"{detector.name}:{episode.key}:{episode.began_at:%Y-%m-%dT%H}"[:160],
                key=episode.key[:64],
                severity=row.severity,
                title=detector.title,
                explanation=episode.worst.says,
                began_at=episode.began_at,
                ended_at=episode.ended_at,
                value=episode.worst.value,
                score=episode.worst.score,
                threshold=float(row.threshold),
                evidence=tuple(events.values_list("pk", flat=True)[:MOST_EVIDENCE]),
                evidence_count=events.count(),
            )
        )
        if raised is not None:
            yield raised


def evidence_of(detector: Detector, episode: Episode) -> QuerySet[Any]:
    """Return the events that an episode rests on, newest first."""
    asks = detector.asks
    since = episode.began_at - (detector.window_h - 1) * HOUR
    if asks.facet == "near":
        kind, currency, minor = episode.key.split(":")
        ceiling = exposure.Ceiling(kind, currency, int(minor))
        rows = _amounts(asks, since, episode.ended_at, ceiling).filter(amount_minor__gte=-(-int(minor) * 9 // 10))
        return rows.order_by("-id")
    rows = Event.objects.filter(type__in=asks.types, id__gte=uuid7_floor(since), id__lt=uuid7_floor(episode.ended_at))
    if asks.facet == "who":
        rows = rows.filter(
            Q(actor_kind="person", actor_id=episode.key)
            | Q(subject_kind="person", subject_id=episode.key) & ~Q(actor_kind="person")
        )
    elif asks.facet == "connector":
        rows = rows.filter(connector_id=episode.key)
    elif asks.measure == "amount":
        rows = rows.filter(currency=episode.key, amount_minor__isnull=False)
    return rows.order_by("-id")


def _told(since: datetime, until: datetime) -> list[RiskSignal]:
    """Raise what other flows pointed out in the hours of [since, until)."""
    rows = Event.objects.filter(type__in=tuple(TOLD), id__gte=uuid7_floor(since), id__lt=uuid7_floor(until))
    by_cause: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = ("id", "type", "actor_id", "actor_name", "subject_id", "connector_id", "data")
    for event in rows.order_by("id").values(*columns, moment=F("recorded_at")):
        if event["connector_id"] is not None:
            event["connector_id"] = str(event["connector_id"])
        by_cause[TOLD[event["type"]].cause(event)].append(event)
    raised = [_raise_told(cause, TOLD[events[0]["type"]], events) for cause, events in by_cause.items()]
    return [signal for signal in raised if signal is not None]


def _raise_told(cause: str, told: Told, events: list[dict[str, Any]]) -> RiskSignal | None:
    last = events[-1]
    words = defaultdict(lambda: "–", {**last["data"], "actor_name": last["actor_name"]})
    return signals.raise_signal(
        signals.Cause(
            detector=told.name,
            cause=cause,
            severity=told.severity,
            title=told.title,
            explanation=told.says.format_map(words)[:2_000],
            began_at=events[0]["moment"],
            ended_at=last["moment"],
            value=len(events),
            evidence=tuple(event["id"] for event in reversed(events))[:MOST_EVIDENCE],
            evidence_count=len(events),
        )
    )


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _is_uuid(key: str) -> bool:
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True
