"""Everything a gate may look at, gathered once before the run: frozen data, no Django, no queries, no clock.

None means *unknown*, and unknown never passes: a gate turns it into a person (the kill switch into a stop).
The two exceptions are said where they stand: no action and no order proposed are facts, not gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from guardrails.contracts import Evidence
from guardrails.output.policy import OutputPolicy, ReplyContext
from portal.money import Money, exponent

if TYPE_CHECKING:
    from guardrails.output import Result

ACTION_KINDS = ("refund", "cancel", "exchange")
"""The actions a ticket can lead to (T14)."""

INTENTS = (
    *ACTION_KINDS,
    "order_status",
    "return_question",
    "product_question",
    "complaint",
    "request_for_person",
    "spam",
    "general",
)
"""What a ticket can ask for; the names the classifiers answer with."""


@dataclass(frozen=True, slots=True)
class SwitchFacts:
    """The kill switches (T01); True means *halted*. None: could not be read, which stops as well."""

    environment: bool | None = None
    platform: bool | None = None
    organization: bool | None = None


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Amounts that pass below `auto`, need a person up to and including `block`, and never pass above it."""

    auto: Money
    block: Money


@dataclass(frozen=True, slots=True)
class Caps:
    """How often and how much one action may happen (T10); money per currency code.

    `org_window_s` and `customer_period_s` are the sliding windows in seconds that the used numbers in
    `CapFacts` were counted over.
    """

    org_count: int | None = None
    org_money: Mapping[str, Money] = field(default_factory=dict)
    org_window_s: int = 86_400
    customer_count: int | None = None
    customer_money: Mapping[str, Money] = field(default_factory=dict)
    customer_period_s: int = 30 * 86_400


@dataclass(frozen=True, slots=True)
class ActionPolicy:
    """The limits of one action kind (T14); `shadow` True means it is recorded and never executed (T02)."""

    shadow: bool | None = True
    ceilings: Mapping[str, Ceilings] = field(default_factory=dict)
    max_order_age_days: int | None = None
    caps: Caps | None = None


@dataclass(frozen=True, slots=True)
class AbuseThresholds:
    """At these numbers within `window_days` a customer counts as abusive (T05): reaching one is enough.

    `accounts_at_address` and `accounts_with_payment` count *other* accounts. An order is a spike above `spike_factor`
    times the customer's usual one, a refund above that many usual refunds, once there were `spike_min_orders` of them
    before. These three are not looked at where they are 0.
    """

    window_days: int = 180
    returns: int = 5
    damage_claims: int = 3
    refunds: int = 4
    refund_percent: int = 50
    min_orders_for_percent: int = 4
    accounts_at_address: int = 3
    accounts_with_payment: int = 2
    spike_factor: int = 5
    spike_min_orders: int = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """What one of `source` is worth in `target`, as an officer set it on `set_at`; unknown after `max_age_days`."""

    source: str
    target: str
    rate: Decimal
    set_at: datetime
    max_age_days: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One escalation rule (T07). `priority`: the lowest number is asked first, then the ID decides.

    `condition` is a tree, see `guardrails.gates.conditions`. `outcome` is human, block, close or assign;
    `assign_to` names the person or team of an assign.
    """

    id: str
    name: str
    priority: int
    condition: Mapping[str, Any]
    outcome: str = "human"
    assign_to: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """The organization's policy as of `revision`.

    `reply_shadow` is the shadow mode of tickets that lead to a reply only. `general_disposition` says what
    becomes of general enquiries (T04): `hand_over` or `close`. `vip_factor` multiplies both ceilings (T09). Without
    `rates` two currencies are never compared.
    """

    revision: str
    actions: Mapping[str, ActionPolicy]
    reply_shadow: bool | None = True
    classification_threshold: float | None = None
    general_disposition: str = "hand_over"
    abuse: AbuseThresholds | None = None
    risk_max_age_s: int | None = None
    rules: tuple[Rule, ...] | None = None
    vip_factor: int | None = None
    output: OutputPolicy = field(default_factory=OutputPolicy)
    rates: tuple[Rate, ...] = ()

    def for_action(self, kind: str) -> ActionPolicy | None:
        """Return the limits of an action kind, or None where the policy has none (which never passes)."""
        return self.actions.get(kind)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What came in. `sender_id` and `sender_email` are the *authenticated* ones, None where nobody was.

    `sender_id` is the sender's customer ID in the store, as in `OrderFacts.customer_id`.
    `order_numbers` are the numbers found in the text, as the customer wrote them.
    """

    id: str
    text: str
    channel: str = ""
    sender_id: str | None = None
    sender_email: str | None = None
    order_numbers: tuple[str, ...] | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """The classifier's answer; `others` are further intents it saw in the same ticket."""

    intent: str
    confidence: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """The customer's history; the `_in_window` numbers are counted over `AbuseThresholds.window_days`.

    So are the other accounts that share an address or a means of payment. `orders_before` and `refunds_before` are
    those before the order in question, `usual_order` and `usual_refund` the medians of their amounts. `evidence` are
    the rows all of it was counted from.
    """

    id: str
    email: str | None = None
    is_vip: bool | None = None
    is_flagged: bool | None = None
    orders: int | None = None
    refunds: int | None = None
    orders_in_window: int | None = None
    returns_in_window: int | None = None
    damage_claims_in_window: int | None = None
    refunds_in_window: int | None = None
    accounts_at_address: int | None = None
    accounts_with_payment: int | None = None
    orders_before: int | None = None
    usual_order: Money | None = None
    refunds_before: int | None = None
    usual_refund: Money | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What the risk feed said: `level` is none, low, medium, high or critical."""

    level: str | None = None
    flags: tuple[str, ...] = ()
    fetched_at: datetime | None = None
    is_failed: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order as the store shows it now. `refunded` is what the store has already given back."""

    number: str
    id: str = ""
    customer_id: str | None = None
    customer_email: str | None = None
    currency: str = ""
    paid: Money | None = None
    refunded: Money | None = None
    placed_at: datetime | None = None
    delivered_at: datetime | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """The proposed action. `amount` is the value at stake: money returned, or goods sent out in an exchange.

    `already_on_order` sums this order's other actions, executed or in flight, this one excluded;
    `in_flight_on_order` is the part of it that the store's `refunded` does not show yet. Left out, all of it
    may be.
    """

    kind: str
    order_number: str
    amount: Money | None
    already_on_order: Money | None
    tool: str = ""
    in_flight_on_order: Money | None = None


