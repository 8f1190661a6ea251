"""The self-test page: the product's attack list and an officer's statement, judged under a connector's own settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from connectors import guard_test, schema_json
from connectors.models import ColumnRule, SchemaSnapshot
from guardrails.sql import self_test
from portal import change
from tests.connectors.doors import events, make_source
from tests.connectors.test_data_policy import SCHEMA

WHERE = "admin:connectors_connector_guard"


@pytest.fixture
def source(northlight):
    connector = make_source()
    SchemaSnapshot.objects.create(
        connector_id=connector.pk,
        connector_revision=connector.revision,
        taken_at=timezone.now(),
        content=schema_json.dump(SCHEMA),
    )
    return connector


@pytest.mark.requirement("Q03", part="self-test page")
def test_every_attack_is_refused_under_the_connectors_settings_and_the_run_is_recorded(cast, source, client) -> None:
    client.force_login(cast.ada.user)
    page = client.post(reverse(f"{WHERE}_run", args=[source.pk]), {"role": "member"})
    number = len(self_test.attacks("postgres"))
    assert number > 400
    assert f"All {number} attacks are refused on Warehouse" in page.content.decode()
    with cast.ada.inside():
        (event,) = events("guard.self_tested")
    assert (event.verdict, event.data["attacks"], event.data["through"]) == ("pass", number, [])
    assert event.data["role"] == "member"


def test_an_attack_that_gets_through_is_said_first(source, monkeypatch) -> None:
    settings = guard_test.settings_of(source)
    allowed = guard_test.Settings(source, settings.role, _with(settings.policy, "pg_sleep"), None)
    outcome = guard_test.run(allowed)
    assert outcome.through
    assert all("pg_sleep" in shown.sql.lower() for shown in outcome.through)
    assert events("guard.self_tested")[-1].verdict == "warning"


def test_a_statement_of_ones_own_is_judged_under_the_rules_of_the_role(cast, source, client) -> None:
    with cast.ada.inside():
        change.apply(
            ColumnRule(
                connector=source,
                role="",
                schema_name="public",
                table_name="customers",
                column_name="email",
                kind="hide",
            )
        )
    client.force_login(cast.ada.user)
    where = reverse(f"{WHERE}_try", args=[source.pk])
    hidden = client.post(where, {"sql": "SELECT email FROM customers"}).content.decode()
    passed = client.post(where, {"sql": "select region from customers"}).content.decode()
    assert "Blocked" in hidden
    assert "column.hidden" in hidden
    assert "LIMIT 21" in passed
    with cast.ada.inside():
        assert [event.verdict for event in events("guard.statement_tried")] == ["block", "pass"]


@pytest.mark.parametrize(("sql", "words"), [(" ", "sql: it is empty"), ("x" * 100_001, "sql: it has 100,001")])
def test_bad_input_is_named_at_the_field_and_kept(cast, source, client, sql: str, words: str) -> None:
    client.force_login(cast.ada.user)
    page = client.post(reverse(f"{WHERE}_try", args=[source.pk]), {"sql": sql}).content.decode()
    assert words in page
    assert 'aria-invalid="true"' in page


def test_only_a_data_source_has_a_guard(source) -> None:
    source.role = "provider"
    with pytest.raises(ValidationError, match="no data source"):
        guard_test.settings_of(source)
    source.role = "source"
    with pytest.raises(ValidationError, match="is no role"):
        guard_test.settings_of(source, "king")


def _with(policy, function: str):
    return replace(policy, functions=frozenset({function}))
