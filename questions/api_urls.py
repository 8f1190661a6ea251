"""API of the questions app."""

app_name = "questions_api"
urlpatterns: list = []
