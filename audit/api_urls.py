"""API of the audit app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from audit.api import RiskSignalViewSet

app_name = "audit_api"

router = SimpleRouter()
router.register("risk-signals", RiskSignalViewSet, basename="risk_signal")
urlpatterns = router.urls