@dataclass(frozen=True, slots=True)
class CapFacts:
    """What this action kind has used of its caps, this action excluded; money in the action's currency."""

    org_count: int | None = None
    org_money: Money | None = None
    customer_count: int | None = None
    customer_money: Money | None = None


@dataclass(frozen=True, slots=True)
class FirstTimeFacts:
    """Whether this organization has executed this action through this connector before, as things stand now.

    `rearmed_by` names what changed since it last was: policy, connector, model.
    """

    executed_before: bool | None = None
    rearmed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """The reply as it would be sent, and what `guardrails.output.inspect` found in it under this policy.

    `context` is what the output guard was told of this one reply, so that it can be asked again.
    """

    text: str
    result: Result | None = None
    context: ReplyContext = field(default_factory=ReplyContext)


@dataclass(frozen=True, slots=True)
class Facts:
    """All a run of the gates decides on.

    `action` None means that no action is proposed (a reply only); `order` None is then no gap either. With an
    action, an order that is None is unknown.
    """

    now: datetime
    switch: SwitchFacts
    policy: PolicyFacts
    ticket: TicketFacts
    classification: Classification | None = None
    customer: CustomerFacts | None = None
    risk: RiskFacts | None = None
    order: OrderFacts | None = None
    action: ActionFacts | None = None
    caps: CapFacts | None = None
    first_time: FirstTimeFacts | None = None
    reply: ReplyFacts | None = None


_DEFAULT_UNITS = {0: (5_000, 20_000), 2: (50, 200), 3: (15, 60)}
"""Auto and second ceiling in whole units by decimals of the currency. The currencies with three decimals
(dinars, rials) are worth two to three dollars each, hence the smaller numbers."""


def default_ceilings(currency: str) -> Ceilings:
    """Return the safe default ceilings of a currency: 50 and 200 units, 5,000 and 20,000 without decimals."""
    places = exponent(currency)
    auto, block = _DEFAULT_UNITS[places]
    return Ceilings(Money(auto * 10**places, currency), Money(block * 10**places, currency))


def default_action_policy(*currencies: str) -> ActionPolicy:
    """Return the limits a new organization has for each action (T24), in the currencies it sells in.

    Caps: 20 actions and five times the second ceiling a day and organization, 3 actions and twice the
    second ceiling in 30 days and customer.
    """
    ceilings = {currency: default_ceilings(currency) for currency in currencies}
    return ActionPolicy(
        shadow=True,
        ceilings=MappingProxyType(ceilings),
        max_order_age_days=90,
        caps=Caps(
            org_count=20,
            org_money=MappingProxyType({code: each.block.times(5) for code, each in ceilings.items()}),
            customer_count=3,
            customer_money=MappingProxyType({code: each.block.times(2) for code, each in ceilings.items()}),
        ),
    )


def default_policy_facts(*currencies: str, revision: str = "default") -> PolicyFacts:
    """Return the policy of a new organization (T24): shadow mode on, thresholds and caps set, nothing open.

    The first execution of an action always needs a person (T13); there is no switch for that.
    """
    limits = default_action_policy(*(currencies or ("USD",)))
    return PolicyFacts(
        revision=revision,
        actions=MappingProxyType(dict.fromkeys(ACTION_KINDS, limits)),
        reply_shadow=True,
        classification_threshold=0.80,
        abuse=AbuseThresholds(),
        risk_max_age_s=86_400,
        rules=(),
        vip_factor=2,
    )
