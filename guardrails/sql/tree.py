"""Walks a parsed statement once and lists what is not allowed in it. Reads the tree; strips hints; runs
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DType

from guardrails.sql import bombs, nodes, parts
from guardrails.sql.decision import fold
from guardrails.sql.functions import names
from guardrails.sql.rules import Rules
from guardrails.sql.seen import MAX_REASONS, Seen

LEAVES = frozenset({str, bool, type(None), int, float, DType})
"""What a part of a node may be besides a node; anything else is pushed, found to be no known kind, and refused."""
MAX_TABLES = 100
PLAIN_NAME = re.compile(r"\w[\w$]*\Z")
FILE_SIGNS = re.compile(r"[./\\:*?\[\]{}~%|<>$&]")
FILE_ENDINGS = names(
    "csv tsv txt parquet json jsonl ndjson geojson gz zst bz2 zip db duckdb sqlite sqlite3 xls xlsx arrow",
    "arrows ipc feather avro orc shp gpkg kml osm vortex lance md html xml yaml yml sql log env",
)
Check = Callable[[Seen, Any], None]


def look(root: Any, rules: Rules, extra: frozenset[str] = frozenset()) -> Seen:
    """Visit every node of `root` once and return what was seen.

    INVARIANT: a node reaches the regenerated SQL only through `args`, and every node in `args` is visited.
    """
    seen = Seen(rules, extra)
    checks = CHECKS[rules.name]
    stack = [root]
    pop, push, plain_name, leaves = stack.pop, stack.append, PLAIN_NAME.match, LEAVES
    identifier, literal, unknown = exp.Identifier, exp.Literal, _refuse_kind
    saw = seen.kinds.add
    while stack:
        node = pop()
        kind = node.__class__
        saw(kind)
        args = node.args
        if kind is identifier:
            if not args.get("quoted") and not plain_name(args["this"]):
                seen.refuse("name.strange", "{part} is not a plain name: put it between quotes.", node.name)
            continue
        if kind is literal:
            continue
        check = checks.get(kind, unknown)
        if check is not None:
            check(seen, node)
            if check is unknown:
                if len(seen.reasons) >= MAX_REASONS:
                    break
                continue
        for value in args.values():
            if value.__class__ is list:
                for item in value:
                    if item.__class__ not in leaves:
                        push(item)
            elif value.__class__ not in leaves:
                push(value)
    if len(seen.tables) > MAX_TABLES:
        seen.refuse("text.size", f"the statement reads {len(seen.tables):,} tables; at most {MAX_TABLES} are read")
    return seen


def _refuse_kind(seen: Seen, node: Any) -> None:
    name = type(node).__name__
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        seen.refuse(
            "function.qualified",
            "{part} names a function by its schema: write the plain name of a function on the list, or leave it out.",
            node,
        )
    elif isinstance(node, exp.Dot):
        seen.refuse(
            "node.Dot",
            "{part} reads a field of a value, which may also call a function: name a column.",
            node,
        )
    elif isinstance(node, exp.Func) and not isinstance(node, exp.Predicate) and name not in nodes.MESSAGES:
        called = node.sql_names()[0].lower() if hasattr(node, "sql_names") else name
        _refuse_function(seen, called)
    else:
        message = nodes.MESSAGES.get(name, "{part} is not on the list of things a query may hold here: leave it out.")
        seen.refuse(f"node.{name}", message, node)


def _refuse_function(seen: Seen, name: str) -> None:
    seen.refuse(
        "function.unknown",
        "{part} is not on the list of functions this connector may use. Ask an admin to allow it, or leave it out.",
        name,
    )


def _parts(seen: Seen, node: Any) -> None:
    allowed = nodes.PARTS_ALLOWED[type(node)]
    if node.args.keys() <= allowed:
        return
    for name, value in list(node.args.items()):
        if value and name not in allowed:
            if name in HINTS and _is_hint(value):
                node.set(name, None)
                seen.stripped = True
                continue
            part = value[0] if isinstance(value, list) else value
            if isinstance(part, exp.Expr) and type(part).__name__ in nodes.MESSAGES:
                _refuse_kind(seen, part)
            else:
                where = type(node).__name__.upper()
                seen.refuse(f"part.{name}", f"{{part}} may not stand in a {where}: leave it out.", part)


HINTS = frozenset({"hint", "operation_modifiers", "indexed"})
"""Parts that only advise the optimiser: they are taken out."""
ADVICE = frozenset(
    {"STRAIGHT_JOIN", "SQL_NO_CACHE", "SQL_CACHE", "SQL_BIG_RESULT", "SQL_SMALL_RESULT", "HIGH_PRIORITY"}
)


def _is_hint(value: Any) -> bool:
    """Tell whether a part only advises; SQL_CALC_FOUND_ROWS and SQL_BUFFER_RESULT keep something in the session."""
    return not isinstance(value, list) or all(part.name.upper() in ADVICE for part in value)


def _select(seen: Seen, node: Any) -> None:
    if not node.args.get("expressions"):
        seen.refuse("statement.empty", "a SELECT names no column: say what it should return.")
    if node.parent.__class__ not in AROUND_SELECT:
        seen.refuse("statement.nested", "{part} stands without brackets inside another part: put it in brackets.", node)
    _parts(seen, node)


AROUND_SELECT = frozenset(
    {type(None), exp.Subquery, exp.CTE, exp.Union, exp.Except, exp.Intersect}
    | {exp.Exists, exp.All, exp.Any, exp.Array, exp.In}
)
"""Where a SELECT may stand without brackets of its own in the tree; anywhere else its text would melt into another."""


def _table(seen: Seen, node: Any) -> None:
    _parts(seen, node)
    this = node.args.get("this")
    seen.sources += 1
    if this.__class__ is exp.Identifier:
        seen.tables.append(node)
        _table_name(seen, node, fold(this.args["this"]))
        return
    if node.args.get("db") is not None:
        seen.refuse("function.qualified", "{part} names a function by its schema: write its plain name.", node)
    elif isinstance(this, exp.Anonymous):
        name = str(this.this).upper()
        if name not in seen.rules.table_functions and name.lower() not in seen.extra:
            _refuse_function(seen, name.lower())
    elif this is not None and not isinstance(this, TABLE_FUNCTIONS):
        seen.refuse("table.kind", "{part} is not a table: read from a table, a subquery or an allowed function.", node)


SHOWS = frozenset({"show", "describe", "desc", "summarize"})
"""Statements that DuckDB lets stand in brackets as a table."""
TABLE_FUNCTIONS = (exp.GenerateSeries, exp.ExplodingGenerateSeries, exp.Unnest, exp.JSONTable)


def _table_name(seen: Seen, node: Any, name: str) -> None:
    rules = seen.rules
    args = node.args
    db = fold(node.db) if args.get("db") else ""
    catalog = fold(node.catalog) if args.get("catalog") else ""
    system = rules.catalog_names.match(name) or (
        (db and rules.catalog_schemas.match(db)) or (catalog and rules.catalog_schemas.match(catalog))
    )
    if system:
        seen.refuse(
            "table.catalog",
            "{part} belongs to the system catalog, which is closed. Query the tables of your own data.",
            ".".join(part for part in (catalog, db, name) if part),
        )
    elif not name:
        seen.refuse("table.kind", "a table needs a name")
    elif rules.file_names and name in SHOWS and isinstance(node.parent, exp.Subquery):
        seen.refuse("table.catalog", "{part} tells about the catalog, which is closed. Query your own tables.", name)
    elif rules.file_names and (FILE_SIGNS.search(name + db + catalog) or (db and name in FILE_ENDINGS)):
        seen.refuse(
            "table.file",
            "{part} names a file or an address, not a table: name a table.",
            f"{node.db}.{name}" if db else name,
        )


def _column(seen: Seen, node: Any) -> None:
    args = node.args
    if args.get("join_mark"):
        seen.refuse("part.join_mark", "{part} is an outer join of another engine: write LEFT JOIN.", node)
    this = args["this"]
    if this.__class__ is exp.Star:
        return
    if this.__class__ is not exp.Identifier:
        seen.refuse("node.Column", "{part} is not a column: write its name.", node)
        return
    seen.columns.append(node)
    if (
        seen.rules.niladic
        and not this.args.get("quoted")
        and "table" not in args
        and this.name.lower() in seen.rules.niladic
    ):
        seen.refuse(
            "function.unknown",
            "{part} tells about the session, not about your data: leave it out. "
            "Put a column of that name between double quotes.",
            this.name,
        )


def _star(seen: Seen, node: Any) -> None:
    if not isinstance(node.parent, exp.Count):
        seen.stars.append(node)


def _anonymous(seen: Seen, node: Any) -> None:
    name = node.args.get("this")
    if not isinstance(name, str):
        seen.refuse("function.quoted", "{part} is a quoted function name: write it without quotes.", name)
        return
    if name.upper() not in seen.rules.functions and name.lower() not in seen.extra:
        _refuse_function(seen, name.lower())
    bombs.judge_named(seen, node, name.lower())


def _join(seen: Seen, node: Any) -> None:
    _parts(seen, node)
    args = node.args
    full = node.side == "FULL"
    seen.odd |= full or args.get("kind") in ODD_JOINS
    if full and seen.rules.name == "mysql":
        # sqlglot would write a union, which counts and sums otherwise; MySQL itself says that it has no such join
        node.set("side", None)
        node.set("kind", "FULL OUTER")
    seen.joins.append(node)


ODD_JOINS = frozenset({"SEMI", "ANTI"})
"""Joins that sqlglot writes in another way for an engine without them, as it does FULL JOIN."""


def _with(seen: Seen, node: Any) -> None:
    seen.ctes = True
    _parts(seen, node)
    bombs.judge_recursion(seen, node)


def _cte(seen: Seen, node: Any) -> None:
    _parts(seen, node)
    if not isinstance(node.this, (exp.Query, exp.Values)):
        _refuse_kind(seen, node.this)


def _source(seen: Seen, node: Any) -> None:
    _parts(seen, node)
    seen.sources += 1


def _sample(seen: Seen, node: Any) -> None:
    _parts(seen, node)
    method = node.args.get("method")
    name = (method if isinstance(method, str) else getattr(method, "name", "")).upper()
    if name and name not in SAMPLING:
        seen.refuse("function.unknown", "{part} is not a way of sampling that may run: use BERNOULLI or SYSTEM.", name)


SAMPLING = frozenset({"BERNOULLI", "SYSTEM", "RESERVOIR"})


def _alias(seen: Seen, node: Any) -> None:
    if node.args.get("columns"):
        seen.named.add(node.name.upper())


def _lambda(seen: Seen, node: Any) -> None:
    """Remember the names a lambda binds: they stand in its body as names, not as columns."""
    seen.bound.update(fold(part.name) for part in node.expressions)


def _comprehension(seen: Seen, node: Any) -> None:
    seen.sources += 1


def _pattern(seen: Seen, node: Any) -> None:
    seen.patterns.append(node)


def _unnest(seen: Seen, node: Any) -> None:
    seen.sources += 1


def _duckdb_dot(seen: Seen, node: Any) -> None:
    """Look at `a.b.f()` of DuckDB, whose parts may be a schema, a table, a column or a field."""
    for part in (node.this, node.expression):
        if isinstance(part, exp.Identifier):
            seen.bound.add(fold(part.name))
    if isinstance(node.expression, exp.Func) and isinstance(node.this, exp.Identifier) and node.this.args.get("quoted"):
        _refuse_kind(seen, node)


SPECIAL: dict[type, Check] = {
    exp.Select: _select,
    exp.Subquery: _source,
    exp.Union: _parts,
    exp.Except: _parts,
    exp.Intersect: _parts,
    exp.Values: _source,
    exp.Lateral: _parts,
    exp.Cast: _parts,
    exp.TryCast: _parts,
    exp.Group: _parts,
    exp.Limit: _parts,
    exp.Offset: _parts,
    exp.TableSample: _sample,
    exp.ColumnDef: _parts,
    exp.Table: _table,
    exp.Column: _column,
    exp.Star: _star,
    exp.Anonymous: _anonymous,
    exp.DataType: parts.judge_data_type,
    exp.DataTypeParam: parts.judge_type_size,
    exp.Var: parts.judge_var,
    exp.Collate: parts.judge_collate,
    exp.In: parts.judge_in_list,
    exp.Join: _join,
    exp.Distinct: parts.judge_distinct,
    exp.With: _with,
    exp.CTE: _cte,
    exp.TableAlias: _alias,
    exp.Unnest: _unnest,
    exp.Dot: _duckdb_dot,
    exp.Columns: _pattern,
    exp.Lambda: _lambda,
    exp.Comprehension: _comprehension,
    exp.Repeat: bombs.judge_repeat,
    exp.Pad: bombs.judge_pad,
    exp.Space: bombs.judge_space,
    exp.Format: bombs.judge_format,
    exp.Replace: bombs.judge_replace,
    exp.RegexpReplace: bombs.judge_replace,
    exp.Reduce: bombs.judge_reduce,
    exp.GenerateSeries: bombs.judge_series,
    exp.ExplodingGenerateSeries: bombs.judge_series,
}


def checks_of(kinds: frozenset[type]) -> dict[type, Check | None]:
    """Return, for each allowed kind of node, what must be looked at besides its kind."""
    return {kind: SPECIAL.get(kind) for kind in kinds}


CHECKS: dict[str, dict[type, Check | None]] = {
    "postgres": checks_of(nodes.POSTGRES),
    "mysql": checks_of(nodes.MYSQL),
    "sqlite": checks_of(nodes.SQLITE),
    "duckdb": checks_of(nodes.DUCKDB),
}
