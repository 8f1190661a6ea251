"""The questions API: ask, look, cancel, ask again; guard as a service; memory; reports. Each action calls a verb."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.roles import Capability
from questions import ask as asking
from questions import cancel as cancelling
from questions import check as checking
from questions import countersign as countersigning
from questions import counting, describe, feedback, presentation, propose, runs, schedule, thread, view, waiting
from questions import keep as keeping
from questions import report as reporting
from questions import serializers as wire
from questions.models import EvaluationRun, Metric, Origin, Question, Report, VerifiedQuery

UUID = "[0-9a-f-]{36}"
THREAD = 6


def _body(request: Any) -> dict[str, Any]:
    return dict(request.data) if isinstance(request.data, dict) else {}


def _shown(question: Question, *, code: int = 200) -> Response:
    """Answer with a question and its rows, for the person they belong to."""
    row = Question.objects.select_related("connector", "asked_by").get(pk=question.pk)
    shown = wire.QuestionOut(row).data
    answer = view.open_answer(row, way="api")
    rows = {**wire.AnswerOut(answer).data, "chart": presentation.chart_of(row, answer)} if answer else None
    found = counting.counted(row, way="api")
    counted = {"question": found.question.pk, "state": found.question.state, "rows": found.rows} if found else None
    turns = [{"id": each.pk, "question": each.text} for each in thread.earlier(row, THREAD)] if row.is_mine else []
    return Response({**shown, "answer": rows, "counted": counted, "thread": turns}, status=code)


class QuestionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """Questions, newest first: one's own, and for admins everybody's without their rows."""

    capability = Capability.ASK
    capabilities = {"sql": Capability.EDIT_SQL, "keep": Capability.EDIT_MEMORY}
    serializer_class = wire.QuestionOut
    lookup_value_regex = UUID

    def get_queryset(self) -> Any:
        rows = Question.objects.visible_to_me().select_related("connector", "asked_by")
        if state := self.request.query_params.get("state"):
            rows = rows.filter(state=state)
        return rows

    def _mine(self) -> Question:
        return self.get_object()

    @extend_schema(request=wire.QuestionIn, responses={200: wire.QuestionDetail, 202: wire.QuestionDetail})
    def create(self, request: Any) -> Response:
        """Ask. With `wait` the answer comes in this response where it is ready in time; else 202 and poll."""
        given = _body(request)
        seconds = waiting.seconds(given.get("wait"))
        made = asking.ask(
            text=given.get("question", ""),
            connector_id=given.get("connector") or None,
            parent=self._parent(given.get("parent")),
            origin=Origin.API,
        )
        return self._waited(made, seconds)

    @extend_schema(request=wire.SqlIn, responses={200: wire.QuestionDetail, 202: wire.QuestionDetail})
    @action(detail=False, methods=["post"])
    def sql(self, request: Any) -> Response:
        """Run SQL of one's own through the same guard, limits and audit."""
        given = _body(request)
        seconds = waiting.seconds(given.get("wait"))
        if not given.get("connector"):
            raise ValidationError({"connector": "connector: name the one the statement is for"})
        return self._waited(asking.run_sql(connector_id=given["connector"], sql=given.get("sql", "")), seconds)

    @extend_schema(responses=wire.QuestionDetail)
    def retrieve(self, request: Any, pk: str) -> Response:
        """Look at a question; its rows are in the response while they are kept."""
        return _shown(self.get_object())

    @extend_schema(request=wire.WaitIn, responses={200: wire.QuestionDetail, 202: wire.QuestionDetail})
    @action(detail=True, methods=["post"])
    def count(self, request: Any, pk: str) -> Response:
        """Count a cut answer in full: a question of its own, through the same guard and limits."""
        seconds = waiting.seconds(_body(request).get("wait"))
        return self._waited(counting.count(self.get_object()), seconds)

    @extend_schema(request=None, responses=wire.QuestionDetail)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: str) -> Response:
        """Stop it; a running statement is stopped in the database."""
        return _shown(cancelling.cancel(self.get_object()))

    @extend_schema(request=None, responses={202: wire.QuestionDetail})
    @action(detail=True, methods=["post"])
    def again(self, request: Any, pk: str) -> Response:
        """Ask it again: a new question, whose rows are fresh."""
        return _shown(asking.ask_again(self.get_object()), code=202)

    @extend_schema(request=wire.FeedbackIn, responses=wire.FeedbackOut)
    @action(detail=True, methods=["post"])
    def judge(self, request: Any, pk: str) -> Response:
        """Say of an answer of one's own whether it is right, and in which way it is not."""
        given, row = _body(request), self.get_object()
        made = feedback.give(row, is_right=given.get("is_right"), fault=str(given.get("fault") or ""))
        return Response(wire.FeedbackOut(made).data)

    @extend_schema(request=None, responses={201: wire.VerifiedQueryOut})
    @action(detail=True, methods=["post"])
    def keep(self, request: Any, pk: str) -> Response:
        """Keep question and SQL in AI memory; it is verified when another admin has countersigned it."""
        made = keeping.as_verified(self.get_object(), source="api")
        return Response(wire.VerifiedQueryOut(made).data, status=201)

    def _waited(self, made: Question, seconds: int) -> Response:
        row = waiting.wait_for(made, seconds)
        return _shown(row, code=202 if row.is_under_way else 200)

    def _parent(self, given: Any) -> Question | None:
        if not given:
            return None
        try:
            found = Question.objects.mine().filter(pk=given).first()
        except (ValidationError, ValueError, TypeError):
            found = None
        if found is None:
            raise ValidationError({"parent": f"parent: `{str(given)[:40]}` is no question of yours"})
        return found


