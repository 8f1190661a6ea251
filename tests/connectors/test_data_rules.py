"""Making and changing data rules: judged against the schema at the field, loosening said before it happens."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from connectors import data_policy, data_rules, schema_json
from connectors.models import ColumnRule, RowFilter, SchemaSnapshot
from portal.roles import Role
from tests.connectors.doors import api_as, browser_as, events, make_source
from tests.connectors.test_data_policy import SCHEMA


@pytest.fixture
def connector(cast):
    """A source whose schema was looked at a moment ago."""
    with cast.ada.inside():
        made = make_source()
        SchemaSnapshot.objects.create(
            connector=made,
            connector_revision=made.revision,
            taken_at=timezone.now(),
            content=schema_json.dump(SCHEMA),
        )
        yield made


def column_rule(connector, **fields):
    given = {"table_name": "customers", "column_name": "email", "kind": "last4", **fields}
    return ColumnRule(connector=connector, **given)


WRONG = [
    ({"table_name": "custommers"}, "table_name", "did you mean `public.customers`?"),
    ({"table_name": ""}, "table_name", "is no table"),
    ({"column_name": "emial"}, "column_name", "did you mean `email`?"),
    ({"kind": "year"}, "kind", "is no date"),
    ({"kind": "constant"}, "text", "write what stands in every row"),
    ({"kind": "null", "text": "x"}, "text", "leave it empty"),
    ({"column_name": "id", "kind": "constant", "text": "x"}, "text", "does not fit a column of numbers"),
    ({"kind": "unknown"}, "kind", "unknown"),
]


@pytest.mark.parametrize(("given", "field", "said"), WRONG)
def test_a_rule_that_protects_nothing_is_refused_at_the_field(connector, given, field, said):
    with pytest.raises(ValidationError) as refused:
        data_rules.save(column_rule(connector, **given), schema=SCHEMA)
    assert said in " ".join(refused.value.message_dict[field])
    assert not ColumnRule.objects.exists()


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("", "1 to 2,000 characters"),
        ("regoin = 'EU'", "not a column of the table"),
        ("region = ", "is no condition"),
        ("region = 'EU'; SELECT 1", "more than one statement"),
        ("1 = 1", "names no column"),
        ("id IN (SELECT id FROM orders)", "may not stand in a row filter"),
        ("pg_sleep(1) IS NULL OR region = 'EU'", "not on the list of functions"),
        ("region = 'EU') OR (1 = 1", "no single condition"),
        ("region = 'EU' LIMIT 1", "is no condition"),
        ("region = '{{user.email}}'", "without quotes"),
        ("region = {{user.password}}", "is none of user.email"),
        ("count(*) > 1", "may not stand in a row filter"),
    ],
)
def test_a_condition_that_is_none_is_refused_at_the_field(connector, condition, said):
    rule = RowFilter(connector=connector, table_name="customers", condition=condition)
    with pytest.raises(ValidationError) as refused:
        data_rules.save(rule, schema=SCHEMA)
    assert said in " ".join(refused.value.message_dict["condition"])


def test_a_rule_takes_the_spelling_of_the_source(connector):
    made = data_rules.save(column_rule(connector, table_name="PUBLIC.Customers", column_name="EMAIL"), schema=SCHEMA)
    assert (made.schema_name, made.table_name, made.column_name) == ("public", "customers", "email")
    assert data_policy.guard_policy_for(connector).masks[0].table == "public.customers"


def test_an_edit_that_shows_more_says_before_and_after_and_waits_for_a_yes(connector):
    made = data_rules.save(column_rule(connector, kind="null"), schema=SCHEMA)
    made.kind = "last4"
    with pytest.raises(ValidationError) as refused:
        data_rules.save(made, schema=SCHEMA)
    said = " ".join(refused.value.message_dict["confirm"])
    assert "Before: everybody sees `email` of `public.customers` as: always empty." in said
    assert "After: everybody sees `email` of `public.customers` as: last four characters." in said
    data_rules.save(made, schema=SCHEMA, is_confirmed=True)
    made.kind = "hide"
    data_rules.save(made, schema=SCHEMA)  # stricter: nothing to say
    assert [event.before["kind"] for event in events("column_rule.changed")] == ["null", "last4"]


def test_the_api_makes_changes_and_removes_rules(cast, connector):
    client, base = api_as(cast.ada), f"/api/v1/connectors/{connector.pk}/"

    def send(method, path, **body):
        return getattr(client, method)(base + path, json.dumps(body), content_type="application/json")

    made = send("post", "column-rules/", table="customers", column_name="email", kind="hash", role="analyst")
    assert made.status_code == 201, made.content
    assert made.json()["table"] == "public.customers"
    wrong = send("post", "column-rules/", table="customers", column_name="emial", kind="hash")
    assert wrong.json()["errors"][0]["field"] == "column_name"
    twice = send("post", "column-rules/", table="customers", column_name="email", kind="null", role="analyst")
    assert twice.status_code == 400
    assert send("post", "row-filters/", table="customers", condition="region = 'EU'").status_code == 201
    one = f"column-rules/{made.json()['id']}/"
    assert send("patch", one, kind="domain").status_code == 400
    assert send("patch", one, kind="domain", confirm=True).json()["kind"] == "domain"
    seen = client.get(base + "data-policy/?role=analyst").json()
    assert len(seen["rules"]) == 2
    gone = client.delete(base + one).json()
    assert gone["after"] == "every analyst sees `email` of `public.customers` as it stands"
    assert len(client.get(base + "row-filters/").json()) == 1
    assert client.get(base + "data-policy/?role=king").status_code == 400


def test_the_admin_makes_a_rule_and_says_what_is_wrong_at_the_field(cast, connector):
    browser = browser_as(cast.ada)
    add = f"/admin/connectors/columnrule/add/?connector={connector.pk}"
    assert b"public.customers" in browser.get(add).content
    given = {"table_name": "customers", "column_name": "emial", "kind": "first1", "role": "member"}
    assert b"did you mean `email`?" in browser.post(add, given).content
    assert browser.post(add, {**given, "column_name": "email"}).status_code == 302
    made = ColumnRule.objects.get()
    assert (made.role, made.kind, made.schema_name) == (Role.MEMBER, "first1", "public")
    edit = f"/admin/connectors/columnrule/{made.pk}/change/"
    page = browser.post(edit, {**given, "column_name": "email", "kind": "domain"}).content.decode()
    assert "Before: every member sees `email` of `public.customers` as: first letter." in page
    page = browser.get(f"/admin/connectors/columnrule/{made.pk}/delete/").content.decode()
    assert "every member sees `email` of `public.customers` as it stands" in page
    page = browser.get(f"/admin/connectors/connector/{connector.pk}/data-policy/").content.decode()
    assert "Every member sees `email` of `public.customers` as: first letter" in page
