"""Asks all twelve gates about past decisions again, in order of time, under another policy. Pure: no queries, no clock.

What depends on what was executed before is simulated: caps and the sum of an order's actions follow from what this
policy would have let through. Shadow mode is set aside, and so is the first time of an action, which is asked once
per action and says nothing about the ticket.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from guardrails import output
from guardrails.contracts import Disposition, Outcome, Verdict
from guardrails.gates import EARLY_GATES, GATES
from guardrails.gates.facts import ActionFacts, CapFacts, Caps, Facts, PolicyFacts
from guardrails.gates.gate import Gate
from portal.money import Money

AUTO, HUMAN, BLOCK, CLOSED, FURTHER = "auto", "human", "block", "closed", "further"
"""What becomes of a ticket; `further`: gates 1 to 4 pass now, but nothing was proposed then that could be judged."""


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of one ticket under a policy, and by which gate, in its words."""

    outcome: str
    gate: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """One executed action, for the caps: when, which, whose, how much."""

    at: datetime
    kind: str
    customer: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Case:
    """One past decision: its facts, whether a proposal was made, and whether its action was executed in fact.

    `output_digest` names the output policy that the reply was looked at under; `may_reinspect` says that the reply's
    text is still the one that was looked at.
    """

    id: str
    facts: Facts
    is_proposed: bool
    was_executed: bool = False
    output_digest: str = ""
    may_reinspect: bool = True


def said_by(verdicts: Iterable[Verdict]) -> Said:
    """Return what the gates come to, the first time of an action set aside."""
    first = next((v for v in verdicts if not v.is_passed and v.gate != "first_time"), None)
    if first is None:
        return Said(AUTO)
    outcome = {Outcome.HUMAN: HUMAN, Outcome.BLOCK: BLOCK}.get(first.outcome)
    if outcome is None:
        outcome = CLOSED if first.disposition is Disposition.CLOSE else HUMAN
    return Said(outcome, first.promise, first.reason)


@dataclass
class _Window:
    """Sums of one sliding window; asked in order of time."""

    span: timedelta
    rows: deque[Spent] = field(default_factory=deque)
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, spent: Spent) -> None:
        self.rows.append(spent)
        self.sums[spent.amount.currency] += spent.amount.amount_minor

    def used(self, now: datetime, code: str) -> tuple[int, Money]:
        while self.rows and self.rows[0].at <= now - self.span:
            gone = self.rows.popleft()
            self.sums[gone.amount.currency] -= gone.amount.amount_minor
        return len(self.rows), Money(self.sums[code], code)


class Book:
    """What was executed under one policy so far: the windows of its caps, and the sums of its orders."""

    def __init__(self, policy: PolicyFacts, spent: Iterable[Spent] = ()) -> None:
        self._policy = policy
        self._organization: dict[str, _Window] = {}
        self._customers: dict[tuple[str, str], _Window] = {}
        self._orders: dict[str, Money] = {}
        for each in spent:
            self.add(each)

    def add(self, spent: Spent, order_id: str = "") -> None:
        """Count an executed action."""
        caps = self._caps(spent.kind)
        if caps is not None:
            self._of_organization(spent.kind, caps).add(spent)
            self._of_customer(spent.kind, spent.customer, caps).add(spent)
        if order_id:
            before = self._orders.get(order_id)
            same = before is not None and before.currency == spent.amount.currency
            self._orders[order_id] = before + spent.amount if before is not None and same else spent.amount

    def facts(self, facts: Facts) -> Facts:
        """Return the facts as they would be after what this policy has let through."""
        action = facts.action
        if action is None or action.amount is None:
            return facts
        caps, code = self._caps(action.kind), action.amount.currency
        used = facts.caps
        if caps is not None and used is not None and used.org_count is not None:
            count, money = self._of_organization(action.kind, caps).used(facts.now, code)
            own, own_money = self._of_customer(action.kind, _customer(facts), caps).used(facts.now, code)
            used = CapFacts(count, money, own, own_money)
        return replace(facts, caps=used, action=self._with_earlier(facts))

    def _with_earlier(self, facts: Facts) -> ActionFacts | None:
        """Return the action with the larger of what its order had in fact and what this policy would have put there."""
        action, order = facts.action, facts.order
        earlier = self._orders.get(order.id) if order is not None and order.id else None
        known = action.already_on_order if action is not None else None
        if action is None or earlier is None or known is None or earlier.currency != known.currency or earlier <= known:
            return action
        more = earlier - known
        in_flight = action.in_flight_on_order + more if action.in_flight_on_order is not None else None
        return replace(action, already_on_order=earlier, in_flight_on_order=in_flight)

    def _caps(self, kind: str) -> Caps | None:
        limits = self._policy.for_action(kind)
        return limits.caps if limits else None

    def _of_organization(self, kind: str, caps: Caps) -> _Window:
        return self._organization.setdefault(kind, _Window(timedelta(seconds=caps.org_window_s)))

    def _of_customer(self, kind: str, customer: str, caps: Caps) -> _Window:
        return self._customers.setdefault((kind, customer), _Window(timedelta(seconds=caps.customer_period_s)))


def ask(case: Case, policy: PolicyFacts, book: Book, output_digest: str = "") -> Said:
    """Ask the gates about one case and enter what would be executed into the book. Cases come in order of time."""
    facts = _looked_at(replace(case.facts, policy=policy), case, policy, output_digest)
    if not case.is_proposed:
        early = _decided(facts, EARLY_GATES)
        return Said(FURTHER) if early.outcome == AUTO else early
    facts = book.facts(facts)
    said = _decided(facts, GATES)
    action = facts.action
    is_executed = said.outcome == AUTO or (said.outcome == HUMAN and case.was_executed)
    if is_executed and action is not None and action.amount is not None:
        order_id = facts.order.id if facts.order else ""
        book.add(Spent(facts.now, action.kind, _customer(facts), action.amount), order_id)
    return said


def _decided(facts: Facts, gates: Iterable[Gate]) -> Said:
    """Ask gates until one decides: what a preview of those behind it would say moves no ticket."""
    return said_by(gate(facts) for gate in gates)


def _customer(facts: Facts) -> str:
    """Return whose caps the action counts against: the order's customer's."""
    return (facts.order.customer_id if facts.order else None) or facts.ticket.sender_id or ""


def _looked_at(facts: Facts, case: Case, policy: PolicyFacts, output_digest: str) -> Facts:
    """Let the output guard look at the reply again where its policy is another one than then."""
    reply = facts.reply
    if reply is None or not case.may_reinspect or case.output_digest == output_digest:
        return facts
    own = replace(policy.output, context=reply.context)
    return replace(facts, reply=replace(reply, result=output.inspect(reply.text, own)))


def replay(
    cases: Iterable[Case], policies: dict[str, tuple[PolicyFacts, str]], spent: Iterable[Spent] = ()
) -> Iterator[tuple[Case, dict[str, Said]]]:
    """Yield each case with what every policy says of it; `policies` maps a name to (policy, output digest)."""
    seed = list(spent)
    books = {name: Book(policy, seed) for name, (policy, _) in policies.items()}
    for case in cases:
        yield case, {name: ask(case, policy, books[name], digest) for name, (policy, digest) in policies.items()}
