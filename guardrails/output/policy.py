"""What a reply may and must say: an organization's output policy as plain data. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

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

    `amounts` are decimal texts (`49.99`), `order_numbers` as shown (`#1042`); None means that no facts were
    given and grounding is not looked at.
    """

    action: str = ""
    own_address: str = ""
    amounts: frozenset[str] | None = None
    order_numbers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OutputPolicy:
    """The organization's output policy; its defaults are the safe ones (T24).

    Personal data is redacted, or blocks where its kind is in `blocked_kinds`. `own_address_allowed` lets the
    customer's own e-mail address stand in a reply to them.
    """

    blocked_kinds: frozenset[str] = frozenset()
    own_address_allowed: bool = False
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
