"""Samples in the admin: drawn, shown with what it takes to draw them again, downloaded."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.evidence import sampling
from audit.filters import Day, type_choices, zone
from audit.models import Event, Sample
from audit.words import sentence
from portal import tenancy, trail
from portal.admin_site import ReadOnlyAdmin, site
from portal.roles import Capability, require

PAGE = 30


class SampleForm(forms.Form):
    """What is drawn from, how many, and what for."""

    since = Day(label="From", input_formats=["%Y-%m-%d"])
    until = Day(label="To", input_formats=["%Y-%m-%d"])
    type = forms.ChoiceField(label="Type", required=False, choices=type_choices)
    size = forms.IntegerField(label="How many", initial=25)
    seed = forms.CharField(label="Seed (empty: drawn here)", required=False, max_length=64)
    purpose = forms.CharField(label="What for", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["required"] = f"{name}: is missing; give one"
            field.widget.attrs["class"] = "trail-input"

    def given(self) -> dict[str, Any]:
        """Return what `sampling.draw` takes."""
        where, clean = zone(), self.cleaned_data
        kind = clean["type"]
        named = [kind] if kind and not kind.endswith(".*") else []
        return {
            "since": datetime.combine(clean["since"], time.min, where),
            "until": datetime.combine(clean["until"] + timedelta(days=1), time.min, where),
            "types": named or [n for n in trail.declared() if kind and n.startswith(kind[:-1])],
            "size": clean["size"],
            "seed": clean["seed"],
            "purpose": clean["purpose"],
        }


class SampleAdmin(ReadOnlyAdmin):
    """Samples: drawn by POST, read, downloaded."""

    see = Capability.VIEW_GOVERNANCE

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("draw/", view(require_POST(self.draw_view)), name="audit_sample_draw"),
            path("<uuid:pk>/csv/", view(require_GET(self.csv_view)), name="audit_sample_csv"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the samples, newest first, and the form that draws one."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._list))(request)

    def _list(self, request: HttpRequest, form: SampleForm | None = None) -> HttpResponse:
        today = timezone.now().astimezone(zone()).date()
        rows = Sample.objects.order_by("-id")
        if before := request.GET.get("before", ""):
            rows = rows.filter(id__lt=_id(before))
        found = list(rows[: PAGE + 1])
        home = reverse("admin:audit_sample_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Samples",
            "opts": self.opts,
            "form": form or SampleForm(initial={"since": today - timedelta(days=29), "until": today}),
            "samples": found[:PAGE],
            "older_url": f"{home}?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
            "may_draw": tenancy.current().visit is None,
        }
        with timezone.override(zone()):
            return render(request, "audit/samples.html", context, status=400 if form else 200)

    def draw_view(self, request: HttpRequest) -> HttpResponse:
        """Draw a sample."""
        require(Capability.VIEW_GOVERNANCE)
        form = SampleForm(request.POST)
        if form.is_valid():
            try:
                sample = sampling.draw(**form.given())
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect("admin:audit_sample_change", sample.pk)
        return self._list(request, form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one sample and whether the log still gives it."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._detail))(request, object_id)

    def _detail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        sample = _sample(_id(object_id))
        places = sampling.drawn(sample)
        events = Event.objects.in_bulk([event for _, event in places])
        context = {
            **self.admin_site.each_context(request),
            "title": str(sample),
            "opts": self.opts,
            "sample": sample,
            "is_the_same": sampling.is_the_same(sample),
            "lines": [
                (place, leaf, events[event], sentence(events[event].type))
                for place, (leaf, event) in enumerate(places, 1)
            ],
        }
        with timezone.override(zone()):
            return render(request, "audit/sample.html", context)

    def csv_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Give the sample as CSV, with its event."""
        require(Capability.VIEW_GOVERNANCE)
        sample = _sample(pk)
        answer = HttpResponse(b"".join(sampling.sheet(sample)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="countersign-sample-{sample.digest[:12]}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404("There is no such sample here.") from None


def _sample(pk: uuid.UUID) -> Sample:
    found = Sample.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such sample here.")
    return found


site.register(Sample, SampleAdmin)
