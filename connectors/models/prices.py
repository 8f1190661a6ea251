"""What a model costs the organization: integers of micro-dollars per million tokens."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from connectors.adapters.providers.contracts import Prices
from portal.models import TenantModel

DEAREST = 10_000_000_000
"""Ten thousand dollars per million tokens: above it is a slip of the finger."""


def _price(label: str) -> models.PositiveBigIntegerField:
    return models.PositiveBigIntegerField(
        label,
        help_text="Micro-dollars per million tokens: $3.00 is 3000000.",
        validators=[MaxValueValidator(DEAREST)],
    )


class ModelPrice(TenantModel):
    """The price of one model. A model without a price is not called: its spend could not be capped (Q16)."""

    provider = models.CharField(max_length=20, default="anthropic")
    model = models.CharField(max_length=100, help_text="The model's name, or the beginning several share.")
    input_microusd = _price("input")
    output_microusd = _price("output")
    cache_read_microusd = _price("cache read")
    cache_write_microusd = _price("cache write")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "provider", "model"], name="one_price_per_model"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"

    def prices(self) -> Prices:
        """Return the price as the value the spend is reckoned with."""
        return Prices(self.input_microusd, self.output_microusd, self.cache_read_microusd, self.cache_write_microusd)
