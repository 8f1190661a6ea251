"""Money as an integer of minor units with an ISO 4217 code. No floats, no conversion, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MAX_MINOR = 2**53 - 1
"""The largest amount that every JSON reader keeps exactly (RFC 8259 §6)."""

NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_CODE = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,4})?")


class MoneyError(ValueError):
    """An amount or currency that is not one; the message names it and says the fix."""


def exponent(currency: str) -> int:
    """Return how many decimals the currency has (ISO 4217: 0, 2 or 3)."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of minor units (cents of USD, yen of JPY) in one currency; never negative by accident.

    Adding or comparing two currencies raises `MoneyError`: nobody set a rate.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount_minor, int) or isinstance(self.amount_minor, bool):
            raise MoneyError(f"amount_minor: `{self.amount_minor!r}` is not a whole number of minor units")
        if abs(self.amount_minor) > MAX_MINOR:
            raise MoneyError(f"amount_minor: `{self.amount_minor}` is beyond 2^53 - 1; no such amount is handled")
        if not isinstance(self.currency, str) or not _CODE.fullmatch(self.currency):
            raise MoneyError(f"currency: `{self.currency}` is not an ISO 4217 code such as `USD`")

    @classmethod
    def parse(cls, text: str, currency: str, *, field: str = "amount") -> Money:
        """Read a non-negative decimal such as `49.99`; raise `MoneyError` naming `field` otherwise."""
        cleaned = str(text).strip()
        if cleaned.startswith("-"):
            raise MoneyError(f"{field}: `{cleaned[:40]}` is negative; give an amount above zero")
        if not _AMOUNT.fullmatch(cleaned):
            raise MoneyError(f"{field}: `{cleaned[:40]}` is not an amount; write it like `49.99`")
        try:
            scaled = Decimal(cleaned).scaleb(exponent(currency))
        except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
            raise MoneyError(f"{field}: `{cleaned[:40]}` is not an amount") from error
        if scaled != scaled.to_integral_value():
            raise MoneyError(
                f"{field}: `{cleaned[:40]}` has more decimals than {currency} has; use {exponent(currency)}"
            )
        return cls(int(scaled), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(
                f"currency: `{other.currency}` is not `{self.currency}`; amounts of two currencies are never mixed"
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def times(self, factor: int) -> Money:
        """Multiply by a whole factor (a VIP multiplier)."""
        return Money(self.amount_minor * factor, self.currency)

    @property
    def decimal(self) -> str:
        """Return the plain decimal text, such as `1234.50`, without grouping or symbol."""
        places = exponent(self.currency)
        sign, digits = (
            ("-" if self.amount_minor < 0 else ""),
            str(abs(self.amount_minor)).rjust(places + 1, "0"),
        )
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"

    def __str__(self) -> str:
        whole, _, fraction = self.decimal.lstrip("-").partition(".")
        grouped = f"{int(whole):,}" + (f".{fraction}" if fraction else "")
        sign = "-" if self.amount_minor < 0 else ""
        symbol = _SYMBOLS.get(self.currency)
        return f"{sign}{symbol}{grouped}" if symbol else f"{sign}{grouped} {self.currency}"
