"""The wire shape of questions, memory and reports. No rule lives here, save that members see no SQL (I03)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from connectors.models import Connector
from guardrails import policy
from portal.roles import Capability, i_may
from questions.models import (
    EvaluationResult,
    EvaluationRun,
    Fault,
    Feedback,
    MemoryChange,
    Metric,
    Question,
    Report,
    ReportSchedule,
    VerifiedQuery,
)

SQL_FIELDS = ("generated_sql", "executed_sql", "guard_changes", "data_rules")


class ConnectorBrief(serializers.ModelSerializer[Connector]):
    class Meta:
        model = Connector
        fields = ["id", "name", "environment", "is_production"]


class QuestionIn(serializers.Serializer[Any]):
    """A question; without `connector` those who may ask across have the portal find the fitting one."""

    question = serializers.CharField(required=False, trim_whitespace=False, help_text="1 to 2,000 characters")
    connector = serializers.CharField(required=False, allow_null=True, help_text="the connector's id")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="an earlier question of yours"
    )
    wait = serializers.IntegerField(required=False, help_text="seconds to wait for the answer, 0 to 20")


class WaitIn(serializers.Serializer[Any]):
    wait = serializers.IntegerField(required=False, help_text="seconds to wait for the answer, 0 to 20")


class SqlIn(serializers.Serializer[Any]):
    sql = serializers.CharField(required=False, trim_whitespace=False)
    connector = serializers.CharField(required=False)
    wait = serializers.IntegerField(required=False, help_text="seconds to wait for the answer, 0 to 20")


class SeriesOut(serializers.Serializer[Any]):
    """One measure of a chart: what is drawn, and the same as the table writes it."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))
    shown = serializers.ListField(child=serializers.CharField())
    own_axis = serializers.BooleanField()


class ChartOut(serializers.Serializer[Any]):
    """The chart that suits the rows; `part` where there are more rows than these, `says` for who cannot see it."""

    kind = serializers.ChoiceField(choices=["line", "bar", "points"])
    axis = serializers.CharField()
    labels = serializers.ListField(child=serializers.CharField())
    series = SeriesOut(many=True)
    lying = serializers.BooleanField()
    part = serializers.BooleanField()
    says = serializers.CharField()


class AnswerOut(serializers.Serializer[Any]):
    """The rows while they are kept: ten minutes at most, for the person who asked."""

    text = serializers.CharField()
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.ListField())
    cut_cells = serializers.ListField(child=serializers.ListField())
    summary = serializers.CharField(help_text="the model's, where an officer allows it and the rows bear it out")
    notes = serializers.ListField(child=serializers.DictField(), help_text="why an answer is empty")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not i_may(Capability.SEE_SQL):
            shown["notes"] = [{**note, "sql": ""} for note in shown["notes"]]
        return shown


class AnswerWithChart(AnswerOut):
    chart = ChartOut(allow_null=True, help_text="null where no chart suits the shape of the rows")


class QuestionOut(serializers.ModelSerializer[Question]):
    """A question without rows; SQL only for roles that may see it."""

    connector = ConnectorBrief(read_only=True)
    production_warning = serializers.CharField(read_only=True)
    asked_by = serializers.CharField(source="asked_by.email", read_only=True)
    question = serializers.CharField(source="text", read_only=True)

    class Meta:
        model = Question
        fields = [
            "id", "created_at", "origin", "connector", "connector_reason", "production_warning", "asked_by", "question",
            "parent", "report", "state", "step", "failure_code", "failure", "is_retryable", "reasons", "choices",
            "assumptions", "verified_query", "match_score", "verified_only", "generated_sql", "executed_sql",
            "guard_changes", "data_rules", "data_notices", "repairs", "sent_back", "reading", "summary_state",
            "columns", "row_count", "size_bytes", "rows_cut", "bytes_cut", "duration_ms",
            "confidence", "signals", "cost_microusd", "resets_at", "ended_at", "ledger",
        ]  # fmt: skip

    def to_representation(self, instance: Question) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not i_may(Capability.SEE_SQL):
            for name in SQL_FIELDS:
                shown.pop(name, None)
        return shown


