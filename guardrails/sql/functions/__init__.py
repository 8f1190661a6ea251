"""Which functions each engine may be asked to run. Lists names only; a name that is not here is refused.

Every name was taken from the engine's own manual: functions of their arguments, the clock or chance, that
read no file, no catalog, no setting and no network, change nothing, wait for nothing and cannot be given
SQL as text. Names are those sqlglot writes into the regenerated statement as well as those people type.
"""

from guardrails.sql.functions.common import names, words
from guardrails.sql.functions.duckdb import DUCKDB, DUCKDB_TABLE
from guardrails.sql.functions.mysql import MYSQL, MYSQL_TABLE
from guardrails.sql.functions.postgres import POSTGRES, POSTGRES_TABLE
from guardrails.sql.functions.sqlite import SQLITE, SQLITE_TABLE

__all__ = [
    "DUCKDB",
    "DUCKDB_TABLE",
    "MYSQL",
    "MYSQL_TABLE",
    "POSTGRES",
    "POSTGRES_TABLE",
    "SQLITE",
    "SQLITE_TABLE",
    "names",
    "words",
]
