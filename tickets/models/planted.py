"""What keeps planted tests out of every count: a test is in the queue until it is decided, and nowhere afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.models import TenantManager

LIVE = ("waiting", "awaiting_approval", "awaiting_second")
"""States in which a planted test still waits to be decided; the approver sees it as they see any other."""


class OnlyReal(TenantManager):
    """Rows that are real, and tests that nobody has decided yet: who works the queue cannot tell them apart."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(models.Q(is_test=False) | models.Q(state__in=LIVE))

    def with_tests(self) -> models.QuerySet[Any]:
        """Return decided tests as well; for the pages that tell what became of them."""
        return super().get_queryset()
