"""One question on its way: what was asked, where it stands, what ran; never a row of the answer (Q01)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.text import Truncator

from connectors.models import Connector
from portal import tenancy
from portal.models import Job, TenantManager, TenantQuerySet
from portal.roles import Capability, i_may

MILLISECOND = timedelta(milliseconds=1)


class QuestionState(models.TextChoices):
    """Where a question stands; the names are part of the API."""

    ASKED = "asked"
    MATCHING = "matching"
    GENERATING = "generating"
    GUARDING = "guarding"
    RUNNING = "running"
    ANSWERED = "answered"
    REFUSED = "refused"
    CLARIFYING = "clarifying"
    UNANSWERABLE = "unanswerable"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (
    QuestionState.ANSWERED,
    QuestionState.REFUSED,
    QuestionState.CLARIFYING,
    QuestionState.UNANSWERABLE,
    QuestionState.FAILED,
    QuestionState.CANCELLED,
)
"""States nothing follows. A paused question is not ended: it goes on by itself."""


class Origin(models.TextChoices):
    """Where a question came from."""

    ASK = "ask", "Ask page"
    LIVE_EDIT = "live_edit", "Live edit"
    REPORT = "report", "Report"
    API = "api", "API"
    SCHEDULE = "schedule", "Scheduled refresh"
    COUNT = "count", "Count of a cut answer"
    MCP = "mcp", "MCP"
    TERMINAL = "terminal", "Terminal"


class SummaryState(models.TextChoices):
    """What became of the model's summary of an answer; its text is never stored (Q12)."""

    NONE = "", "None was asked for"
    KEPT = "kept", "Every figure and name in it stands in the rows"
    DROPPED = "dropped", "Dropped: something in it does not stand in the rows"
    FAILED = "failed", "The model gave none"


class Confidence(models.TextChoices):
    """How far an answer can be trusted (Q11)."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"
    UNCERTAIN = "uncertain", "Uncertain"


class QuestionQuerySet(TenantQuerySet):
    """Questions in domain words."""

    def mine(self) -> QuestionQuerySet:
        return self.filter(asked_by_id=tenancy.current().user_id) if tenancy.current().user_id else self.none()

    def visible_to_me(self) -> QuestionQuerySet:
        """My own, and for those who see governance everybody's; rows are another matter."""
        return self.all() if i_may(Capability.VIEW_GOVERNANCE) else self.mine()

    def newest_first(self) -> QuestionQuerySet:
        return self.order_by("-id")


class Question(Job):
    """A question and everything the trail and the person may know of its answer, except rows and what quotes them.

    Names, SQL, counts and signals stand here; the rows travel sealed through the cache (`questions.rows`).
    """

    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ASK)
    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, null=True, related_name="+")
    connector_reason = models.CharField(max_length=400, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="follow_ups")
    report = models.ForeignKey("questions.Report", on_delete=models.PROTECT, null=True, related_name="runs")

    state = models.CharField(max_length=12, choices=QuestionState.choices, default=QuestionState.ASKED)
    step = models.CharField(max_length=20, blank=True, default="", editable=False)
    timings = models.JSONField(default=list)
    cancel_requested_at = models.DateTimeField(null=True)
    resets_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=60, blank=True, default="")
    failure = models.TextField(blank=True, default="")
    is_retryable = models.BooleanField(default=False)

    verified_query = models.ForeignKey(
        "questions.VerifiedQuery", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    match_score = models.FloatField(null=True)
    match_margin = models.FloatField(null=True)
    verified_only = models.BooleanField(default=False, help_text="Answered without a model call.")
    generated_sql = models.TextField(blank=True, default="")
    executed_sql = models.TextField(blank=True, default="")
    guard_changes = models.JSONField(default=list)
    data_rules = models.JSONField(default=dict, help_text="Which columns were masked and tables filtered, by name.")
    tables = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    assumptions = models.JSONField(default=list)
    choices = models.JSONField(default=list)
    repairs = models.PositiveSmallIntegerField(default=0)
    repair_message = models.TextField(blank=True, default="")
    ledger = models.JSONField(default=dict)
    sent_back = models.JSONField(default=list, help_text="Each time the model was sent back: by whom and why.")
    reading = models.JSONField(default=dict, help_text="How the question was read: periods, other readings, tables.")
    summary_state = models.CharField(max_length=8, choices=SummaryState.choices, blank=True, default="")

    columns = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(null=True)
    size_bytes = models.PositiveIntegerField(null=True)
    rows_cut = models.BooleanField(default=False)
    bytes_cut = models.BooleanField(default=False)
    duration_ms = models.PositiveIntegerField(null=True)
    confidence = models.CharField(max_length=10, choices=Confidence.choices, blank=True, default="")
    signals = models.JSONField(default=list)

    cost_microusd = models.BigIntegerField(default=0)
    spend_hold = models.UUIDField(null=True, editable=False)
    spend_hold_microusd = models.BigIntegerField(default=0, editable=False)
    is_calling = models.BooleanField(default=False, editable=False)
    budget = models.ForeignKey("questions.AnswerBudget", on_delete=models.PROTECT, null=True, related_name="+")
    held_rows = models.PositiveIntegerField(default=0, editable=False)
    held_bytes = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(QuestionQuerySet)

    class Meta(Job.Meta):
        abstract = False
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["organization", "asked_by", "-id"], name="question_of_person"),
            models.Index(fields=["organization", "-id"], name="question_newest"),
        ]

    def __str__(self) -> str:
        return self.text[:80] or Truncator(f"SQL: {' '.join(self.generated_sql.split())}").chars(80)

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_under_way(self) -> bool:
        return not self.is_ended and self.state != QuestionState.PAUSED

    @property
    def step_times(self) -> list[tuple[str, int]]:
        """The steps that ran, in order, with how many milliseconds each took; the present one is left out."""
        ends = [each["at"] for each in self.timings[1:]] + ([self.ended_at.isoformat()] if self.ended_at else [])
        return [
            (each["step"], round((datetime.fromisoformat(end) - datetime.fromisoformat(each["at"])) / MILLISECOND))
            for each, end in zip(self.timings, ends, strict=False)
        ]

    @property
    def is_cut(self) -> bool:
        return self.rows_cut or self.bytes_cut

    @property
    def data_notices(self) -> list[str]:
        """What everybody is told of masks and filters that took something from this answer; names no column."""
        said = []
        if self.data_rules.get("masked"):
            said.append("Some values are masked for your role.")
        if self.data_rules.get("filtered"):
            said.append("Some rows are left out for your role.")
        return said

    @property
    def is_mine(self) -> bool:
        return self.asked_by_id == tenancy.context().user_id

    @property
    def production_warning(self) -> str:
        """The connector's warning sentence, or nothing (Q13)."""
        return self.connector.production_warning if self.connector is not None else ""
