"""Policy rehearsal (T26): a changed policy is asked about the last tickets before it is saved.

The change is made and read inside a transaction that is rolled back; nothing of it stands, nothing leaves the house.
Both policies, as it is and as it would be, are asked about the same kept facts in order of time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from guardrails import policy as policies
from guardrails import versions
from guardrails.gates import replay, snapshot
from guardrails.gates.facts import PolicyFacts
from guardrails.models import CapReservation
from portal import change, tenancy, trail, work
from portal.money import Money
from portal.roles import Capability, require
from tickets import reply_facts
from tickets.decisions import output_digest, text_digest
from tickets.models import ActionState, Decision, ImportState, Rehearsal

MOST, USUAL = 10_000, 1_000
AT_ONCE = 500
"""So few tickets are asked about while the person waits; more become a job."""
LISTED = 500
CHUNK = 500
ORDER = (replay.AUTO, replay.HUMAN, replay.BLOCK, replay.CLOSED, replay.FURTHER)


def supposing(draft: models.Model, *, is_removal: bool = False) -> PolicyFacts:
    """Return the policy as it would be with the draft saved. Raises `ValidationError` as saving it would.

    # INVARIANT: the draft's transaction is always rolled back, its event with it.
    """
    with change.supposing():
        if is_removal:
            change.remove(draft, reason="rehearsal")
        else:
            change.apply(draft, reason="rehearsal")
        return policies.ticket_policy_facts()


def start(
    draft: models.Model, *, tickets: int = USUAL, reason: str = "", is_removal: bool = False, now: bool = False
) -> Rehearsal:
    """Rehearse a draft of a ticket policy over the last `tickets`; a long one goes on as a job unless `now`.

    Raises `ValidationError` for a draft that could not be saved or changes nothing, `Refused` without the right.
    """
    require(Capability.SET_POLICY)
    kind = change.kind_of(type(draft))
    if type(draft) not in versions.VERSIONED:
        raise ValidationError({"kind": f"kind: `{kind}` decides nothing about tickets; there is nothing to rehearse"})
    if not 1 <= tickets <= MOST:
        raise ValidationError({"tickets": f"tickets: `{tickets}` is not between 1 and {MOST}"})
    supposing(draft, is_removal=is_removal)
    standing = type(draft)._default_manager.filter(pk=draft.pk).first()
    before = change.snapshot(standing) if standing is not None else {}
    after = {} if is_removal else change.snapshot(draft)
    found = [each.words for each in versions.differences(kind, before, after)]
    if not found:
        raise ValidationError({"draft": "draft: it changes nothing; change a value and rehearse that"})
    with transaction.atomic():
        row = Rehearsal(
            kind=kind,
            subject=str(draft.pk),
            label=str(draft)[:200],
            draft={"values": after, "is_removal": is_removal},
            changes=found,
            reason=reason[:300],
            tickets=tickets,
            asked_by_id=tenancy.current().user_id,
        )
        if not now and min(tickets, Decision.objects.count()) > AT_ONCE:
            work.make_ready(row)
        row.save(force_insert=True)
    if row.job_state == "idle":
        _run(row)
    return row


def work_on(row: Rehearsal) -> None:
    """Run a rehearsal that became a job."""
    _run(row)
    with transaction.atomic():
        work.hold(row)
        work.finish(row)


def give_up(row: Rehearsal, error: str) -> None:
    """End a rehearsal whose worker failed again and again."""
    Rehearsal.objects.filter(pk=row.pk).update(
        state=ImportState.FAILED, note=f"It could not be worked on ({error}); start it again."
    )
    with transaction.atomic():
        work.hold(row)
        work.finish(row)


def draft_of(row: Rehearsal) -> models.Model:
    """Return the rehearsed row with the draft's values, not saved."""
    model = versions.model_of(row.kind)
    draft = model._default_manager.filter(pk=row.subject).first() or model(pk=row.subject)
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, value in row.draft["values"].items():
        setattr(draft, fields[name].attname, None if value is None else fields[name].to_python(value))
    return draft


def save(rehearsal_id: Any, *, reason: str = "") -> models.Model:
    """Save the change exactly as it was rehearsed; its event names the rehearsal. An ordinary governed edit.

    Raises `ValidationError` where the policy has changed since: what was rehearsed is then not what would hold.
    """
    require(Capability.SET_POLICY)
    with transaction.atomic():
        row: Rehearsal = Rehearsal.objects.select_for_update(of=("self",)).get(pk=rehearsal_id)
        if row.state != ImportState.DONE or row.saved_at is not None:
            raise ValidationError({"rehearsal": "rehearsal: it is not done, or was saved already"})
        if str(policies.policy_revision()) != row.policy_revision:
            said = "rehearsal: the policy has changed since it was rehearsed; rehearse the change again"
            raise ValidationError({"rehearsal": said})
        draft, why = draft_of(row), (reason.strip() or row.reason)[:300]
        if row.draft["is_removal"]:
            change.remove(draft, reason=why, source="rehearsal")
        else:
            change.apply(draft, reason=why, source="rehearsal", evidence=f"rehearsal {row.pk}")
        row.saved_at = timezone.now()
        row.save(update_fields=["saved_at"])
    return draft


