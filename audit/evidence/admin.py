"""Evidence packs, the controls page and the schedule in the admin. A pack is asked for by POST and downloaded by a link
of one's own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.evidence import build, live, sample_admin  # noqa: F401 - registers its own class
from audit.filters import Day, zone
from audit.models import EvidencePack, EvidenceSchedule, PackState
from portal import rate, tenancy, trail
from portal.admin_site import ReadOnlyAdmin, TenantAdmin, site
from portal.reason_form import ReasonForm
from portal.refusal import Refused
from portal.roles import Capability, require

PAGE = 30
LINK_S = 3600
_PIECE = 1024 * 1024


class PackForm(forms.Form):
    """The period of a pack: whole days of the organization, the first and the last included."""

    since = Day(label="From", input_formats=["%Y-%m-%d"])
    until = Day(label="To", input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["required"] = f"{name}: give a day such as `2026-11-23`"
            field.widget.attrs["class"] = "trail-input"

    def moments(self) -> tuple[datetime, datetime]:
        """Return the first moment of the period and the one after its last."""
        where, given = zone(), self.cleaned_data
        return (
            datetime.combine(given["since"], time.min, where),
            datetime.combine(given["until"] + timedelta(days=1), time.min, where),
        )


class EvidencePackAdmin(ReadOnlyAdmin):
    """Packs: asked for, watched, downloaded."""

    see = Capability.VIEW_GOVERNANCE

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("make/", view(require_POST(self.make_view)), name="audit_evidencepack_make"),
            path("<uuid:pk>/download/", view(require_GET(self.download_view)), name="audit_evidencepack_download"),
            path("controls/", view(require_GET(self.controls_view)), name="audit_controls"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the packs, newest first, and the form that asks for one."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._list))(request)

    def _list(self, request: HttpRequest, form: PackForm | None = None) -> HttpResponse:
        today = timezone.now().astimezone(zone()).date()
        asked = form or PackForm(initial={"since": today - timedelta(days=29), "until": today})
        before = request.GET.get("before", "")
        rows = EvidencePack.objects.order_by("-id")
        if before:
            rows = rows.filter(id__lt=_id(before))
        found = list(rows[: PAGE + 1])
        home = reverse("admin:audit_evidencepack_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Evidence packs",
            "opts": self.opts,
            "form": asked,
            "packs": found[:PAGE],
            "older_url": f"{home}?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
            "may_make": tenancy.current().visit is None,
            "is_moving": any(each.state in (PackState.WAITING, PackState.WRITING) for each in found),
        }
        with timezone.override(zone()):
            return render(request, "audit/packs.html", context, status=400 if form else 200)

    def make_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a pack."""
        require(Capability.VIEW_GOVERNANCE)
        form = PackForm(request.POST)
        if form.is_valid():
            try:
                since, until = form.moments()
                pack = build.ask_for(since=since, until=until)
            except ValidationError as error:
                for name, found in (
                    error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
                ).items():
                    form.add_error(name, found)
            except rate.Limited as error:
                form.add_error(None, error.message)
            else:
                return redirect("admin:audit_evidencepack_change", pack.pk)
        return self._list(request, form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one pack: what it holds, how far it is, how it is checked."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._detail))(request, object_id)

    def _detail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        pack = _pack(_id(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": str(pack),
            "opts": self.opts,
            "pack": pack,
            "download_url": _link(pack) if pack.state == PackState.READY else "",
            "files": sorted((name, *entry) for name, entry in pack.entries.items()),
            "trail_url": f"{reverse('admin:audit_event_changelist')}?subject={pack.pk}",
            "name": _file_name(pack),
        }
        with timezone.override(zone()):
            return render(request, "audit/pack.html", context)

    def download_view(self, request: HttpRequest, pk: uuid.UUID) -> StreamingHttpResponse:
        """Stream the file to the person the link was made for, with its event before the first byte."""
        require(Capability.VIEW_GOVERNANCE)
        pack = _pack(pk)
        _prove(pack, request.GET.get("link", ""))
        path_ = build.file_of(pack)
        if pack.state != PackState.READY or not path_.exists():
            raise Http404("The file of this pack is not here; make the pack again.")
        trail.record(
            trail.Event(
                "evidence.downloaded",
                trail.Subject("evidence_pack", str(pack.pk)),
                bytes=pack.size_bytes,
                data={
                    "since": pack.since.isoformat(),
                    "until": pack.until.isoformat(),
                    "head": pack.head_number,
                    "sha256": pack.sha256,
                },
            )
        )
        answer = StreamingHttpResponse(_pieces(path_), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{_file_name(pack)}"'
        answer["Content-Length"] = str(pack.size_bytes)
        answer["Cache-Control"] = "no-store"
        return answer

    def controls_view(self, request: HttpRequest) -> HttpResponse:
        """Show every control with the promises, tests and events behind it."""
        require(Capability.VIEW_GOVERNANCE)
        with timezone.override(zone()):
            context = {**self.admin_site.each_context(request), "title": "Controls", **live.controls()}
            return render(request, "audit/controls.html", context)


class EvidenceScheduleAdmin(TenantAdmin):
    """How often packs are made by themselves: one row."""

    edit = Capability.SET_POLICY
    see = Capability.VIEW_GOVERNANCE
    may_remove = False
    fields = ["cadence", "keep_days", "change_reason"]
    list_display = ["__str__", "keep_days"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not EvidenceSchedule.objects.exists()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=ReasonForm, **kwargs)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404("There is no such pack here.") from None


def _pack(pk: uuid.UUID) -> EvidencePack:
    found = EvidencePack.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such pack here.")
    return found


def _who() -> list[str]:
    """Return what a link is bound to: the organization, the person, and the visit an auditor is on."""
    context = tenancy.current()
    return [str(context.organization_id), str(context.user_id), str(context.visit)]


def _link(pack: EvidencePack) -> str:
    """Return the address the current person downloads the pack from, for an hour."""
    link = signing.dumps([*_who(), str(pack.pk), pack.sha256], salt="audit.evidence")
    return f"{reverse('admin:audit_evidencepack_download', args=[pack.pk])}?link={link}"


def _prove(pack: EvidencePack, link: str) -> None:
    """Raise `Refused` unless the link was made for this person, this grant and this file, within the hour."""
    subject = ("evidence_pack", str(pack.pk))
    try:
        given = signing.loads(link, salt="audit.evidence", max_age=LINK_S)
    except signing.BadSignature:
        message = "This link is too old, changed or incomplete. Open the pack and download it from there."
        raise Refused(message, subject=subject) from None
    if given != [*_who(), str(pack.pk), pack.sha256]:
        raise Refused("This link was made for somebody else or another grant. Open the pack yourself.", subject=subject)


def _pieces(path_: Any) -> Iterator[bytes]:
    with path_.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _file_name(pack: EvidencePack) -> str:
    return f"countersign-evidence-{pack.since:%Y%m%d}-{pack.until:%Y%m%d}-head{pack.head_number}.zip"


site.register(EvidencePack, EvidencePackAdmin)
site.register(EvidenceSchedule, EvidenceScheduleAdmin)
