"""Connecting a shop in the admin: out to its owner's yes, and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from connectors import connect_shop, grant, shops
from connectors.adapters.shopify.pinned import API_VERSION, SCOPES
from connectors.models import Connector, OAuthToken
from portal.roles import Capability, require


class ShopPages:
    """Routes and views that `ConnectorAdmin` takes in: a POST that begins, and the one way back for every shop."""

    admin_site: Any
    opts: Any

    def shop_urls(self) -> list[Any]:
        own: list[tuple[str, Any, str]] = [
            ("<uuid:pk>/connect-shop/", require_POST(self.connect_shop_view), "connect_shop"),
            ("shop-connected/", require_GET(self.shop_connected_view), "shop_connected"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"connectors_connector_{name}")
            for route, view, name in own
        ]

    def connect_shop_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Begin connecting, and show the way out: a link, since a form may not lead to another site."""
        require(Capability.MANAGE_CONNECTORS)
        try:
            connector: Connector = grant.granted_to_me(pk, where=request.path[:200])
        except grant.NoSuchConnector:
            raise Http404 from None
        try:
            leads_to = connect_shop.begin(connector, session=request.session, redirect_uri=way_back(request))
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
            return redirect(reverse("admin:connectors_connector_change", args=[connector.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Connect {connector.name}",
            "connector": connector,
            "leads_to": leads_to,
            "scopes": SCOPES,
            "way_back": way_back(request),
        }
        return render(request, "connectors/admin/connect_shop.html", context)

    def shop_connected_view(self, request: HttpRequest) -> HttpResponse:
        """Take the way back from a shop. A GET by its nature: what it changes is awaited in this session, once."""
        require(Capability.MANAGE_CONNECTORS)
        try:
            query = parse_qsl(request.META.get("QUERY_STRING", "")[:4000], keep_blank_values=True, max_num_fields=20)
            connector = connect_shop.complete(query, session=request.session)
        except ValueError:
            return _refused(request, "query: cannot be read; begin connecting anew")
        except ValidationError as error:
            return _refused(request, *error.messages)
        messages.success(request, f"The shop of {connector.name} is connected.")
        return redirect(reverse("admin:connectors_connector_change", args=[connector.pk]))


def way_back(request: HttpRequest) -> str:
    """Return the address that the app at Shopify has to allow as its redirect URL."""
    return request.build_absolute_uri(reverse("admin:connectors_connector_shop_connected"))


def shop_of(connector: Connector) -> dict[str, Any]:
    """Return what a connector's page says of its shop; nothing for any other connector."""
    if connector.adapter != "shopify":
        return {}
    token = OAuthToken.objects.filter(connector=connector).first()
    return {
        "is_shop": True,
        "is_by_code": shops.is_connected_by_code(connector),
        "shop_token": token if token is not None and token.generation else None,
        "api_version": API_VERSION,
    }


def _refused(request: HttpRequest, *problems: str) -> HttpResponse:
    for problem in problems:
        messages.error(request, problem)
    return redirect(reverse("admin:connectors_connector_changelist"))
