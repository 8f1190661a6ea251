"""The map of the portal. Other apps are named by dotted string only, so that the imports stay a ladder."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal import access_views, api, change_views, views
from portal.admin_site import site

portal_patterns = (
    [
        path("", views.home, name="home"),
        path("sign-in/", views.SignIn.as_view(), name="sign_in"),
        path("sign-out/", views.SignOut.as_view(), name="sign_out"),
        path("password/", views.ChangePassword.as_view(), name="password"),
        path("switch/", views.switch_organization, name="switch"),
        path("access/", access_views.access, name="access"),
        path("access/mine/", access_views.mine, name="visits"),
        path("access/ask/", access_views.ask, name="ask_access"),
        path("access/auditor/", access_views.grant_auditor, name="grant_auditor"),
        path("access/leave/", access_views.leave, name="leave"),
        path("access/<uuid:pk>/confirm/", access_views.confirm, name="confirm_access"),
        path("access/<uuid:pk>/refuse/", access_views.refuse, name="refuse_access"),
        path("access/<uuid:pk>/end/", access_views.end, name="end_access"),
        path("access/<uuid:pk>/enter/", access_views.enter, name="enter_access"),
        path("changes/", change_views.changes, name="changes"),
        path("changes/<uuid:pk>/confirm/", change_views.confirm, name="confirm_change"),
        path("changes/<uuid:pk>/recall/", change_views.recall, name="recall_change"),
        path("healthz", views.healthz, name="healthz"),
        path("readyz", views.readyz, name="readyz"),
        path("metrics", views.scrape, name="metrics"),
    ],
    "portal",
)
api_patterns = (
    [
        path("token/", api.TokenView.as_view(), name="token"),
        path("token/refresh/", api.RefreshView.as_view(), name="token_refresh"),
        path("token/revoke/", api.RevokeView.as_view(), name="token_revoke"),
        path("me/", api.MeView.as_view(), name="me"),
        path("openapi/", SpectacularAPIView.as_view(), name="openapi"),
    ],
    "api",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path("api/v1/", include(api_patterns)),
    path("api/v1/", include("audit.api_urls")),
    path("api/v1/", include("connectors.api_urls")),
    path("api/v1/", include("questions.api_urls")),
    path("api/v1/", include("tickets.api_urls")),
    path("admin/", site.urls),
    path("", include("questions.urls")),
    path("", include("tickets.urls")),
    path("", include("audit.urls")),
]

handler404 = "portal.views.not_found"
handler500 = "portal.views.failed"
