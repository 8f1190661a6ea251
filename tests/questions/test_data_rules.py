"""Hidden and masked columns and row filters on the way of a question: rows, prompts, pages and the API by role."""

from __future__ import annotations

import json

import pytest

from connectors import data_policy
from connectors.models import ColumnRule, RowFilter
from portal import change
from portal.roles import Role
from questions import check, rows
from questions.models import QuestionState
from tests.connectors.doors import api_as, browser_as
from tests.questions_lab import CANARY, Lab
from tests.servers import messages

NAMES = "SELECT name FROM customers WHERE id = 500"


@pytest.fixture
def ruled(lab: Lab) -> Lab:
    """Analysts see names masked and the customers of Oslo alone; nobody sees loyalty."""
    with lab.cast.ada.inside():
        put_rule(lab, "name", "first1", Role.ANALYST)
        put_rule(lab, "loyalty", "hide")
        change.apply(
            RowFilter(
                connector=lab.orders, role=Role.ANALYST, schema_name="public", table_name="customers",
                condition="city <> 'Bergen'",
            )
        )  # fmt: skip
    for person in (lab.cast.ana, lab.cast.mia):
        lab.grant(person)
    return lab


def put_rule(lab: Lab, column: str, kind: str, role: str = "") -> ColumnRule:
    made = ColumnRule(
        connector=lab.orders, role=role, schema_name="public", table_name="customers", column_name=column, kind=kind
    )
    change.apply(made)
    return made


def answer_of(lab: Lab, person, question: str) -> tuple[dict, list]:
    done = lab.ask(person, question)
    shown = api_as(person).get(f"/api/v1/questions/{done.pk}/").json()
    return shown, shown["answer"]["rows"]


@pytest.mark.requirement("Q15", part="own masks and filters")
def test_each_role_gets_its_own_rows_and_values_of_one_verified_query(ruled: Lab) -> None:
    ruled.verify("Who is customer five hundred?", NAMES)
    ruled.verify("How many customers are there?", "SELECT count(*) AS customers FROM customers")
    shown, names = answer_of(ruled, ruled.cast.ana, "Who is customer five hundred?")
    assert names == [["W***"]]
    assert shown["data_rules"] == {"masked": ["customers.name"], "filtered": ["customers"]}
    assert any("`name` of `customers` is masked" in change for change in shown["guard_changes"])
    assert answer_of(ruled, ruled.cast.ana, "How many customers are there?")[1] == [[51]]
    assert answer_of(ruled, ruled.cast.paul, "Who is customer five hundred?")[1] == [[CANARY]]
    assert answer_of(ruled, ruled.cast.paul, "How many customers are there?")[1] == [[101]]


def test_a_member_is_told_that_values_are_masked_and_not_how(ruled: Lab) -> None:
    with ruled.cast.ada.inside():
        put_rule(ruled, "name", "last4", Role.MEMBER)
    ruled.verify("Who is customer five hundred?", NAMES)
    shown, names = answer_of(ruled, ruled.cast.mia, "Who is customer five hundred?")
    assert names == [["****Rowe"]]
    assert shown["data_notices"] == ["Some values are masked for your role."]
    assert "data_rules" not in shown
    assert "guard_changes" not in shown
    page = browser_as(ruled.cast.mia).get(f"/questions/{shown['id']}/").content.decode()
    assert "Some values are masked for your role." in page
    assert "last four" not in page


def test_rows_read_under_other_rules_are_not_shown_again(ruled: Lab) -> None:
    ruled.verify("Who is customer five hundred?", NAMES)
    done = ruled.ask(ruled.cast.paul, "Who is customer five hundred?")
    with ruled.cast.paul.inside():
        now = data_policy.fingerprint(data_policy.data_rules_for(done.connector))
        assert rows.read(done.pk, rules=now) is not None
    with ruled.cast.ada.inside():
        put_rule(ruled, "name", "null", Role.POWER_USER)
    shown = api_as(ruled.cast.paul).get(f"/api/v1/questions/{done.pk}/").json()
    assert shown["answer"] is None
    assert ruled.ask(ruled.cast.paul, "Who is customer five hundred?").data_rules["masked"] == ["customers.name"]


def test_a_model_is_told_no_hidden_column_and_that_masked_ones_are(ruled: Lab) -> None:
    ruled.verify("Which loyalty has each customer?", "SELECT id, loyalty FROM customers")
    model = ruled.model()
    model.script(messages.sql("SELECT count(*) FROM customers"))
    ruled.ask(ruled.cast.ana, "How many customers live in each city by name?")
    told = json.dumps(model.requests[0].body)
    assert "customers" in told
    assert "loyalty int" not in told
    assert "SELECT id, loyalty" not in told
    assert "masked: only the first letter" in told


def test_a_hidden_column_is_refused_and_never_suggested(ruled: Lab) -> None:
    refused = ruled.run_sql(ruled.cast.paul, "SELECT loyalty FROM customers")
    assert refused.state == QuestionState.REFUSED
    with ruled.cast.paul.inside():
        decision, _ = check.check(sql="SELECT loyalti FROM customers", connector_id=ruled.orders.pk)
        assert "loyalty" not in decision.reasons[0].message
        names = check.names(connector_id=ruled.orders.pk)
    assert [name for name, _ in names["customers"]] == ["id", "name", "city"]


def test_the_guard_as_a_service_says_what_would_be_masked(ruled: Lab) -> None:
    with ruled.cast.ada.inside():
        put_rule(ruled, "name", "hide", Role.POWER_USER)
        put_rule(ruled, "city", "null", Role.POWER_USER)
    body = json.dumps({"sql": "SELECT city FROM customers", "connector": str(ruled.orders.pk)})
    shown = api_as(ruled.cast.paul).post("/api/v1/guard/check/", body, content_type="application/json").json()
    assert shown["masked"] == ["customers.city"]
    assert shown["filtered"] == []
