"""What a reply may and must say: an organization's output policy as plain data. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

REDACT, BLOCK = "redact", "block"
PERSONAL_KINDS = ("email", "phone", "card", "ssn", "ip")
PATTERN_KINDS = ("competitor", "phrase", "legal", "internal", "custom")
REQUIRED_KINDS = ("policy_reference", "disclaimer", "always", "brand", "custom", "ai_disclosure")
DISCLOSURE_TEXT = "This reply was written by an AI assistant."


@dataclass(frozen=True, slots=True)
class PatternRule:
    """Something a merchant's replies never say (T18).

    `text` is a word or phrase, matched as a whole word without regard to case; with `is_regex` it is an RE2
    expression. `action` is `block` or `redact`.
    """

    id: str
    text: str
    kind: str = "phrase"
    is_regex: bool = False
    action: str = BLOCK


@dataclass(frozen=True, slots=True)
class RequiredRule:
    """Something a reply has to say (T20).

    Present when `pattern` (RE2) is found; without a pattern, when `text` itself is. Missing: `text` is added
    at the end; without a text, a person writes it. `applies_to` names actions (`refund`); empty means always.
    """

    id: str
    kind: str = "always"
    pattern: str = ""
    text: str = ""
    applies_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What is true of this one reply: its action, the customer's own address, and what the facts carry.

    `action` chooses the required rules: the action's kind, else the ticket's intent. Each of the facts is None where
    it was not given, and then not looked at: `amounts` are decimal texts with their currency (`49.99 USD`; without
    one, any currency), `order_numbers` as shown (`#1042`), `tracking_numbers`, `dates` the days of the order and of
    what was done with it. `deed` is what is executed before the reply is sent (`refund`, `cancel`, `exchange`, or
    nothing as empty text) and `deed_amount` the money it returns; `is_full` whether that is all that is left of the
    order. `done` is what the store shows as done already (`refund`, `cancel`, `exchange`, `ship`, `deliver`),
    `refunded` the amounts given back so far. `today` is the day on which the reply is read. `texts` are the
    merchant's own words (policy, macros): what stands in them word for word is carried, except that something has
    been done.
    """

    action: str = ""
    own_address: str = ""
    amounts: frozenset[str] | None = None
    order_numbers: frozenset[str] | None = None
    tracking_numbers: frozenset[str] | None = None
    dates: frozenset[date] | None = None
    deed: str | None = None
    deed_amount: str = ""
    is_full: bool | None = None
    done: frozenset[str] = frozenset()
    refunded: frozenset[str] = frozenset()
    today: date | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputPolicy:
    """The organization's output policy; its defaults are the safe ones (T24).

    Personal data is redacted, or blocks where its kind is in `blocked_kinds`. `own_address_allowed` lets the
    customer's own e-mail address stand in a reply to them. `promises` are sentences that replies may say although no
    fact carries them (`Returns are free within 30 days`).
    """

    blocked_kinds: frozenset[str] = frozenset()
    own_address_allowed: bool = False
    promises: tuple[str, ...] = ()
    patterns: tuple[PatternRule, ...] = ()
    toxicity_blocked: bool = True
    tone_blocked: bool = True
    required: tuple[RequiredRule, ...] = ()
    ai_disclosure: bool = True
    ai_disclosure_text: str = DISCLOSURE_TEXT
    default_region: str = "US"
    context: ReplyContext = field(default_factory=ReplyContext)

    def for_reply(
        self,
        *,
        action: str = "",
        own_address: str = "",
        amounts: Iterable[str] | None = None,
        order_numbers: Iterable[str] | None = None,
    ) -> OutputPolicy:
        """Return this policy for one reply: what it is about and which amounts and orders the facts carry."""
        context = ReplyContext(
            action=action,
            own_address=own_address,
            amounts=None if amounts is None else frozenset(amounts),
            order_numbers=None if order_numbers is None else frozenset(order_numbers),
        )
        return replace(self, context=context)

    def in_context(self, context: ReplyContext) -> OutputPolicy:
        """Return this policy for one reply, with everything that is true of it."""
        return replace(self, context=context)
