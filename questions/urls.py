"""Pages of the questions flow."""

from django.urls import path

from questions.mcp.server import McpServer
from questions.views import asking, count, live, memory, reports

app_name = "questions"
urlpatterns = [
    path("mcp/", McpServer.as_view(), name="mcp"),
    path("ask/", asking.ask, name="ask"),
    path("ask/banner/", asking.banner, name="banner"),
    path("questions/<uuid:pk>/", asking.question, name="question"),
    path("questions/<uuid:pk>/progress/", asking.progress, name="progress"),
    path("questions/<uuid:pk>/cancel/", asking.cancel, name="cancel"),
    path("questions/<uuid:pk>/again/", asking.again, name="again"),
    path("questions/<uuid:pk>/count/", count.count, name="count"),
    path("questions/<uuid:pk>/counted/", count.counted, name="counted"),
    path("questions/<uuid:pk>/save/", asking.save, name="save"),
    path("questions/<uuid:pk>/judge/", memory.judge_answer, name="judge"),
    path("questions/<uuid:pk>/keep/", memory.keep_answer, name="keep"),
    path("live/", live.live, name="live"),
    path("live/check/", live.live_check, name="live_check"),
    path("live/schema/", live.live_schema, name="live_schema"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/run/", reports.run_report, name="run_report"),
    path("reports/<uuid:pk>/share/", reports.share, name="share"),
    path("reports/<uuid:pk>/unshare/", reports.unshare, name="unshare"),
    path("reports/<uuid:pk>/rename/", reports.rename, name="rename_report"),
    path("reports/<uuid:pk>/schedule/", reports.set_schedule, name="schedule_report"),
    path("reports/<uuid:pk>/schedule/stop/", reports.stop_schedule, name="unschedule_report"),
    path("reports/<uuid:pk>/remove/", reports.remove_report, name="remove_report"),
]
