"""Import and export of governed models as sheets: every row is an edit, validated and recorded like one.

An import is all or nothing, reads strictly (nothing is rounded, guessed or left to a default), and shows what
it would change before it does. The file waits in the cache without persistence, for its own person only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON
from import_export.resources import ModelResource
from import_export.results import Error
from import_export.tmp_storages import CacheStorage
from import_export.widgets import Widget
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from portal import change, tenancy, trail
from portal.admin_site import TenantAdmin

MAX_ROWS = 2_000
MAX_BYTES = 2 * 1024 * 1024
WAIT_S = 600

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
_WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class SafeCSV(CSV):
    """CSV whose cells no spreadsheet takes for a formula; reading takes the guarding apostrophe off again."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        _each_cell(dataset, lambda cell: f"'{cell}" if _FORMULA.match(cell) else cell)
        return super().export_data(dataset, **kwargs)

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        dataset = super().create_dataset(in_stream, **kwargs)
        _each_cell(dataset, lambda cell: cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell)
        return dataset

    @classmethod
    def get_title(cls) -> str:
        return "csv"


def _each_cell(dataset: Any, does: Callable[[str], str]) -> None:
    for _ in range(len(dataset)):
        dataset.append([does(cell) if isinstance(cell, str) else cell for cell in dataset.lpop()])


