"""How often people may ask, check, call tools, send tickets and tell of risks (S06)."""

from __future__ import annotations

from django.db import models

from guardrails.models.fields import whole
from guardrails.models.policy import Policy


def _most(field: str, default: int, name: str, what: str) -> models.Field:
    found: models.Field = whole(field, default, 1, 100_000, what, verbose_name=name)
    return found


class RatePolicy(Policy):
    """An organization's limits on how often; each counts in a sliding window, whichever door is used."""

    window_s = whole(
        "window_s",
        60,
        1,
        3_600,
        "Seconds of the sliding window in which the others count.",
        verbose_name="window in seconds",
    )
    asks_of_person = _most(
        "asks_of_person", 30, "asks of a person", "Questions, live SQL and reports of one person in a window."
    )
    asks_of_organization = _most("asks_of_organization", 300, "asks of everybody", "Those of everybody together.")
    checks_of_person = _most(
        "checks_of_person", 120, "checks of a person", "Statements one person has the guard check in a window."
    )
    checks_of_organization = _most(
        "checks_of_organization", 1_200, "checks of everybody", "Those of everybody together."
    )
    calls_of_person = _most(
        "calls_of_person", 60, "tool calls of a person", "Calls of tools (MCP) of one person in a window."
    )
    calls_of_organization = _most(
        "calls_of_organization", 600, "tool calls of everybody", "Those of everybody together."
    )
    tickets_of_organization = _most(
        "tickets_of_organization", 600, "tickets", "Tickets taken in by webhook and API in a window."
    )
    risk_events_of_organization = _most(
        "risk_events_of_organization", 1_200, "risk events", "Signed events of risk feeds taken in a window."
    )

    class Meta:
        verbose_name = "rate policy"
        verbose_name_plural = "rate policy"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_rate_policy")]

    def __str__(self) -> str:
        return "Rate policy"
