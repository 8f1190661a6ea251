"""The fields people type into; what they mean is judged by the verbs, so that page and API say the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from connectors.models import Connector
from portal.roles import Capability, Role, i_may
from questions import access
from questions.models import Every

ANY = "the portal chooses"


def _sources(found: list[Connector] | None = None) -> list[tuple[str, str]]:
    return [
        (str(c.pk), f"{'PRODUCTION · ' if c.is_production else ''}{c.name} ({c.kind.label})")
        for c in (access.usable_sources() if found is None else found)
    ]


class SourceSelect(forms.Select):
    """Data sources, each option with the dialect it speaks, for the editor."""

    dialects: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-dialect"] = self.dialects.get(str(value), "")
        return option


class Typed(forms.CharField):
    """A text as it was typed, nothing judged here: a NUL is refused by the verb, in the same words as by the API."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []


class AskForm(forms.Form):
    """A question and a connector; those who may ask across can leave the choice to the portal."""

    question = Typed(widget=forms.TextInput)
    connector = forms.CharField(required=False, widget=forms.Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = _sources()
        across = [("", ANY)] if i_may(Capability.ASK_ACROSS) and len(self.sources) > 1 else []
        self.fields["connector"].widget.choices = across + self.sources
        question = self.fields["question"].widget.attrs
        question |= {"aria-label": "Your question", "placeholder": "Ask your data", "autocomplete": "off"}
        question |= {"data-key": "/"} if self.initial.get("question") else {"data-key": "/", "autofocus": True}


class LiveForm(forms.Form):
    """SQL of one's own and the connector it is for."""

    connector = forms.CharField(required=False, widget=SourceSelect(attrs={"data-dialect-of": ""}))
    sql = Typed(
        label="SQL",
        widget=forms.Textarea(
            attrs={"class": "code", "rows": 12, "spellcheck": "false", "autocapitalize": "off", "data-editor": ""}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = access.usable_sources()
        widget = self.fields["connector"].widget
        widget.choices, widget.dialects = _sources(found), {str(c.pk): c.kind.dialect for c in found}
        self.fields["sql"].widget.attrs["data-schema-url"] = reverse("questions:live_schema")


class SaveForm(forms.Form):
    title = Typed()


class ShareForm(forms.Form):
    """With whom: one person by e-mail, or everybody of a role."""

    person = forms.CharField(required=False, label="E-mail", max_length=300, help_text="Somebody of your organization.")
    role = forms.CharField(required=False, label="Or a role", widget=forms.Select(choices=[("", "nobody")]))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, f"Every {role.label.lower()}") for role in Role]
        self.fields["role"].widget.choices = [("", "–"), *roles]


class ScheduleForm(forms.Form):
    """When a report is refreshed; the verb judges."""

    every = forms.CharField(required=False, label="Refresh", widget=forms.Select(choices=Every.choices))
    hour = forms.CharField(required=False, widget=forms.NumberInput(attrs={"min": 0, "max": 23}), initial="7")
    day = forms.CharField(
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": 31}),
        help_text="Every week: 1 (Monday) to 7. Every month: 1 to 31; a shorter month takes its last day.",
    )
    until = forms.CharField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))


class RenameForm(forms.Form):
    title = Typed()
