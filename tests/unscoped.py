"""Takes the organization out of every query set, for showing what stands behind it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from portal.compiled import Compiled
from portal.models import TenantManager


def unscope(patch: pytest.MonkeyPatch) -> None:
    """Have managers give the rows of every organization, and compiled statements built anew from them each time."""

    def rows(self: Compiled, *values: Any, fixed: tuple[Any, ...] = ()) -> list[Any]:
        return list(self._build(*fixed, *values))

    patch.setattr(TenantManager, "get_queryset", models.Manager.get_queryset)
    patch.setattr(Compiled, "rows", rows)
