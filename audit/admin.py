"""The trail in the admin: a list that finds, one event in words, an export of any view, and erasure of a text."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit import (
    admin_record,  # noqa: F401 - registers retention and holds
    erase,
    export,
    search,
    story,
    words,
)
from audit.filters import TrailForm, address, zone
from audit.models import Event
from audit.sealing import receipt_pages
from portal import subjects, tenancy, trail
from portal.admin_site import ReadOnlyAdmin, site
from portal.roles import Capability, i_may, require

PAGE = 50


class EventAdmin(ReadOnlyAdmin):
    """Events: read, searched, exported. Nothing here writes but an export, a search and an erasure, each an event."""

    see = Capability.VIEW_GOVERNANCE

    def get_urls(self) -> list[Any]:
        own: list[tuple[str, Any, str]] = [
            ("export/", require_POST(self.export_view), "export"),
            ("export/ready/", require_GET(self.export_ready_view), "export_ready"),
            ("export/file/", require_GET(self.export_file_view), "export_file"),
            ("story/<str:kind>/<str:subject_id>/", require_GET(self.story_view), "story"),
            ("<uuid:pk>/erase/", require_POST(self.erase_view), "erase"),
        ]
        return [
            *(path(route, self.admin_site.admin_view(view), name=f"audit_event_{name}") for route, view, name in own),
            *receipt_pages.urls(self.admin_site.admin_view),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one page of the events that match the address."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._list))(request)

    def _list(self, request: HttpRequest) -> HttpResponse:
        form = TrailForm(request.GET)
        shown: dict[str, Any] = {"form": form, "events": [], "total": None, "older_url": ""}
        if form.is_valid():
            try:
                shown.update(self._found(request, form))
            except search.SearchTooSlow as error:
                form.add_error("q", f"search: {error}")
        home = reverse("admin:audit_event_changelist")
        shown["chips"] = form.chips(home) if form.is_valid() else []
        with timezone.override(zone()):
            context = {**self.admin_site.each_context(request), **shown, "home": home, "title": "Trail"}
            context |= {"opts": self.opts, "query": request.GET.urlencode(), "has_errors": bool(form.errors)}
            return render(request, "audit/trail.html", context, status=400 if form.errors else 200)

    def _found(self, request: HttpRequest, form: TrailForm) -> dict[str, Any]:
        filters, before, home = form.filters(), form.cleaned_data["before"], request.path
        found = search.page(filters, before, PAGE)
        if filters.search and before is None:
            _record_search(filters.search, form.asked())
        connectors = subjects.names_of("connector", {event.connector_id for event in found.events})
        older = {**form.asked(), "before": str(found.events[-1].pk)} if found.is_more else {}
        return {
            "events": [_line(event, connectors) for event in found.events],
            "total": f"{found.count:,}{'' if found.is_all else '+'}",
            "older_url": address(home, older) if older else "",
            "newest_url": address(home, form.asked()) if before else "",
            "link": address(home, {**form.asked(), **({"before": str(before)} if before else {})}),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one event in words."""
        require(Capability.VIEW_GOVERNANCE)
        return never_cache(require_GET(self._detail))(request, object_id)

    def _detail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event = _event(object_id)
        connectors = subjects.names_of("connector", {event.connector_id})
        kind = trail.declared().get(event.type)
        with timezone.override(zone()):
            context = {
                **self.admin_site.each_context(request),
                **_line(event, connectors),
                "title": words.sentence(event.type),
                "opts": self.opts,
                "changes": words.changes(event),
                "facts": words.facts(event),
                "texts": words.texts(event),
                "promises": ", ".join(kind.promises) if kind else "",
                "may_erase": i_may(Capability.SET_POLICY),
                "story_url": subjects.story_url(event.subject_kind, event.subject_id),
            }
            return render(request, "audit/event.html", context)

    def story_view(self, request: HttpRequest, kind: str, subject_id: str) -> HttpResponse:
        """Tell everything that happened to a subject and to what belongs to it, in the order of time."""
        require(Capability.VIEW_GOVERNANCE)
        form = TrailForm({"before": request.GET.get("after", "")})
        after = form.cleaned_data["before"] if form.is_valid() else None
        told = story.tell(kind, subject_id, after)
        if not told.chapters:
            raise Http404("Nothing happened to such a subject here.")
        here, last = request.path, told.chapters[-1].event.pk
        connectors = subjects.names_of("connector", {each.event.connector_id for each in told.chapters})
        with timezone.override(zone()):
            context = {
                **self.admin_site.each_context(request),
                "title": f"Story of {kind.replace('_', ' ')} {subject_id[-8:]}",
                "opts": self.opts,
                "home": reverse("admin:audit_event_changelist"),
                "lines": [{**_line(each.event, connectors), "chapter": each} for each in told.chapters],
                "others": [_subject(*each) for each in told.of[1:]],
                "subject_url": subjects.url_of(kind, subject_id),
                "later_url": address(here, {"after": str(last)}) if told.is_more else "",
                "first_url": here if after else "",
            }
            return never_cache(render)(request, "audit/story.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Make the link of the view that the address names, and lead to it."""
        require(Capability.VIEW_GOVERNANCE)
        form = TrailForm(request.GET)
        if not form.is_valid():
            return redirect(f"{reverse('admin:audit_event_changelist')}?{request.GET.urlencode()}")
        return redirect(address(reverse("admin:audit_event_export_ready"), {"of": export.link_of(form.asked())}))

    def export_ready_view(self, request: HttpRequest) -> HttpResponse:
        """Show what an export holds and where it is fetched."""
        ticket, form = self._asked_of(request)
        home, file = reverse("admin:audit_event_changelist"), reverse("admin:audit_event_export_file")
        context = {
            **self.admin_site.each_context(request),
            "title": "Export",
            "opts": self.opts,
            "chips": form.chips(home),
            "view": address(home, ticket.asked),
            "home": home,
            "files": {each: address(file, {"of": request.GET["of"], "as": each}) for each in export.FORMATS},
            "proofs": {
                each: address(file, {"of": request.GET["of"], "as": f"{each}.proof"}) for each in export.FORMATS
            },
            "per_hour": export.PER_HOUR,
        }
        return never_cache(render)(request, "audit/export.html", context)

    def export_file_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Stream what the link names, as CSV or as JSON Lines."""
        ticket, form = self._asked_of(request)
        kind = request.GET.get("as", "csv")
        kinds = export.FORMATS | export.PROOFS
        if kind not in kinds:
            raise Http404("There is no such format.")
        answer = StreamingHttpResponse(
            export.begin(form.filters(), ticket.asked, kind, ticket.last), content_type=kinds[kind]
        )
        name = f"countersign-trail-{ticket.moment:%Y%m%dT%H%M%SZ}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        answer["X-Accel-Buffering"] = "no"
        return answer

    def _asked_of(self, request: HttpRequest) -> tuple[export.Ticket, TrailForm]:
        ticket = export.ticket_of(request.GET.get("of", ""))
        form = TrailForm(ticket.asked)
        if not form.is_valid():
            raise Http404("The view of this export is not valid any more.")
        return ticket, form

    def erase_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Erase the texts of one event, with a reason."""
        try:
            number = erase.erase_text(pk, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            for problem in error.messages:
                messages.error(request, problem)
        except LookupError:
            raise Http404 from None
        else:
            messages.success(request, f"Erased {number} text{'' if number == 1 else 's'}; the commitments stay.")
        return redirect(reverse("admin:audit_event_change", args=[pk]))


def _event(object_id: str) -> Event:
    try:
        event = Event.objects.filter(pk=uuid.UUID(object_id)).first()
    except ValueError:
        event = None
    if event is None:
        raise Http404("There is no such event here.")
    return event


def _line(event: Event, connectors: dict[str, str]) -> dict[str, Any]:
    """Return what the pages show of an event."""
    return {
        "event": event,
        "what": words.sentence(event.type),
        "money": words.money(event),
        "shape": words.SHAPES.get(event.verdict, "skip"),
        "verdict": event.verdict.replace("_", " ").capitalize(),
        "connector": connectors.get(str(event.connector_id), str(event.connector_id or "")),
        "subject_url": subjects.url_of(event.subject_kind, event.subject_id),
        "subject": _subject(event.subject_kind, event.subject_id)["said"],
        "url": reverse("admin:audit_event_change", args=[event.pk]),
    }


def _subject(kind: str, subject_id: str) -> dict[str, str]:
    said = f"{kind.replace('_', ' ')} {subject_id[-8:]}"
    return {"said": said, "url": subjects.url_of(kind, subject_id) or subjects.story_url(kind, subject_id)}


def _record_search(needle: str, asked: dict[str, str]) -> None:
    """Record a search through people's texts; looking up one id is no such search."""
    try:
        uuid.UUID(needle)
    except ValueError:
        trail.record(
            trail.Event(
                "trail.searched",
                trail.Subject("trail", str(tenancy.organization_id())),
                data={"filters": {name: value for name, value in asked.items() if name != "q"}},
                text={"search": needle},
            )
        )


site.register(Event, EventAdmin)

from audit import signal_admin  # noqa: E402, F401 - registers its own classes
from audit.evidence import admin as evidence_admin  # noqa: E402, F401 - registers its own classes
from audit.sealing import admin as sealing_admin  # noqa: E402, F401 - registers its own classes
