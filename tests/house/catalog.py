"""Judges every table of the database by PostgreSQL's own catalog, not by what the code believes it made (I01, I02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.isolation import JOB_COLUMNS, JOB_LEASE_COLUMNS, SHARED, TABLE_OPTIONS, role_name

TENANT_GRANTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
APPEND_ONLY_GRANTS = frozenset({"SELECT", "INSERT"})
ORGANIZATION_ONLY = "(organization_id = ( SELECT (NULLIF(current_setting('app.org'::text, true), ''::text))::uuid"
DISPATCHER_TABLES = {
    "portal_jobturn": frozenset({"SELECT", "INSERT", "UPDATE"}),
}
"""Whole tables the dispatcher works on: whose turn it is, and nothing of what is in it."""
DISPATCHER_COLUMNS = {"portal_organization": frozenset({("SELECT", "id")})}

_TABLES = """
SELECT c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner), c.relispartition,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'organization_id' AND NOT attisdropped),
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'job_state' AND NOT attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
"""
_GRANTS = """
SELECT c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END, g.privilege_type, ''
FROM pg_class c, aclexplode(c.relacl) g
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT c.relname, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END, g.privilege_type, a.attname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) g
WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
"""
_POLICIES = "SELECT tablename, policyname, roles::text[], cmd, qual, with_check, permissive FROM pg_policies"
_REFERENCES = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, c.conname,
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY(c.conkey))
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conparentid = 0
"""


@dataclass(frozen=True)
class Policy:
    name: str
    roles: frozenset[str]
    command: str
    using: str
    check: str


@dataclass
class Table:
    """What the catalog says of one table."""

    name: str
    kind: str
    is_secured: bool
    is_forced: bool
    owner: str
    is_partition: bool
    is_tenant: bool
    is_job: bool
    grants: dict[str, set[str]] = field(default_factory=dict)
    columns: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    policies: list[Policy] = field(default_factory=list)

    def granted(self, role: str) -> frozenset[str]:
        return frozenset(self.grants.get(role, ()))

    def of(self, role: str) -> list[Policy]:
        return [policy for policy in self.policies if policy.roles & {role, "public"}]


def read(cursor: Any) -> dict[str, Table]:
    """Return every table, view and foreign table of the public schema."""
    cursor.execute(_TABLES)
    tables = {row[0]: Table(*row) for row in cursor.fetchall()}
    cursor.execute(_GRANTS)
    for name, role, privilege, column in cursor.fetchall():
        if column:
            tables[name].columns.setdefault(role, set()).add((privilege, column))
        elif name in tables:
            tables[name].grants.setdefault(role, set()).add(privilege)
    cursor.execute(_POLICIES)
    for name, policy, roles, command, using, check, permissive in cursor.fetchall():
        assert permissive == "PERMISSIVE", f"{name}.{policy}: the judge knows permissive policies only"
        tables[name].policies.append(Policy(policy, frozenset(roles), command, using or "", check or ""))
    return tables


def judge(cursor: Any) -> list[str]:
    """Return what is wrong with the database, one sentence each; nothing means that it isolates."""
    tables = read(cursor)
    problems: list[str] = []
    for table in tables.values():
        problems += [f"{table.name}: {problem}" for problem in _of_any(table)]
        rules = _of_partition if table.is_partition else _of_tenant if table.is_tenant else _of_shared
        problems += [f"{table.name}: {problem}" for problem in rules(table)]
    problems += [f"{name}: listed as shared, but there is no such table" for name in set(SHARED) - set(tables)]
    problems += [f"{name}: has options, but there is no such table" for name in set(TABLE_OPTIONS) - set(tables)]
    return problems + list(_of_references(cursor, tables)) + list(_of_functions(cursor)) + list(_of_roles(cursor))


def _of_any(table: Table) -> Iterator[str]:
    runtime, dispatcher = role_name("default"), role_name("dispatcher")
    if table.kind not in ("r", "p"):
        yield f"is a view or foreign table (`{table.kind}`), which looks past row-level security"
    if table.owner != role_name("owner"):
        yield f"belongs to `{table.owner}`, not to the owner"
    if table.granted("PUBLIC") or table.columns.get("PUBLIC"):
        yield "PUBLIC has grants"
    if strangers := set(table.grants) - {table.owner, runtime, dispatcher, "PUBLIC"}:
        yield f"strangers have grants: {sorted(strangers)}"
    if table.columns.get(runtime):
        yield "the runtime role has grants on single columns, which nobody judges"
    yield from _of_dispatcher(table, dispatcher)


