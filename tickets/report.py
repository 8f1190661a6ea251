"""The shadow report (T25): what the AI would have done against what people did, in a known number of queries.

Only what the AI would have done *alone* is compared: where it would have asked a person, a person decided, as here.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guardrails.gates.replay import AUTO, BLOCK, CLOSED, HUMAN
from guardrails.shares import Share
from portal.money import Money
from tickets.models import Action, ActionState, Decision

MOST = 20_000
"""So many of the newest decisions of a period are read; the report says when there were more."""
THIN = 50
"""Fewer comparisons than this are little to go by; whoever goes live is told."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One ticket: what the AI would have done, what a person did (empty: nobody said), and whether they agree."""

    ticket_id: uuid.UUID
    subject: str
    at: datetime
    kind: str
    outcome: str
    gate: str
    ai: Money | None
    did: str
    by_hand: Money | None
    is_imported: bool

    @property
    def is_compared(self) -> bool:
        return self.outcome in (AUTO, CLOSED) and bool(self.did)

    @property
    def differs(self) -> str:
        """Return in words how the person did otherwise, empty where they agree."""
        if self.outcome == CLOSED or self.kind == "reply":
            return "" if self.did in ("reply", "none") else f"people made a {self.did}"
        if self.did != self.kind:
            return "people did nothing of the kind" if self.did in ("reply", "none") else f"people made a {self.did}"
        if self.kind != "refund" or self.ai == self.by_hand:
            return ""
        if self.ai is None or self.by_hand is None or self.ai.currency != self.by_hand.currency:
            return "people used another currency"
        return "people gave less" if self.by_hand < self.ai else "people gave more"


@dataclass
class Row:
    """The sums of one action."""

    kind: str
    total: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    agreed: int = 0
    people: Counter[str] = field(default_factory=Counter)
    ai_money: dict[str, Money] = field(default_factory=dict)
    people_money: dict[str, Money] = field(default_factory=dict)
    beyond: dict[str, Money] = field(default_factory=dict)

    @property
    def agreement(self) -> Share:
        return Share(self.agreed, self.compared)

    @property
    def alone(self) -> int:
        return self.outcomes[AUTO] + self.outcomes[CLOSED]

    @property
    def human(self) -> int:
        return self.outcomes[HUMAN]

    @property
    def blocked(self) -> int:
        return self.outcomes[BLOCK]


@dataclass
class Reason:
    """How often, and with how much money, one reason was given."""

    words: str
    gate: str = ""
    count: int = 0
    money: dict[str, Money] = field(default_factory=dict)


@dataclass
class Report:
    """What a period came to."""

    since: datetime
    until: datetime
    rows: list[Row]
    gates: list[Reason]
    differences: list[Reason]
    disagreements: list[Pair]
    total: int
    known: int
    is_cut: bool


def of_period(since: datetime, until: datetime, *, source: str = "") -> Report:
    """Return the report of shadow decisions from `since` to `until`; `source` is imported, live or empty for both.

    Two queries.
    """
    pairs = pairs_of(since, until, source=source)
    rows: dict[str, Row] = {}
    gates: dict[tuple[str, str], Reason] = {}
    differences: dict[str, Reason] = {}
    for pair in pairs[:MOST]:
        _count(rows.setdefault(pair.kind or "none", Row(pair.kind or "none")), pair)
        if pair.outcome in (HUMAN, BLOCK):
            words = "a person would have been asked" if pair.outcome == HUMAN else "it would have been blocked"
            _add(gates.setdefault((pair.gate, pair.outcome), Reason(words, pair.gate)), pair.ai)
        if pair.is_compared and pair.differs:
            _add(differences.setdefault(pair.differs, Reason(pair.differs)), pair.ai)
    return Report(
        since,
        until,
        sorted(rows.values(), key=lambda row: -row.total),
        sorted(gates.values(), key=lambda each: -each.count),
        sorted(differences.values(), key=lambda each: -each.count),
        [pair for pair in pairs[:MOST] if pair.is_compared and pair.differs],
        len(pairs[:MOST]),
        sum(1 for pair in pairs[:MOST] if pair.did),
        len(pairs) > MOST,
    )


