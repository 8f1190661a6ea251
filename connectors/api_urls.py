"""API of the connectors app."""

app_name = "connectors_api"
urlpatterns: list = []
