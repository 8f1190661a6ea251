"""The tables of the audit app, one noun a file."""

from audit.models.event import Event, EventQuerySet, EventText

__all__ = ["Event", "EventQuerySet", "EventText"]
