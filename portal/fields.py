"""Model fields of the house: `SealedField` keeps a secret that can be set and used, never shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from portal import vault
from portal.vault import Place, Secret


class SealedValue:
    """What a sealed field holds on an instance: says whether it is set, opens on demand, shows nothing."""

    __slots__ = ("_field", "_instance", "_sealed")

    def __init__(self, instance: models.Model, field: SealedField, sealed: bytes | None) -> None:
        self._instance, self._field, self._sealed = instance, field, sealed

    def reveal(self) -> str:
        """Open the secret, in memory, at the moment of use; raise `VaultError` when it is not set or does not open."""
        if self._sealed is None:
            raise vault.VaultError(f"{self._field.name}: no secret is set; set it first")
        return vault.open_sealed(self._field.place(self._instance), self._sealed)

    @property
    def sealed_bytes(self) -> bytes | None:
        return self._sealed

    def __bool__(self) -> bool:
        return self._sealed is not None

    def __repr__(self) -> str:
        return "<sealed>" if self else "<not set>"

    __str__ = __repr__


class _Descriptor:
    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        return value if isinstance(value, Secret) else SealedValue(instance, self.field, value)

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, str):
            value = Secret(value) if value else None
        elif isinstance(value, SealedValue):
            value = value.sealed_bytes
        elif isinstance(value, memoryview):
            value = bytes(value)
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):
    """A secret sealed by the vault. Assign a string to set it; forms and serializers only ever write it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Descriptor(self))

    def place(self, instance: models.Model) -> Place:
        """Return where the instance's value stands."""
        return Place(instance.organization_id, instance._meta.db_table, str(instance.pk), self.name)  # type: ignore[attr-defined]

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Secret):
            value = vault.seal(self.place(model_instance), value.reveal())
            model_instance.__dict__[self.attname] = value
        return value

    def to_python(self, value: Any) -> Any:
        return value

    def value_from_object(self, obj: models.Model) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        return ""

    def formfield(self, **kwargs: Any) -> forms.Field:  # type: ignore[override]
        is_new = "leave empty to keep the one that is set"
        return SealedFormField(
            label=kwargs.get("label") or str(self.verbose_name).capitalize(),
            help_text=f"{self.help_text} Written once, never shown again; {is_new}.".strip(),
            widget=kwargs.get(
                "widget", forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
            ),
            required=False,
        )

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        if data:
            setattr(instance, self.attname, data)


class SealedFormField(forms.CharField):
    """A write-only form field: an empty one changes nothing."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)

    def prepare_value(self, value: Any) -> str:
        return ""
