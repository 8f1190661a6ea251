"""What somebody asks of the trail: read from an address, strictly, each error at its field."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from audit.words import ACTOR_KINDS, SHAPES, sentence
from portal import subjects, tenancy, trail
from portal.ids import uuid7_floor
from portal.models import Organization
from portal.money import Money, MoneyError

MAX_SEARCH = 200
MAX_YEARS = 20
CONFIDENCES = ("high", "medium", "low", "uncertain")
CURRENCY = re.compile("[A-Z]{3}")
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events are meant. None and empty mean any; `first` is the lowest id, `last` the id before which all lie."""

    search: str = ""
    first: uuid.UUID | None = None
    last: uuid.UUID | None = None
    types: tuple[str, ...] | None = None
    verdicts: tuple[str, ...] | None = None
    actor_kinds: tuple[str, ...] | None = None
    connectors: tuple[uuid.UUID, ...] | None = None
    subject: str = ""
    subject_kind: str = ""
    person: str = ""
    confidences: tuple[str, ...] | None = None
    currency: str = ""
    least: int | None = None
    greatest: int | None = None
    reason: str = ""


def zone() -> ZoneInfo:
    """Return the organization's time zone: its days begin and end by it. One query."""
    return ZoneInfo(_own("time_zone"))


def _own(field: str) -> str:
    return str(Organization._base_manager.values_list(field, flat=True).get(pk=tenancy.organization_id()))


def type_choices() -> list[tuple[str, Any]]:
    """Return the declared event types under their noun, each noun as a choice of its own (`action.*`)."""
    by_noun: dict[str, list[str]] = {}
    for name in sorted(trail.declared()):
        by_noun.setdefault(name.split(".")[0], []).append(name)
    groups: list[tuple[str, Any]] = [("", "Any type")]
    for noun, names in by_noun.items():
        every = [(f"{noun}.*", f"Every {noun.replace('_', ' ')} event")] if len(names) > 1 else []
        groups.append((noun.replace("_", " ").capitalize(), [*every, *((n, f"{sentence(n)} ({n})") for n in names)]))
    return groups