def _count(row: Row, pair: Pair) -> None:
    row.total += 1
    row.outcomes[pair.outcome] += 1
    if pair.did:
        row.people[pair.did] += 1
        _sum(row.people_money, pair.by_hand)
    if pair.outcome == AUTO:
        _sum(row.ai_money, pair.ai)
    if pair.is_compared:
        row.compared += 1
        row.agreed += not pair.differs
        if pair.differs and pair.ai is not None:
            _sum(row.beyond, pair.ai)


def _add(reason: Reason, money: Money | None) -> None:
    reason.count += 1
    _sum(reason.money, money)


def _sum(sums: dict[str, Money], money: Money | None) -> None:
    """Add an amount to the sum of its currency; two currencies are never mixed."""
    if money is not None:
        sums[money.currency] = sums[money.currency] + money if money.currency in sums else money


def pairs_of(since: datetime, until: datetime, *, source: str = "", kind: str = "") -> list[Pair]:
    """Return the newest decisions of shadow runs with what people did, at most one more than `MOST`. Two queries."""
    found = Decision.objects.filter(is_shadow=True, decided_at__gte=since, decided_at__lt=until)
    if source:
        found = found.filter(is_imported=source == "imported")
    if kind:
        found = found.filter(kind=kind)
    rows = list(found.order_by("-decided_at", "-id").values_list(*_FIELDS)[: MOST + 1])
    proposed = _proposed_by_people(since, until)
    return [_pair(row, proposed.get(row[0])) for row in rows]


_FIELDS = (
    "ticket_id", "ticket__subject", "decided_at", "kind", "outcome", "gate", "amount_minor", "currency", "is_imported",
    "ticket__by_hand__action", "ticket__by_hand__amount_minor", "ticket__by_hand__currency",
)  # fmt: skip


def _proposed_by_people(since: datetime, until: datetime) -> dict[uuid.UUID, tuple[Any, ...]]:
    """Return what people proposed by hand, and the store executed, by ticket: it needs no recording."""
    done = Action.objects.filter(proposed_by__isnull=False, state=ActionState.SUCCEEDED)
    done = done.filter(ticket__decision__decided_at__gte=since, ticket__decision__decided_at__lt=until)
    return {row[0]: row[1:] for row in done.values_list("ticket_id", "kind", "amount_minor", "currency")}


def _pair(row: tuple[Any, ...], proposed: tuple[Any, ...] | None) -> Pair:
    ticket_id, subject, at, kind, outcome, gate, minor, code, is_imported, *did = row
    action, did_minor, did_code = proposed if proposed is not None and not did[0] else did
    return Pair(
        ticket_id, subject, at, kind, outcome, gate, _money(minor, code), action or "", _money(did_minor, did_code),
        is_imported,
    )  # fmt: skip


def _money(minor: int | None, code: str | None) -> Money | None:
    return Money(minor, code) if minor is not None and code else None


def evidence(kind: str, since: datetime, until: datetime) -> dict[str, Any]:
    """Return what two officers are shown before an action goes live: period, agreement, interval, money."""
    row = Row(kind)
    for pair in pairs_of(since, until, kind=kind)[:MOST]:
        _count(row, pair)
    share = row.agreement
    return {
        "since": since.date().isoformat(),
        "until": until.date().isoformat(),
        "tickets": row.total,
        "compared": row.compared,
        "agreed": row.agreed,
        "low": round(share.low, 4),
        "high": round(share.high, 4),
        "words": share.words,
        "money": sums_in_words(row.ai_money.values()),
        "is_thin": row.compared < THIN,
    }


def sums_in_words(sums: Iterable[Money]) -> str:
    """Return sums of several currencies side by side."""
    return ", ".join(str(each) for each in sorted(sums, key=lambda each: each.currency)) or "–"
