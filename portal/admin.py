"""People in the admin: memberships with their person, and the organization itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from portal import people
from portal.admin_site import TenantAdmin, site
from portal.models import AccessPolicy, Membership, Organization
from portal.reason_form import ReasonForm
from portal.roles import MATRIX, Access, Capability, Role


class InviteForm(forms.ModelForm):
    """Invite somebody by e-mail; nothing about an account that exists elsewhere is shown or changed."""

    email = forms.EmailField(max_length=254, widget=UnfoldAdminEmailInputWidget)
    name = forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget)
    password = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text="First password of a new account, at least 12 characters; not needed when the account exists.",
    )

    class Meta:
        model = Membership
        fields = ["role"]


class MembershipForm(forms.ModelForm):
    is_active = forms.BooleanField(required=False, label="Active", widget=UnfoldBooleanSwitchWidget)
    works_approvals = forms.BooleanField(
        required=False,
        label="Works the approval queue",
        widget=UnfoldBooleanSwitchWidget,
        help_text="Admins always do; power users and analysts may be granted it.",
    )

    class Meta:
        model = Membership
        fields = ["role", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["works_approvals"].initial = people.is_granted(self.instance, Capability.WORK_APPROVALS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role = str(cleaned.get("role"))
        if cleaned.get("works_approvals") and role in Role._value2member_map_:
            access = MATRIX[Capability.WORK_APPROVALS][Role(role)]
            if access is Access.NO:
                raise ValidationError(
                    {"works_approvals": f"a {Role(role).label.lower()} cannot work the queue; choose another role"}
                )
        return cleaned


class MembershipAdmin(TenantAdmin):
    edit = Capability.MANAGE_PEOPLE
    may_remove = False
    list_display = ["person", "email", "role", "active"]
    list_filter = ["role", "is_active"]
    search_fields = ["user__name", "user__email"]
    ordering = ["user__name"]
    list_select_related = ["user"]

    @admin.display(ordering="user__name")
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @admin.display(ordering="is_active", boolean=True)
    def active(self, membership: Membership) -> bool:
        return membership.is_active

    @admin.display(description="E-mail", ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = MembershipForm if obj else InviteForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["role", "is_active", "works_approvals"] if obj else ["email", "name", "role", "password"]

    def apply_change(self, obj: Any, form: Any) -> None:
        given = form.cleaned_data
        if "email" in given:
            made = people.invite(
                email=given["email"], name=given["name"], role=given["role"], password=given["password"]
            )
            obj.pk, obj.user_id = made.pk, made.user_id
            return
        people.set_role(obj, role=given["role"], is_active=given["is_active"])
        wanted = given["works_approvals"] and MATRIX[Capability.WORK_APPROVALS][Role(given["role"])] is Access.GRANTED
        (people.grant if wanted else people.revoke)(obj, Capability.WORK_APPROVALS)


class OrganizationAdmin(TenantAdmin):
    """The one organization the person is in."""

    edit = Capability.SET_POLICY
    may_add = may_remove = False
    list_display = ["name", "time_zone", "currency"]
    fields = ["name", "time_zone", "currency"]

    def get_queryset(self, request: HttpRequest) -> Any:
        from portal import tenancy

        return Organization._base_manager.filter(pk=tenancy.organization_id())


class AccessPolicyAdmin(TenantAdmin):
    """What the organization demands of access: one row."""

    edit = Capability.SET_POLICY
    may_add = may_remove = False
    form = ReasonForm
    list_display = ["__str__", "break_glass", "break_glass_hours", "second_officer", "overdue_revokes"]


site.register(AccessPolicy, AccessPolicyAdmin)
site.register(Membership, MembershipAdmin)
site.register(Organization, OrganizationAdmin)
