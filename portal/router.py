"""Which PostgreSQL role a statement runs as: `default` serves, `owner` migrates, `dispatcher` leases jobs."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """Tables are made and changed by the owner alone; everything else runs where it was asked to."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True
