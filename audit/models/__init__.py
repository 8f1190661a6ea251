"""The tables of the audit app, one noun a file."""

from audit.models.event import Event, EventQuerySet, EventText
from audit.models.record import HoldScope, LegalHold, RetentionPolicy
from audit.models.seal import Head, Leaf, SealKey, SealState

__all__ = [
    "Event",
    "EventQuerySet",
    "EventText",
    "Head",
    "HoldScope",
    "Leaf",
    "LegalHold",
    "RetentionPolicy",
    "SealKey",
    "SealState",
]
