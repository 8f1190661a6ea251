"""The rules of each engine in one value: grammar, node kinds, functions, catalogs. Holds data and decides
nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlglot.dialects.dialect import Dialect

from guardrails.sql import functions, nodes
from guardrails.sql.functions import names, words


@dataclass(frozen=True, slots=True)
class Rules:
    """What one engine allows. Names of functions are upper-cased, names of tables and schemas lower-cased."""

    name: str
    grammar: Dialect
    kinds: frozenset[type]
    functions: frozenset[str]
    table_functions: frozenset[str]
    catalog_names: re.Pattern[str]
    catalog_schemas: re.Pattern[str]
    keywords: frozenset[str] = frozenset()
    niladic: frozenset[str] = frozenset()
    default_schema: str = "main"
    types: frozenset[str] = frozenset()
    any_type: bool = False
    quoted_may_be_text: bool = False
    with_is_recursive: bool = False
    file_names: bool = False
    has_regexp_like: bool = True


SYNTAX = words(
    "in as over values any all some exists and or not on where having by using from join select then when",
    "else case end filter group union except intersect like ilike between is interval distinct lateral",
    "sets rollup cube materialized similar glob rlike regexp div mod xor escape only recursive unnest",
    "columns row array struct map list",
    # types that take a length
    "decimal numeric varchar char character nvarchar nchar binary varbinary bit varbit varying timestamp",
    "timestamptz time timetz float double real int integer bigint smallint tinyint mediumint datetime",
    "year text bpchar dec signed unsigned zone",
)
"""Words of the language that may stand before a parenthesis and are no function."""

NILADIC = names(
    "user current_user session_user system_user current_role current_catalog current_schema",
)

_POSTGRES = Rules(
    name="postgres",
    grammar=Dialect.get_or_raise("postgres"),
    kinds=nodes.POSTGRES,
    functions=functions.POSTGRES,
    table_functions=functions.POSTGRES_TABLE,
    catalog_names=re.compile(r"pg_|information_schema$|sql_(features|implementation_info|parts|sizing)$"),
    catalog_schemas=re.compile(r"pg_|information_schema$"),
    keywords=SYNTAX | words("sample tablesample bernoulli system ordinality rows repeatable within path"),
    niladic=NILADIC,
    default_schema="public",
)
_MYSQL = Rules(
    name="mysql",
    grammar=Dialect.get_or_raise("mysql"),
    kinds=nodes.MYSQL,
    functions=functions.MYSQL,
    table_functions=functions.MYSQL_TABLE,
    catalog_names=re.compile(r"(information_schema|performance_schema)$|seq_\d+_to_\d+"),
    catalog_schemas=re.compile(r"(information_schema|performance_schema|mysql|sys|ndbinfo|mysql_innodb_.*)$"),
    keywords=SYNTAX | words("against columns path nested separator of"),
    niladic=names("current_user current_role"),
    has_regexp_like=False,  # MariaDB has none, and the two share a dialect; REGEXP_INSTR says the same on both
    default_schema="",
)
_SQLITE = Rules(
    name="sqlite",
    grammar=Dialect.get_or_raise("sqlite"),
    kinds=nodes.SQLITE,
    functions=functions.SQLITE,
    table_functions=functions.SQLITE_TABLE,
    catalog_names=re.compile(
        r"(sqlite_|pragma_|dbstat|bytecode$|tables_used$|fsdir$|completion$|zipfile$|csv$|stmt$|generate_series$|wholenumber$|information_schema$)"
    ),
    catalog_schemas=re.compile(r"(temp|information_schema|sqlite_.*|pragma_.*)$"),
    keywords=SYNTAX,
    any_type=True,
    quoted_may_be_text=True,
    with_is_recursive=True,
)
_DUCKDB = Rules(
    name="duckdb",
    grammar=Dialect.get_or_raise("duckdb"),
    kinds=nodes.DUCKDB,
    functions=functions.DUCKDB,
    table_functions=functions.DUCKDB_TABLE,
    catalog_names=re.compile(r"(duckdb_|pg_|sqlite_|pragma_|information_schema$|which_secret)"),
    catalog_schemas=re.compile(r"(information_schema|pg_catalog|pg_.*|system|temp)$"),
    keywords=SYNTAX
    | words("sample tablesample bernoulli system reservoir repeatable exclude replace rename qualify lambda enum key"),
    niladic=NILADIC,
    file_names=True,
)

RULES: dict[str, Rules] = {
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": _SQLITE,
    "duckdb": _DUCKDB,
}
DIALECTS = tuple(RULES)


def rules_for(dialect: Any) -> Rules | None:
    """Return the rules of `dialect`, or None for an engine that is not known."""
    return RULES.get(dialect.strip().lower()) if isinstance(dialect, str) else None
