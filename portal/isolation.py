"""Row-level security and grants, created by a migration operation so that forgetting is impossible.

`IsolateTenants(app_label)` stands last in every migration that adds a table. It finds the app's tables that
carry an organization and gives each: forced row-level security for the runtime role, a policy of its
own for the owner, grants, and composite references `(organization_id, …)` for every foreign key to another
tenant table or to a person (who must be a member). Tables without an organization are listed in `SHARED`,
each with its grants and its reason; a test compares the list with the catalog.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

ORGANIZATION = "(SELECT NULLIF(current_setting('app.org', true), '')::uuid)"
"""The session's organization; the sub-select is evaluated once for a statement, not once for a row."""
PERSON = "(SELECT NULLIF(current_setting('app.user', true), '')::uuid)"

JOB_COLUMNS = "id, organization_id, job_state, run_after, lease_token, lease_expires_at, lease_started_at, attempts"
JOB_LEASE_COLUMNS = "job_state, run_after, lease_token, lease_expires_at, lease_started_at"


@dataclass(frozen=True, slots=True)
class Shared:
    """A table without an organization: what the runtime role may do with it, and why it has none."""

    grants: str
    reason: str
    policies: tuple[tuple[str, str], ...] = ()


SHARED: dict[str, Shared] = {}


def share(table: str, grants: str, reason: str, **policies: str) -> None:
    """List a table without an organization. `policies` maps a command (`select`, `insert` …) to its condition."""
    if table in SHARED:
        raise ValueError(f"table `{table}` is listed twice as shared; keep one entry")
    SHARED[table] = Shared(grants, reason, tuple(sorted(policies.items())))


_FRAMEWORK = "the framework's own catalog of code, the same for every organization"
share("django_migrations", "select", "which migrations ran; readiness compares it with the code")
share("django_content_type", "select", _FRAMEWORK)
share("auth_permission", "select", _FRAMEWORK)
share("auth_group", "select", "the four roles by name, the same for every organization")
share("auth_group_permissions", "", "not used: the role matrix is the one table of permissions")
share("django_admin_log", "", "not used: the trail is the one record; nothing may write a second truth")
share("guardian_userobjectpermission", "", "not used: grants stand in direct models that carry the organization")
share(
    "guardian_groupobjectpermission",
    "",
    "not used: grants stand in direct models that carry the organization",
)
share("axes_accessattempt", "", "not used: lock-out counts stand in the cache")
share("axes_accesslog", "", "not used: sign-ins are events of the trail")
share("axes_accessfailurelog", "", "not used: refused sign-ins are events of the trail")
share("axes_accessattemptexpiration", "", "not used: lock-out counts stand in the cache")
share(
    "django_session",
    "select, insert, update, delete",
    "found only by its unguessable key, before it is known who asks; it names the organization, never holds its data",
)
share(
    "portal_user",
    "select, insert, update",
    "one person may belong to several organizations; visible to themselves and to the current organization's people",
    select=(
        f"id = {PERSON} OR EXISTS (SELECT 1 FROM portal_membership m"
        f" WHERE m.user_id = portal_user.id AND m.organization_id = {ORGANIZATION})"
    ),
    insert=f"{ORGANIZATION} IS NOT NULL",
    update=f"id = {PERSON}",
)
share(
    "portal_organization",
    "select, update",
    "it is the organization: visible to its own session and to people who belong to it",
    select=(
        f"id = {ORGANIZATION} OR EXISTS (SELECT 1 FROM portal_membership m"
        f" WHERE m.organization_id = portal_organization.id AND m.user_id = {PERSON} AND m.is_active)"
    ),
    update=f"id = {ORGANIZATION}",
)


def role_name(alias: str) -> str:
    """Return the PostgreSQL role that a database alias signs in as."""
    return str(settings.DATABASES[alias]["USER"])


def _quoted(*parts: str) -> str:
    return ", ".join('"' + part.replace('"', '""') + '"' for part in parts)


