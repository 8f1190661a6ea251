"""What PostgreSQL's catalog says: the schema without values, and what a credential may do too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from connectors.contracts import Column, Finding, ForeignKey, ProbeReport, Schema, Table

MAX_COLUMNS = 100_000
READER = "countersign_reader"

_USER_SCHEMA = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"

_COLUMNS = f"""
    SELECT n.nspname, c.relname, c.relkind::text, left(obj_description(c.oid, 'pg_class'), 1000),
           a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
           EXISTS (SELECT FROM pg_catalog.pg_index i
                   WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
           left(col_description(c.oid, a.attnum), 1000)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {_USER_SCHEMA}
      AND (%(schemas)s::text[] = '{{}}' OR n.nspname = ANY (%(schemas)s::text[]))
      AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    ORDER BY n.nspname, c.relname, a.attnum
    LIMIT {MAX_COLUMNS}
"""  # noqa: S608 - composed of constants of this module

_FOREIGN_KEYS = f"""
    SELECT n.nspname, c.relname, fn.nspname, f.relname,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, pos)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
                 ORDER BY u.pos),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, pos)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num
                 ORDER BY u.pos)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND {_USER_SCHEMA}
    ORDER BY n.nspname, c.relname, k.conname
"""  # noqa: S608 - composed of constants of this module

_READS = f"""
    WITH below(oid, dep) AS (
        SELECT r.ev_class, d.refobjid FROM pg_catalog.pg_rewrite r
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class AND r.oid >= 16384
        UNION
        SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits
        UNION
        SELECT p.polrelid, d.refobjid FROM pg_catalog.pg_policy p
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> p.polrelid
    )
    SELECT n.nspname, c.relname, dn.nspname, d.relname
    FROM below
    JOIN pg_catalog.pg_class c ON c.oid = below.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class d ON d.oid = below.dep JOIN pg_catalog.pg_namespace dn ON dn.oid = d.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND d.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_USER_SCHEMA}
    LIMIT {MAX_COLUMNS}
"""  # noqa: S608 - composed of constants of this module

_ROLE = """
    SELECT r.rolname::text, current_database()::text, current_setting('server_version'),
           r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls, r.rolreplication,
           ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_roles g
                 WHERE (g.rolname ~ '^pg_(write|execute|read_server|signal|maintain|checkpoint|create)'
                        OR g.rolname = 'pg_read_all_data')
                   AND pg_has_role(r.oid, g.oid, 'MEMBER') ORDER BY 1),
           has_database_privilege(current_database(), 'CREATE')
    FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
"""

_RELATIONS = f"""
    SELECT n.nspname::text, c.relname::text,
           has_any_column_privilege(c.oid, 'SELECT'),
           has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
             OR has_any_column_privilege(c.oid, 'INSERT, UPDATE') OR pg_has_role(c.relowner, 'USAGE')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_USER_SCHEMA} AND has_schema_privilege(n.oid, 'USAGE')
    ORDER BY 1, 2
"""  # noqa: S608 - composed of constants of this module

_CREATABLE = f"""
    SELECT n.nspname::text FROM pg_catalog.pg_namespace n
    WHERE {_USER_SCHEMA} AND has_schema_privilege(n.oid, 'CREATE') ORDER BY 1
"""  # noqa: S608 - composed of constants of this module

_DOORS = f"""
    SELECT DISTINCT p.proname::text FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.proname IN ('dblink', 'dblink_exec', 'dblink_connect', 'dblink_send_query',
                        'http_get', 'http_post')
      AND {_USER_SCHEMA} AND has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1