class StrictCell(Widget):
    """Reads a cell as exactly what the field holds, or refuses it; writes it so that it reads the same."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        name = self.field.name
        if value is None or (isinstance(value, str) and not value.strip()):
            return self._empty(name)
        if isinstance(self.field, models.BooleanField):
            return _yes_or_no(name, value)
        if isinstance(self.field, models.IntegerField):
            return int(_number(name, value, _WHOLE, "a whole number; write it like `20`"))
        if isinstance(self.field, models.DecimalField):
            return Decimal(_number(name, value, _DECIMAL, "a number; write it like `0.8`"))
        if isinstance(self.field, models.JSONField):
            return _json(name, value)
        return _text(name, value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(self.field, models.JSONField):
            return json.dumps(value, ensure_ascii=False)
        return "" if value is None else str(value)

    def _empty(self, name: str) -> Any:
        if isinstance(self.field, models.CharField | models.TextField) and self.field.blank:
            return ""
        if self.field.null:
            return None
        raise ValueError(f"{name}: is empty; give a value or leave the column out")


def _yes_or_no(name: str, value: Any) -> bool:
    found = _WORDS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"{name}: `{_shown(value)}` is neither yes nor no; write one of them")
    return found


def _number(name: str, value: Any, pattern: re.Pattern[str], said: str) -> str:
    text = str(value).strip()
    if isinstance(value, bool) or not pattern.fullmatch(text):
        raise ValueError(f"{name}: `{_shown(value)}` is not {said}")
    return text


def _json(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        cause = getattr(error, "msg", "nested too deep")
        raise ValueError(f'{name}: `{_shown(value)}` is not JSON ({cause}); quote names and texts with "') from error


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name}: `{_shown(value)}` is not a text; quote it")
    if "\x00" in value:
        raise ValueError(f"{name}: holds a NUL character; remove it")
    return value


def _shown(value: Any) -> str:
    return " ".join(str(value).split())[:60]


class SaidError(Error):
    """An error of the whole file as people read it, without a traceback."""

    @property
    def traceback(self) -> str:
        return ""

    @traceback.setter
    def traceback(self, text: str) -> None:
        return None


class GovernedResource(ModelResource):
    """A sheet of one governed model. `Meta` names `model`, `fields`, and `import_id_fields` people know rows by."""

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Any:
        return cls.DEFAULT_RESOURCE_FIELD(
            attribute=field_name, column_name=field_name, widget=StrictCell(django_field), default=NOT_PROVIDED
        )

    @classmethod
    def get_error_result_class(cls) -> type[Error]:
        return SaidError

    @property
    def kind(self) -> str:
        """The kind its rows are recorded as."""
        return change.kind_of(self._meta.model)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse a file with columns nobody knows, too many rows, or two rows about the same thing."""
        if len(dataset) > MAX_ROWS:
            raise ValueError(f"file: {len(dataset)} rows are more than {MAX_ROWS}; split it")
        known = [field.column_name for field in self.get_import_fields()]
        for column in dataset.headers or []:
            if column not in known:
                raise ValueError(f"column `{_shown(column)}` is not known; use {', '.join(known)}")
        keys = self.get_import_id_fields()
        if not set(keys) <= set(dataset.headers or []):
            return  # said by the library, with the columns it misses
        seen: dict[tuple[str, ...], int] = {}
        for number, row in enumerate(dataset.dict, 1):
            key = tuple(str(row[name]).strip() for name in keys)
            if key in seen:
                raise ValueError(
                    f"row {number}: {', '.join(keys) or 'the one policy'} `{_shown(', '.join(key))}`"
                    f" stands in row {seen[key]} already; keep one"
                )
            seen[key] = number

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        change.apply(instance, reason=f"import of {kwargs.get('file_name') or 'a file'}"[:300], source="import")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Record the import as a whole, beside the event of each row; rolled back with it on a trial or an error."""
        trail.record(
            trail.Event(
                "sheet.imported",
                trail.Subject(self.kind, str(tenancy.organization_id())),
                rows=result.total_rows,
                data={"kind": self.kind, "added": result.totals["new"], "changed": result.totals["update"]},
            )
        )


class OneRowResource(GovernedResource):
    """A sheet of a policy that an organization has once: its row is found without a key."""

    class Meta:
        import_id_fields = ()

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        return self.get_queryset().first()


class OwnCache(CacheStorage):
    """Where an uploaded file waits for its confirmation: found by the same person in the same organization only."""

    CACHE_LIFETIME = WAIT_S

    @property
    def CACHE_PREFIX(self) -> str:
        context = tenancy.current()
        return f"sheet:{context.organization_id}:{context.user_id}:"

    def read(self) -> Any:
        found = super().read()
        if found is None:
            raise ValidationError("the uploaded file is gone after ten minutes; upload it again")
        return found


class SheetForm(ImportForm):
    """The upload, bounded before it is read."""

    def clean_import_file(self) -> Any:
        given = self.cleaned_data["import_file"]
        if given.size > MAX_BYTES:
            raise ValidationError(f"file: {given.size} bytes are more than {MAX_BYTES}; split it")
        return given


class SheetAdmin(ImportExportMixin, TenantAdmin):
    """An admin class with import and export for those who may edit; both are recorded. Set `resource_classes`."""

    formats = [SafeCSV, JSON]
    import_form_class = SheetForm
    export_form_class = ExportForm
    tmp_storage_class = OwnCache
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._has(self.edit)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._has(self.edit)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what was shown; a file that is gone or no longer fits changes nothing and says why."""
        try:
            response: HttpResponse = super().process_import(request, **kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self._back_to_import()
        return response

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if not result.has_errors() and not result.has_validation_errors():
            done: HttpResponse = super().process_result(result, request)
            return done
        messages.error(request, "Nothing was imported: what the file changes has changed meanwhile.")
        for sentence in sentences(result)[:20]:
            messages.error(request, sentence)
        return self._back_to_import()

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        kind = change.kind_of(self.model)
        trail.record(
            trail.Event(
                "sheet.exported",
                trail.Subject(kind, str(tenancy.organization_id())),
                rows=queryset.count(),
                data={"kind": kind, "format": file_format.get_extension()},
            )
        )
        return data

    def _back_to_import(self) -> HttpResponse:
        return redirect(f"admin:{'_'.join(self.get_model_info())}_import")


def sentences(result: Any) -> list[str]:
    """Return every error of an import as a sentence that names its row."""
    said = [str(error.error) for error in result.base_errors]
    said += [f"row {number}: {error.error}" for number, errors in result.row_errors() for error in errors]
    said += [f"row {row.number}: {message}" for row in result.invalid_rows for message in row.error.messages]
    return said
