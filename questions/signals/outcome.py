"""What the rows themselves say against an answer: none, nothing in a column, the same row twice, a cut."""

from __future__ import annotations

import json

from connectors.contracts import Result
from questions.signals.signal import Signal


def of_result(result: Result) -> list[Signal]:
    """Return the signals of a result. No sentence quotes a value."""
    found = []
    if not result.rows:
        return [Signal("empty", -12, "No row came back: a filter may be wrong", "medium")]
    if result.is_cut:
        found.append(Signal("cut", -2, "The answer is cut: what is missing may change the picture"))
    for index, column in enumerate(result.columns):
        if all(row[index] is None for row in result.rows):
            said = f"The column `{column.name}` holds no value in any row"
            found.append(Signal("all_empty_column", -18, said, "medium"))
            break
    seen = {json.dumps(row) for row in result.rows}
    if len(result.rows) > 1 and len(seen) < len(result.rows):
        found.append(Signal("repeated_rows", -10, "The same row came back more than once: a join may repeat rows"))
    return found
