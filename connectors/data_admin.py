"""Data rules in the admin: which columns are hidden or masked, which rows a role sees, judged against the schema."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from connectors import data_rules
from connectors.contracts import Schema
from connectors.models import ColumnRule, Connector, RowFilter
from portal.admin_site import TenantAdmin, site
from portal.roles import Capability, Role, require

MOST_NAMES = 2_000
"""Names a form offers; any other can be typed."""


class RuleForm(forms.ModelForm):
    """A rule judged against the schema its connector has now, `schema`; None where that cannot be read."""

    schema: Schema | None = None
    connector: Connector | None = None

    change_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=400,
        widget=UnfoldAdminTextInputWidget,
        help_text="Goes to the trail.",
    )
    confirm = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        label="People may see more than before",
        help_text="Needed where an edit shows more; what changes is said above the field first.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.connector_id is None and self.connector is not None:
            self.instance.connector = self.connector
        self.initial["table_name"] = self.instance.table if self.instance.table_name else ""
        self.fields["table_name"].widget.attrs["list"] = "data-tables"
        if "column_name" in self.fields:
            self.fields["column_name"].widget.attrs["list"] = "data-columns"

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"organization"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            if self.schema is None:
                raise ValidationError({"table_name": "table_name: the source cannot be read now; probe the connector"})
            data_rules.judge(self.instance, self.schema)
            said = [] if self.cleaned_data.get("confirm") else data_rules.loosening(self.instance)
            if said:
                raise ValidationError({"confirm": [data_rules.CONFIRM, *said]})
        except ValidationError as error:
            for name, found in error.message_dict.items():
                self.add_error(name if name in self.fields else None, found)


class ColumnRuleForm(RuleForm):
    class Meta:
        model = ColumnRule
        fields = ["role", "table_name", "column_name", "kind", "text"]


class RowFilterForm(RuleForm):
    class Meta:
        model = RowFilter
        fields = ["role", "table_name", "condition"]


class DataRuleAdmin(TenantAdmin):
    """Rules of a source's data. A new one asks first for which connector."""

    edit = Capability.MANAGE_CONNECTORS
    list_filter = ["connector", "role"]
    ordering = ["connector__name", "table_name"]
    list_select_related = ["connector"]
    change_form_outer_before_template = "connectors/admin/rule_before.html"
    delete_confirmation_template = "connectors/admin/rule_delete.html"

    class Media:
        css = {"all": ["connectors/admin.css"]}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask first for which connector, then for the rule."""
        if _asked_connector(request) is None:
            require(Capability.MANAGE_CONNECTORS)
            sources = Connector.objects.sources().order_by("name")
            context = {
                **self.admin_site.each_context(request),
                "sources": sources,
                "title": f"Add {self.opts.verbose_name}",
            }
            return render(request, "connectors/admin/rule_connector.html", {**context, "opts": self.opts})
        return super().add_view(request, form_url, extra_context)

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Read the connector's schema first: a source is asked outside of any transaction."""
        row = self.get_object(request, object_id) if object_id and self.has_view_permission(request) else None
        connector = row.connector if row is not None else _asked_connector(request)
        request.rule_connector = connector  # type: ignore[attr-defined]
        request.rule_schema = None  # type: ignore[attr-defined]
        if connector is not None:
            try:
                request.rule_schema = data_rules.schema_of(connector)  # type: ignore[attr-defined]
            except ValidationError as error:
                request.rule_problem = error.messages  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        connector = getattr(request, "rule_connector", None)

        shared = {"schema": getattr(request, "rule_schema", None), "connector": connector}
        return type("RuleFormOfConnector", (form,), shared)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        tables = getattr(getattr(request, "rule_schema", None), "tables", ())
        context.update(
            rule_connector=getattr(request, "rule_connector", None),
            rule_problem=getattr(request, "rule_problem", []),
            table_names=[each.qualified_name for each in tables[:MOST_NAMES]],
            column_names=sorted({column.name for each in tables for column in each.columns})[:MOST_NAMES],
        )
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Say before and after first: removing a rule shows more."""
        row = self.get_object(request, object_id) if self.has_delete_permission(request) else None
        told = data_rules.before_and_after_removal(row) if row is not None else ("", "")
        return super().delete_view(request, object_id, {**(extra_context or {}), "before": told[0], "after": told[1]})

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        data_rules.save(obj, schema=form.schema, reason=given["change_reason"], is_confirmed=given["confirm"])


class ColumnRuleAdmin(DataRuleAdmin):
    form = ColumnRuleForm
    fields = ["role", "table_name", "column_name", "kind", "text", "change_reason", "confirm"]
    list_display = ["column_name", "table", "connector", "role", "kind"]
    search_fields = ["table_name", "column_name"]


class RowFilterAdmin(DataRuleAdmin):
    form = RowFilterForm
    fields = ["role", "table_name", "condition", "change_reason", "confirm"]
    list_display = ["table", "connector", "role", "condition"]
    search_fields = ["table_name", "condition"]


def what_a_role_sees(request: HttpRequest, connector: Connector, context: dict[str, Any]) -> HttpResponse:
    """Show what each role sees of a connector, rule by rule."""
    seen = [(role, data_rules.seen_by(connector, role)) for role in Role]
    shown = {**context, "connector": connector, "seen": seen, "title": f"What each role sees of {connector.name}"}
    return render(request, "connectors/admin/data_policy.html", shown)


def _asked_connector(request: HttpRequest) -> Connector | None:
    asked = request.GET.get("connector", "")
    try:
        found: Connector | None = Connector.objects.sources().filter(pk=asked).first() if asked else None
    except (ValidationError, ValueError):
        return None
    return found


site.register(ColumnRule, ColumnRuleAdmin)
site.register(RowFilter, RowFilterAdmin)
