"""Pages of the questions flow."""

from django.urls import path

from questions import views, views_memory

app_name = "questions"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/banner/", views.banner, name="banner"),
    path("questions/<uuid:pk>/", views.question, name="question"),
    path("questions/<uuid:pk>/progress/", views.progress, name="progress"),
    path("questions/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("questions/<uuid:pk>/again/", views.again, name="again"),
    path("questions/<uuid:pk>/save/", views.save, name="save"),
    path("questions/<uuid:pk>/judge/", views_memory.judge_answer, name="judge"),
    path("questions/<uuid:pk>/keep/", views_memory.keep_answer, name="keep"),
    path("live/", views.live, name="live"),
    path("live/check/", views.live_check, name="live_check"),
    path("live/schema/", views.live_schema, name="live_schema"),
    path("reports/", views.reports, name="reports"),
    path("reports/<uuid:pk>/", views.report, name="report"),
    path("reports/<uuid:pk>/run/", views.run_report, name="run_report"),
    path("reports/<uuid:pk>/share/", views.share, name="share"),
    path("reports/<uuid:pk>/remove/", views.remove_report, name="remove_report"),
]
