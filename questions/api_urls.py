"""API of the questions flow."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from questions import api

app_name = "questions_api"
router = SimpleRouter()
router.register("questions", api.QuestionViewSet, basename="question")
router.register("verified-queries", api.VerifiedQueryViewSet, basename="verified_query")
router.register("metrics", api.MetricViewSet, basename="metric")
router.register("evaluation-runs", api.EvaluationRunViewSet, basename="evaluation_run")
router.register("reports", api.ReportViewSet, basename="report")
urlpatterns = [
    path("guard/check/", api.GuardCheck.as_view(), name="guard_check"),
    path("connectors/<uuid:pk>/schema/", api.SchemaView.as_view(), name="schema"),
    *router.urls,
]
