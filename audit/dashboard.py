"""The start of the admin: what happened in a period beside the one before, in figures that lead to their rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from audit import charts, counted, look
from audit.detect import DETECTORS
from audit.filters import CONFIDENCES, Day, address, zone
from audit.models import RiskSignal, Severity
from audit.sealing.health import sealing_health
from portal import figures, subjects
from portal.figures import Figure, Period
from portal.models import User
from portal.money import Money, MoneyError
from portal.roles import Capability, i_may

DAYS, MOST_DAYS, TOP = 30, 732, 5
PRESETS = (7, 30, 90, 365)

EVENTS = (
    ("Questions", "Asked", "question.asked"),
    ("Questions", "Answered", "question.answered"),
    ("Questions", "Refused", "question.refused"),
    ("Questions", "Failed", "question.failed"),
    ("Actions", "Executed", "action.succeeded"),
    ("Actions", "Blocked", "action.blocked"),
    ("Actions", "Failed", "action.failed"),
    ("Actions", "Outcome unknown", "action.unknown"),
    ("Actions", "Recorded only", "action.recorded"),
    ("Approvals", "Approved", "approval.approved"),
    ("Approvals", "Rejected", "approval.rejected"),
    ("Access", "Refused acts", "access.refused"),
    ("Access", "Refused sign-ins", "person.sign_in_refused"),
    ("Access", "Exports of the trail", "trail.exported"),
)
"""What is counted from the trail itself: group, title, event type."""

MONEY = (("moved", "action.succeeded"), ("held for a person", "approval.asked"), ("blocked", "action.blocked"))


def add_event_figures() -> None:
    """Add every figure that counts events of one type, the open risks, and how sealing stands."""
    for order, (group, title, event_type) in enumerate(EVENTS, start=20):
        figures.add(_of_events(group, title, event_type, order))
    for order, severity in enumerate(Severity, start=10):
        figures.add(_of_risks(severity, order))
    figures.add(
        Figure(
            "Risk",
            "Gates that drift",
            lambda period: _standing(detector="gate_drifted"),
            lambda period: f"{reverse('admin:audit_risksignal_changelist')}?state=standing&detector=gate_drifted",
        )
    )


def _of_events(group: str, title: str, event_type: str, order: int) -> Figure:
    def value(period: Period) -> int:
        return counted.of(period).count(event_type)

    return Figure(
        group, title, value, lambda period: _rows(period, type=event_type), Capability.VIEW_GOVERNANCE, order, True
    )


def _of_risks(severity: Severity, order: int) -> Figure:
    def url(period: Period) -> str:
        return f"{reverse('admin:audit_risksignal_changelist')}?state=standing&severity={severity.value}"

    title = f"{severity.label} risks, not resolved"
    return Figure("Risk", title, lambda period: _standing(severity=severity.value), url, order=order)


def _standing(**which: str) -> int:
    return int(RiskSignal.objects.standing().filter(**which).count())


def _rows(period: Period, **which: str) -> str:
    """Return the address of the view of the trail that holds what a figure of a period counts."""
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    return address(reverse("admin:audit_event_changelist"), {**days, **which})


# --- the period ---


class PeriodForm(forms.Form):
    """The range of days of the dashboard; an error quotes what was given and the usual days are shown."""

    since = Day(label="From", required=False, input_formats=["%Y-%m-%d"])
    until = Day(label="To", required=False, input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "trail-input"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and not date(2000, 1, 1) <= since <= date(2199, 1, 1):
            self.add_error("since", f"since: `{since}` is no day of the trail")
        elif since and until and since > until:
            self.add_error("until", f"until: `{until}` is before `{since}`; the range ends where it begins or later")
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("since", f"since: a range of {(until - since).days + 1} days; ask for at most {MOST_DAYS}")
        return given

    def period(self) -> Period:
        """Return the days that are asked for, the usual ones where they are not or cannot be."""
        usual = last_days()
        if not self.is_valid():
            return usual
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        if since and not until:
            until = min(max(usual.until, since), since + timedelta(days=MOST_DAYS - 1))
        elif until and not since:
            since = until - timedelta(days=DAYS - 1)
        return Period(since, until) if since and until else usual


def last_days(days: int = DAYS) -> Period:
    """Return the last days, today included, in the organization's time zone."""
    today = timezone.now().astimezone(zone()).date()
    return Period(today - timedelta(days=days - 1), today)


# --- what is drawn ---


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with the address of its rows."""

    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: now, and in the period before."""

    title: str
    now: Cell
    before: Cell


@dataclass(frozen=True, slots=True)
class Breakdown:
    title: str
    lines: tuple[Line, ...]
    empty: str


