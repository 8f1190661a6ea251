"""The approval contract: exactly what a person is shown, so that a yes counts for that and nothing else (T16)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from guardrails.contracts import Verdict
from guardrails.gates import abuse, escalation
from guardrails.gates.facts import Facts
from portal.money import Money
from tickets import shape
from tickets.gather import Outside
from tickets.models import Action, Reply

WORDS = {
    "order": "the order number",
    "amount": "the amount",
    "order_version": "the order",
    "paid": "what was paid",
    "refunded": "what was refunded",
    "customer": "the customer",
    "policy_revision": "the policy",
    "call": "the call",
    "reply": "the reply",
    "on_order": "the sum of the order's other actions",
    "risk": "the risk",
    "flagged": "whether the customer is flagged",
    "abuse": "the signs of abuse",
    "rule": "the escalation rule",
    "conditions": "the store, the policy or the model behind it",
}


def of(action: Action | None, reply: Reply | None, found: Outside, facts: Facts) -> dict[str, object]:
    """Return the contract: all that a person weighs before a yes.

    Order, amount, the order's other actions, customer, risk, policy revision, the exact call, the reply's digest, and
    what gates 5, 7 and 11 would ask about: a yes to three damage claims is none to nine.
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
        "abuse": _asked(abuse.decide(facts)),
        "rule": _asked(escalation.decide(facts)),
        "conditions": f"{action.store_id or ''} {action.standing}" if action else "",
        "policy_revision": facts.policy.revision,
        "call": call_of(action) if action else {},
        "reply": hashlib.sha256(reply.text.encode()).hexdigest() if reply else "",
    }


def _risk(facts: Facts) -> str:
    if facts.risk is None or facts.risk.is_failed or facts.risk.level is None:
        return "unknown"
    return " ".join((facts.risk.level, *sorted(facts.risk.flags)))


def _asked(verdict: Verdict) -> str:
    """Return what a gate asks or says against it; nothing where it passes."""
    return "" if verdict.is_passed else verdict.reason


def call_of(action: Action) -> dict[str, object]:
    """Return the exact call that would be made at the store, each argument as people read it."""
    call: dict[str, object] = {"tool": action.tool, "order": action.order_id}
    call |= {"refund": _refund, "cancel": _cancel, "exchange": _exchange}.get(action.kind, _nothing)(action)
    call["idempotency_key"] = str(action.idempotency_key)
    return call


def _refund(action: Action) -> dict[str, object]:
    lines, shipping = _lines(action), shape.shipping_of(action)
    call: dict[str, object] = {"amount": _plain(action.money)}
    if lines:
        call["lines"] = lines
    if shipping is not None:
        call["shipping"] = _plain(shipping)
    return call | {"restock": _yes(action.inputs.get("restock", False)), "to": _destination(action)}


def _cancel(action: Action) -> dict[str, object]:
    return {
        "returns": _plain(action.money),
        "restock": _yes(action.inputs.get("restock", True)),
        "to": _destination(action),
    }


def _exchange(action: Action) -> dict[str, object]:
    call: dict[str, object] = {"returns": _lines(action), "replacement": action.replacement_sku}
    minor = action.inputs.get("difference_minor")
    if isinstance(minor, int):
        call |= {"worth": action.inputs.get("returned", ""), "replacement_price": action.inputs.get("sent", "")}
        size = _plain(Money(abs(minor), action.currency))
        owes = "nobody charges it" if minor > 0 else "nobody returns it"
        call["difference"] = f"{'+' if minor > 0 else '-'}{size} ({owes})" if minor else "none"
    return call | {"restock": _yes(action.inputs.get("restock", False))}


def _nothing(action: Action) -> dict[str, object]:
    return {}


def _lines(action: Action) -> str:
    names = action.inputs.get("names", {})
    return ", ".join(f"{it.quantity} × {names.get(it.line_id, it.line_id)}" for it in shape.lines_of(action))


def _destination(action: Action) -> str:
    if shape.destination_of(action) == "store_credit":
        return "store credit"
    parts = [f"{name} {_plain(amount)}" for name, amount in shape.allotments_of(action)]
    return ", ".join(parts) or "the original payment"


def _plain(money: Money | None) -> str:
    return f"{money.decimal} {money.currency}" if money else ""


def _yes(value: object) -> str:
    return "yes" if value else "no"


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


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a diff: the contract's field, what it is called, what it was and what it is."""

    field: str
    name: str
    before: str
    after: str


def diff(
    before: Mapping[str, object], after: Mapping[str, object], *, replies: tuple[str, str] = ("", "")
) -> list[Change]:
    """Return field by field what differs, as people read it; `replies` are the two texts behind the reply's hashes.

    The call is compared argument by argument.
    """
    found = []
    for key in (*WORDS, *(key for key in after if key not in WORDS)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            found += [
                Change(f"{key}.{name}", f"{WORDS.get(key, key)}: {name}", _said(old.get(name)), _said(new.get(name)))
                for name in dict.fromkeys((*old, *new))
                if old.get(name) != new.get(name)
            ]
        elif key == "reply":
            found.append(Change(key, WORDS[key], *(text or "another wording" for text in replies)))
        else:
            found.append(Change(key, WORDS.get(key, key), _said(old), _said(new)))
    return found


def _said(value: object) -> str:
    if value is None or value in ("", {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and len(str(value)) < 40
