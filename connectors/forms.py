"""The admin's form of a connector: a field for each setting its adapter declares, and a secret that is only written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from connectors import adapter_kinds, set_up
from connectors.adapter_kinds import AdapterKind, Setting
from connectors.models import Connector

PREFIX = "setting_"


class ConnectorForm(forms.ModelForm):
    """Made for one kind of adapter by `form_for`; judges settings and secret before anything is saved."""

    kind: AdapterKind

    change_reason = forms.CharField(
        max_length=400,
        required=False,
        label="Reason",
        widget=UnfoldAdminTextInputWidget,
        help_text="Why it is changed; kept in the audit trail.",
    )

    class Meta:
        model = Connector
        fields = ["name", "environment", "is_production", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.role, self.instance.adapter = self.kind.role, self.kind.adapter
        for setting in self.kind.settings:
            value = self.instance.settings.get(setting.name, setting.default)
            self.fields[PREFIX + setting.name].initial = ", ".join(value) if setting.kind == "names" else value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = {setting.name: cleaned.get(PREFIX + setting.name) for setting in self.kind.settings}
        try:
            self.instance.settings = adapter_kinds.clean_settings(self.kind, given)
        except ValidationError as error:
            for message in error.message_dict["settings"]:
                name = message.removeprefix("settings.").partition(":")[0]
                self.add_error(PREFIX + name, message.partition(": ")[2])
            return cleaned
        if problem := set_up.secret_problem(self.instance, cleaned.get("secret", "")):
            self.add_error("secret" if "secret" in self.fields else None, problem)
        return cleaned

    def _post_clean(self) -> None:
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def validate_constraints(self) -> None:
        """Judge names and roles over the whole organization, which is no field of the form."""
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self.add_error(None, error.messages)


def form_for(kind: AdapterKind) -> type[ConnectorForm]:
    """Return the form class of one kind of adapter."""
    fields: dict[str, Any] = {PREFIX + setting.name: _field(setting) for setting in kind.settings}
    if kind.sealed_label:
        fields["secret"] = forms.CharField(
            required=False,
            strip=False,
            max_length=set_up.LONGEST_SECRET,
            label=kind.sealed_label,
            widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "new-password"}),
            help_text="Sealed and never shown again. Leave it empty to keep the one that is set.",
        )
    return type(f"{kind.adapter.capitalize()}Form", (ConnectorForm,), {**fields, "kind": kind})


def names_of(kind: AdapterKind) -> list[str]:
    """Return the form's field names in reading order."""
    settings = [PREFIX + setting.name for setting in kind.settings]
    return ["name", *settings, *(["secret"] if kind.sealed_label else []), *_REST]


_REST = ("environment", "is_production", "is_active", "change_reason")


def _field(setting: Setting) -> forms.Field:
    shared: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.help,
        "required": setting.required and setting.default is None,
    }
    if setting.kind == "choice":
        choices = [(choice, choice or "by address") for choice in setting.choices]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **shared)
    widget = UnfoldAdminIntegerFieldWidget if setting.kind == "integer" else UnfoldAdminTextInputWidget
    return forms.CharField(max_length=2000, widget=widget, **shared)
