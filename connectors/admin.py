"""Connectors in the admin: set up, probed, granted; their warnings until they are fixed or accepted with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from connectors import (
    breaker,
    data_admin,
    grant,
    notice_admin,  # noqa: F401
    risk_admin,  # noqa: F401
    set_up,
)
from connectors.adapter_kinds import KINDS, AdapterKind
from connectors.admin_guard import GuardPages
from connectors.admin_shop import ShopPages, shop_of
from connectors.forms import form_for, names_of
from connectors.models import Connector, ConnectorRole, ConnectorWarning, ModelPrice
from portal.admin_site import TenantAdmin, site
from portal.models import Membership
from portal.roles import Capability, Role, require


class ConnectorAdmin(GuardPages, ShopPages, TenantAdmin):
    """A connector with everything that belongs to it on one page."""

    edit = Capability.MANAGE_CONNECTORS
    may_remove = False
    list_display = ["name", "role", "adapter", "environment", "production", "active", "open_warnings"]
    list_filter = ["role", "is_production", "is_active"]
    search_fields = ["name", "environment"]
    ordering = ["name"]
    change_form_outer_before_template = "connectors/admin/before.html"
    change_form_outer_after_template = "connectors/admin/after.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    # --- list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = (
            ConnectorWarning.objects.unanswered()
            .filter(connector=OuterRef("pk"))
            .exclude(severity=ConnectorWarning.Severity.INFO)
            .order_by()
            .values("connector")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return super().get_queryset(request).annotate(waiting=Subquery(waiting, output_field=IntegerField()))

    @display(description="Production", label={"PRODUCTION": "danger"})
    def production(self, connector: Connector) -> str:
        return "PRODUCTION" if connector.is_production else ""

    @display(description="Active", boolean=True)
    def active(self, connector: Connector) -> bool:
        return connector.is_active

    @display(description="Warnings", label={"open": "danger"})
    def open_warnings(self, connector: Any) -> tuple[str, str] | str:
        return ("open", f"{connector.waiting} open") if connector.waiting else ""

    # --- form ---

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask first which kind of connector, then for what that kind takes."""
        if _asked_kind(request) is None:
            require(Capability.MANAGE_CONNECTORS)
            groups = [(role.label, [k for k in KINDS if k.role == role.value]) for role in ConnectorRole]
            context = {**self.admin_site.each_context(request), "groups": groups, "title": "Add connector"}
            return render(request, "connectors/admin/kinds.html", {**context, "opts": self.opts})
        return super().add_view(request, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = form_for(_kind(request, obj))
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return names_of(_kind(request, obj))

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        set_up.set_up(obj, secret=given.get("secret", ""), reason=given.get("change_reason", ""))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            context.update(_belongings(obj))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # --- what belongs to a connector: each a POST of its own ---

    def get_urls(self) -> list[Any]:
        own: list[tuple[str, Any, str]] = [
            ("<uuid:pk>/probe/", self.probe_view, "probe"),
            ("<uuid:pk>/grants/", self.grants_view, "grants"),
            ("<uuid:pk>/warnings/<uuid:warning>/accept/", self.accept_view, "accept"),
        ]
        seen = path(
            "<uuid:pk>/data-policy/",
            self.admin_site.admin_view(require_GET(self.data_policy_view)),
            name="connectors_connector_data_policy",
        )
        return [
            path(route, self.admin_site.admin_view(require_POST(view)), name=f"connectors_connector_{name}")
            for route, view, name in own
        ] + [seen, *self.guard_urls(), *self.shop_urls(), *super().get_urls()]

    def data_policy_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Show what each role sees of a source."""
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return data_admin.what_a_role_sees(request, _mine(pk, request), context)

    def probe_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Look at the source now and say what was found."""
        connector = _mine(pk, request)
        try:
            found = set_up.look_again(connector)
        except ValidationError as error:
            return _back(request, connector, *error.messages)
        if not found.is_reached:
            return _back(request, connector, f"The probe failed: {found.error_message}")
        messages.success(request, f"Probed {found.engine} {found.version}.")
        return _back(request, connector)

    def accept_view(self, request: HttpRequest, pk: Any, warning: Any) -> HttpResponse:
        """Accept a warning as it was shown, with a reason."""
        connector = _mine(pk, request)
        found = ConnectorWarning.objects.standing().filter(pk=warning, connector_id=connector.pk).first()
        if found is None or found.message != request.POST.get("message", ""):
            return _back(request, connector, "The warning was fixed or changed meanwhile; read it again.")
        try:
            set_up.accept_warning(found, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            return _back(request, connector, *error.messages)
        messages.success(request, "The warning is accepted; it stays visible as that.")
        return _back(request, connector)

    def grants_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Bring the explicit grants in line with what was ticked."""
        connector = _mine(pk, request)
        ticked = set(request.POST.getlist("grant"))
        try:
            with transaction.atomic():
                for key, holder, is_granted in _holders(connector):
                    if key in ticked and not is_granted:
                        grant.give(connector, to=holder)
                    elif key not in ticked and is_granted:
                        grant.take(connector, of=holder)
        except ValidationError as error:
            return _back(request, connector, *error.messages)
        messages.success(request, "The grants are saved.")
        return _back(request, connector)


_GRAVITY = ("critical", "warning", "info")


def _asked_kind(request: HttpRequest) -> AdapterKind | None:
    asked = request.GET.get("kind", "")
    return next((kind for kind in KINDS if f"{kind.role}.{kind.adapter}" == asked), None)


def _kind(request: HttpRequest, obj: Connector | None) -> AdapterKind:
    found = obj.kind if obj is not None else _asked_kind(request)
    return found or KINDS[0]


def _mine(pk: Any, request: HttpRequest) -> Connector:
    require(Capability.MANAGE_CONNECTORS)
    try:
        return grant.granted_to_me(pk, where=request.path[:200])
    except grant.NoSuchConnector:
        raise Http404 from None


def _back(request: HttpRequest, connector: Connector, *problems: str) -> HttpResponse:
    for problem in problems:
        messages.error(request, problem)
    return redirect(reverse("admin:connectors_connector_change", args=[connector.pk]))


def _holders(connector: Connector) -> list[tuple[str, Role | Membership, bool]]:
    """Return everybody a grant can be given to: (form key, holder, whether they hold one)."""
    given = grant.grants_of(connector)
    roles = {each.role for each in given if each.role}
    people = {each.membership.pk for each in given if each.membership}
    rows: list[tuple[str, Role | Membership, bool]] = [
        (f"role:{role.value}", role, role in roles) for role in (Role.ANALYST, Role.MEMBER)
    ]
    members = Membership.objects.filter(role__in=[Role.ANALYST, Role.MEMBER], is_active=True)
    rows += [(f"person:{m.pk}", m, m.pk in people) for m in members.select_related("user").order_by("user__name")]
    return rows


def _belongings(connector: Connector) -> dict[str, Any]:
    """Return what the page shows beside the form."""
    return {
        "connector": connector,
        "probe": getattr(connector, "probe", None),
        "breaker": breaker.of(connector),
        "is_source": connector.role == ConnectorRole.SOURCE,
        "takes_events": connector.adapter == "stripe",
        "risk_hook": getattr(connector, "risk_hook", None),
        **shop_of(connector),
        "has_secret": bool(getattr(getattr(connector, "credential", None), "secret", None)),
        "connector_warnings": ConnectorWarning.objects.standing()
        .filter(connector=connector)
        .order_by("severity", "id"),
        "implied": [each.name for each in grant.grants_of(connector) if each.is_implied],
        "holders": [
            (key, f"Every {holder.label.lower()}" if isinstance(holder, Role) else str(holder), held)
            for key, holder, held in _holders(connector)
        ],
    }


class ModelPriceAdmin(TenantAdmin):
    """What models cost; a model without a price is not called."""

    edit = Capability.MANAGE_CONNECTORS
    list_display = ["model", "provider", "input_microusd", "output_microusd", "cache_read_microusd"]
    fields = ["provider", "model", "input_microusd", "output_microusd", "cache_read_microusd", "cache_write_microusd"]
    ordering = ["provider", "model"]


site.register(Connector, ConnectorAdmin)
site.register(ModelPrice, ModelPriceAdmin)
