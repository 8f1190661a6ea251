"""The fields people type into; what they mean is judged by the verbs, so that page and API say the same."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.roles import Capability, i_may
from questions import access

ANY = "the portal chooses"


def _sources() -> list[tuple[str, str]]:
    return [
        (str(c.pk), f"{'PRODUCTION · ' if c.is_production else ''}{c.name} ({c.kind.label})")
        for c in access.usable_sources()
    ]


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

    connector = forms.CharField(required=False, widget=forms.Select)
    sql = Typed(
        label="SQL",
        widget=forms.Textarea(attrs={"class": "code", "rows": 12, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connector"].widget.choices = _sources()


class SaveForm(forms.Form):
    title = Typed()


class ShareForm(forms.Form):
    person = forms.CharField(required=False, label="E-mail", max_length=300, help_text="Somebody of your organization.")
