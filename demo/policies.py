"""What Northlight's officers have set: live refunds and cancellations, exchanges in shadow, rules, macros, flags.

Southwind keeps the safe defaults of a new organization (T24): everything is only recorded there.
"""

from __future__ import annotations

import secrets
from typing import Any

from guardrails.models import ActionCap, ActionMoneyCap, EscalationRule, OutputPolicyModel, TicketPolicy
from portal import change
from tickets import go_live
from tickets.models import FlaggedCustomer, GoLive, GoLiveState, Intake, ReplyMacro

COMPETITOR = "Peakline"
LIVE = ("refund", "cancel", "reply")
PHONE = "+1 (415) 555-0142"
CANCEL_CAP_MINOR = 3_000
WEBHOOK = "Web form"

RULES: tuple[tuple[int, str, str, str, str], ...] = (
    (10, "Lawyers", r"\b(lawyer|attorney|legal action)\b", "human", ""),
    (20, "Press", r"\b(journalist|reporter)\b", "block", ""),
    (30, "Gifts", r"\b(gift|birthday present)\b", "assign", "gift desk"),
    (40, "Automatic answers", r"\bautomatic reply\b", "close", ""),
)
"""Priority, name, pattern of the ticket's text, outcome, to whom."""

_SIGNED = "\n\nKind regards\n{brand}"
MACROS: tuple[tuple[str, str, str], ...] = (
    (
        "Refund",
        "refund",
        "Hello {customer_name},\n\nwe are sorry about order {order_number}. We have refunded {amount} {currency} to your "
        f"original payment method.{_SIGNED}",
    ),
    (
        "Cancellation",
        "cancel",
        f"Hello {{customer_name}},\n\nas you asked, we have cancelled order {{order_number}}.{_SIGNED}",
    ),
    (
        "Exchange",
        "exchange",
        f"Hello {{customer_name}},\n\nwe have set up the exchange for order {{order_number}}.{_SIGNED}",
    ),
    (
        "Where is my order",
        "order_status",
        "Hello {customer_name},\n\nyour order {order_number} is currently: {order_status}. If you need us sooner, call "
        f"{PHONE}.{_SIGNED}",
    ),
    (
        "About our products",
        "product_question",
        f"Hello {{customer_name}},\n\nour gear is tested outdoors and outlasts everything by {COMPETITOR}.{_SIGNED}",
    ),
    (
        "After a complaint",
        "complaint",
        "Hello {customer_name},\n\nthank you for telling us. We will talk to everybody involved and write to you again.",
    ),
    (
        "How to return",
        "return_question",
        f"Hello {{customer_name}},\n\nyou may return unused items within 60 days of delivery.{_SIGNED}",
    ),
)
"""Name, action or intent, text. The one for complaints does not name the brand, which a reply has to: a person writes it."""
REFUND_POLICY = "Our refund policy R-2 applies: northlight.example/policies/r-2."


def set_policies() -> None:
    """Set Northlight's policies as its admin; setting them again changes and records nothing."""
    _edit(ActionMoneyCap.objects.get(action="cancel", currency="USD"), org_money_minor=CANCEL_CAP_MINOR)
    # The story may be told many times a day: its one refund must not come to the caps of a new organization.
    _edit(ActionCap.objects.get(action="refund"), org_count=500, customer_count=500)
    _edit(
        ActionMoneyCap.objects.get(action="refund", currency="USD"),
        org_money_minor=10_000_000,
        customer_money_minor=10_000_000,
    )
    _edit(
        OutputPolicyModel.objects.get(),
        competitor_names=f"{COMPETITOR}\nOutbound & Sons",
        prohibited_phrases="guaranteed for life",
        required_rules=[
            {
                "id": "refund-policy",
                "kind": "policy_reference",
                "pattern": r"\bR-2\b",
                "text": REFUND_POLICY,
                "applies_to": ["refund"],
            },
            {"id": "brand", "kind": "brand", "pattern": "Northlight", "text": "", "applies_to": []},
        ],
    )
    for priority, name, pattern, outcome, to in RULES:
        condition = {"field": "ticket.text", "op": "matches", "value": pattern}
        _keep(EscalationRule, {"name": name}, priority=priority, condition=condition, outcome=outcome, assign_to=to)
    for name, action, text in MACROS:
        _keep(ReplyMacro, {"name": name}, action=action, text=text)
    _keep(FlaggedCustomer, {"customer_ref": "gina"}, reason="Sent back worn items twice; decide each case by hand.")


def ask_to_go_live() -> list[GoLive]:
    """Ask, as one officer, that what Northlight's story executes leaves shadow mode; nothing where it has."""
    policy = TicketPolicy.objects.get()
    waiting = list(GoLive.objects.filter(state=GoLiveState.ASKED))
    wanted = [kind for kind in LIVE if policy.is_shadow(kind) and kind not in {each.action for each in waiting}]
    return [*waiting, *(go_live.ask(kind, reason="the demo shows it live") for kind in wanted)]


def confirm_going_live(asked: list[GoLive]) -> None:
    """Confirm it as another officer."""
    for each in asked:
        go_live.confirm(each.pk)


def webhook() -> Intake:
    """Return Northlight's signed webhook, made once with a secret of its own."""
    intake = Intake.objects.filter(name=WEBHOOK).first()
    if intake is None:
        intake = Intake(name=WEBHOOK, secret=secrets.token_urlsafe(32), verifies_senders=True)
        change.apply(intake, reason="demo", source="demo")
        intake.refresh_from_db()
    return intake


def _keep(model: Any, key: dict[str, Any], **fields: Any) -> None:
    _edit(model.objects.filter(**key).first() or model(**key), **fields)


def _edit(row: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    change.apply(row, reason="demo", source="demo")
