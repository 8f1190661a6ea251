"""What MySQL's and MariaDB's catalogs say: the schema without values, and what a credential may do too much."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from connectors.adapters.sources.mysql_plan import named_pairs
from connectors.adapters.sources.mysql_wire import Wire
from connectors.contracts import Column, Finding, ForeignKey, ProbeReport, Schema, Table

MAX_COLUMNS = 100_000
READER = "countersign_reader"
Name = tuple[str, str]
SYSTEM = frozenset({"information_schema", "performance_schema", "mysql", "sys"})

_COLUMNS = """
    SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, LEFT(t.TABLE_COMMENT, 1000),
           c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, c.COLUMN_KEY, LEFT(c.COLUMN_COMMENT, 1000)
    FROM information_schema.TABLES t
    JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
    WHERE t.TABLE_SCHEMA IN ({schemas}) AND t.TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
      AND FIND_IN_SET('select', REPLACE(c.PRIVILEGES, ' ', ''))
    ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION
    LIMIT {most}
"""
_FOREIGN_KEYS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME,
           REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
    FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA IN ({schemas}) AND REFERENCED_TABLE_NAME IS NOT NULL
    ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
    LIMIT {most}
"""
_VIEWS = """
    SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
    WHERE TABLE_SCHEMA IN ({schemas}) LIMIT {most}
"""
_READABLE = """
    SELECT DISTINCT TABLE_SCHEMA FROM information_schema.COLUMNS
    WHERE FIND_IN_SET('select', REPLACE(PRIVILEGES, ' ', ''))
"""
_GRANT = re.compile(r"GRANT (?P<rights>.+?) ON (?:TABLE |FUNCTION |PROCEDURE |PACKAGE )?(?P<on>\S+) TO ", re.DOTALL)
_PART = re.compile(r"`((?:[^`]|``)*)`|([^.`\s]+)")
_READING = frozenset({"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"})
_GRAVE = {
    "ALL PRIVILEGES": ("superuser", "holds every right on the whole server"),
    "SUPER": ("superuser", "holds SUPER: it looks past read-only and ends anybody's session"),
    "FILE": ("can_use_files", "holds FILE: it reads and writes files of the database's machine"),
    "CREATE USER": ("can_create_users", "holds CREATE USER"),
    "SHUTDOWN": ("can_shut_down", "holds SHUTDOWN"),
    "RELOAD": ("can_reload", "holds RELOAD"),
    "REPLICATION SLAVE": ("replication", "may replicate the whole server"),
    "PROCESS": ("sees_processes", "holds PROCESS: it sees the statements of everybody, values included"),
}
_SERVER_WIDE = frozenset({right for right in _GRAVE if right != "ALL PRIVILEGES"})


def quoted(name: str) -> str:
    """Return a name in backticks."""
    return f"`{name.replace('`', '``')}`"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _asked(query: str, schemas: Sequence[str]) -> str:
    return query.format(schemas=", ".join(map(_text, schemas)), most=MAX_COLUMNS)


