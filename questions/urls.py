"""Pages of the questions app."""

app_name = "questions"
urlpatterns: list = []