"""  # noqa: S608 - composed of constants of this module


def describe(connection: psycopg.Connection, schemas: Sequence[str]) -> Schema:
    """Return what the credential may read, in order of name. Three queries."""
    below: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for schema, name, target_schema, target in connection.execute(_READS).fetchall():
        below[schema, name].add((target_schema, target))
    keys: dict[tuple[str, str], list[ForeignKey]] = defaultdict(list)
    for schema, name, target_schema, target, columns, targets in connection.execute(_FOREIGN_KEYS).fetchall():
        keys[schema, name].append(ForeignKey(tuple(columns), target_schema, target, tuple(targets)))
    columns_of: dict[tuple[str, str, str, str], list[Column]] = defaultdict(list)
    for row in connection.execute(_COLUMNS, {"schemas": list(schemas)}).fetchall():
        schema, name, relkind, comment, column, type_, nullable, is_key, column_comment = row
        columns_of[schema, name, relkind, comment or ""].append(
            Column(column, type_, nullable, is_key, column_comment or "")
        )
    tables = tuple(
        Table(
            schema,
            name,
            tuple(columns),
            comment,
            tuple(keys[schema, name]),
            "view" if relkind in "vm" else "table",
            reach(below, (schema, name)),
        )
        for (schema, name, relkind, comment), columns in columns_of.items()
    )
    return Schema(tables, dialect="postgres", default_schema="public")


def reach(below: Mapping[tuple[str, str], Collection[tuple[str, str]]], top: tuple[str, str]) -> tuple[Any, ...]:
    """Return everything below `top`, however deep, in order of name."""
    seen: set[tuple[str, str]] = set()
    waiting = [top]
    while waiting:
        for each in below.get(waiting.pop(), ()):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return tuple(sorted(seen - {top}))


def probe(connection: psycopg.Connection, schemas: Sequence[str], *, is_local: bool, duration_ms: int) -> ProbeReport:
    """Return the findings about the credential, the gravest first. Four queries."""
    role = _Role(*connection.execute(_ROLE).fetchone())  # type: ignore[misc]
    relations = connection.execute(_RELATIONS).fetchall()
    creatable = [row[0] for row in connection.execute(_CREATABLE).fetchall()]
    doors = [row[0] for row in connection.execute(_DOORS).fetchall()]
    is_encrypted = connection.pgconn.ssl_in_use
    meant = list(schemas) or sorted({schema for schema, _, reads, _ in relations if reads})
    script = reader_script(connection, role.database, meant)
    findings = [
        *_role_findings(role, script),
        *_write_findings(connection, role, relations, creatable, script),
        *_scope_findings(role, relations, schemas, doors, script),
    ]
    if not is_encrypted and not is_local:
        findings.append(
            Finding(
                "tls_off",
                "critical",
                "the connection is not encrypted",
                "ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf();",
            )
        )
    order = {"critical": 0, "warning": 1, "info": 2}
    return ProbeReport(
        engine="PostgreSQL",
        version=role.version,
        findings=tuple(sorted(findings, key=lambda finding: order[finding.severity])),
        is_encrypted=is_encrypted,
        is_local=is_local,
        duration_ms=duration_ms,
    )


class _Role:
    """The attributes of the role that signed in, in the order of `_ROLE`."""

    def __init__(self, *values: Any) -> None:
        self.name, self.database, self.version = values[:3]
        self.superuser, self.createrole, self.createdb, self.bypassrls, self.replication = values[3:8]
        self.groups: list[str] = values[8]
        self.may_create_schemas: bool = values[9]


def reader_script(connection: psycopg.Connection, database: str, schemas: Sequence[str]) -> str:
    """Return SQL that makes a role which may read these schemas and nothing else; the owner runs it."""
    role = sql.Identifier(READER)
    statements = [
        sql.SQL(
            "CREATE ROLE {} LOGIN PASSWORD 'choose-a-password' NOSUPERUSER NOCREATEDB NOCREATEROLE "
            "NOREPLICATION NOBYPASSRLS"
        ).format(role),
        sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role),
        sql.SQL("ALTER ROLE {} SET statement_timeout = '20s'").format(role),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), role),
    ]
    for name in schemas:
        schema = sql.Identifier(name)
        statements += [
            sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(schema),
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role),
            sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, role),
        ]
    return "".join(statement.as_string(connection) + ";\n" for statement in statements)


def _role_findings(role: _Role, script: str) -> list[Finding]:
    """Name the attributes and memberships that reach beyond reading."""
    attributes = {
        "superuser": (role.superuser, "is a superuser: every file and every database of the server is open"),
        "createrole": (role.createrole, "may create roles"),
        "createdb": (role.createdb, "may create databases"),
        "bypassrls": (role.bypassrls, "looks past row-level security"),
        "replication": (role.replication, "may replicate the whole server"),
    }
    found = [
        Finding(code, "critical", f"the role `{role.name}` {text}; use a role that only reads", script)
        for code, (is_set, text) in attributes.items()
        if is_set
    ]
    for group in role.groups if not role.superuser else ():
        severity = "warning" if group == "pg_read_all_data" else "critical"
        found.append(
            Finding(
                f"member_{group}",
                severity,  # type: ignore[arg-type]
                f"the role `{role.name}` is a member of `{group}`; use a role that only reads what it should",
                script,
            )
        )
    return found


def _write_findings(
    connection: psycopg.Connection,
    role: _Role,
    relations: Sequence[Any],
    creatable: Sequence[str],
    script: str,
) -> list[Finding]:
    """Name what the credential could write, were it not for our read-only session."""
    found = []
    writable = [f"{schema}.{name}" for schema, name, _, writes in relations if writes]
    if writable:
        shown = ", ".join(f"`{name}`" for name in writable[:5]) + (", …" if len(writable) > 5 else "")
        found.append(
            Finding(
                "can_write",
                "critical",
                f"the role `{role.name}` can write {len(writable)} tables ({shown}); use one that only reads",
                script,
            )
        )
    if not role.superuser and (creatable or role.may_create_schemas):
        where = ", ".join(f"`{name}`" for name in creatable) or f"the database `{role.database}`"
        revoke = "".join(
            sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {};\n")
            .format(sql.Identifier(name), sql.Identifier(role.name))
            .as_string(connection)
            for name in creatable
        )
        message = f"the role `{role.name}` can create objects in {where}; take the right away"
        found.append(Finding("can_create", "warning", message, revoke or script))
    return found


def _scope_findings(
    role: _Role, relations: Sequence[Any], schemas: Sequence[str], doors: Sequence[str], script: str
) -> list[Finding]:
    """Name what the credential sees beyond the schemas it is meant for, and ways out of the database."""
    found = []
    readable = sorted({schema for schema, _, reads, _ in relations if reads})
    others = [schema for schema in readable if schema not in schemas]
    if schemas and others:
        names = ", ".join(f"`{name}`" for name in others)
        found.append(
            Finding(
                "sees_other_schemas",
                "warning",
                f"the role `{role.name}` also reads the schemas {names}; use a role that reads only its own",
                script,
            )
        )
    if not readable:
        found.append(
            Finding(
                "sees_nothing",
                "warning",
                f"the role `{role.name}` reads no table; grant it USAGE and SELECT",
                script,
            )
        )
    if doors:
        names = ", ".join(f"`{name}`" for name in doors)
        message = f"the role `{role.name}` may call {names}, which leave the database; revoke EXECUTE"
        found.append(Finding("can_reach_out", "warning", message, _revoke_doors(doors)))
    return found


def _revoke_doors(doors: Sequence[str]) -> str:
    """Return one statement a function name; the names come from the constant list of `_DOORS`."""
    return "".join(f"REVOKE EXECUTE ON ROUTINE {name} FROM PUBLIC;\n" for name in doors)
