"""What SQLite's authorizer admits: reading the file's own tables with functions that only compute."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_NAMES = """
    -> ->> abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce concat concat_ws
    cos cosh count cume_dist date datetime degrees dense_rank exp first_value floor format glob
    group_concat hex ifnull iif instr json json_array json_array_length json_each json_error_position
    json_extract json_group_array json_group_object json_insert json_object json_patch json_quote
    json_remove json_replace json_set json_tree json_type json_valid julianday lag last_value lead
    length like likelihood likely ln log log10 log2 lower ltrim max min mod nth_value ntile nullif
    octet_length percent_rank pi pow power printf quote radians rank replace round row_number rtrim sign
    sin sinh sqrt strftime string_agg substr substring sum tan tanh time timediff total trim trunc
    typeof unhex unicode unixepoch unlikely upper
"""
FUNCTIONS = frozenset(_NAMES.split())
"""Left out on purpose: `load_extension`, `fts3_tokenizer`, `readfile`, `writefile`, `edit`, `randomblob`,
`zeroblob`, `random` (an answer must be repeatable), and what tells about the library or session."""

TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
_HIDDEN = ("sqlite_", "pragma_")


class Authorizer:
    """Asked by the engine for every part of a statement while it compiles it; unknown is denied."""

    def __init__(self, tables: Iterable[str]) -> None:
        self._names = {name.lower(): name for name in tables}
        self._tables = frozenset(self._names) | TABLE_FUNCTIONS
        self.read: set[str] = set()
        """The tables and views that were asked for, by their names in the file; whoever wants to know empties it."""

    def __call__(
        self, action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
    ) -> int:
        return sqlite3.SQLITE_OK if self._admits(action, first or "", second or "") else sqlite3.SQLITE_DENY

    def _admits(self, action: int, first: str, second: str) -> bool:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return True
        if action == sqlite3.SQLITE_READ:
            table, column = first.lower(), second
            if table in self._names:
                self.read.add(self._names[table])
            if not column:  # no column of it is read: asked of CTE names too, which are no tables
                return not table.startswith(_HIDDEN)
            return table in self._tables
        return action == sqlite3.SQLITE_FUNCTION and second.lower() in FUNCTIONS