def add_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Give the admin's start its figures; Unfold calls this. A statement for each period, and a few more."""
    if not i_may(Capability.VIEW_GOVERNANCE):
        return context
    form = PeriodForm(request.GET if {"since", "until"} & set(request.GET) else {})
    period = form.period()
    shown = PeriodForm(initial={"since": period.since, "until": period.until}) if not form.errors else form
    with counted.asking_once():
        rows = [_shown(each, period) for each in figures.visible()]
        groups = [(group, list(found)) for group, found in groupby(rows, key=lambda row: row["group"])]
        return {
            **context,
            "figure_groups": groups,
            "period": period,
            "days": period.days,
            "period_form": shown,
            "presets": [(days, _start(last_days(days))) for days in PRESETS],
            "breakdowns": breakdowns(period),
            "charts": charts.of(period),
            "sealing": sealing_health(),
            "looking": sum(each.is_on for each in look.settings().values()),
            "detectors": len(DETECTORS),
        }


def _start(period: Period) -> str:
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    return address(reverse("admin:index"), days)


def _shown(figure: Figure, period: Period) -> dict[str, Any]:
    value = figure.value(period)
    row = {"group": figure.group, "title": figure.title, "value": value, "url": figure.url(period)}
    if figure.compares and isinstance(value, int):
        before = figure.value(period.before)
        row |= {"before": before, "before_url": figure.url(period.before), "change": _change(value, before)}
    return row


def _change(value: int, before: Any) -> str:
    if not isinstance(before, int) or not before:
        return ""
    return f"{100 * (value - before) / before:+,.0f} %"


def breakdowns(period: Period) -> list[Breakdown]:
    """Return the figures that are told apart by something: each number leads to its rows."""
    return [
        _broken("Answers by confidence", period, _confidences, "No answers."),
        _broken("Refusals by reason", period, _reasons, "No question was refused."),
        *(_money(verb, event_type, period) for verb, event_type in MONEY),
        _broken("People who asked most", period, _people, "Nobody asked."),
        _broken("Connectors that answered most", period, _connectors, "No connector answered."),
    ]


Found = dict[str, tuple[int, dict[str, str]]]
"""By what is told apart: its number, and the filters of its rows."""


def _broken(title: str, period: Period, find: Callable[[Period], Found], empty: str) -> Breakdown:
    now, before = find(period), find(period.before)
    names = list(now)[:TOP] if "most" in title else [*now, *(name for name in before if name not in now)]
    filters = {
        **{name: which for name, (_, which) in before.items()},
        **{name: which for name, (_, which) in now.items()},
    }
    said = _named(title, names)
    lines = tuple(
        Line(
            said.get(name, name),
            Cell(f"{now.get(name, (0, {}))[0]:,}", _rows(period, **filters[name])),
            Cell(f"{before.get(name, (0, {}))[0]:,}", _rows(period.before, **filters[name])),
        )
        for name in names
    )
    return Breakdown(title, lines, empty)


def _confidences(period: Period) -> Found:
    found = counted.of(period).by_confidence("question.answered")
    known = {name: found.get(name, 0) for name in CONFIDENCES if found.get(name)}
    return {name: (count, {"type": "question.answered", "confidence": name}) for name, count in known.items()}


def _reasons(period: Period) -> Found:
    found = counted.of(period).by_key("reason", "question.refused")
    return {name: (count, {"type": "question.refused", "reason": name}) for name, count in found.items()}


def _people(period: Period) -> Found:
    found = counted.of(period).by_key("who", "question.asked")
    return {name: (count, {"type": "question.asked", "person": name}) for name, count in found.items()}


def _connectors(period: Period) -> Found:
    found = counted.of(period).by_key("connector", "question.answered")
    return {name: (count, {"type": "question.answered", "connector": name}) for name, count in found.items()}


def _named(title: str, names: list[str]) -> dict[str, str]:
    if title.startswith("People"):
        return {str(user.pk): str(user) for user in User.objects.filter(pk__in=names)}
    if title.startswith("Connectors"):
        return subjects.names_of("connector", names)
    return {name: name.replace("_", " ").capitalize() for name in names}


def _money(verb: str, event_type: str, period: Period) -> Breakdown:
    now, before = counted.of(period).money(event_type), counted.of(period.before).money(event_type)
    lines = tuple(
        Line(
            currency,
            Cell(_sum(now.get(currency), currency), _rows(period, type=event_type, currency=currency)),
            Cell(_sum(before.get(currency), currency), _rows(period.before, type=event_type, currency=currency)),
        )
        for currency in sorted({*now, *before})
    )
    return Breakdown(f"Money {verb}", lines, "None.")


def _sum(found: tuple[int, int] | None, currency: str) -> str:
    amount, count = found or (0, 0)
    try:
        money = str(Money(amount, currency))
    except MoneyError:
        money = f"{amount:,} (minor units) {currency}"
    return f"{money} in {count:,}"
