"""AI memory as sheets: each row is judged by the guard and saved through `portal.change`, all or nothing."""

from __future__ import annotations

from typing import Any

from import_export.widgets import Widget

from connectors.models import Connector
from portal.sheets import GovernedResource, StrictCell
from questions import memory
from questions.models import EvaluationCase, MemoryEntry, Metric, VerifiedQuery


class ConnectorCell(Widget):
    """A connector by its name, which people know it by; only this organization's data sources have one."""

    def __init__(self, *, may_be_empty: bool) -> None:
        super().__init__()
        self.may_be_empty = may_be_empty

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Connector | None:
        name = str(value or "").strip()
        if not name and self.may_be_empty:
            return None
        found: Connector | None = Connector.objects.sources().filter(name__iexact=name).first()
        if found is None:
            raise ValueError(f"connector: `{name[:60]}` is no data source of yours; give its name")
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if value is not None else ""


class MemoryResource(GovernedResource):
    """What both sheets share: the connector's column holds its name."""

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Any:
        found = super().field_from_django_field(field_name, django_field, readonly)
        if field_name == "connector":
            found.widget = ConnectorCell(may_be_empty=django_field.null)
        else:
            assert isinstance(found.widget, StrictCell)
        return found


class MemoryEntryResource(MemoryResource):
    class Meta:
        model = MemoryEntry
        fields = ("kind", "name", "text", "connector", "is_active")
        import_id_fields = ("kind", "name", "connector")


class MetricResource(MemoryResource):
    class Meta:
        model = Metric
        fields = ("connector", "name", "description", "expression", "table", "synonyms", "is_active")
        import_id_fields = ("connector", "name")


class EvaluationCaseResource(MemoryResource):
    class Meta:
        model = EvaluationCase
        fields = ("connector", "question", "expected_sql", "is_active")
        import_id_fields = ("connector", "question")


class VerifiedQueryResource(MemoryResource):
    class Meta:
        model = VerifiedQuery
        fields = ("connector", "question", "phrasings", "sql", "parameters", "is_active")
        import_id_fields = ("connector", "question")

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        reason = f"import of {kwargs.get('file_name') or 'a file'}"[:300]
        memory.save_verified(instance, reason=reason, source="import")
