"""What one currency is worth in another, as an officer says (T09): nothing is fetched, nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from guardrails.models.fields import Between, currency, whole
from guardrails.models.policy import Policy
from portal import tenancy


def today() -> date:
    """Return the present day, UTC."""
    return timezone.now().date()


class CurrencyRate(Policy):
    """The rate from one currency to another, in this direction alone, until it is older than its maximum age.

    Who set it and when is written with each edit; `as_of` says of which day it is, and is what grows old.
    """

    from_currency = currency(help_text="An amount in this currency, such as `EUR`.")
    to_currency = currency(help_text="Is compared with limits and amounts in this one, such as `USD`.")
    rate = models.DecimalField(
        max_digits=20,
        decimal_places=10,
        validators=[Between("rate", Decimal("0.0000000001"), Decimal(10**9))],
        help_text="How many of the second one of the first is worth, such as 1.0842.",
    )
    as_of = models.DateField("rate of", default=today, help_text="The day of this rate; confirm it with a new day.")
    max_age_days = whole("max_age_days", 7, 1, 366, "Older than this it is not used, and a person decides.")
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    set_by = models.CharField(max_length=160, blank=True, default="", editable=False)

    class Meta:
        ordering = ["from_currency", "to_currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "from_currency", "to_currency"],
                name="one_rate_per_pair",
                violation_error_message="from_currency: this pair has a rate already; change that one",
            ),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.from_currency} to {self.to_currency}"

    def clean(self) -> None:
        if self.from_currency and self.from_currency == self.to_currency:
            said = f"to_currency: `{self.to_currency}` is the currency itself; name another"
            raise ValidationError({"to_currency": said})
        if self.as_of and self.as_of > today():
            said = f"as_of: `{self.as_of}` is in the future; give the day of the rate"
            raise ValidationError({"as_of": said})

    @property
    def holds_from(self) -> datetime:
        """The moment its age is counted from: the beginning of its day, UTC."""
        return datetime.combine(self.as_of, time(), tzinfo=UTC)


def stamp(rate: models.Model, before: models.Model | None) -> None:
    """Write who sets a rate, and when, with each edit."""
    rate.set_at, rate.set_by = timezone.now(), tenancy.current().actor.name[:160]  # type: ignore[attr-defined]
