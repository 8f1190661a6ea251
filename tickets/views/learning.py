"""Officers' pages of what is learned before trusting: shadow report, going live, rehearsals, versions, gate health."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from guardrails import versions
from guardrails.gates import GATES
from guardrails.models import PolicyVersion, TicketPolicy
from portal import listing, tenancy
from portal.money import Money
from portal.page_verb import carry_out
from portal.roles import Capability, requires
from tickets import forms, go_live, health, importing, rehearse, report, watch
from tickets.models import LIVE_KINDS, GoLive, GoLiveState, Rehearsal, TicketImport
from tickets.presentation import coded

SIGNS = {"auto": "pass", "human": "human", "block": "block", "closed": "skip", "further": "record"}
WORDS = {"auto": "by itself", "human": "a person", "block": "blocked", "closed": "closed", "further": "goes on"}
TITLES = {gate.promise: gate.title for gate in GATES}
SHOWN = 100
KEYS = (("j", "Next in the list"), ("k", "Previous in the list"), ("Enter", "Open it"), ("?", "Keys"))


class Reason(forms.Typed):
    reason = django_forms.CharField(label="Why?", max_length=300, help_text="Goes to the trail.")


class Period(forms.Filters):
    """The period of a report, and which tickets."""

    since = django_forms.DateField(required=False, label="From", widget=django_forms.DateInput(attrs={"type": "date"}))
    until = django_forms.DateField(required=False, label="To", widget=django_forms.DateInput(attrs={"type": "date"}))
    source = django_forms.ChoiceField(
        required=False, label="Tickets", choices=[("", "All"), ("imported", "Imported"), ("live", "Came in here")]
    )

    def bounds(self) -> tuple[datetime, datetime]:
        """Return the period, the last ninety days where it is not given."""
        today = timezone.now().date()
        since: date = self.given("since") or today - timedelta(days=90)
        until: date = self.given("until") or today
        return _midnight(since), _midnight(until) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())


@require_GET
@requires(Capability.SET_POLICY)
def shadow(request: HttpRequest) -> HttpResponse:
    """Show the shadow report (T25)."""
    return _shadow(request)


def _shadow(request: HttpRequest, form: forms.Typed | None = None, status: int = 200) -> HttpResponse:
    period = Period(request.GET)
    since, until = period.bounds()
    found = report.of_period(since, until, source=period.given("source") or "")
    policy = TicketPolicy.objects.first()
    asked = {each.action: each for each in GoLive.objects.filter(state=GoLiveState.ASKED).select_related("asked_by")}
    ended = GoLive.objects.filter(state=GoLiveState.ENDED).order_by("-ended_at").first()
    context = {
        "report": found,
        "period": period,
        "rows": [(row, report.sums_in_words(row.ai_money.values()), _people(row), _beyond(row)) for row in found.rows],
        "gates": [
            (each, TITLES.get(each.gate, each.gate), report.sums_in_words(each.money.values())) for each in found.gates
        ],
        "differences": [(each, report.sums_in_words(each.money.values())) for each in found.differences],
        "disagreements": found.disagreements[:SHOWN],
        "actions": [(kind, policy is None or policy.is_shadow(kind), asked.get(kind)) for kind in LIVE_KINDS],
        "bands": watch.bands(policy) if policy is not None else [],
        "ended": ended,
        "me": tenancy.current().user_id,
        "form": form or Reason(),
        "tab": "shadow",
    }
    return render(request, "learning/shadow.html", context, status=status)


def _people(row: report.Row) -> str:
    return report.sums_in_words(row.people_money.values())


def _beyond(row: report.Row) -> str:
    return report.sums_in_words(row.beyond.values())


def _verb(request: HttpRequest, verb: Any, said: str, form: forms.Typed | None = None) -> HttpResponse:
    """Call a verb of the shadow report and lead back to it."""

    def again(troubles: list[str], status: int) -> HttpResponse:
        for trouble in troubles:
            messages.error(request, trouble)
        return _shadow(request, form, status)

    def then(_: Any) -> HttpResponse:
        messages.success(request, said)
        return redirect("tickets:shadow")

    return carry_out(request, verb, then=then, again=again, form=form)


@require_POST
@requires(Capability.SET_POLICY)
def ask_live(request: HttpRequest, kind: str) -> HttpResponse:
    form = Reason(request.POST)
    said = "Asked. Another officer confirms it here."
    return _verb(request, lambda: go_live.ask(kind, reason=form.cleaned_data["reason"]), said, form)


@require_POST
@requires(Capability.SET_POLICY)
def confirm_live(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _verb(request, lambda: go_live.confirm(pk), "Confirmed. It acts from now on.")


@require_POST
@requires(Capability.SET_POLICY)
def recall_live(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _verb(request, lambda: go_live.withdraw(pk), "Withdrawn. Nothing changes.")


@require_POST
@requires(Capability.SET_POLICY)
def back(request: HttpRequest, kind: str) -> HttpResponse:
    form = Reason(request.POST)
    verb = lambda: go_live.back_to_shadow(kind, reason=form.cleaned_data["reason"])  # noqa: E731
    return _verb(request, verb, "Back in shadow mode.", form)


@require_GET
@requires(Capability.SET_POLICY)
def rehearsals(request: HttpRequest) -> HttpResponse:
    """Show the last rehearsals."""
    rows = Rehearsal.objects.select_related("asked_by").order_by("-id")[:SHOWN]
    return render(request, "learning/rehearsals.html", {"rows": rows, "tab": "rehearsals"})


@require_GET
@requires(Capability.SET_POLICY)
def rehearsal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what a changed policy would have done (T26)."""
    return _rehearsal(request, pk)


