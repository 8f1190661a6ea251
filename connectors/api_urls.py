"""API of the connectors app."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from connectors.api import ConnectorViewSet
from connectors.data_api import ColumnRuleViewSet, DataPolicyViewSet, RowFilterViewSet
from connectors.risk_api import risk_webhook

app_name = "connectors_api"

router = SimpleRouter()
router.register("connectors", ConnectorViewSet, basename="connector")
_OF_A_CONNECTOR = "connectors/(?P<connector>[^/.]+)"
router.register(f"{_OF_A_CONNECTOR}/column-rules", ColumnRuleViewSet, basename="column-rule")
router.register(f"{_OF_A_CONNECTOR}/row-filters", RowFilterViewSet, basename="row-filter")
router.register(f"{_OF_A_CONNECTOR}/data-policy", DataPolicyViewSet, basename="data-policy")
urlpatterns = [path("risk-webhook/<str:key>/", risk_webhook, name="risk-webhook"), *router.urls]
