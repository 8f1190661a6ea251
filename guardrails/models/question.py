"""How much an answer may return and how long its statement may run (Q02, Q04, Q05)."""

from __future__ import annotations

from django.db import models

from guardrails.models.fields import whole
from guardrails.models.policy import Policy

MAX_ROWS = 20


class Summaries(models.TextChoices):
    """On which connectors a model may be shown the rows of an answer, to sum them up in words (Q12)."""

    OFF = "off", "Nowhere: no row leaves the house"
    NOT_PRODUCTION = "not_production", "On connectors that are not marked production"
    ON = "on", "On every connector"


class QuestionPolicy(Policy):
    """An organization's limits on answers; the budgets are per person, connector and day."""

    row_limit = whole("row_limit", MAX_ROWS, 1, MAX_ROWS, "Rows of one answer; never more than 20.")
    answer_bytes = whole("answer_bytes", 65_536, 1_024, 1_048_576, "Bytes of one answer; longer ones are cut.")
    rows_per_day = whole("rows_per_day", 1_000, 1, 1_000_000, "Rows of one person and connector in a day.")
    bytes_per_day = whole("bytes_per_day", 5_000_000, 1_024, 10**9, "Bytes of one person and connector in a day.")
    statement_timeout_ms = whole("statement_timeout_ms", 15_000, 100, 120_000, "Milliseconds of one statement.")
    plan_rows = whole(
        "plan_rows",
        100_000_000,
        0,
        10**15,
        "Rows that one step of a statement may handle, by the database's estimate before it runs. 0: no ceiling.",
    )
    plan_cost = whole(
        "plan_cost",
        10_000_000,
        0,
        10**15,
        "Cost of a statement in the planner's own unit (PostgreSQL: about one page read). 0: no ceiling.",
    )
    summaries = models.CharField(
        "Summaries by the model",
        max_length=16,
        choices=Summaries.choices,
        default=Summaries.OFF,
        help_text="A summary sends the rows of an answer (20 at most) to the model provider; the ledger says so.",
    )
    fiscal_year_start_month = whole(
        "fiscal_year_start_month", 1, 1, 12, "Month the fiscal year starts in: 1 is January, 7 is July."
    )
    signature_days = whole("signature_days", 180, 1, 1_095, "Days that the countersignature of a verified query holds.")
    agreement_samples = whole(
        "agreement_samples",
        0,
        0,
        3,
        "Further statements the model writes for one question, compared by their results; each costs a call. 0: none.",
    )

    class Meta:
        verbose_name = "question policy"
        verbose_name_plural = "question policy"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_question_policy"),
            models.CheckConstraint(
                condition=models.Q(row_limit__gte=1, row_limit__lte=MAX_ROWS), name="answers_stay_small"
            ),
        ]

    def __str__(self) -> str:
        return "Question policy"
