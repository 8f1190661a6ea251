"""Two results compared as result sets, with reasons that count and never quote: no row is kept (Q01)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from connectors.contracts import JsonScalar, Result

NUMBERS = frozenset({"integer", "decimal", "float"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two results differ."""

    code: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "sentence": self.sentence}


def compare(expected: Result, got: Result, *, is_ordered: bool) -> list[Difference]:
    """Return every difference; empty where the results say the same. Names of columns do not count, their order does.

    Results that are cut are compared by the rows that are there, in their order.
    """
    wide, other = len(expected.columns), len(got.columns)
    if wide != other:
        return [Difference("column_count", f"It has {other} columns; {wide} were expected")]
    found = []
    kinds = [(_family(a.kind), _family(b.kind)) for a, b in zip(expected.columns, got.columns, strict=True)]
    types = sum(one != two and "other" not in (one, two) for one, two in kinds)
    ours, theirs = ([_plain_row(row) for row in each.rows] for each in (expected, got))
    is_empty = not ours or not theirs
    if types and not is_empty:
        found.append(Difference("column_types", f"{types} of {wide} columns hold another type of value"))
    missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if missing:
        found.append(Difference("missing_rows", f"{missing.total()} of {len(ours)} expected rows are missing"))
    if extra:
        found.append(Difference("extra_rows", f"{extra.total()} of {len(theirs)} rows were not expected"))
    if not missing and not extra and is_ordered and ours != theirs:
        found.append(Difference("order", "The rows are the expected ones in another order"))
    if expected.rows_cut != got.rows_cut:
        more, less = ("It", "what was expected") if got.rows_cut else ("What was expected", "it")
        found.append(Difference("cut", f"{more} has more rows than are shown, and {less} has not"))
    return found


def _family(kind: str) -> str:
    return "number" if kind in NUMBERS else kind


def _plain_row(row: tuple[JsonScalar, ...]) -> tuple[str, ...]:
    return tuple(_plain(value) for value in row)


def _plain(value: JsonScalar) -> str:
    """Return a value so that `1`, `1.0` and `1.00` are the same, and floats to nine digits."""
    if value is None or isinstance(value, bool):
        return repr(value)
    try:
        number = Decimal(f"{value:.9g}" if isinstance(value, float) else str(value))
    except InvalidOperation:
        return f"'{value}'"
    return str(number.normalize()) if number.is_finite() else str(value)
