"""What the pages and the API of risk signals read: the list's filters, a signal with its evidence, its comments."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from audit.detect import BY_NAME, DETECTORS
from audit.models import Event, Feedback, RiskSignal, Severity, SignalState
from portal.models import Membership, User
from portal.roles import Capability, Role, may

STANDING = "standing"


def detector_choices() -> list[tuple[str, str]]:
    """Return every detector and every told risk by its title."""
    known = [(each.name, each.title) for each in DETECTORS.values()]
    known += [(told.name, told.title) for told in BY_NAME.values()]
    return sorted(known, key=lambda pair: pair[1])


def title_of(detector: str) -> str:
    return dict(detector_choices()).get(detector, detector)


class SignalFilter(forms.Form):
    """The filters of the list. What is none of the choices is left out, and says so at its field."""

    state = forms.ChoiceField(
        required=False, choices=[(STANDING, "Not resolved"), ("", "Any state"), *SignalState.choices], initial=""
    )
    severity = forms.ChoiceField(required=False, choices=[("", "Any severity"), *Severity.choices])
    detector = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False, choices=[("", "Anybody's"), ("me", "Mine"), ("none", "Nobody's")])
    feedback = forms.ChoiceField(required=False, choices=[("", "Any judgement"), *Feedback.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Any detector"), *detector_choices()]
        self.fields["detector"].choices = choices  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "trail-input"
            field.error_messages["invalid_choice"] = f"{name}: `%(value).60s` is not one of the choices; choose again"

    def rows(self, user_id: uuid.UUID | None) -> QuerySet[RiskSignal]:
        """Return the signals that match what was understood."""
        self.is_valid()
        rows = RiskSignal.objects.select_related("owner")
        given = {name: value for name, value in self.cleaned_data.items() if value}
        owner, state = given.pop("owner", ""), given.pop("state", "")
        if state == STANDING:
            rows = rows.standing()
        elif state:
            rows = rows.filter(state=state)
        if owner == "me":
            rows = rows.filter(owner_id=user_id)
        elif owner == "none":
            rows = rows.filter(owner_id=None)
        found: QuerySet[RiskSignal] = rows.filter(**given)
        return found


def evidence_of(signal: RiskSignal) -> list[Event]:
    """Return the events a signal keeps as its evidence, newest first. One query."""
    return list(Event.objects.filter(pk__in=signal.evidence).newest_first())


def officers() -> list[User]:
    """Return who may be given a signal. One query."""
    rows = Membership.objects.filter(is_active=True, user__is_active=True).select_related("user")
    able = [each.user for each in rows if may(Capability.VIEW_GOVERNANCE, Role(each.role))]
    return sorted(able, key=str)


def url_of(signal: RiskSignal) -> str:
    return reverse("admin:audit_risksignal_change", args=[signal.pk])
