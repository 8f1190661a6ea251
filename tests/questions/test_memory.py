"""AI memory is edited by admins, judged by the guard, imported all or nothing (Q09)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tablib import Dataset

from portal.sheets import sentences
from questions.models import MemoryEntry, VerifiedQuery
from questions.resources import MemoryEntryResource, VerifiedQueryResource
from tests.connectors.doors import browser_as, events
from tests.questions_lab import Lab

HEADERS = ("connector", "question", "phrasings", "sql", "parameters", "is_active")
GOOD = ("orders_prod", "How many orders?", "[]", "SELECT count(*) AS orders FROM orders", "[]", "yes")
BY_CITY = "SELECT id FROM customers WHERE city = :city"
CITY = '[{"name": "city", "type": "text", "examples": ["Oslo"]}]'


def load(resource, headers, *rows) -> list[str]:
    return sentences(resource().import_data(Dataset(*rows, headers=headers), rollback_on_validation_errors=True))


@pytest.mark.requirement("Q09", part="import")
@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("DELETE FROM orders", "[]"),
        ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone", "[]"),
        ("SELECT 1; DELETE FROM orders", "[]"),
        ("DELETE FROM customers WHERE city = :city", CITY),
        ("SELECT pg_read_file('/etc/passwd')", "[]"),
    ],
)
def test_an_import_that_hides_a_delete_changes_nothing_and_names_row_and_field(lab: Lab, sql, parameters) -> None:
    bad = ("orders_prod", "Something harmless", "[]", sql, parameters, "yes")
    with lab.cast.ada.inside():
        said = load(VerifiedQueryResource, HEADERS, GOOD, bad)
        assert len(said) == 1
        assert said[0].startswith("row 2: sql: ")
        assert not VerifiedQuery.objects.exists()
        assert not events("verified_query.created")


@pytest.mark.requirement("Q09", part="import")
def test_a_good_import_is_saved_and_recorded_row_by_row(lab: Lab) -> None:
    second = (
        "orders_prod",
        "Customers in {city}",
        '["People in {city}"]',
        "SELECT id FROM customers WHERE city = :city",
        CITY,
        "yes",
    )
    with lab.cast.ada.inside():
        assert load(VerifiedQueryResource, HEADERS, GOOD, second) == []
        assert VerifiedQuery.objects.filter(owner=lab.cast.ada.user, verified_by=None).count() == 2
        assert len(events("verified_query.created")) == 2
        assert load(VerifiedQueryResource, HEADERS, GOOD, second) == []
        assert len(events("verified_query.changed")) == 0, "the same sheet again changes nothing"


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("connector", "nowhere", "connector"),
        ("connector", "model", "connector"),
        ("phrasings", '{"a": 1}', "phrasings"),
        ("parameters", '[{"name": "city"}]', "parameters"),
        ("parameters", '[{"name": "1x", "type": "text"}]', "parameters"),
        ("parameters", '[{"name": "unused", "type": "text"}]', "parameters"),
        ("parameters", '[{"name": "c", "type": "choice"}]', "parameters"),
        ("parameters", "[", "parameters"),
        ("sql", "SELECT count(*) FROM orders WHERE id = :missing", "parameters"),
        ("sql", "SELECT", "sql"),
        ("question", "", "question"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_field(lab: Lab, column, value, field) -> None:
    row = list(GOOD)
    row[HEADERS.index(column)] = value
    with lab.cast.ada.inside():
        said = load(VerifiedQueryResource, HEADERS, tuple(row))
        assert said
        assert said[0].startswith(f"row 1: {field}")
        assert not VerifiedQuery.objects.exists()


def test_glossary_is_imported_and_a_bad_row_leaves_nothing_behind(lab: Lab) -> None:
    headers = ("kind", "name", "text", "connector", "is_active")
    with lab.cast.ada.inside():
        good = ("glossary", "loyal", "above 50", "orders_prod", "yes")
        assert load(MemoryEntryResource, headers, good, ("poem", "x", "y", "", "yes"))
        assert not MemoryEntry.objects.exists()
        assert load(MemoryEntryResource, headers, good, ("instruction", "dates", "use UTC", "", "yes")) == []
        assert MemoryEntry.objects.count() == 2


@pytest.mark.requirement("Q09")
def test_only_admins_edit_memory(lab: Lab) -> None:
    lab.verify("How many orders are there?", "SELECT count(*) AS orders FROM orders")
    for path in ("verifiedquery", "memoryentry"):
        assert browser_as(lab.cast.ada).get(f"/admin/questions/{path}/").status_code == 200
        for name in ("paul", "ana", "mia"):
            assert browser_as(getattr(lab.cast, name)).get(f"/admin/questions/{path}/").status_code == 403


def test_a_verified_query_through_the_admin_form_is_judged_by_the_guard(lab: Lab) -> None:
    client = browser_as(lab.cast.ada)
    form = {
        "connector": str(lab.orders.pk),
        "question": "All gone?",
        "phrasings": "[]",
        "parameters": "[]",
        "is_active": "on",
    }
    refused = client.post("/admin/questions/verifiedquery/add/", {**form, "sql": "DELETE FROM orders"})
    assert refused.status_code == 200
    assert b"refused by the guard" in refused.content
    saved = client.post("/admin/questions/verifiedquery/add/", {**form, "sql": "SELECT count(*) AS n FROM orders"})
    assert saved.status_code == 302, saved.content
    with lab.cast.ada.inside():
        assert VerifiedQuery.objects.get().owner == lab.cast.ada.user
        assert len(events("verified_query.created")) == 1


def test_a_verified_query_with_a_delete_is_refused_at_the_field(lab: Lab) -> None:
    with pytest.raises(ValidationError) as refused:
        lab.verify("Tidy up", "DELETE FROM orders")
    assert list(refused.value.message_dict) == ["sql"]
