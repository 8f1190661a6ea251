"""What people type on this flow's pages. Forms read and name the field; the verbs judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from guardrails.gates.facts import ACTION_KINDS
from portal.money import Money, MoneyError
from tickets.models import TicketState
from tickets.proposal import MAX_REPLY

KINDS = [("refund", "Refund"), ("cancel", "Cancel"), ("exchange", "Exchange")]
STATUSES = [(word, word) for word in ("SUCCESS", "PENDING", "BLOCKED", "FAILED", "UNKNOWN")]


class Filters(forms.Form):
    """A list's filters, read from the address; one that is wrong says so at its field and is left out."""

    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.is_valid()

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).strip()

    def given(self, name: str) -> Any:
        """Return a filter's value, None where it is not set or was not understood."""
        return self.cleaned_data.get(name) or None


class ApprovalFilters(Filters):
    """Filters of the approval queue; amounts are in the organization's currency."""

    claim = forms.ChoiceField(
        required=False,
        label="Claimed",
        choices=[("", "Anybody's"), ("mine", "Claimed by me"), ("unclaimed", "Unclaimed")],
    )
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "Any"), *KINDS, ("reply", "Reply only")])
    least = forms.CharField(required=False, label="From amount", max_length=30)
    most = forms.CharField(required=False, label="To amount", max_length=30)
    age = forms.ChoiceField(
        required=False,
        label="Waiting",
        choices=[("", "Any time"), ("1", "Over 1 hour"), ("4", "Over 4 hours"), ("24", "Over 1 day")],
    )
    state = forms.ChoiceField(required=False, label="Show", choices=[("", "Waiting"), ("decided", "Decided")])

    def __init__(self, data: Any, *, currency: str) -> None:
        self.currency = currency
        super().__init__(data)

    def clean_least(self) -> Money | None:
        return self._amount("least")

    def clean_most(self) -> Money | None:
        return self._amount("most")

    def _amount(self, name: str) -> Money | None:
        text = str(self.cleaned_data[name]).strip()
        if not text:
            return None
        try:
            return Money.parse(text, self.currency, field="amount")
        except MoneyError as error:
            raise ValidationError(str(error)) from error


class TicketFilters(Filters):
    state = forms.ChoiceField(required=False, label="State", choices=[("", "Any"), *TicketState.choices])
    mine = forms.BooleanField(required=False, label="Assigned to me")


class ActionFilters(Filters):
    status = forms.ChoiceField(required=False, label="Status", choices=[("", "Any"), *STATUSES])
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "Any"), *KINDS])


class Typed(forms.Form):
    """Something typed on a page; what a verb says of a field is shown at that field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class Reject(Typed):
    reason = forms.CharField(
        label="Why not?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text="Kept with the ticket, so that the next proposal is better. The ticket becomes yours.",
        error_messages={"required": "reason: say why, so that the next proposal is better"},
    )


class Lower(Typed):
    amount = forms.CharField(
        label="New amount",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autofocus": True}),
        help_text="Below the present one, written like 49.99. The reply follows it.",
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Wording(Typed):
    reply = forms.CharField(
        label="Reply",
        max_length=MAX_REPLY,
        widget=forms.Textarea(attrs={"rows": 12, "autofocus": True}),
        help_text="The output guard looks at it again before it is sent.",
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Propose(Typed):
    """A proposal by hand for a ticket that a person has."""

    kind = forms.ChoiceField(label="Action", choices=KINDS)
    order_number = forms.CharField(label="Order number", max_length=64)
    amount = forms.CharField(
        label="Amount",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="Written like 49.99; for a cancellation or exchange the value at stake.",
    )
    currency = forms.CharField(label="Currency", max_length=3)
    item_sku = forms.CharField(
        label="Item that goes back (SKU)",
        max_length=80,
        required=False,
        help_text="For an exchange, if there are several.",
    )
    replacement_sku = forms.CharField(
        label="Item to send instead (SKU)", max_length=80, required=False, help_text="For an exchange."
    )
    reply = forms.CharField(label="Reply", max_length=MAX_REPLY, widget=forms.Textarea(attrs={"rows": 8}))


class Resume(Typed):
    reason = forms.CharField(
        label="Why now?", max_length=300, help_text="The ticket starts again from its classification."
    )


assert {name for name, _ in KINDS} == set(ACTION_KINDS)
