"""API of the tickets flow."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from tickets import api

app_name = "tickets_api"
router = SimpleRouter()
router.register("tickets", api.TicketViewSet, basename="ticket")
router.register("actions", api.ActionViewSet, basename="action")
router.register("approvals", api.ApprovalViewSet, basename="approval")
urlpatterns = [path("webhook/<str:key>/", api.webhook, name="webhook"), *router.urls]