def _of_dispatcher(table: Table, dispatcher: str) -> Iterator[str]:
    expected = DISPATCHER_TABLES.get(table.name, frozenset())
    if table.granted(dispatcher) != expected:
        yield f"the dispatcher has {sorted(table.granted(dispatcher))} instead of {sorted(expected)}"
    columns = DISPATCHER_COLUMNS.get(table.name, frozenset())
    if table.is_job:
        columns = frozenset(
            {("SELECT", name) for name in JOB_COLUMNS.split(", ")}
            | {("UPDATE", name) for name in JOB_LEASE_COLUMNS.split(", ")}
        )
    if frozenset(table.columns.get(dispatcher, ())) != columns:
        yield f"the dispatcher has other columns than the job's: {sorted(table.columns.get(dispatcher, ()))}"


def _of_tenant(table: Table) -> Iterator[str]:
    runtime, options = role_name("default"), TABLE_OPTIONS.get(table.name, {})
    if table.name in SHARED:
        yield "carries an organization and is listed as shared"
    if not (table.is_secured and table.is_forced):
        yield "row-level security is not enabled and forced"
    expected = APPEND_ONLY_GRANTS if options.get("append_only") else TENANT_GRANTS
    if table.granted(runtime) != expected:
        yield f"the runtime role has {sorted(table.granted(runtime))} instead of {sorted(expected)}"
    whole = [policy for policy in table.of(runtime) if policy.command == "ALL"]
    if len(whole) != 1 or not _is_own_organization(whole[0].using) or not _is_own_organization(whole[0].check):
        yield "no policy binds the runtime role to the session's organization for reading and writing"
    mine = options.get("or_mine")
    for policy in table.of(runtime):
        if policy in whole or (mine and policy.command == "SELECT" and f"({mine} = " in policy.using):
            continue
        yield f"policy `{policy.name}` lets the runtime role see more than its organization"


def _is_own_organization(condition: str) -> bool:
    written = " ".join(condition.split())
    return written.startswith(ORGANIZATION_ONLY) and " OR " not in written.upper()


def _of_partition(table: Table) -> Iterator[str]:
    """A partition is reached through its parent, whose policies hold; by itself nobody may open it."""
    if table.granted(role_name("default")) or table.granted(role_name("dispatcher")):
        yield "a partition can be opened past its parent's policies"
    if not (table.is_secured and table.is_forced) or table.of(role_name("default")):
        yield "a partition is not closed by a forced row-level security without policies"


def _of_shared(table: Table) -> Iterator[str]:
    entry = SHARED.get(table.name)
    if entry is None:
        yield "has no organization and is not listed with a reason (portal.isolation.share)"
        return
    runtime = role_name("default")
    wanted = frozenset(word.strip().upper() for word in entry.grants.split(",") if word.strip())
    if table.granted(runtime) != wanted:
        yield f"the runtime role has {sorted(table.granted(runtime))} instead of {sorted(wanted)}"
    if len(entry.reason) < 20:
        yield "is listed without a reason"
    commands = sorted(policy.command.lower() for policy in table.of(runtime))
    if entry.policies and not (table.is_secured and table.is_forced):
        yield "declares policies, but row-level security is not enabled and forced"
    if commands != sorted(command for command, _ in entry.policies):
        yield f"has policies for {commands} instead of those it declares"


def _of_references(cursor: Any, tables: dict[str, Table]) -> Iterator[str]:
    """A reference between tenant tables must compare the organization too: a plain one looks past row security."""
    cursor.execute(_REFERENCES)
    found = cursor.fetchall()
    composite = {(row[0], row[1], frozenset(row[3]) - {"organization_id"}) for row in found if len(row[3]) > 1}
    for name, target, constraint, columns in found:
        if "organization_id" in columns or target == "portal_organization" or not tables[name].is_tenant:
            continue
        to_people = target == "portal_user" and name != "portal_membership"
        checked = "portal_membership" if to_people else target
        if (tables[target].is_tenant or to_people) and (name, checked, frozenset(columns)) not in composite:
            yield f"{name}: reference `{constraint}` to {target} does not compare the organization"


def _of_functions(cursor: Any) -> Iterator[str]:
    cursor.execute(
        "SELECT proname, proconfig, proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    for name, config, is_open in cursor.fetchall():
        if is_open:
            yield f"function {name}: PUBLIC may execute it as the owner"
        if not any(setting.startswith("search_path=") for setting in config or ()):
            yield f"function {name}: runs as the owner without a fixed search_path"


def _of_roles(cursor: Any) -> Iterator[str]:
    cursor.execute(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole, pg_has_role(rolname, %s, 'member'),"
        " has_schema_privilege(rolname, 'public', 'CREATE') FROM pg_roles WHERE rolname = ANY(%s)",
        [role_name("owner"), [role_name("default"), role_name("dispatcher")]],
    )
    found = cursor.fetchall()
    if len(found) != 2 or role_name("owner") in (role_name("default"), role_name("dispatcher")):
        yield "the three roles are not three roles"
    for name, is_mighty, is_owner, may_create in found:
        if is_mighty or is_owner or may_create:
            yield f"role {name}: is superuser, bypasses row security, makes roles or tables, or may become the owner"
