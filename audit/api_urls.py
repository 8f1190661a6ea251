"""API of the audit app."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from audit.api import RiskSignalViewSet
from audit.receipt_api import DecisionsView, ReceiptView

app_name = "audit_api"

router = SimpleRouter()
router.register("risk-signals", RiskSignalViewSet, basename="risk_signal")
urlpatterns = [
    *router.urls,
    path("decisions/<slug:kind>/<uuid:pk>/", DecisionsView.as_view(), name="decisions"),
    path("events/<uuid:pk>/receipt/", ReceiptView.as_view(), name="receipt"),
]