def _rehearsal(request: HttpRequest, pk: uuid.UUID, form: forms.Typed | None = None, status: int = 200) -> HttpResponse:
    row = Rehearsal.objects.select_related("asked_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    found = row.result or {}
    context = {
        "row": row,
        "moves": [
            (SIGNS[m["from"]], WORDS[m["from"]], SIGNS[m["to"]], WORDS[m["to"]], m["count"], _money(m["money"]))
            for m in found.get("moves", [])
        ],
        "gates": [
            (g["gate"], TITLES.get(g["gate"], ""), g["count"], _money(g["money"])) for g in found.get("gates", [])
        ],
        "listed": [
            {
                **m,
                "title": TITLES.get(m["gate"], ""),
                "sign": SIGNS[m["to"]],
                "word": WORDS[m["to"]],
                "was": WORDS[m["from"]],
                "says": coded(m["reason"]),
            }
            for m in found.get("listed", [])
        ],
        "form": form or Reason(initial={"reason": row.reason}),
        "tab": "rehearsals",
    }
    return render(request, "learning/rehearsal.html", context, status=status)


@require_POST
@requires(Capability.SET_POLICY)
def save_rehearsed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = Reason(request.POST)

    def then(_: Any) -> HttpResponse:
        messages.success(request, "Saved, as it was rehearsed.")
        return redirect("tickets:rehearsal", pk)

    verb = lambda: rehearse.save(pk, reason=form.cleaned_data["reason"])  # noqa: E731
    return carry_out(request, verb, then=then, again=lambda _, status: _rehearsal(request, pk, form, status), form=form)


def _money(sums: dict[str, int]) -> str:
    return report.sums_in_words(Money(minor, code) for code, minor in sums.items())


@require_GET
@requires(Capability.SET_POLICY)
def policy_versions(request: HttpRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Show the versions of one policy, each with what it changed."""
    return _versions(request, kind, pk)


def _versions(
    request: HttpRequest, kind: str, pk: uuid.UUID, form: forms.Typed | None = None, status: int = 200
) -> HttpResponse:
    try:
        versions.model_of(kind)
    except LookupError:
        raise Http404 from None
    found = versions.of(kind, pk)
    older = [*found[1:], None]
    rows = [
        (each, versions.differences(kind, before.values, each.values) if before is not None else [])
        for each, before in zip(found, older, strict=True)
    ]
    form_url = reverse(f"admin:guardrails_{versions.model_of(kind)._meta.model_name}_changelist")
    context = {"rows": rows, "form_url": form_url, "form": form or Reason(), "tab": "versions"}
    return render(request, "learning/versions.html", context, status=status)


@require_GET
@requires(Capability.SET_POLICY)
def all_versions(request: HttpRequest) -> HttpResponse:
    """Show every change of a ticket policy, the newest first; `until` shows what stood at a moment."""
    until = _moment(request.GET.get("until", ""))
    found = PolicyVersion.objects.all()
    page = listing.keyset(request, found.filter(made_at__lte=until) if until else found)
    rows = [(row, versions.model_of(row.kind)._meta.verbose_name) for row in page.rows]
    context = {"page": page, "rows": rows, "until": until, "keys": KEYS, "tab": "versions"}
    return render(request, "learning/all_versions.html", context)


def _moment(text: str) -> datetime | None:
    """Return a moment of an address; None for one that is none or has no zone."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


@require_POST
@requires(Capability.SET_POLICY)
def revert(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = Reason(request.POST)
    version = PolicyVersion.objects.filter(pk=pk).first()
    if version is None:
        raise Http404

    def then(_: Any) -> HttpResponse:
        messages.success(request, f"Back to version {version.number}, as a new version.")
        return redirect("tickets:versions", version.kind, version.subject_id)

    return carry_out(
        request,
        lambda: versions.revert(version, reason=form.cleaned_data["reason"]),
        then=then,
        again=lambda _, status: _versions(request, version.kind, version.subject_id, form, status),
        form=form,
    )


@require_GET
@requires(Capability.SET_POLICY)
def gate_health(request: HttpRequest) -> HttpResponse:
    """Show how each gate decided over time."""
    return render(request, "learning/health.html", {"rows": health.of_gates(), "days": health.DAYS, "tab": "health"})


class Upload(forms.Typed):
    file = django_forms.FileField(label="CSV or JSON Lines", help_text="At most 30 MB and 20,000 tickets.")


@requires(Capability.SET_POLICY)
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports, and take a new file."""
    if request.method != "POST":
        return _imports(request)
    form = Upload(request.POST, request.FILES)

    def verb() -> TicketImport:
        file = form.cleaned_data["file"]
        return importing.take(file.name, file)

    def then(made: TicketImport) -> HttpResponse:
        messages.success(request, f"{made.lines} tickets are run through the pipeline now; nothing is executed.")
        return redirect("tickets:imports")

    return carry_out(request, verb, then=then, again=lambda _, status: _imports(request, form, status), form=form)


def _imports(request: HttpRequest, form: forms.Typed | None = None, status: int = 200) -> HttpResponse:
    rows = TicketImport.objects.select_related("asked_by").order_by("-id")[:SHOWN]
    context = {"rows": rows, "form": form or Upload(), "fields": importing.FIELDS, "tab": "imports"}
    return render(request, "learning/imports.html", context, status=status)
