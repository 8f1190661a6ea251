"""Asks PostgreSQL's own grammar (libpg_query) what a statement is. A second opinion: it can only refuse.

It reads the regenerated statement, so what it judges is what would run. The tree comes as JSON text and
is searched by patterns, which is twenty times cheaper than building it: a quote inside a JSON text is
always escaped, so text of the statement cannot imitate a key.
"""

from __future__ import annotations

import json
import re

from pglast.parser import ParseError, parse_sql_json

from guardrails.sql.decision import Reason, fold, refuse
from guardrails.sql.functions import names
from guardrails.sql.functions.postgres import GRAMMAR
from guardrails.sql.rules import RULES

KINDS = names(
    "SelectStmt ResTarget ColumnRef String A_Star A_Const A_Expr FuncCall RangeVar RangeSubselect RangeFunction ",
    "JoinExpr SubLink BoolExpr NullTest BooleanTest CaseExpr CaseWhen CoalesceExpr MinMaxExpr TypeCast SortBy ",
    "WindowDef CommonTableExpr GroupingSet GroupingFunc A_ArrayExpr A_Indices A_Indirection RowExpr List ",
    "Integer Float Boolean BitString SQLValueFunction NamedArgExpr CollateClause RangeTableSample ColumnDef",
    "JsonIsPredicate",
)
CLOCK = frozenset(
    f"SVFOP_{name}{suffix}"
    for name in ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
    for suffix in ("", "_N")
)
TYPES = names(
    "bool boolean int2 int4 int8 smallint integer bigint float4 float8 real numeric money text varchar",
    "bpchar char date time timetz timestamp timestamptz interval json jsonb jsonpath uuid bytea bit",
    "varbit inet cidr macaddr macaddr8 point line lseg box path polygon circle tsvector tsquery int4range",
    "int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange",
    "datemultirange tsmultirange tstzmultirange citext hstore",
    "serial",
)
_TEXT = r'\{"String":\{"sval":"((?:[^"\\]|\\.)*)"\}\}'
_KIND = re.compile(r'"([A-Z]\w*)":\{')
_CALL = re.compile(rf'"funcname":\[{_TEXT}(?:,{_TEXT})?(,)?')
_TYPE = re.compile(rf'"names":\[{_TEXT}(?:,{_TEXT})?(,)?')
_RELATION = re.compile(r'"relname":"((?:[^"\\]|\\.)*)"')
_SCHEMA = re.compile(r'"(?:schemaname|catalogname)":"((?:[^"\\]|\\.)*)"')
_CLOCK = re.compile(r'"op":"(SVFOP_\w+)"')
_OPERATOR = re.compile(rf'"name":\[{_TEXT},')
_CLOSED = re.compile(r'"(intoClause|lockingClause|withCheck|modifyingCTE)":')


def object_to(sql: str, extra: frozenset[str], tables: frozenset[str]) -> Reason | None:
    """Return why PostgreSQL's grammar reads something else than one allowed SELECT in `sql`, or None.

    `extra` are functions the policy allows besides the list; `tables` the lower-cased names the guard saw.
    """
    try:
        tree = parse_sql_json(sql)
    except ParseError as error:
        return refuse("engine.syntax", "PostgreSQL does not read this statement: {part}.", error.args[0])
    if tree.count('{"stmt":{') != 1 or '"stmts":[{"stmt":{"SelectStmt":{' not in tree:
        return refuse("engine.kind", "PostgreSQL reads more or something else than one SELECT here.")
    strange = set(_KIND.findall(tree)) - KINDS
    if strange or _CLOSED.search(tree) or _OPERATOR.search(tree):
        part = ", ".join(sorted(strange)) or "INTO, a lock or an operator of a schema"
        return refuse("engine.kind", "PostgreSQL reads {part} in this statement, which may not run here.", part)
    return _names(tree, extra, tables)


def _names(tree: str, extra: frozenset[str], tables: frozenset[str]) -> Reason | None:
    for first, second, more in _CALL.findall(tree):
        name = (second or first).lower()
        qualified = bool(second) and first != "pg_catalog"
        known = name.upper() in RULES["postgres"].functions or name.upper() in GRAMMAR or name in extra
        if more or qualified or not known:
            return refuse(
                "function.unknown",
                "PostgreSQL reads the function {part} here, which is not on the list.",
                name,
            )
    for first, second, more in _TYPE.findall(tree):
        name = (second or first).lower()
        if more or (second and first != "pg_catalog") or name not in TYPES:
            return refuse("type.unknown", "{part} is not a type a query may cast to.", name)
    for operation in _CLOCK.findall(tree):
        if operation not in CLOCK:
            return refuse(
                "function.unknown",
                "{part} tells about the session, not about your data: leave it out.",
                operation.removeprefix("SVFOP_"),
            )
    rules = RULES["postgres"]
    for written in _RELATION.findall(tree):
        name = fold(_plain(written))
        if name not in tables or rules.catalog_names.match(name):
            return refuse("engine.table", "PostgreSQL reads the table {part} here, which the guard did not see.", name)
    for name in _SCHEMA.findall(tree):
        if rules.catalog_schemas.match(fold(_plain(name))):
            return refuse("table.catalog", "{part} belongs to the system catalog, which is closed.", name)
    return None


def _plain(text: str) -> str:
    """Return a JSON text without its escapes."""
    return str(json.loads(f'"{text}"')) if "\\" in text else text
