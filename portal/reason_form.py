"""The form of an edit that says why: what the admin shows of every policy."""

from __future__ import annotations

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


class ReasonForm(forms.ModelForm):
    """An edit with its reason, judged within the organization: what is unique is unique there."""

    change_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Goes to the trail.",
    )

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"organization"}  # type: ignore[misc]
