"""The webhooks of risk feeds in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from connectors import risk
from connectors.models import Connector, RiskHook
from portal.admin_site import TenantAdmin, site
from portal.roles import Capability


class RiskHookForm(forms.ModelForm):
    """A feed's webhook; its signing secret is written and never shown."""

    connector = forms.ModelChoiceField(Connector._base_manager.none(), widget=UnfoldAdminSelectWidget)
    secret = forms.CharField(
        required=False,
        strip=True,
        max_length=200,
        label="Signing secret",
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Of the endpoint at the feed (`whsec_…`). Written once, never shown again. Leave it empty to keep "
        "the one that is set; a new one takes its place, and the old one stays valid beside it.",
    )
    change_reason = forms.CharField(max_length=400, required=False, label="Reason", widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = RiskHook
        fields = ["is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["connector"]
        chosen.queryset = Connector.objects.active().filter(adapter="stripe")

    def _post_clean(self) -> None:
        if chosen := self.cleaned_data.get("connector"):
            self.instance.connector = chosen
        super()._post_clean()  # type: ignore[misc]


class RiskHookAdmin(TenantAdmin):
    """Switched off rather than removed."""

    edit = Capability.MANAGE_CONNECTORS
    form = RiskHookForm
    may_remove = False
    list_display = ["connector", "address", "is_active"]
    list_select_related = ["connector"]
    fields = ["connector", "is_active", "secret", "change_reason", "address", "has_previous"]
    readonly_fields = ["address", "has_previous"]
    ordering = ["id"]

    @admin.display(description="the feed posts to")
    def address(self, hook: RiskHook) -> str:
        """Return the path below the portal's own address; the key names the webhook and proves nothing."""
        return reverse("connectors_api:risk-webhook", args=[hook.key])

    @admin.display(description="previous secret still valid", boolean=True)
    def has_previous(self, hook: RiskHook) -> bool:
        return bool(hook.previous_secret)

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        risk.set_up_hook(obj, secret=given.get("secret", ""), reason=given.get("change_reason", ""))


site.register(RiskHook, RiskHookAdmin)
