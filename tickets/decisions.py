"""Keeps what the AI decided about a ticket by itself, with its facts, so that gates can be asked about it again.

One row per ticket: a later run by the AI takes its place, one after a person's yes or proposal does not.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from guardrails.gates import Run, snapshot
from guardrails.gates.facts import ACTION_KINDS, Facts
from guardrails.gates.replay import said_by
from guardrails.output.policy import OutputPolicy
from tickets.models import Action, Decision, Ticket

_WRITTEN = [
    field.name for field in Decision._meta.concrete_fields if field.name not in ("id", "organization", "created_at")
]


def keep(ticket: Ticket, action: Action | None, run: Run, facts: Facts, *, is_imported: bool = False) -> None:
    """Keep the decision of a run that no person had a part in. One statement, in the ticket's transaction."""
    if any(verdict.promise == "T01" and not verdict.is_passed for verdict in run.verdicts):
        return  # the kill switch says nothing about the ticket
    write([made(ticket, run, facts, is_imported=is_imported)])


def write(rows: list[Decision]) -> None:
    """Write decisions, each in place of its ticket's earlier one. One statement."""
    Decision.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["ticket"], update_fields=[n for n in _WRITTEN if n != "ticket"]
    )


def made(ticket: Ticket, run: Run, facts: Facts, *, is_imported: bool = False) -> Decision:
    """Return the decision as it will be kept."""
    said = said_by(run.verdicts)
    action, reply = facts.action, facts.reply
    return Decision(
        ticket=ticket,
        decided_at=facts.now,
        run=ticket.run,
        intent=facts.classification.intent if facts.classification else "",
        kind=_kind(facts),
        order_id=facts.order.id if facts.order else "",
        customer_ref=(facts.order.customer_id if facts.order else None) or facts.ticket.sender_id or "",
        amount_minor=action.amount.amount_minor if action and action.amount else None,
        currency=action.amount.currency if action and action.amount else "",
        outcome=said.outcome,
        gate=said.gate,
        reason=said.reason,
        is_shadow=run.is_record_only,
        is_imported=is_imported,
        policy_revision=facts.policy.revision,
        output_digest=output_digest(facts.policy.output),
        reply_digest=text_digest(reply.text) if reply else "",
        snapshot=_bounded(facts),
    )


def _kind(facts: Facts) -> str:
    """Return what was proposed: an action, a reply, or nothing yet; the intent's action where gates 1 to 4 ended it."""
    if facts.action is not None:
        return facts.action.kind
    intent = facts.classification.intent if facts.classification else ""
    if facts.reply is None:
        return intent if intent in ACTION_KINDS else ""
    return "reply"


def _bounded(facts: Facts) -> dict[str, Any] | None:
    kept = snapshot.keep(facts)
    return kept if len(json.dumps(kept)) <= snapshot.MAX_BYTES else None


def text_digest(text: str) -> str:
    """Return what tells whether a reply is still the text that was looked at."""
    return hashlib.sha256(text.encode()).hexdigest()


def output_digest(policy: OutputPolicy) -> str:
    """Return the same for the same output policy, whichever reply it was last used for."""
    plain = snapshot.plain(policy)
    plain.pop("context", None)
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
