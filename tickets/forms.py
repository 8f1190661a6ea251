"""What people type on this flow's pages. Forms read and name the field; the verbs judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from guardrails.gates import GATES
from guardrails.gates.facts import ACTION_KINDS, INTENTS
from portal.money import Money, MoneyError
from tickets.models import ApprovalState, Category, TicketState
from tickets.proposal import MAX_REPLY

KINDS = [("refund", "Refund"), ("cancel", "Cancel"), ("exchange", "Exchange")]
STATUSES = [(word, word) for word in ("SUCCESS", "PENDING", "BLOCKED", "FAILED", "UNKNOWN")]
DECIDED = (ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.EXPIRED, ApprovalState.SUPERSEDED)


class Filters(forms.Form):
    """A list's filters, read from the address; one that is wrong says so at its field and is left out."""

    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.prepare()
        self.is_valid()

    def prepare(self) -> None:
        """Set choices that depend on the organization, before anything is read."""

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).strip()

    def given(self, name: str) -> Any:
        """Return a filter's value, None where it is not set or was not understood."""
        return self.cleaned_data.get(name) or None


class ApprovalFilters(Filters):
    """Filters of the approval queue; amounts are in the currency that is chosen, else in the organization's own."""

    claim = forms.ChoiceField(
        required=False,
        label="Whose",
        choices=[
            ("", "Anybody's"),
            ("assigned", "Assigned to me"),
            ("mine", "Claimed by me"),
            ("others", "Claimed by others"),
            ("unclaimed", "Unclaimed"),
        ],
    )
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "Any"), *KINDS, ("reply", "Reply only")])
    state = forms.ChoiceField(
        required=False,
        label="Show",
        choices=[
            ("", "Waiting"),
            ("first", "Waiting for a first yes"),
            ("second", "Waiting for a second yes"),
            ("overdue", "Overdue"),
            ("choose", "An order to choose"),
            ("decided", "Decided"),
            *[(state.value, state.label) for state in DECIDED],
        ],
    )
    sort = forms.ChoiceField(
        required=False,
        label="Sort by",
        choices=[("", "Age"), ("amount", "Amount"), ("expiry", "Expiry")],
    )
    gate = forms.ChoiceField(
        required=False,
        label="Gate that asked",
        choices=[("", "Any"), *((gate.name, gate.title) for gate in GATES), ("nobody", "None: proposed by a person")],
    )
    least = forms.CharField(required=False, label="From amount", max_length=30)
    most = forms.CharField(required=False, label="To amount", max_length=30)
    currency = forms.ChoiceField(required=False, label="Currency")
    age = forms.ChoiceField(
        required=False,
        label="Waiting",
        choices=[("", "Any time"), ("1", "Over 1 hour"), ("4", "Over 4 hours"), ("24", "Over 1 day")],
    )
    second = forms.BooleanField(required=False, label="Two people needed")
    category = forms.ChoiceField(required=False, label="Rejected because", choices=[("", "Any"), *Category.choices])

    FIRST = ("q", "state", "claim", "kind", "sort")

    def __init__(self, data: Any, *, currency: str, currencies: Iterable[str] = ()) -> None:
        self.own_currency, self.currencies = currency, sorted({currency, *currencies})
        super().__init__(data)

    def prepare(self) -> None:
        self.fields["currency"].choices = [("", "Any"), *((code, code) for code in self.currencies)]  # type: ignore[attr-defined]

    @property
    def first(self) -> list[Any]:
        return [self[name] for name in self.FIRST]

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.FIRST]

    @property
    def is_more_used(self) -> bool:
        return any(self.given(field.name) or field.errors for field in self.more)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("least", "most"):
            if text := str(given.get(name) or "").strip():
                try:
                    given[name] = Money.parse(text, given.get("currency") or self.own_currency, field="amount")
                except MoneyError as error:
                    self.add_error(name, str(error))
        return given


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
    category = forms.ChoiceField(
        label="What is wrong?", choices=Category.choices, initial=Category.OTHER, required=False
    )
    reason = forms.CharField(
        label="Why not?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text="The next proposals for such tickets are told. The ticket becomes yours.",
        error_messages={"required": "reason: say why, so that the next proposal is better"},
    )


class RejectMany(Typed):
    """One reason for several; the ids come from the list."""

    category = forms.ChoiceField(
        label="What is wrong?", choices=Category.choices, initial=Category.OTHER, required=False
    )
    reason = forms.CharField(
        label="Why not?",
        max_length=2000,
        widget=forms.TextInput(),
        error_messages={"required": "reason: say why, so that the next proposals are better"},
    )


class Choose(Typed):
    """Which of the candidates is meant; the radio buttons are drawn from the approval."""

    order_number = forms.CharField(
        max_length=64, error_messages={"required": "order_number: none is chosen; choose the order that is meant"}
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SaveView(Typed):
    name = forms.CharField(label="Name of this view", max_length=60)
    is_shared = forms.BooleanField(label="For everybody who works the queue", required=False)
    query = forms.CharField(widget=forms.HiddenInput, max_length=600, required=False)


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


class ByHand(Typed):
    """What a person did about a ticket themselves."""

    action = forms.ChoiceField(
        label="What did you do?", choices=[*KINDS, ("reply", "Only replied"), ("none", "Nothing")]
    )
    amount = forms.CharField(
        label="Amount", max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    currency = forms.CharField(label="Currency", max_length=3, required=False)
    outcome = forms.CharField(label="In a few words", max_length=200, required=False)


class Correct(Typed):
    """What a ticket is really about."""

    intent = forms.ChoiceField(
        label="What the customer wants",
        choices=[(name, name.replace("_", " ").capitalize()) for name in INTENTS],
        help_text="Teaches the next classification of your organization, of no other.",
    )


class Forget(Typed):
    """Nothing is typed to take a correction back."""


class Resume(Typed):
    reason = forms.CharField(
        label="Why now?", max_length=300, help_text="The ticket starts again from its classification."
    )


class Resolve(Typed):
    reason = forms.CharField(
        label="What it was and what was done", max_length=1000, help_text="It stays in the audit trail."
    )


class Settle(Typed):
    happened = forms.ChoiceField(
        label="What the store shows", choices=(("yes", "It happened"), ("no", "It did not happen"))
    )
    reason = forms.CharField(
        label="What you saw there", max_length=300, help_text="The store is asked once more; what it has counts."
    )


assert {name for name, _ in KINDS} == set(ACTION_KINDS)
