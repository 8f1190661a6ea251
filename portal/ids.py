"""Primary keys that leave the house: UUIDv7 (RFC 9562 §5.7), ordered by time, nothing to enumerate."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from uuid_utils import compat

PLATFORM_ID = uuid.UUID("00000000-0000-7000-8000-000000000001")
"""The platform's own organization: its people are platform staff, its trail holds what belongs to nobody else."""


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7; within one process later calls sort later."""
    return compat.uuid7()


def uuid7_floor(moment: datetime) -> uuid.UUID:
    """Return the smallest UUIDv7 of the millisecond of `moment`: the lower bound of a time range."""
    milliseconds = int(moment.astimezone(UTC).timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80)