def describe(wire: Wire, schemas: Sequence[str], database: str) -> Schema:
    """Return what the credential may read, in order of name. Three queries."""
    parts: dict[tuple[str, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for schema, name, constraint, column, *target in wire.ask(_asked(_FOREIGN_KEYS, schemas), packets=2 * MAX_COLUMNS):
        parts[schema, name, constraint, f"{target[0]}\0{target[1]}"].append((column, target[2]))
    keys: dict[tuple[str, str], list[ForeignKey]] = defaultdict(list)
    for (schema, name, _, target_name), pairs in parts.items():
        target_schema, _, target_table = target_name.partition("\0")
        sources, targets = zip(*pairs, strict=True)
        keys[schema, name].append(ForeignKey(tuple(sources), target_schema, target_table, tuple(targets)))
    columns: dict[tuple[str, str, str, str], list[Column]] = defaultdict(list)
    for row in wire.ask(_asked(_COLUMNS, schemas), packets=2 * MAX_COLUMNS):
        schema, name, kind, comment, column, type_, nullable, key, column_comment = row
        told = "" if kind == "VIEW" else comment  # every view's comment is the word `VIEW`
        columns[schema, name, kind, told].append(Column(column, type_, nullable == "YES", key == "PRI", column_comment))
    below = _below_views(wire, schemas)
    tables = sorted(
        (
            Table(
                schema,
                name,
                tuple(found),
                comment,
                tuple(keys[schema, name]),
                "view" if kind == "VIEW" else "table",
                tuple(sorted(_reads((schema, name), below))),
            )
            for (schema, name, kind, comment), found in columns.items()
        ),
        key=lambda table: (table.schema, table.name),
    )
    return Schema(tuple(tables), dialect="mysql", default_schema=database)


def _below_views(wire: Wire, schemas: Sequence[str]) -> dict[Name, set[Name]]:
    """Return what each view names. Empty for views whose text the credential may not see (SHOW VIEW)."""
    return {
        (schema, name): set(named_pairs(text))
        for schema, name, text in wire.ask(_asked(_VIEWS, schemas), packets=2 * MAX_COLUMNS)
    }


def _reads(view: Name, below: dict[Name, set[Name]]) -> set[Name]:
    """Return everything a view stands on, however deep."""
    found: set[Name] = set()
    waiting = list(below.get(view, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += below.get(name, ())
    return found


# --- the probe ------------------------------------------------------------------------------------


def probe(
    wire: Wire, schemas: Sequence[str], *, is_mariadb: bool, is_local: bool, has_timeout: bool, duration_ms: int
) -> ProbeReport:
    """Return the findings about the credential, the gravest first. Three or four queries."""
    (user, version), *_ = wire.ask("SELECT CURRENT_USER(), VERSION()")
    script = reader_script(schemas, is_mariadb=is_mariadb, is_local=is_local)
    readable = {row[0] for row in wire.ask(_READABLE)} - SYSTEM
    findings = [
        *_right_findings(user, _rights(_grants(wire)), script),
        *_scope_findings(user, readable, set(schemas), script),
    ]
    if not wire.is_encrypted and not is_local:
        findings.append(Finding("tls_off", "critical", "the connection is not encrypted", "-- ssl_cert, ssl_key"))
    if not has_timeout:
        message = "the server has no time limit for statements; only the portal ends a long one; use a newer version"
        findings.append(Finding("no_timeout", "warning", message))
    order = {"critical": 0, "warning": 1, "info": 2}
    return ProbeReport(
        engine="MariaDB" if is_mariadb else "MySQL",
        version=version,
        findings=tuple(sorted(findings, key=lambda finding: order[finding.severity])),
        is_encrypted=wire.is_encrypted,
        is_local=is_local,
        duration_ms=duration_ms,
    )


def reader_script(schemas: Sequence[str], *, is_mariadb: bool, is_local: bool) -> str:
    """Return SQL that makes a user which may read these databases and nothing else; the owner runs it."""
    user = f"'{READER}'@'{'localhost' if is_local else '%'}'"
    tls = "" if is_local else " REQUIRE SSL"
    limits = " WITH MAX_USER_CONNECTIONS 20" + (" MAX_STATEMENT_TIME 20" if is_mariadb else "")
    made = [f"CREATE USER {user} IDENTIFIED BY 'choose-a-password'{tls}{limits};"]
    made += [f"GRANT SELECT, SHOW VIEW ON {quoted(schema)}.* TO {user};" for schema in schemas]
    return "\n".join(made) + "\n"


def _grants(wire: Wire) -> list[str]:
    """Return the lines of SHOW GRANTS, those of the active roles included."""
    lines = [row[0] for row in wire.ask("SHOW GRANTS")]
    if "mariadb" not in str(wire.server_version).lower() and int(str(wire.server_version).partition(".")[0]) >= 8:
        roles = wire.ask("SELECT CURRENT_ROLE()")[0][0]
        if roles and roles != "NONE":
            lines += [row[0] for row in wire.ask(f"SHOW GRANTS FOR CURRENT_USER() USING {roles}")]
    return lines


def _rights(lines: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Return (right, database or `*`, whether it may be passed on) of every grant."""
    found = []
    for line in lines:
        grant = _GRANT.match(line)
        if grant is None:
            continue  # GRANT role TO user: a role counts when it is active, and its rights are listed then
        on = _PART.match(grant["on"])
        database = "" if on is None else (on[1] if on[1] is not None else on[2])
        passes_on = "WITH GRANT OPTION" in line
        names = re.sub(r"\([^)]*\)", "", grant["rights"])  # the columns of a right on columns
        found += [(right.strip().upper(), database, passes_on) for right in names.split(",")]
    return found


def _right_findings(user: str, rights: Sequence[tuple[str, str, bool]], script: str) -> list[Finding]:
    """Name the rights that reach beyond reading: those over the server first, then writing and passing on."""
    found: dict[str, Finding] = {}
    for right, database, passes_on in rights:
        grave = _GRAVE.get(right)
        if grave and database == "*" and (right in _SERVER_WIDE or right == "ALL PRIVILEGES"):
            code, text = grave
            found.setdefault(code, _finding(code, "critical", f"the user `{user}` {text}", script))
        if passes_on:
            message = f"the user `{user}` may pass its rights on (GRANT OPTION)"
            found.setdefault("can_grant", _finding("can_grant", "critical", message, script))
    writing = sorted({right for right, _, _ in rights} - _READING - _SERVER_WIDE - {"EXECUTE", "PROXY", ""})
    if writing:
        shown = ", ".join(f"`{right}`" for right in writing[:5]) + (", …" if len(writing) > 5 else "")
        message = f"the user `{user}` can do more than read ({shown})"
        found["can_write"] = _finding("can_write", "critical", message, script)
    if any(right == "EXECUTE" for right, _, _ in rights):
        message = f"the user `{user}` may call stored routines, which run with their owner's rights"
        found["can_execute"] = _finding("can_execute", "warning", message, script)
    return list(found.values())


def _scope_findings(user: str, readable: set[str], meant: set[str], script: str) -> list[Finding]:
    """Name what the credential sees beyond the databases it is meant for."""
    found = []
    if others := sorted(readable - meant):
        names = ", ".join(f"`{name}`" for name in others[:10])
        found.append(_finding("sees_other_schemas", "warning", f"the user `{user}` also sees {names}", script))
    if not readable & meant:
        message = f"the user `{user}` reads no table of {', '.join(f'`{name}`' for name in sorted(meant))}"
        found.append(Finding("sees_nothing", "warning", f"{message}; grant it SELECT", script))
    return found


def _finding(code: str, severity: str, message: str, script: str) -> Finding:
    return Finding(code, severity, f"{message}; use a user that only reads", script)  # type: ignore[arg-type]