class CountOut(serializers.Serializer[Any]):
    """The latest count of a cut answer: a question of its own, and the number while it is kept."""

    question = serializers.UUIDField()
    state = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True)


class TurnOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    question = serializers.CharField()


class QuestionDetail(QuestionOut):
    """One question with its rows while they are kept."""

    answer = AnswerWithChart(read_only=True, allow_null=True)
    counted = CountOut(read_only=True, allow_null=True)
    thread = serializers.ListField(child=TurnOut(), help_text="earlier questions of yours, oldest first")

    class Meta(QuestionOut.Meta):
        fields = [*QuestionOut.Meta.fields, "answer", "counted", "thread"]


class GuardIn(serializers.Serializer[Any]):
    sql = serializers.CharField(required=False, trim_whitespace=False)
    connector = serializers.CharField(required=False, allow_null=True)
    dialect = serializers.CharField(required=False, help_text="instead of a connector: names are not looked up then")


class ReasonOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    fragment = serializers.CharField()


class GuardOut(serializers.Serializer[Any]):
    verdict = serializers.CharField()
    reasons = ReasonOut(many=True)
    sql = serializers.CharField(help_text="what would run; empty where the verdict is block")
    tables = serializers.ListField(child=serializers.CharField())
    columns = serializers.ListField(child=serializers.CharField())
    changes = serializers.ListField(child=serializers.CharField())
    masked = serializers.ListField(child=serializers.CharField(), help_text="columns your role sees masked")
    filtered = serializers.ListField(child=serializers.CharField(), help_text="tables your role sees some rows of")
    production_warning = serializers.CharField()


class MemoryChangeOut(serializers.ModelSerializer[MemoryChange]):
    """A change that is run against the evaluation set before it goes live."""

    class Meta:
        model = MemoryChange
        fields = ["id", "kind", "title", "state", "finding", "cases", "worse", "better"]


class MetricOut(serializers.ModelSerializer[Metric]):
    class Meta:
        model = Metric
        fields = [
            "id", "connector", "name", "description", "expression", "table", "synonyms", "is_active", "revision",
        ]  # fmt: skip


class RunIn(serializers.Serializer[Any]):
    connector = serializers.UUIDField(help_text="whose evaluation set is run")


class EvaluationRunOut(serializers.ModelSerializer[EvaluationRun]):
    connector = ConnectorBrief(read_only=True)

    class Meta:
        model = EvaluationRun
        fields = [
            "id", "connector", "created_at", "why", "state", "failure", "model", "cases", "right", "cost_microusd",
            "ended_at",
        ]  # fmt: skip


class EvaluationResultOut(serializers.ModelSerializer[EvaluationResult]):
    question = serializers.CharField(source="case.question", read_only=True)

    class Meta:
        model = EvaluationResult
        fields = ["case", "question", "outcome", "reasons", "level", "is_moved"]


class EvaluationRunDetail(EvaluationRunOut):
    results = EvaluationResultOut(many=True, read_only=True)

    class Meta(EvaluationRunOut.Meta):
        fields = [*EvaluationRunOut.Meta.fields, "results"]


class FeedbackIn(serializers.Serializer[Any]):
    is_right = serializers.BooleanField()
    fault = serializers.ChoiceField(choices=Fault.choices, required=False, help_text="where it is not right")


class FeedbackOut(serializers.ModelSerializer[Feedback]):
    class Meta:
        model = Feedback
        fields = ["question", "is_right", "fault"]


class CountersignIn(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="of the query as you read it")


