"""Is a sentence about rows true to them: every number, date and name in it is found in the rows, or it is not (Q12).

Fails closed: what is not understood counts as not found. Knows no Django, no model and no network; values pass
through and are kept nowhere.
"""

from __future__ import annotations

from connectors.contracts import Result
from questions.grounding import dates, names, numbers
from questions.grounding.facts import Facts
from questions.grounding.text import Text

__all__ = ["unfounded"]


def unfounded(summary: str, result: Result) -> list[str]:
    """Return what in the summary stands in no row, in the order it was looked for; empty where all of it is founded.

    Dates are taken out first, then numbers, then names, so that "May 5" is not also read as a five.
    """
    text, facts = Text(summary), Facts.of(result)
    return [*dates.unfounded(text, facts), *numbers.unfounded(text, facts), *names.unfounded(text, facts)]
