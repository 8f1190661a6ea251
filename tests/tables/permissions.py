"""The permission table: what each of five people gets at every route; one file for each app. No row, no pass."""

from __future__ import annotations

import re

from tests.tables import audit, connectors, guardrails, portal, questions, seals, signals, tickets

ROUTES = {
    **portal.ROUTES,
    **guardrails.ROUTES,
    **audit.ROUTES,
    **seals.ROUTES,
    **signals.ROUTES,
    **connectors.ROUTES,
    **questions.ROUTES,
    **tickets.ROUTES,
}
UNNAMED = (
    re.compile(r"^unnamed admin/\w+/\w+/<path:object_id>/$"),  # leads to the change form, which has its row
    re.compile(r"^unnamed admin/\(\?P<url>\.\*\)\$$"),  # whatever else is asked of admin: not there
)
"""Routes of the framework that have no name, by their pattern."""