class VerifiedQueryOut(serializers.ModelSerializer[VerifiedQuery]):
    owner = serializers.CharField(source="owner.email", read_only=True, default="")
    verified_by = serializers.CharField(source="verified_by.email", read_only=True, default="")
    standing = serializers.SerializerMethodField(help_text="countersigned, unsigned, edited, expired or stale")

    class Meta:
        model = VerifiedQuery
        fields = [
            "id", "connector", "question", "phrasings", "sql", "parameters", "is_active", "revision", "owner",
            "verified_by", "verified_at", "standing", "stale_because",
        ]  # fmt: skip
        read_only_fields = ["revision", "verified_at", "stale_because"]
        validators: list[Any] = []  # the verb says it in the product's words

    def get_standing(self, row: VerifiedQuery) -> str:
        return row.standing(timezone.now(), policy.signature_days()).value


class ReportIn(serializers.Serializer[Any]):
    question = serializers.UUIDField(help_text="an answered question of yours")
    title = serializers.CharField(max_length=1000)


class TitleIn(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, help_text="1 to 160 characters")


class ShareIn(serializers.Serializer[Any]):
    person = serializers.CharField(required=False, help_text="the e-mail of somebody in the organization")
    role = serializers.CharField(required=False, help_text="or a role: admin, power_user, analyst, member")


class ScheduleIn(serializers.Serializer[Any]):
    every = serializers.CharField(required=False, help_text="daily, weekly or monthly")
    hour = serializers.IntegerField(required=False, help_text="0 to 23, in the organization's time zone")
    day = serializers.IntegerField(required=False, allow_null=True, help_text="1 (Monday) to 7, or 1 to 31")
    until = serializers.DateField(required=False, allow_null=True, help_text="the last day, or none")


class ScheduleOut(serializers.ModelSerializer[ReportSchedule]):
    """`pause_code` is empty while it goes on; otherwise `pause_reason` says what its owner has to do."""

    class Meta:
        model = ReportSchedule
        fields = ["every", "hour", "day", "until", "next_at", "pause_code", "pause_reason"]


class ReportOut(serializers.ModelSerializer[Report]):
    connector = ConnectorBrief(read_only=True)
    production_warning = serializers.CharField(source="connector.production_warning", read_only=True)
    owner = serializers.CharField(source="owner.email", read_only=True)
    schedule = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [
            "id", "created_at", "title", "question", "connector", "production_warning", "owner", "sql", "schedule",
        ]  # fmt: skip

    @extend_schema_field(ScheduleOut(allow_null=True))
    def get_schedule(self, instance: Report) -> dict[str, Any] | None:
        """When it is refreshed; told to its owner alone."""
        found = next(iter(instance.schedules.all()), None) if instance.is_mine else None
        return ScheduleOut(found).data if found is not None else None

    def to_representation(self, instance: Report) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not i_may(Capability.SEE_SQL):
            shown.pop("sql", None)
        return shown


class SharedOut(ReportOut):
    """A report and what the person who shared it is told."""

    has_grant = serializers.BooleanField(read_only=True)
    lacking = serializers.ListField(child=serializers.CharField(), read_only=True)
    sees_differently = serializers.BooleanField(read_only=True)
    told = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(ReportOut.Meta):
        fields = [*ReportOut.Meta.fields, "has_grant", "lacking", "sees_differently", "told"]


class SchemaIn(serializers.Serializer[Any]):
    about = serializers.CharField(required=False, help_text="a question: only the tables it may need, best first")


class DescribedColumn(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField()
    is_key = serializers.BooleanField()
    comment = serializers.CharField()


class DescribedJoin(serializers.Serializer[Any]):
    columns = serializers.ListField(child=serializers.CharField())
    table = serializers.CharField()
    to = serializers.ListField(child=serializers.CharField())


class DescribedTable(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField()
    comment = serializers.CharField()
    columns = DescribedColumn(many=True)
    columns_left_out = serializers.IntegerField()
    joins = DescribedJoin(many=True)


class SchemaOut(serializers.Serializer[Any]):
    """A source by its names; hidden columns left out, masks said in the comment."""

    connector = serializers.DictField(child=serializers.CharField())
    production_warning = serializers.CharField()
    dialect = serializers.CharField()
    tables = DescribedTable(many=True)
    tables_left_out = serializers.IntegerField()
