"""A refusal that survives the rollback of what it refused: raised by verbs, recorded at the edge."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError


class Refused(PermissionDenied):
    """Somebody may not do this. The middleware, the API and the task base class record it and answer 403.

    `message` says what, why, and what would be allowed; `facts` go to the trail and never hold secrets.
    """

    def __init__(self, message: str, *, subject: tuple[str, str] | None = None, **facts: str) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.facts = facts


class Conflict(ValidationError):
    """What the person saw is not what stands there now; they are shown it again (409 on a page)."""