class GuardCheck(APIView):
    """What the guard says about a statement; nothing runs."""

    capability = Capability.EDIT_SQL

    @extend_schema(request=wire.GuardIn, responses=wire.GuardOut)
    def post(self, request: Any) -> Response:
        given = _body(request)
        decision, connector = checking.check(
            sql=given.get("sql", ""),
            connector_id=given.get("connector") or None,
            dialect=str(given.get("dialect") or ""),
        )
        warning = connector.production_warning if connector is not None else ""
        shown = wire.GuardOut(
            {
                "verdict": decision.verdict,
                "reasons": decision.reasons,
                "sql": decision.sql,
                "tables": decision.tables,
                "columns": decision.columns,
                "changes": decision.changes,
                "masked": decision.masked,
                "filtered": decision.filtered,
                "production_warning": warning,
            }
        )
        return Response(shown.data)


class SchemaView(APIView):
    """Names, types, keys and comments of a data source, as the caller may be told them; never a value."""

    capability = Capability.ASK

    @extend_schema(parameters=[wire.SchemaIn], responses=wire.SchemaOut)
    def get(self, request: Any, pk: uuid.UUID) -> Response:
        """Describe a source; with `about`, a question, only the tables it may need, best first."""
        try:
            found = describe.describe(connector_id=pk, about=request.query_params.get("about", ""))
        except ValidationError as error:
            if "connector" in error.message_dict:
                raise NotFound(error.message_dict["connector"][0]) from None
            raise
        return Response(wire.SchemaOut(found).data)


class VerifiedQueryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Verified queries; the one who saves one owns it, and another admin countersigns it."""

    capability = Capability.EDIT_MEMORY
    serializer_class = wire.VerifiedQueryOut
    lookup_value_regex = UUID
    http_method_names = ["get", "post", "patch"]

    def get_queryset(self) -> Any:
        return VerifiedQuery.objects.select_related("connector", "verified_by")

    @extend_schema(request=wire.VerifiedQueryOut, responses={201: wire.VerifiedQueryOut, 202: wire.MemoryChangeOut})
    def create(self, request: Any) -> Response:
        """Save one; 202 with the proposal where the connector's evaluation set is run first."""
        given = wire.VerifiedQueryOut(data=request.data)
        given.is_valid(raise_exception=True)
        return self._saved(VerifiedQuery(**given.validated_data), code=201)

    @extend_schema(request=wire.VerifiedQueryOut, responses={200: wire.VerifiedQueryOut, 202: wire.MemoryChangeOut})
    def partial_update(self, request: Any, pk: str) -> Response:
        """Change one; 202 with the proposal where the connector's evaluation set is run first."""
        row = self.get_object()
        given = wire.VerifiedQueryOut(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(row, name, value)
        return self._saved(row, code=200)

    def _saved(self, row: VerifiedQuery, *, code: int) -> Response:
        proposed = propose.save(row, source="api")
        if proposed is not None:
            return Response(wire.MemoryChangeOut(proposed).data, status=202)
        return Response(wire.VerifiedQueryOut(row).data, status=code)

    @extend_schema(request=wire.CountersignIn, responses=wire.VerifiedQueryOut)
    @action(detail=True, methods=["post"])
    def countersign(self, request: Any, pk: str) -> Response:
        """Countersign it as it stands at `revision`; its author may not."""
        given = wire.CountersignIn(data=request.data)
        row = self.get_object()
        given.is_valid(raise_exception=True)
        signed = countersigning.countersign(row, revision=given.validated_data["revision"], source="api")
        return Response(wire.VerifiedQueryOut(signed).data)


class MetricViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Metrics: one definition of a figure each, referenced by its name."""

    capability = Capability.EDIT_MEMORY
    serializer_class = wire.MetricOut
    lookup_value_regex = UUID

    def get_queryset(self) -> Any:
        return Metric.objects.select_related("connector")


class EvaluationRunViewSet(viewsets.ReadOnlyModelViewSet[Any]):
    """Runs over evaluation sets, newest first; one run with its cases: outcomes and reasons, never a row."""

    capability = Capability.EDIT_MEMORY
    serializer_class = wire.EvaluationRunOut
    lookup_value_regex = UUID

    def get_queryset(self) -> Any:
        return EvaluationRun.objects.select_related("connector").order_by("-id")

    @extend_schema(responses=wire.EvaluationRunDetail)
    def retrieve(self, request: Any, pk: str) -> Response:
        """One run with the outcome of each case."""
        return Response(wire.EvaluationRunDetail(self.get_object()).data)

    @extend_schema(request=wire.RunIn, responses={201: wire.EvaluationRunOut})
    def create(self, request: Any) -> Response:
        """Run a connector's set now, as oneself and within one's spend cap."""
        connector = asking.named_source(str(_body(request).get("connector") or ""))
        return Response(wire.EvaluationRunOut(runs.start(connector, why="over the API")).data, status=201)


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Reports one owns or was given; running one asks as oneself."""

    capability = Capability.SEE_SHARED
    capabilities = {
        "create": Capability.SAVE_ANSWERS,
        "destroy": Capability.SAVE_ANSWERS,
        "partial_update": Capability.SAVE_ANSWERS,
        "share": Capability.MANAGE_REPORTS,
        "unshare": Capability.MANAGE_REPORTS,
        "schedule": Capability.MANAGE_REPORTS,
    }
    serializer_class = wire.ReportOut
    lookup_value_regex = UUID

    def get_queryset(self) -> Any:
        return Report.objects.visible_to_me().select_related("connector", "owner").prefetch_related("schedules")

    @extend_schema(request=wire.ReportIn, responses={201: wire.ReportOut})
    def create(self, request: Any) -> Response:
        """Save an answer of one's own as a live question."""
        given = wire.ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        question = Question.objects.mine().filter(pk=given.validated_data["question"]).first()
        if question is None:
            raise ValidationError({"question": "question: it is no question of yours"})
        made = reporting.save(question, title=given.validated_data["title"])
        return Response(wire.ReportOut(made).data, status=201)

    def destroy(self, request: Any, pk: str) -> Response:
        reporting.remove(self.get_object())
        return Response(status=204)

    @extend_schema(request=wire.TitleIn, responses=wire.ReportOut)
    def partial_update(self, request: Any, pk: str) -> Response:
        """Rename it."""
        return Response(wire.ReportOut(reporting.rename(self.get_object(), title=_body(request).get("title"))).data)

    @extend_schema(request=wire.WaitIn, responses={200: wire.QuestionDetail, 202: wire.QuestionDetail})
    @action(detail=True, methods=["post"])
    def run(self, request: Any, pk: str) -> Response:
        """Run it now, as oneself; with `wait` the answer comes in this response where it is ready in time."""
        seconds = waiting.seconds(_body(request).get("wait"))
        row = waiting.wait_for(asking.run_report(self.get_object()), seconds)
        return _shown(row, code=202 if row.is_under_way else 200)

    @extend_schema(request=wire.ShareIn, responses=wire.SharedOut)
    @action(detail=True, methods=["post"])
    def share(self, request: Any, pk: str) -> Response:
        """Share it with a person or a role; says who sees no rows now, or others than the owner's."""
        report, given = self.get_object(), _body(request)
        found = reporting.share(report, with_email=given.get("person"), with_role=given.get("role"))
        told = {
            "has_grant": found.has_grant,
            "lacking": list(found.lacking),
            "sees_differently": found.sees_differently,
            "told": presentation.shared(report, found),
        }
        return Response({**wire.ReportOut(report).data, **told})

    @extend_schema(request=wire.ShareIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def unshare(self, request: Any, pk: str) -> Response:
        """Stop sharing it with a person (their id) or a role."""
        given = _body(request)
        reporting.unshare(self.get_object(), user_id=given.get("person"), role=given.get("role"))
        return Response(status=204)

    @extend_schema(methods=["put"], request=wire.ScheduleIn, responses=wire.ScheduleOut)
    @extend_schema(methods=["delete"], request=None, responses={204: None})
    @action(detail=True, methods=["put", "delete"])
    def schedule(self, request: Any, pk: str) -> Response:
        """Refresh it as its owner at these times, in the organization's zone; or no more."""
        report = self.get_object()
        if request.method == "DELETE":
            schedule.stop(report)
            return Response(status=204)
        given = {name: _body(request).get(name) for name in schedule.FIELDS}
        return Response(wire.ScheduleOut(schedule.set_schedule(report, **given)).data)

    @extend_schema(responses=wire.QuestionOut(many=True))
    @action(detail=True, methods=["get"])
    def runs(self, request: Any, pk: str) -> Response:
        """One's own runs, newest first, without rows; the owner's scheduled refreshes are the owner's runs."""
        found = Question.objects.mine().filter(report=self.get_object()).select_related("connector", "asked_by")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(wire.QuestionOut(page, many=True).data)
