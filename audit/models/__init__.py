"""The tables of the audit app, one noun a file."""

from audit.models.event import Event, EventQuerySet, EventText
from audit.models.record import HoldScope, LegalHold, RetentionPolicy

__all__ = ["Event", "EventQuerySet", "EventText", "HoldScope", "LegalHold", "RetentionPolicy"]