def policy_statements(table: str, policies: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield the SQL that forces row-level security on `table` with `policies`: name → (role, body)."""
    name = _quoted(table)
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for policy, (role, body) in policies.items():
        yield f"DROP POLICY IF EXISTS {_quoted(policy)} ON {name}"
        yield f"CREATE POLICY {_quoted(policy)} ON {name} {body.format(role=role)}"


def tenant_statements(
    table: str, *, append_only: bool = False, is_job: bool = False, or_mine: str = "", for_dispatcher: str = ""
) -> Iterator[str]:
    """Yield the SQL that isolates one tenant table.

    `or_mine` names a column whose own rows a person sees; `for_dispatcher` what the dispatcher may do with rows of
    every organization, beyond the lease of a job.
    """
    runtime, dispatcher, name = (
        _quoted(role_name("default")),
        _quoted(role_name("dispatcher")),
        _quoted(table),
    )
    mine = f"organization_id = {ORGANIZATION}"
    policies = {
        "tenant": (runtime, f"TO {{role}} USING ({mine}) WITH CHECK ({mine})"),
        "owner": ("CURRENT_USER", "TO {role} USING (true) WITH CHECK (true)"),
    }
    if or_mine:
        policies["mine"] = (runtime, f"FOR SELECT TO {{role}} USING ({or_mine} = {PERSON})")
    if is_job or for_dispatcher:
        policies["dispatcher"] = (dispatcher, "TO {role} USING (true) WITH CHECK (true)")
    yield from policy_statements(table, policies)
    yield f"REVOKE ALL ON {name} FROM PUBLIC, {runtime}, {dispatcher}"
    yield f"GRANT SELECT, INSERT{'' if append_only else ', UPDATE, DELETE'} ON {name} TO {runtime}"
    if for_dispatcher:
        yield f"GRANT {for_dispatcher} ON {name} TO {dispatcher}"
    if is_job:
        yield f"GRANT SELECT ({JOB_COLUMNS}), UPDATE ({JOB_LEASE_COLUMNS}) ON {name} TO {dispatcher}"


def shared_statements(table: str, entry: Shared) -> Iterator[str]:
    """Yield the SQL that gives a table without an organization its grants and policies."""
    runtime, name = _quoted(role_name("default")), _quoted(table)
    if entry.policies:
        bodies = {"owner": ("CURRENT_USER", "TO {role} USING (true) WITH CHECK (true)")}
        for command, condition in entry.policies:
            clause = f"WITH CHECK ({condition})" if command == "insert" else f"USING ({condition})"
            bodies[f"runtime_{command}"] = (runtime, f"FOR {command.upper()} TO {{role}} {clause}")
        yield from policy_statements(table, bodies)
    yield f"REVOKE ALL ON {name} FROM PUBLIC, {runtime}"
    if entry.grants:
        yield f"GRANT {entry.grants.upper()} ON {name} TO {runtime}"


def _constraint_name(prefix: str, *parts: str) -> str:
    digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]
    return f"{prefix}_{'_'.join(parts)}"[:50] + f"_{digest}"


class IsolateTenants(Operation):
    """Isolate every table of the app that carries an organization. Stands last; running it again is harmless."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, app_label: str) -> None:
        self.app_label = app_label

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def describe(self) -> str:
        return f"Force row-level security, grants and composite references on the tables of {self.app_label}"

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        return None

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.alias != "owner":
            return
        models = [m for m in to_state.apps.get_app_config(self.app_label).get_models() if is_tenant(m)]
        with schema_editor.connection.cursor() as cursor:
            for model in models:
                if model._meta.managed:
                    _unique_key(cursor, model._meta.db_table)
            for model in models:
                options = TABLE_OPTIONS.get(model._meta.db_table, {})
                for statement in tenant_statements(
                    model._meta.db_table, is_job=_has_field(model, "job_state"), **options
                ):
                    cursor.execute(statement)
            for model in models:
                for statement in reference_statements(model):
                    cursor.execute(statement)


TABLE_OPTIONS: dict[str, dict[str, Any]] = {
    "portal_membership": {"or_mine": "user_id"},
    "portal_timedaccess": {"or_mine": "person_id"},
    "portal_jobturn": {"for_dispatcher": "SELECT, INSERT, UPDATE"},
    "audit_event": {"append_only": True},
    "audit_eventtext": {"append_only": True},
    "audit_head": {"append_only": True},
    "audit_leaf": {"append_only": True},
    "audit_signalcomment": {"append_only": True},
    "audit_reviewresult": {"append_only": True},
    "connectors_firstexecution": {"append_only": True},
    "guardrails_policyversion": {"append_only": True},
    "audit_sample": {"append_only": True},
    "tickets_decisionreceipt": {"append_only": True},
}
"""Tables that differ: append-only ones, ones of which a person sees their own rows, whose turn it is."""


def is_tenant(model: Any) -> bool:
    """Return whether the model's table carries an organization."""
    return _has_field(model, "organization") and not model._meta.proxy


def _has_field(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.local_fields)


def _unique_key(cursor: Any, table: str) -> None:
    name = _constraint_name("tenant_key", table)
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
    if cursor.fetchone() is None:
        cursor.execute(f"ALTER TABLE {_quoted(table)} ADD CONSTRAINT {_quoted(name)} UNIQUE (organization_id, id)")


def reference_statements(model: Any) -> Iterator[str]:
    """Yield the composite references of a tenant model: to other tenant tables, and to people who are members."""
    table = model._meta.db_table
    for field in model._meta.local_fields:
        target = getattr(field, "related_model", None)
        if target is None or field.name == "organization" or not field.concrete:
            continue
        if target._meta.db_table == "portal_user" and table != "portal_membership":
            remote, key = "portal_membership", "user_id"
        elif is_tenant(target):
            remote, key = target._meta.db_table, "id"
        else:
            continue
        name = _constraint_name("tenant_ref", table, field.column)
        yield f"ALTER TABLE {_quoted(table)} DROP CONSTRAINT IF EXISTS {_quoted(name)}"
        yield (
            f"ALTER TABLE {_quoted(table)} ADD CONSTRAINT {_quoted(name)}"
            f" FOREIGN KEY (organization_id, {_quoted(field.column)})"
            f" REFERENCES {_quoted(remote)} (organization_id, {_quoted(key)}) DEFERRABLE INITIALLY DEFERRED"
        )


def apply_shared(connection: Any) -> None:
    """Give every listed table without an organization its grants and policies; run after each migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)",
            [list(SHARED)],
        )
        present = [row[0] for row in cursor.fetchall()]
        for table in present:
            for statement in shared_statements(table, SHARED[table]):
                cursor.execute(statement)
