"""Pages of the audit app."""

from __future__ import annotations

from django.urls import path

from audit import review_views

app_name = "audit"
urlpatterns = [
    path("reviews/", review_views.reviews, name="reviews"),
    path("reviews/start/", review_views.start, name="start_review"),
    path("reviews/<uuid:pk>/", review_views.review, name="review"),
    path("reviews/<uuid:pk>/decide/", review_views.decide_many, name="decide_items"),
    path("reviews/<uuid:pk>/include/", review_views.include, name="include_review"),
    path("reviews/<uuid:pk>/close/", review_views.close, name="close_review"),
    path("reviews/items/<uuid:pk>/", review_views.decide, name="decide_item"),
]
