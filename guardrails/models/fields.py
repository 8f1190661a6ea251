"""Fields and bounds the policies share; every bound names its field, quotes the value and says the fix."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.deconstruct import deconstructible

from guardrails.gates.facts import ACTION_KINDS

MAX_MINOR = 10**13
"""The largest ceiling or cap: far above any order, and still exact after a VIP factor."""
MAX_MICROUSD = 10**12
"""The largest spend cap: a million dollars in a billing cycle."""

ACTION_CHOICES = [(kind, kind.capitalize()) for kind in ACTION_KINDS]


@deconstructible
class Between:
    """Refuse a number outside `low` to `high`, both included."""

    def __init__(self, field: str, low: int | Decimal, high: int | Decimal) -> None:
        self.field, self.low, self.high = field, low, high

    def __call__(self, value: Any) -> None:
        if not self.low <= value <= self.high:
            raise ValidationError(
                f"{self.field}: `{value}` is not between {self.low} and {self.high}; give a number in that range"
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Between) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.field, self.low, self.high))


def whole(field: str, default: int, low: int, high: int, help_text: str, **options: Any) -> Any:
    """Return a whole number from `low` to `high`."""
    return models.PositiveBigIntegerField(
        default=default, validators=[Between(field, low, high)], help_text=help_text, **options
    )


def minor(field: str, help_text: str, *, low: int = 1) -> Any:
    """Return an amount in minor units (cents of USD, yen of JPY)."""
    return models.PositiveBigIntegerField(validators=[Between(field, low, MAX_MINOR)], help_text=help_text)


def action() -> Any:
    """Return the kind of action a limit is for (T14)."""
    return models.CharField(
        max_length=10,
        choices=ACTION_CHOICES,
        error_messages={"invalid_choice": "action: `%(value)s` is not an action; use refund, cancel or exchange"},
    )


def currency(**options: Any) -> Any:
    """Return an ISO 4217 code."""
    return models.CharField(
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", "currency: give an ISO 4217 code such as `USD`")],
        **options,
    )


def lines(text: str) -> list[str]:
    """Return the entries of a text that holds one per line, without blanks and repetitions."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
