"""API of the tickets app."""

app_name = "tickets_api"
urlpatterns: list = []
