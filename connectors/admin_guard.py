"""The self-test page of a connector: its guard settings, the attack list run against them, one statement tried."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from connectors import grant, guard_test
from connectors.models import Connector
from guardrails.sql import Decision
from portal.roles import Capability, Role, require


class GuardPages:
    """Routes and views that `ConnectorAdmin` takes in: one page, and a POST for each of its two buttons."""

    admin_site: Any
    opts: Any

    def guard_urls(self) -> list[Any]:
        own: list[tuple[str, Any, str]] = [
            ("<uuid:pk>/guard/", require_GET(self.guard_view), "guard"),
            ("<uuid:pk>/guard/run/", require_POST(self.guard_run_view), "guard_run"),
            ("<uuid:pk>/guard/try/", require_POST(self.guard_try_view), "guard_try"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"connectors_connector_{name}")
            for route, view, name in own
        ]

    def guard_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Show what the guard decides by on this connector."""
        return self._page(request, _settings(request, pk, request.GET.get("role", "")))

    def guard_run_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Run the attack list and show every refusal with its reason."""
        settings = _settings(request, pk, request.POST.get("role", ""))
        return self._page(request, settings, outcome=guard_test.run(settings))

    def guard_try_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Show the verdict, the reasons and the rewritten statement of what was pasted."""
        settings = _settings(request, pk, request.POST.get("role", ""))
        sql = request.POST.get("sql", "")
        try:
            decision: Decision | None = guard_test.try_one(settings, sql)
            problem = ""
        except ValidationError as error:
            decision, problem = None, " ".join(error.messages)
        return self._page(request, settings, sql=sql, decision=decision, problem=problem)

    def _page(self, request: HttpRequest, settings: guard_test.Settings, **found: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Guard of {settings.connector.name}",
            "connector": settings.connector,
            "guard": settings,
            "roles": list(Role),
            "attacks": len(guard_test.self_test.attacks(settings.dialect)),
            "tables": len(settings.schema.tables) if settings.schema else 0,
            **found,
        }
        return render(request, "connectors/admin/guard.html", context)


def _settings(request: HttpRequest, pk: Any, role: str) -> guard_test.Settings:
    require(Capability.MANAGE_CONNECTORS)
    try:
        connector: Connector = grant.granted_to_me(pk, where=request.path[:200])
        return guard_test.settings_of(connector, role)
    except (grant.NoSuchConnector, ValidationError):
        raise Http404 from None
