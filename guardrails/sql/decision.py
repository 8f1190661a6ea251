"""What the SQL guard answers: a verdict with reasons. Holds data only and decides nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

PASS = "pass"  # noqa: S105 - a verdict, not a password
BLOCK = "block"

FRAGMENT_CHARS = 80
"""A quoted part of the statement is cut to this length in reasons."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a refusal: a stable `code` for machines, a `message` a person can act on, the part it
    means.
    """

    code: str
    message: str
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The guard's answer about one statement.

    `sql` is what may run, regenerated from the tree; it is empty when the verdict is `block`. `tables`
    and `columns` are what the statement reads (`schema.table`, `table.column`; a column whose table
    cannot be told stands alone). `limit` is the row limit of the regenerated statement and `changes` says
    what the guard changed, in words. `policy_revision` repeats the revision of the policy that was
    applied. `masked` are the columns (`table.column`) the statement sees masked only, `filtered` the tables of
    which it sees some rows only.
    """

    verdict: str
    reasons: tuple[Reason, ...] = ()
    sql: str = ""
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int | None = None
    changes: tuple[str, ...] = ()
    policy_revision: str = ""
    masked: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()

    @property
    def is_rewritten(self) -> bool:
        """Tell whether masks or row filters were put in: the engine's estimates then speak of rows not shown."""
        return bool(self.masked or self.filtered)

    @property
    def passes(self) -> bool:
        """Tell whether the statement may run."""
        return self.verdict == PASS


def fold(name: str) -> str:
    """Return `name` for comparing: lower case, without accents, look-alike widths and dots.

    MySQL folds more than ASCII (`İ` is its `i`), so a name is compared by what any engine could take it for.
    """
    if name.isascii():
        return name.lower()
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def shorten(text: object, length: int = FRAGMENT_CHARS) -> str:
    """Return `text` on one line, without backticks and control characters, cut to `length`."""
    line = " ".join(str(text)[: length * 4].replace("`", "'").split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    return line if len(line) <= length else line[: length - 1] + "…"


def refuse(code: str, message: str, fragment: object = "") -> Reason:
    """Return a reason; `{part}` in the message becomes the shortened fragment in backticks."""
    part = shorten(fragment)
    return Reason(code, message.replace("{part}", f"`{part}`"), part)
