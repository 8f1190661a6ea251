"""A later migration isolates its app's tables once more: nobody loses a right they need (I02)."""

from __future__ import annotations

import pytest
from django.db import connections

from portal import work
from portal.isolation import TABLE_OPTIONS, role_name, tenant_statements


@pytest.mark.django_db(databases=["owner"])
def test_isolating_again_leaves_the_dispatcher_its_rights() -> None:
    jobs = [kind.model._meta.db_table for kind in work.kinds().values()]
    with connections["owner"].cursor() as cursor:
        for table in ("portal_jobturn", *jobs):
            for statement in tenant_statements(table, is_job=table in jobs, **TABLE_OPTIONS.get(table, {})):
                cursor.execute(statement)
        role = role_name("dispatcher")
        for right in ("SELECT", "INSERT", "UPDATE"):
            cursor.execute("SELECT has_table_privilege(%s, 'portal_jobturn', %s)", [role, right])
            assert cursor.fetchone()[0], right
        for right in ("DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege(%s, 'portal_jobturn', %s)", [role, right])
            assert not cursor.fetchone()[0], right
        for table in jobs:
            cursor.execute("SELECT has_column_privilege(%s, %s, 'job_state', 'UPDATE')", [role, table])
            assert cursor.fetchone()[0]
            cursor.execute("SELECT has_column_privilege(%s, %s, 'last_error', 'SELECT')", [role, table])
            assert not cursor.fetchone()[0]
