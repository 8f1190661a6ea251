"""Facts that pass all twelve gates, and one-line variations of them. No randomness, no clock."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from guardrails.gates.facts import (
    ActionFacts,
    CapFacts,
    Classification,
    CustomerFacts,
    Facts,
    FirstTimeFacts,
    OrderFacts,
    PolicyFacts,
    ReplyFacts,
    RiskFacts,
    SwitchFacts,
    TicketFacts,
    default_policy_facts,
)
from guardrails.output import inspect
from portal.money import Money

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REPLY = "Your refund of $20.00 for order #1042 is on its way."
FINE = ReplyFacts(REPLY, inspect(REPLY))


def usd(text: str) -> Money:
    """Return dollars of a decimal text, sign included."""
    sign = -1 if text.startswith("-") else 1
    money = Money.parse(text.lstrip("-"), "USD")
    return Money(sign * money.amount_minor, "USD")


def live_policy(*currencies: str, **changes: Any) -> PolicyFacts:
    """Return the default policy with shadow mode off, which is what lets anything pass at all."""
    policy = default_policy_facts(*(currencies or ("USD",)), revision="7")
    actions = MappingProxyType({kind: replace(each, shadow=False) for kind, each in policy.actions.items()})
    return replace(policy, actions=actions, reply_shadow=False, **changes)


def with_action(policy: PolicyFacts, kind: str = "refund", **changes: Any) -> PolicyFacts:
    """Return a policy with the limits of one action kind changed."""
    actions = dict(policy.actions)
    actions[kind] = replace(actions[kind], **changes)
    return replace(policy, actions=MappingProxyType(actions))


def make_facts(**changes: Any) -> Facts:
    """Return facts that pass every gate; a dict as a change replaces fields of that part."""
    base = Facts(
        now=NOW,
        switch=SwitchFacts(False, False, False),
        policy=live_policy(),
        ticket=TicketFacts("t1", "Please refund order #1042", "email", "c1", "ada@example.com", ("#1042",), NOW),
        classification=Classification("refund", 0.93),
        customer=CustomerFacts(
            "c1", "ada@example.com", False, False, 9, 1, 4, 1, 0, 1, 0, 0, 8, usd("100.00"), 1, usd("10.00")
        ),
        risk=RiskFacts("low", (), NOW - timedelta(minutes=10)),
        order=OrderFacts(
            "1042", "o1", "c1", "ada@example.com", "USD", usd("400.00"), usd("0.00"), NOW - timedelta(days=10)
        ),
        action=ActionFacts("refund", "1042", usd("20.00"), usd("0.00"), "sandbox.createRefund", usd("0.00")),
        caps=CapFacts(0, usd("0.00"), 0, usd("0.00")),
        first_time=FirstTimeFacts(True),
        reply=FINE,
    )
    names = {field.name for field in fields(Facts)}
    assert set(changes) <= names, set(changes) - names
    for name, change in changes.items():
        part = replace(getattr(base, name), **change) if isinstance(change, dict) else change
        base = replace(base, **{name: part})
    return base