class Day(forms.DateField):
    """A day as `2026-11-23` and in no other way; the error quotes what was given."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                f"`{str(value)[:40]}` is not a day; write it like `2026-11-23`", code="invalid"
            ) from error


_MAIN = ("q", "since", "until", "type", "verdict", "actor", "connector")


class ConnectorChoice(forms.ChoiceField):
    """One of the connectors, or the id of one that was removed: its events stay and links to them hold."""

    def valid_value(self, value: Any) -> bool:
        if super().valid_value(value):
            return True
        try:
            return str(uuid.UUID(str(value))) == str(value)
        except ValueError:
            return False


_ERRORS: dict[str, dict[str, str]] = {
    "q": {
        "max_length": "search: a text takes at most %(limit_value)s characters, this has %(show_value)s; shorten it",
        "null_characters_not_allowed": "search: this holds a NUL character, which no text here has; take it out",
    },
    "subject": {
        "max_length": "subject: an id takes at most %(limit_value)s characters, this has %(show_value)s",
        "null_characters_not_allowed": "subject: this holds a NUL character; take it out",
    },
    "person": {"max_length": "person: an id takes at most %(limit_value)s characters, this has %(show_value)s"},
    "reason": {"max_length": "reason: a code takes at most %(limit_value)s characters, this has %(show_value)s"},
    "before": {"invalid": "before: that is not a place in the trail; start from the newest again"},
}


class TrailForm(forms.Form):
    """The form above the trail and the reader of every address that names a view of it."""

    q = forms.CharField(label="Search", required=False, max_length=MAX_SEARCH)
    since = Day(label="From", required=False, input_formats=["%Y-%m-%d"])
    until = Day(label="To", required=False, input_formats=["%Y-%m-%d"])
    type = forms.ChoiceField(label="Type", required=False, choices=type_choices)
    verdict = forms.ChoiceField(
        label="Verdict",
        required=False,
        choices=[("", "Any verdict"), *((v, v.replace("_", " ").capitalize()) for v in SHAPES)],
    )
    actor = forms.ChoiceField(
        label="Done by",
        required=False,
        choices=[("", "Anybody"), *((k, w.capitalize()) for k, w in ACTOR_KINDS.items())],
    )
    connector = ConnectorChoice(label="Connector", required=False)
    confidence = forms.ChoiceField(
        label="Confidence",
        required=False,
        choices=[("", "Any confidence"), *((c, c.capitalize()) for c in CONFIDENCES)],
    )
    least = forms.CharField(label="Money from", required=False, max_length=24)
    greatest = forms.CharField(label="Money to", required=False, max_length=24)
    currency = forms.CharField(label="Currency", required=False, max_length=3)
    person = forms.CharField(label="Person", required=False, max_length=64)
    subject = forms.CharField(label="Subject", required=False, max_length=64)
    reason = forms.CharField(label="Reason of a refusal", required=False, max_length=64)
    before = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = subjects.model_of("connector")
        rows = model._default_manager.order_by("name") if model else ()
        known = [("", "Any connector"), *((str(row.pk), str(row)) for row in rows)]
        self.fields["connector"].choices = known  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.error_messages.update(_ERRORS.get(name, {}))
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = (
                    f"{name}: `%(value).60s` is not one of the choices; choose again"
                )
            field.widget.attrs["class"] = "trail-input"
        for name in self.errors if self.is_bound else ():  # judged now: every message is in place
            if name in self.fields:
                self.fields[name].widget.attrs.update({"aria-invalid": "true", "aria-describedby": f"error-{name}"})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("since", "until"):
            day = given.get(name)
            if day and not _FIRST <= day <= _LAST:
                self.add_error(name, f"{name}: `{day}` is no day of the trail; give one between {_FIRST} and {_LAST}")
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", f"until: `{until}` is before `{since}`; the range ends where it begins or later")
        elif since and until and (until - since) > timedelta(days=366 * MAX_YEARS):
            years = (until - since).days // 365
            self.add_error("since", f"since: `{since}` makes a range of {years} years; ask for at most {MAX_YEARS}")
        self._read_money(given)
        return given

    def _read_money(self, given: dict[str, Any]) -> None:
        """Read the money range in the currency given, else the organization's; the two amounts become minor units."""
        currency = (given.get("currency") or "").upper()
        texts = {name: given.get(name) or "" for name in ("least", "greatest")}
        if any(texts.values()) and not currency:
            currency = _own("currency")
        given["currency"] = currency
        if currency and not CURRENCY.fullmatch(currency):
            self.add_error("currency", f"currency: `{currency}` is no currency; write its code, like `USD`")
            return
        for name, text in texts.items():
            try:
                given[name] = Money.parse(text, currency, field=name).amount_minor if text else None
            except MoneyError as error:
                self.add_error(name, str(error))
        least, greatest = given.get("least"), given.get("greatest")
        if least is not None and greatest is not None and least > greatest:
            self.add_error("greatest", f"greatest: `{texts['greatest']}` is below `{texts['least']}`; swap the two")

    def filters(self) -> Filters:
        """Return the filters of a valid form."""
        given, where = self.cleaned_data, zone()
        kind = given["type"]
        types = tuple(n for n in trail.declared() if n.startswith(kind[:-1])) if kind.endswith(".*") else (kind,)
        return Filters(
            search=given["q"],
            first=_floor(given["since"], where),
            last=_floor(given["until"] and given["until"] + timedelta(days=1), where),
            types=types if kind else None,
            verdicts=(given["verdict"],) if given["verdict"] else None,
            actor_kinds=(given["actor"],) if given["actor"] else None,
            connectors=(uuid.UUID(given["connector"]),) if given["connector"] else None,
            subject=given["subject"],
            person=given["person"],
            confidences=(given["confidence"],) if given["confidence"] else None,
            currency=given["currency"],
            least=given["least"],
            greatest=given["greatest"],
            reason=given["reason"],
        )

    @property
    def main_fields(self) -> list[Any]:
        """The fields that are always open on the page."""
        return [self[name] for name in _MAIN]

    @property
    def further_fields(self) -> list[Any]:
        """The fields that are folded away until one of them is used."""
        return [self[name] for name in self.fields if name not in (*_MAIN, "before")]

    @property
    def is_narrowed(self) -> bool:
        """Whether a folded field is used or wrong."""
        return any(field.value() or field.errors for field in self.further_fields)

    def asked(self) -> dict[str, str]:
        """Return what is asked, by the name it has in an address, always in one order: the same view has one address.

        The place within the pages is left out.
        """
        given = {name: str(self.data.get(name) or "").strip() for name in self.fields if name != "before"}
        return {name: value for name, value in given.items() if value}

    def chips(self, path: str) -> list[tuple[str, str]]:
        """Return each active filter in words with the address that is left without it."""
        asked = self.asked()
        return [
            (f"{self.fields[name].label}: {value}", address(path, {k: v for k, v in asked.items() if k != name}))
            for name, value in asked.items()
        ]


def address(path: str, asked: dict[str, str]) -> str:
    """Return the permanent link of a view of the trail."""
    return f"{path}?{urlencode(asked)}" if asked else path


def in_period(since: date, until: date, event_type: str) -> Filters:
    """Return the filters of one event type from the first to the last day, as the form reads them from an address."""
    where = zone()
    return Filters(first=_floor(since, where), last=_floor(until + timedelta(days=1), where), types=(event_type,))


def _floor(day: date | None, where: ZoneInfo) -> uuid.UUID | None:
    return uuid7_floor(datetime.combine(day, time.min, where).astimezone(UTC)) if day else None
