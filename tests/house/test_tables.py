"""Every table isolates, or stands on the list of shared ones with its reason (I01, I02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction

from portal.isolation import role_name
from tests.house.catalog import judge, read

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def catalog() -> Iterator[Any]:
    """A cursor of the owner whose every change is rolled back."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor
        transaction.set_rollback(True, using="owner")


@pytest.mark.requirement("I01", "I02")
def test_every_table_isolates_or_is_listed_with_its_reason(catalog: Any) -> None:
    assert judge(catalog) == []


@pytest.mark.requirement("I01")
def test_the_judge_sees_the_tables_it_is_meant_to_judge(catalog: Any) -> None:
    tables = read(catalog)
    tenant = {name for name, table in tables.items() if table.is_tenant}
    assert {"portal_membership", "portal_datakey", "audit_event", "audit_eventtext"} <= tenant
    assert any(table.is_partition for table in tables.values())
    assert len(tables) > 20


BREAKS = {
    "no policy": ("DROP POLICY tenant ON portal_membership", "portal_membership: no policy binds"),
    "not forced": ("ALTER TABLE portal_datakey NO FORCE ROW LEVEL SECURITY", "portal_datakey: row-level security"),
    "not enabled": ("ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY", "audit_event: row-level security"),
    "a policy more": (
        "CREATE POLICY more ON portal_datakey FOR SELECT TO {runtime} USING (true)",
        "portal_datakey: policy `more` lets the runtime role see more",
    ),
    "an or": (
        "ALTER POLICY tenant ON portal_datakey USING (organization_id ="
        " (SELECT NULLIF(current_setting('app.org', true), '')::uuid) OR version = 1)",
        "portal_datakey: no policy binds",
    ),
    "a grant more": ("GRANT TRUNCATE ON portal_membership TO {runtime}", "portal_membership: the runtime role has"),
    "a trail that can change": ("GRANT UPDATE ON audit_event TO {runtime}", "audit_event: the runtime role has"),
    "public": ("GRANT SELECT ON portal_datakey TO PUBLIC", "portal_datakey: PUBLIC has grants"),
    "a curious dispatcher": (
        "GRANT SELECT ON portal_membership TO {dispatcher}",
        "portal_membership: the dispatcher has",
    ),
    "a curious column": (
        "GRANT SELECT (email) ON portal_user TO {dispatcher}",
        "portal_user: the dispatcher has other",
    ),
    "an open partition": ("GRANT SELECT ON {partition} TO {runtime}", "{partition}: a partition can be opened"),
    "a new table": ("CREATE TABLE forgotten (id int)", "forgotten: has no organization and is not listed"),
    "a new tenant table": ("CREATE TABLE forgotten (organization_id uuid)", "forgotten: row-level security is not"),
    "a view": ("CREATE VIEW peek AS SELECT id FROM portal_user", "peek: is a view"),
    "a plain reference": (
        "ALTER TABLE portal_refreshtoken ADD COLUMN m uuid CONSTRAINT plain REFERENCES portal_membership (id)",
        "portal_refreshtoken: reference `plain` to portal_membership does not compare",
    ),
    "a shared grant": ("GRANT DELETE ON portal_user TO {runtime}", "portal_user: the runtime role has"),
    "a shared policy": ("DROP POLICY runtime_select ON portal_user", "portal_user: has policies for"),
    "an open definer": (
        "GRANT EXECUTE ON FUNCTION portal_sign_in_lookup(text) TO PUBLIC",
        "function portal_sign_in_lookup: PUBLIC may execute",
    ),
    "a table that is gone": ("DROP TABLE axes_accesslog CASCADE", "axes_accesslog: listed as shared, but there is no"),
}


@pytest.mark.requirement("I01", "I02")
@pytest.mark.parametrize("name", BREAKS)
def test_control_the_judge_sees_each_break(catalog: Any, name: str) -> None:
    catalog.execute("SELECT relid::regclass::text FROM pg_partition_tree('audit_event') WHERE isleaf LIMIT 1")
    words = {
        "runtime": f'"{role_name("default")}"',
        "dispatcher": f'"{role_name("dispatcher")}"',
        "partition": catalog.fetchone()[0],
    }
    statement, expected = (text.format(**words) for text in BREAKS[name])
    catalog.execute(statement)
    assert any(problem.startswith(expected) for problem in judge(catalog)), judge(catalog)
