"""Evaluation sets: questions with the SQL that answers them, runs over them, and what came of each. Never a row (Q01).

Cases and plans are changed through `portal.change`; runs and results are written by `questions.evaluate` alone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from connectors.models import Connector, ConnectorRole
from portal.models import Job, TenantManager, TenantModel, TenantQuerySet
from questions.models.question import Confidence


class CaseQuerySet(TenantQuerySet):
    """Cases in domain words."""

    def of(self, connector: Connector) -> models.QuerySet[Any]:
        return self.filter(connector=connector, is_active=True).order_by("question", "id")


class EvaluationCase(TenantModel):
    """A question of a connector's evaluation set and the SQL whose result is right."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=500)
    expected_sql = models.TextField("expected SQL", help_text="One SELECT; its ORDER BY, where it has one, counts.")
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TenantManager.with_words(CaseQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "connector",
                Lower("question"),
                name="one_case_per_question",
                violation_error_message="question: the set of this connector has it; change that case",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Refuse what the guard would refuse: a case that cannot run judges nothing."""
        from questions import evaluate

        if self.connector_id is None:
            return
        if problems := evaluate.problems_of(self):
            raise ValidationError(problems)


class EvaluationPlan(Job):
    """When a connector's set is run by itself, and whether a change of AI memory waits for it."""

    connector = models.OneToOneField(Connector, on_delete=models.PROTECT, related_name="evaluation_plan")
    every_days = models.PositiveSmallIntegerField(default=0, help_text="Days between two runs; 0: only by button.")
    holds_changes = models.BooleanField(
        default=False,
        help_text="A change of AI memory is run against the set first; one that makes it worse needs a second officer.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Job.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"evaluation of {self.connector}"

    def clean(self) -> None:
        if self.connector_id is not None and self.connector.role != ConnectorRole.SOURCE:
            raise ValidationError({"connector": f"connector: `{self.connector}` is not a data source"})
        if not 0 <= (self.every_days or 0) <= 90:
            raise ValidationError({"every_days": f"every_days: `{self.every_days}` is not between 0 and 90"})


class RunState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"


class EvaluationRun(Job):
    """One run over a connector's set: a job that works case by case; what came of them is counted when it ends."""

    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    change = models.ForeignKey("questions.MemoryChange", on_delete=models.PROTECT, null=True, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    failure = models.CharField(max_length=300, blank=True, default="")
    model = models.CharField(max_length=120, blank=True, default="")
    cases = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    cost_microusd = models.BigIntegerField(default=0)
    slope = models.FloatField(null=True)
    offset = models.FloatField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Job.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.connector}, {self.created_at:%Y-%m-%d %H:%M}: {self.right} of {self.cases} right"


class Outcome(models.TextChoices):
    """What came of one case."""

    RIGHT = "right", "Right"
    WRONG = "wrong", "Wrong"
    UNANSWERED = "unanswered", "Not answered"
    FAILED = "failed", "Could not be run"


class EvaluationResult(TenantModel):
    """What came of one case in one run: reasons in words and counts, keyed digests of both results, never a row."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.PROTECT, related_name="results")
    case = models.ForeignKey(EvaluationCase, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reasons = models.JSONField(default=list)
    sql = models.TextField(blank=True, default="")
    level = models.CharField(max_length=10, choices=Confidence.choices, blank=True, default="")
    score = models.IntegerField(default=0)
    expected_digest = models.CharField(max_length=100, blank=True, default="")
    digest = models.CharField(max_length=100, blank=True, default="")
    is_moved = models.BooleanField(default=False, help_text="The expected result is another than in the run before.")
    cost_microusd = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "run", "case"], name="one_result_per_case_and_run")
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_outcome_display()}"


class ChangeState(models.TextChoices):
    """Where a proposed change of AI memory stands."""

    CHECKING = "checking", "Being checked"
    WAITING = "waiting", "Needs a second officer"
    APPLIED = "applied", "Applied"
    REJECTED = "rejected", "Rejected"


class MemoryChange(TenantModel):
    """A change of AI memory that waits for the evaluation set; written by `questions.propose` alone."""

    kind = models.CharField(max_length=20)
    target = models.UUIDField(help_text="The row it changes or makes.")
    title = models.CharField(max_length=500)
    fields = models.JSONField()
    revision_seen = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=20)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.CHECKING)
    cases = models.PositiveIntegerField(default=0)
    worse = models.PositiveIntegerField(default=0)
    better = models.PositiveIntegerField(default=0)
    finding = models.CharField(max_length=400, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "proposed change"

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')}: {self.title}"
