"""API of the connectors app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from connectors.api import ConnectorViewSet

app_name = "connectors_api"

router = SimpleRouter()
router.register("connectors", ConnectorViewSet, basename="connector")
urlpatterns = router.urls
