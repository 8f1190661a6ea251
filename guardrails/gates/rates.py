"""Turns an amount into another currency by the rate an officer set; without a fresh one it is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from guardrails.gates.facts import Rate
from portal.money import Money, exponent

UP, DOWN = ROUND_CEILING, ROUND_FLOOR
"""Which way a fraction of a minor unit goes: up where money is used, down where it is what is left."""
_EXACT = Context(prec=60)


def fresh(source: str, target: str, rates: Iterable[Rate], now: datetime) -> Rate | None:
    """Return the rate from one currency to another; None where none is set, it is too old or lies in the future.

    A rate is used in the direction it was set for alone: nobody set its inverse.
    """
    for rate in rates:
        if (rate.source, rate.target) == (source, target) and rate.rate > 0:
            age = now - rate.set_at
            return rate if timedelta(0) <= age <= timedelta(days=rate.max_age_days) else None
    return None


def convert(money: Money, target: str, rates: Iterable[Rate], now: datetime, *, rounding: str = UP) -> Money | None:
    """Return the amount in `target`, exact up to the rounding of its last minor unit; None where no rate is fresh."""
    if money.currency == target:
        return money
    rate = fresh(money.currency, target, rates, now)
    if rate is None:
        return None
    shift = exponent(target) - exponent(money.currency)
    exact = _EXACT.multiply(Decimal(money.amount_minor), rate.rate).scaleb(shift, _EXACT)
    return Money(int(exact.to_integral_value(rounding=rounding)), target)
