"""What the rules of a connector mean for a role: the guard's policy, what may be told of the schema, comparisons."""

from __future__ import annotations

import pytest

from connectors import data_policy
from connectors.contracts import Column, ForeignKey, Schema, Table
from connectors.models import ColumnRule, RowFilter
from guardrails.sql import decide
from portal import change
from portal.roles import Role
from tests.connectors.doors import make_source

SCHEMA = Schema(
    (
        Table(
            "public",
            "customers",
            (Column("id", "integer", is_key=True), Column("email", "text", comment="work"), Column("region", "text")),
        ),
        Table(
            "public",
            "orders",
            (Column("id", "integer"), Column("email", "text"), Column("total", "numeric")),
            foreign_keys=(ForeignKey(("email",), "public", "customers", ("email",)),),
        ),
    ),
    "postgres",
    "public",
)


def rule(connector, column="email", kind="hide", role="", text=""):
    made = ColumnRule(
        connector=connector, role=role, schema_name="public", table_name="customers", column_name=column, kind=kind,
        text=text,
    )  # fmt: skip
    return change.apply(made)


def row_filter(connector, condition="region = 'EU'", role=""):
    made = RowFilter(connector=connector, role=role, schema_name="public", table_name="customers", condition=condition)
    return change.apply(made)


@pytest.fixture
def connector(cast):
    with cast.ada.inside():
        yield make_source()


def test_a_connector_without_rules_has_the_organizations_policy(connector, django_assert_num_queries):
    with django_assert_num_queries(3):
        policy = data_policy.guard_policy_for(connector)
    assert not policy.guards_tables
    assert data_policy.fingerprint(policy) == ""
    assert policy.revision == "1"


def test_rules_reach_the_statement_of_their_role_alone(connector, django_assert_num_queries):
    rule(connector, kind="last4", role=Role.ANALYST)
    row_filter(connector, role=Role.ANALYST)
    with django_assert_num_queries(3):
        analyst = data_policy.guard_policy_for(connector, Role.ANALYST)
    decision = decide("SELECT email FROM customers", "postgres", SCHEMA, analyst)
    assert "'****'" in decision.sql
    assert "= 'EU'" in decision.sql
    admin = decide("SELECT email FROM customers", "postgres", SCHEMA, data_policy.guard_policy_for(connector))
    assert not admin.is_rewritten
    assert data_policy.differs(connector, Role.ADMIN, Role.ANALYST)
    assert not data_policy.differs(connector, Role.ADMIN, Role.MEMBER)


def test_every_change_of_a_rule_changes_the_revision(connector):
    revisions = [data_policy.guard_policy_for(connector).revision]
    made = rule(connector, kind="last4")
    revisions.append(data_policy.guard_policy_for(connector).revision)
    made.kind = "null"
    change.apply(made)
    revisions.append(data_policy.guard_policy_for(connector).revision)
    filtered = row_filter(connector)
    revisions.append(data_policy.guard_policy_for(connector).revision)
    filtered.condition = "region = 'US'"
    change.apply(filtered)
    revisions.append(data_policy.guard_policy_for(connector).revision)
    assert len(set(revisions)) == len(revisions)


def test_hiding_wins_and_a_roles_own_mask_comes_before_everybodys(connector):
    rule(connector, kind="last4")
    rule(connector, kind="null", role=Role.MEMBER)
    rule(connector, column="region", kind="hide")
    rule(connector, column="region", kind="first1", role=Role.MEMBER)
    policy = data_policy.guard_policy_for(connector, Role.MEMBER)
    assert [(mask.column, mask.kind) for mask in policy.masks] == [("email", "null")]
    assert policy.hidden == {("public.customers", "region")}


def test_a_role_that_nobody_knows_meets_every_rule(connector):
    rule(connector, kind="hide", role=Role.MEMBER)
    row_filter(connector, role=Role.ANALYST)
    policy = data_policy.guard_policy_for(connector, "")
    assert policy.hidden
    assert policy.filters


def test_a_filter_may_name_the_person_who_asks(cast, connector):
    row_filter(connector, "email = {{user.email}}")
    mine = data_policy.guard_policy_for(connector)
    theirs = data_policy.guard_policy_for(connector, user_id=cast.paul.user.pk)
    assert cast.ada.email in decide("SELECT id FROM customers", "postgres", SCHEMA, mine).sql
    assert data_policy.fingerprint(mine) != data_policy.fingerprint(theirs)
    assert data_policy.differs(connector, Role.ADMIN, Role.ADMIN)


def test_what_is_told_of_the_schema_leaves_hidden_columns_out_and_says_masks(connector):
    rule(connector, kind="hide")
    rule(connector, column="region", kind="first1")
    row_filter(connector)
    told = data_policy.visible_schema(SCHEMA, data_policy.guard_policy_for(connector))
    customers, orders = told.tables
    assert [column.name for column in customers.columns] == ["id", "region"]
    assert customers.columns[1].comment == "masked: only the first letter."
    assert customers.comment == "only some rows are shown."
    assert orders.foreign_keys == ()


def test_another_organization_has_no_rules_of_ours(cast, connector):
    rule(connector)
    with cast.cleo.inside():
        assert not data_policy.guard_policy_for(connector).guards_tables
