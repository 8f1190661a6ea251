"""Prices of models: an organization's own table, filled with list prices when the organization is made."""

from __future__ import annotations

from connectors.adapters.providers.contracts import NotConfigured, Prices
from connectors.models import ModelPrice
from portal import change

NOTHING = Prices(0, 0, 0, 0)
"""What the local provider costs."""

LIST_PRICES: dict[str, Prices] = {
    "claude-opus": Prices(5_000_000, 25_000_000, 500_000, 6_250_000),
    "claude-sonnet": Prices(3_000_000, 15_000_000, 300_000, 3_750_000),
    "claude-haiku": Prices(1_000_000, 5_000_000, 100_000, 1_250_000),
}
"""Micro-dollars per million tokens by the beginning of a model's name; an admin corrects them in admin."""


def make_default_prices() -> None:
    """Give a new organization the list prices, each as an event."""
    rows = [
        ModelPrice(
            provider="anthropic",
            model=model,
            input_microusd=prices.input_microusd,
            output_microusd=prices.output_microusd,
            cache_read_microusd=prices.cache_read_microusd,
            cache_write_microusd=prices.cache_write_microusd,
        )
        for model, prices in LIST_PRICES.items()
    ]
    change.add(rows, reason="list price", source="provision")


def prices_of(provider: str, model: str) -> Prices:
    """Return the organization's price of a model, by the longest name that begins it.

    Raises `NotConfigured` when there is none: what cannot be reckoned is not called. One query.
    """
    if provider == "local":
        return NOTHING
    rows = [row for row in ModelPrice.objects.filter(provider=provider) if model.startswith(row.model)]
    if not rows:
        raise NotConfigured(f"model: no price is set for `{model[:100]}`; an admin has to add one under Model prices")
    return max(rows, key=lambda row: len(row.model)).prices()
