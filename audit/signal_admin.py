"""Risk signals in the admin: the list, one signal with its evidence, what officers do with it, and the detectors."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import look, signals, words
from audit.admin import _line
from audit.backtest import DAYS, backtest
from audit.detect import DETECTORS, Setting
from audit.filters import zone
from audit.models import AlertPolicy, DetectorSetting, RiskSignal, Severity, SignalComment, SignalState
from audit.signal_pages import SignalFilter, evidence_of, officers, title_of
from portal import change, listing, page_verb, subjects, tenancy
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.roles import Capability, i_may, require

SHAPES = {"high": "block", "medium": "human", "low": "record"}
SNOOZES = ((4, "4 hours"), (24, "1 day"), (72, "3 days"), (168, "a week"), (720, "30 days"))


def _hours(request: HttpRequest) -> int:
    given = request.POST.get("hours", "")
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise ValidationError({"hours": f"hours: `{given[:20]}` is no number of hours; give one such as `24`"})
    return int(given)


def _to(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("to", ""))
    except ValueError:
        raise ValidationError({"to": "to: names nobody; choose an admin"}) from None


VERBS: dict[str, tuple[Callable[[uuid.UUID, HttpRequest], Any], str]] = {
    "acknowledge": (lambda pk, request: signals.acknowledge(pk), "Acknowledged. It is yours unless it was somebody's."),
    "resolve": (lambda pk, request: signals.resolve(pk, comment=request.POST.get("comment", "")), "Resolved."),
    "snooze": (lambda pk, request: signals.snooze(pk, hours=_hours(request)), "Put aside; it opens again by itself."),
    "assign": (lambda pk, request: signals.assign(pk, to=_to(request)), "Assigned."),
    "comment": (lambda pk, request: signals.comment(pk, text=request.POST.get("comment", "")), "Comment kept."),
    "judge": (
        lambda pk, request: signals.judge(pk, feedback=request.POST.get("feedback", "")),
        "Noted; the detector learns from it within its bounds.",
    ),
}
"""What can be done with a signal on its page: the verb, and what is said when it is done."""


class RiskSignalAdmin(ReadOnlyAdmin):
    """Signals: read here, changed by verbs alone."""

    see = Capability.VIEW_GOVERNANCE

    def get_urls(self) -> list[Any]:
        return [
            path(
                f"<uuid:pk>/{verb}/",
                self.admin_site.admin_view(require_POST(self._verb(verb))),
                name=f"audit_risksignal_{verb}",
            )
            for verb in VERBS
        ] + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one page of the signals that match the address."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._list))(request)

    def _list(self, request: HttpRequest) -> HttpResponse:
        form = SignalFilter(request.GET)
        page = listing.keyset(request, form.rows(tenancy.current().user_id))
        context = {
            **self.admin_site.each_context(request),
            "title": "Risk signals",
            "opts": self.opts,
            "form": form,
            "page": page,
            "rows": [_shown(signal) for signal in page.rows],
            "chips": listing.chips(request, form) if form.is_valid() else [],
            "home": request.path,
            "any": bool(page.total) or RiskSignal.objects.exists(),
        }
        with timezone.override(zone()):
            return render(request, "audit/signals.html", context, status=200 if form.is_valid() else 400)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one signal with its evidence."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._detail))(request, object_id)

    def _detail(
        self, request: HttpRequest, object_id: str, trouble: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        signal = self.get_object(request, object_id)
        if signal is None:
            raise Http404("There is no such signal here.")
        events = evidence_of(signal)
        connectors = subjects.names_of("connector", {event.connector_id for event in events})
        comments = SignalComment.objects.filter(signal=signal).select_related("author").order_by("id")
        context = {
            **self.admin_site.each_context(request),
            **_shown(signal),
            "title": signal.title,
            "opts": self.opts,
            "evidence": [_line(event, connectors) for event in events],
            "comments": comments,
            "told": _told(signal),
            "trouble": trouble or [],
            "said": request.POST.get("comment", ""),
            "officers": officers(),
            "snoozes": SNOOZES,
            "may": i_may(Capability.SET_POLICY),
            "is_over": signal.state == SignalState.RESOLVED,
            "detector_url": reverse("admin:audit_detectorsetting_detector", args=[signal.detector])
            if signal.detector in DETECTORS
            else "",
        }
        with timezone.override(zone()):
            return render(request, "audit/signal.html", context, status=status)

    def _verb(self, name: str) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
        verb, said = VERBS[name]

        def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
            require(Capability.VIEW_GOVERNANCE)

            def then(made: Any) -> HttpResponse:
                messages.success(request, said)
                return redirect("admin:audit_risksignal_change", str(pk))

            return page_verb.carry_out(
                request,
                lambda: verb(pk, request),
                then=then,
                again=lambda trouble, status: self._detail(request, str(pk), trouble, status),
            )

        return view


def _shown(signal: RiskSignal) -> dict[str, Any]:
    """Return what both pages show of a signal."""
    return {
        "signal": signal,
        "shape": SHAPES[signal.severity],
        "detector": title_of(signal.detector),
        "url": reverse("admin:audit_risksignal_change", args=[signal.pk]),
    }


def _told(signal: RiskSignal) -> list[dict[str, Any]]:
    """Return what was done with the signal, oldest first."""
    from audit.models import Event

    rows = Event.objects.about("risk_signal", str(signal.pk)).order_by("id")[:200]
    return [{"event": row, "what": words.sentence(row.type)} for row in rows]


class DetectorForm(forms.Form):
    """How a detector is set; every error stands at its field."""

    is_on = forms.BooleanField(required=False, label="It looks")
    severity = forms.ChoiceField(choices=Severity.choices)
    threshold = forms.DecimalField(min_value=Decimal("0.1"), max_value=10**9, decimal_places=2, max_digits=12)
    least = forms.IntegerField(min_value=1, max_value=10**15, label="Silent below")
    is_tuned = forms.BooleanField(required=False, label="Feedback tunes it")
    reason = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "trail-input"
            field.error_messages["required"] = f"{name}: is missing; give a value"
            field.error_messages["invalid"] = f"{name}: is no number; write it like `8` or `2.5`"


class DetectorSettingAdmin(TenantAdmin):
    """The detectors of the organization, and for each what it would have raised with another setting."""

    edit = Capability.SET_POLICY
    list_display = ["detector", "is_on", "severity", "threshold"]
    readonly_fields = ["detector"]
    may_add = False
    may_remove = False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.detector_view))
        return [path("of/<slug:name>/", view, name="audit_detectorsetting_detector"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show every detector, as it is set here."""
        require(Capability.SET_POLICY)
        return require_GET(self._list)(request)

    def _list(self, request: HttpRequest) -> HttpResponse:
        known = look.settings()
        standing = dict.fromkeys(DETECTORS, 0)
        for name in RiskSignal.objects.standing().values_list("detector", flat=True):
            standing[name] = standing.get(name, 0) + 1
        rows = [
            {"detector": each, "set": known[name], "shape": SHAPES[known[name].severity], "standing": standing[name]}
            for name, each in DETECTORS.items()
        ]
        context = {**self.admin_site.each_context(request), "title": "Detectors", "opts": self.opts, "rows": rows}
        return render(request, "audit/detectors.html", context)

    def detector_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show how a detector is set and what it would have raised; save a setting."""
        require(Capability.SET_POLICY)
        if name not in DETECTORS:
            raise Http404("There is no such detector.")
        row = look.settings()[name]
        shown = {field: getattr(row, field) for field in ("is_on", "severity", "threshold", "least", "is_tuned")}
        if request.method == "POST":
            form = DetectorForm(request.POST)
            if form.is_valid():
                return self._save(request, row, form)
        else:
            form = DetectorForm({**shown, **request.GET.dict()}) if "threshold" in request.GET else DetectorForm(shown)
        context = {
            **self.admin_site.each_context(request),
            "title": DETECTORS[name].title,
            "opts": self.opts,
            "detector": DETECTORS[name],
            "form": form,
            "tested": _tested(name, form) if form.is_valid() and "threshold" in {**request.GET.dict()} else None,
            "days": DAYS,
            "is_set": not row._state.adding,
            "history": f"{reverse('admin:audit_event_changelist')}?subject={row.pk}",
        }
        with timezone.override(zone()):
            return render(request, "audit/detector.html", context, status=400 if form.errors else 200)

    def _save(self, request: HttpRequest, row: DetectorSetting, form: DetectorForm) -> HttpResponse:
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        for field, value in given.items():
            setattr(row, field, value)
        change.apply(row, reason=reason, source="admin")
        messages.success(request, f"{DETECTORS[row.detector].title} is set.")
        return redirect("admin:audit_detectorsetting_changelist")


def _tested(name: str, form: DetectorForm) -> Any:
    given = form.cleaned_data
    return backtest(name, Setting(float(given["threshold"]), given["least"], given["severity"]))


class AlertPolicyAdmin(TenantAdmin):
    """When people are told. One row, which is made with its first edit."""

    edit = Capability.SET_POLICY
    list_display = ["__str__", "high", "medium", "low", "quiet_from_h", "quiet_until_h", "digest_at_h"]
    may_remove = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not AlertPolicy.objects.exists()


site.register(RiskSignal, RiskSignalAdmin)
site.register(DetectorSetting, DetectorSettingAdmin)
site.register(AlertPolicy, AlertPolicyAdmin)
