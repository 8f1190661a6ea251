"""Helpdesks and risk feeds: what they answer, and the protocols of their adapters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class DispatchReceipt:
    """A message the helpdesk has taken. `was_replayed`: it had been taken before under the same key."""

    id: str
    ticket_ref: str
    idempotency_key: str
    sent_at: datetime
    was_replayed: bool = False


@dataclass(frozen=True, slots=True)
class HumanReply:
    """That a person answered the customer at the helpdesk; what they wrote stays there."""

    id: str
    author: str
    sent_at: datetime


@runtime_checkable
class Helpdesk(Protocol):
    """Sends replies, at most once for one key. Raises `HelpdeskError`.

    A key used again with another recipient or text is refused (`key_reused`) and sends nothing. Where a system cannot
    keep keys (plain e-mail), `honours_keys` is False: then nothing of unknown outcome is ever sent again.
    """

    @property
    def honours_keys(self) -> bool: ...

    def send(self, ticket_ref: str, to: str, body: str, *, idempotency_key: str) -> DispatchReceipt: ...

    def lookup(self, idempotency_key: str, *, ticket_ref: str) -> DispatchReceipt | None: ...

    def answered_since(self, ticket_ref: str, since: datetime) -> HumanReply | None:
        """Return the newest public reply that a person gave on the ticket after `since`.

        None where nobody did, and where the system keeps no conversation (plain e-mail): then nothing is noticed.
        Raises `HelpdeskUnreachable`.
        """
        ...


RiskLevel = Literal["none", "low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """One chargeback, fraud warning or the like, in the feed's own words."""

    code: str
    level: RiskLevel
    raised_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The highest level of what is flagged about a customer. A customer unknown to the feed has `none`."""

    customer_ref: str
    level: RiskLevel
    flags: tuple[RiskFlag, ...]
    fetched_at: datetime


@runtime_checkable
class RiskFeed(Protocol):
    """Tells what is flagged about a customer. Raises `RiskUnavailable`."""

    def fetch(self, customer_ref: str, *, email: str = "") -> RiskReport:
        """Return what is flagged; `email` is the customer's authenticated address, for feeds that go by it."""
        ...
