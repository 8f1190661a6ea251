"""Words, shapes and marks of this flow's pages. Shows what is there; decides nothing and asks nobody outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from guardrails.contracts import Outcome
from guardrails.gates import GATES
from tickets.models import Action, Approval, ApprovalState, DecisionReceipt, GateReceipt, TicketState

TICKET_SIGNS = {
    TicketState.RECEIVED: ("busy", "Received"),
    TicketState.CLASSIFIED: ("busy", "Classified"),
    TicketState.PROPOSED: ("busy", "Proposed"),
    TicketState.WAITING: ("human", "Waits for a person"),
    TicketState.EXECUTING: ("busy", "Executing"),
    TicketState.REPLIED: ("pass", "Replied"),
    TicketState.CLOSED: ("skip", "Closed"),
    TicketState.HANDED_OVER: ("human", "With a person"),
    TicketState.BLOCKED: ("block", "Blocked"),
    TicketState.STOPPED: ("stop", "Stopped"),
    TicketState.RECORDED: ("record", "Recorded only"),
}
NOUNS = {"refund": "refund", "cancel": "cancellation", "exchange": "exchange"}
STATUS_SIGNS = {"SUCCESS": "pass", "PENDING": "busy", "BLOCKED": "block", "FAILED": "block", "UNKNOWN": "human"}
APPROVAL_SIGNS = {
    ApprovalState.WAITING: ("human", "Waiting"),
    ApprovalState.AWAITING_SECOND: ("human", "Waits for a second person"),
    ApprovalState.APPROVED: ("pass", "Approved"),
    ApprovalState.REJECTED: ("block", "Rejected"),
    ApprovalState.EXPIRED: ("stop", "Expired"),
    ApprovalState.SUPERSEDED: ("record", "Asked again"),
}
_OUTCOMES = {
    Outcome.PASS.value: ("pass", "Pass"),
    Outcome.HUMAN.value: ("human", "Needs a person"),
    Outcome.BLOCK.value: ("block", "Blocked"),
    Outcome.STOP.value: ("stop", "Stopped"),
    Outcome.RECORD.value: ("record", "Recorded only"),
}
_PREVIEWS = {
    Outcome.PASS.value: ("skip", "Would pass"),
    Outcome.BLOCK.value: ("block", "Would block"),
    Outcome.STOP.value: ("stop", "Would stop"),
}


@dataclass(frozen=True, slots=True)
class GateRow:
    """One of the twelve lines: the gate, what it said in words, its shape, and whether it decided."""

    title: str
    promise: str
    reason: str
    sign: str
    word: str
    nearest: str = ""
    is_decisive: bool = False
    inputs: Mapping[str, Any] | None = None
    duration_us: int = 0
    evidence: Sequence[Mapping[str, Any]] = ()
    policy_revision: str = ""


def gate_rows(receipts: Iterable[GateReceipt]) -> list[GateRow]:
    """Return all twelve gates in order; one without a receipt was not run."""
    by_position = {receipt.position: receipt for receipt in receipts}
    decisive = next((r for r in sorted(by_position.values(), key=lambda r: r.position) if _decides(r)), None)
    return [
        _row(gate.title, gate.promise, by_position.get(position), decisive)
        for position, gate in enumerate(GATES, start=1)
    ]


def _decides(receipt: GateReceipt) -> bool:
    passes = receipt.outcome in (Outcome.PASS.value, Outcome.RECORD.value)
    return not (passes or receipt.is_preview or receipt.is_satisfied)


def _row(title: str, promise: str, receipt: GateReceipt | None, decisive: GateReceipt | None) -> GateRow:
    if receipt is None:
        return GateRow(title, promise, "", "skip", "Not run")
    sign, word = _OUTCOMES.get(receipt.outcome, ("stop", receipt.outcome))
    if receipt.is_preview:
        sign, word = _PREVIEWS.get(receipt.outcome, (sign, word))
    if receipt.is_satisfied:
        sign, word = "pass", "A person said yes"
    return GateRow(
        title,
        promise,
        coded(receipt.reason),
        sign,
        word,
        receipt.nearest,
        is_decisive=receipt is decisive,
        inputs=receipt.inputs,
        duration_us=receipt.duration_us,
        evidence=[_evidence(row) for row in receipt.evidence],
        policy_revision=receipt.policy_revision,
    )


_EVIDENCE = {
    "return": "Return on order",
    "damage": "Damage claim on order",
    "refund": "Refund on order",
    "order": "Order",
    "address": "Same address: account",
    "payment": "Same means of payment: account",
    "flag": "Flag",
}


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one row of evidence with its kind in words and its moment as one."""
    return {**row, "says": _EVIDENCE.get(row["kind"], row["kind"]), "at": parse_datetime(row["at"] or "")}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision as the ticket's page shows it."""

    run: int
    at: Any
    sign: str
    word: str
    reason: SafeString
    by: str
    nearest: SafeString
    rule_id: str
    rule_version: int | None
    policy_revision: str
    is_refused: bool


