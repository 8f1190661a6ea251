"""The approval contract: exactly what a person is shown, so that a yes counts for that and nothing else (T16)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from guardrails.gates.facts import Facts
from tickets.gather import Outside
from tickets.models import Action, Reply

WORDS = {
    "amount": "the amount",
    "order_version": "the order",
    "paid": "what was paid",
    "refunded": "what was refunded",
    "customer": "the customer",
    "policy_revision": "the policy",
    "call": "the call",
    "reply": "the reply",
    "order": "the order number",
    "on_order": "the sum of the order's other actions",
    "risk": "the risk",
    "flagged": "whether the customer is flagged",
}


def of(action: Action | None, reply: Reply | None, found: Outside, facts: Facts) -> dict[str, object]:
    """Return the contract: all that a person weighs before a yes.

    Order, amount, the order's other actions, customer, risk, policy revision, the exact call, the reply's digest.
    """
    order = found.order
    money = action.money if action else None
    return {
        "order": action.order_number if action else "",
        "order_version": order.version if order else None,
        "paid": str(order.paid) if order else "",
        "refunded": str(order.refunded) if order else "",
        "amount": f"{money.decimal} {money.currency}" if money else "",
        "customer": order.customer_ref if order else "",
        "on_order": str(facts.action.already_on_order) if facts.action else "",
        "risk": _risk(facts),
        "flagged": facts.customer.is_flagged if facts.customer else None,
        "policy_revision": facts.policy.revision,
        "call": call_of(action) if action else {},
        "reply": hashlib.sha256(reply.text.encode()).hexdigest() if reply else "",
    }


def _risk(facts: Facts) -> str:
    if facts.risk is None or facts.risk.is_failed or facts.risk.level is None:
        return "unknown"
    return " ".join((facts.risk.level, *sorted(facts.risk.flags)))


def call_of(action: Action) -> dict[str, object]:
    """Return the exact call that would be made at the store."""
    money = action.money
    call: dict[str, object] = {"tool": action.tool, "order": action.order_id}
    if action.kind == "refund":
        call["amount"] = f"{money.decimal} {money.currency}" if money else ""
    if action.kind == "exchange":
        call["replacement"] = action.replacement_sku
    call["idempotency_key"] = str(action.idempotency_key)
    return call


def digest(contract: Mapping[str, object]) -> str:
    """Return the SHA-256 of the contract's canonical JSON, in hex."""
    return hashlib.sha256(json.dumps(contract, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return in words what differs between what was approved and what is true now."""
    return [
        f"{WORDS.get(key, key)} changed" + (f" from {before.get(key)} to {value}" if _is_plain(value) else "")
        for key, value in after.items()
        if before.get(key) != value
    ]


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and len(str(value)) < 40