def _run(row: Rehearsal) -> None:
    started = time.monotonic()
    now = policies.ticket_policy_facts()
    then = supposing(draft_of(row), is_removal=row.draft["is_removal"])
    sums = Sums()
    both = {"now": (now, output_digest(now.output)), "then": (then, output_digest(then.output))}
    skipped: Counter[str] = Counter()
    texts = reply_facts.macros()
    cases = _cases(row.tickets, now, texts, skipped, lambda done: _progress(row, done))
    for case, said in replay.replay(cases, both, _spent_before(row.tickets)):
        sums.add(case, said["now"], said["then"])
    row.result = sums.result() | {"skipped": dict(skipped), "took_ms": round((time.monotonic() - started) * 1000)}
    row.done, row.state, row.policy_revision = sums.count, ImportState.DONE, now.revision
    with transaction.atomic():
        row.save(update_fields=["result", "done", "state", "policy_revision"])
        trail.record(
            trail.Event(
                "policy.rehearsed",
                trail.Subject("rehearsal", str(row.pk)),
                data={
                    "kind": row.kind,
                    "policy": row.subject,
                    "tickets": sums.count,
                    "moved": sums.moved,
                    "revision": row.policy_revision,
                    "digest": hashlib.sha256(json.dumps(row.result["moves"], sort_keys=True).encode()).hexdigest(),
                },
            )
        )


def _progress(row: Rehearsal, done: int) -> None:
    Rehearsal.objects.filter(pk=row.pk).update(done=done)


def _window(tickets: int) -> models.QuerySet[Decision]:
    newest = Decision.objects.order_by("-decided_at", "-id").values("pk")[:tickets]
    return Decision.objects.filter(pk__in=newest).order_by("decided_at", "id")


_COLUMNS = (
    "ticket_id", "snapshot", "kind", "output_digest", "reply_digest", "ticket__subject", "ticket__body",
    "ticket__reply__proposed",
)  # fmt: skip


def _cases(
    tickets: int, policy: PolicyFacts, texts: tuple[str, ...], skipped: Counter[str], progress: Any
) -> Iterator[replay.Case]:
    """Yield the last decisions in order of time; a constant number of queries per `CHUNK`."""
    executed = set(
        Decision.objects.filter(
            ticket__actions__state=ActionState.SUCCEEDED, ticket__actions__proposed_by__isnull=True
        ).values_list("ticket_id", flat=True)
    )
    rows = _window(tickets).values_list(*_COLUMNS).iterator(chunk_size=CHUNK)
    for number, (ticket_id, kept, _kind, digest, of_reply, subject, body, reply) in enumerate(rows, start=1):
        if number % 2_000 == 0:
            progress(number)
        if kept is None:
            skipped["facts too large to keep"] += 1
            continue
        text = reply or ""
        try:
            facts = snapshot.restore(kept, policy=policy, text=f"{subject}\n{body}", reply_text=text, texts=texts)
        except snapshot.SnapshotError:
            skipped["facts of another version"] += 1
            continue
        yield replay.Case(
            str(ticket_id),
            facts,
            is_proposed=facts.reply is not None,
            was_executed=ticket_id in executed,
            output_digest=digest,
            may_reinspect=bool(text) and text_digest(text) == of_reply,
        )


def _spent_before(tickets: int) -> list[replay.Spent]:
    """Return what counted against the caps when the first of the tickets was decided. Two queries."""
    first = _window(tickets).values_list("decided_at", flat=True).first()
    if first is None:
        return []
    rows = (
        CapReservation.objects.counting()
        .filter(reserved_at__lt=first, reserved_at__gt=first - timedelta(days=366))
        .order_by("reserved_at")
    )
    columns = ("reserved_at", "action", "customer_ref", "amount_minor", "currency")
    return [
        replay.Spent(at, kind, who, Money(minor, code)) for at, kind, who, minor, code in rows.values_list(*columns)
    ]


class Sums:
    """What a rehearsal comes to: how many moved from where to where, by which gate, with how much money."""

    def __init__(self) -> None:
        self.count = self.moved = 0
        self._moves: dict[tuple[str, str], dict[str, Any]] = {}
        self._gates: dict[str, dict[str, Any]] = {}
        self._before: Counter[str] = Counter()
        self._after: Counter[str] = Counter()
        self._listed: list[dict[str, str]] = []

    def add(self, case: replay.Case, now: replay.Said, then: replay.Said) -> None:
        """Count one ticket."""
        self.count += 1
        self._before[now.outcome] += 1
        self._after[then.outcome] += 1
        if now.outcome == then.outcome:
            return
        self.moved += 1
        action = case.facts.action
        money = action.amount if action is not None else None
        gate = then.gate or now.gate
        _sum(self._moves.setdefault((now.outcome, then.outcome), {"count": 0, "money": {}}), money)
        _sum(self._gates.setdefault(gate, {"count": 0, "money": {}}), money)
        if len(self._listed) < LISTED:
            self._listed.append(
                {
                    "ticket": case.id,
                    "from": now.outcome,
                    "to": then.outcome,
                    "gate": gate,
                    "reason": then.reason or now.reason,
                    "money": str(money) if money else "",
                }
            )

    def result(self) -> dict[str, Any]:
        """Return it as JSON; the list holds the first `LISTED`."""
        moves = [{"from": a, "to": b, **sums} for (a, b), sums in self._moves.items()]
        return {
            "count": self.count,
            "moved": self.moved,
            "before": dict(self._before),
            "after": dict(self._after),
            "moves": sorted(moves, key=lambda each: (ORDER.index(each["from"]), ORDER.index(each["to"]))),
            "gates": [{"gate": gate, **sums} for gate, sums in sorted(self._gates.items())],
            "listed": self._listed,
        }


def _sum(sums: dict[str, Any], money: Money | None) -> None:
    sums["count"] += 1
    if money is not None:
        sums["money"][money.currency] = sums["money"].get(money.currency, 0) + money.amount_minor