def decision_rows(decisions: Iterable[DecisionReceipt]) -> list[DecisionRow]:
    """Return the decisions of a ticket, newest first."""
    rows = []
    titles = {gate.name: gate.title for gate in GATES}
    for each in sorted(decisions, key=lambda decision: decision.pk, reverse=True):
        sign, word = _OUTCOMES.get(each.outcome, ("stop", each.outcome))
        by = f"{titles.get(each.gate, each.gate)}, {each.promise}" if each.gate else ""
        passes = each.outcome in (Outcome.PASS.value, Outcome.RECORD.value)
        rows.append(
            DecisionRow(
                run=each.run,
                at=each.created_at,
                sign=sign,
                word=f"{word}, recorded only" if each.is_record_only and not passes else word,
                reason=coded(each.reason),
                by=by,
                nearest=coded(", or ".join(each.nearest)),
                rule_id=each.rule_id,
                rule_version=each.rule_version,
                policy_revision=each.policy_revision,
                is_refused=not passes,
            )
        )
    return rows


def newest(receipts: Iterable[GateReceipt], *, run: int | None = None) -> list[GateReceipt]:
    """Return each gate's newest receipt up to `run`: gates 1 to 4 may have been asked in an earlier run."""
    kept: dict[int, GateReceipt] = {}
    for receipt in sorted(receipts, key=lambda r: r.run):
        if run is None or receipt.run <= run:
            kept[receipt.position] = receipt
    return [kept[position] for position in sorted(kept)]


def marked(text: str, numbers: Iterable[str]) -> SafeString:
    """Return a customer's text with its order numbers marked; every piece of it is escaped, it is data."""
    wanted = sorted({str(number).lstrip("#") for number in numbers if str(number).strip("#")}, key=len, reverse=True)
    if not wanted:
        return format_html("{}", text)
    pattern = re.compile(rf"(#?(?<![\w-])(?:{'|'.join(re.escape(number) for number in wanted)})(?![\w-]))", re.I)
    pieces = pattern.split(text)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", p) if index % 2 else p,) for index, p in enumerate(pieces))
    )


def coded(text: str) -> SafeString:
    """Return a sentence of ours with what it quotes in backticks shown as code; everything is escaped."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return format_html("{}", text)
    shown = ((format_html("<code>{}</code>", p) if index % 2 else p,) for index, p in enumerate(pieces))
    return format_html_join("", "{}", shown)


@dataclass(frozen=True, slots=True)
class Call:
    """The call as it would be made: its tool, and its arguments in order."""

    tool: str
    arguments: tuple[tuple[str, str], ...]


def call_of(approval: Approval) -> Call | None:
    """Return the exact call of an approval's contract; None where only a reply would be sent."""
    call = approval.contract.get("call") or {}
    if not call:
        return None
    return Call(str(call.get("tool", "")), tuple((k, str(v)) for k, v in call.items() if k != "tool"))


def intent_words(name: str) -> str:
    """Return what a customer wants as people write it: `order_status` is "order status"."""
    return name.replace("_", " ")


def action_words(action: Action) -> str:
    """Return an action as a line of a table: what, how much, which order."""
    kind = NOUNS.get(action.kind, action.kind).capitalize()
    order = f"for order {action.order_number}" if action.order_number else "for no order yet"
    return " ".join(part for part in (kind, str(action.money or ""), order) if part)


def effect(action: Action | None) -> str:
    """Return what a yes does, as the words of its button."""
    if action is None:
        return "send the reply"
    if action.kind == "refund":
        return f"refund {action.money}" if action.money else "refund"
    return f"{'cancel' if action.kind == 'cancel' else 'exchange on'} order {action.order_number}"


def kind_of(action: Action | None) -> str:
    """Return what an approval is about, in one word."""
    return action.kind.capitalize() if action is not None else "Reply"
