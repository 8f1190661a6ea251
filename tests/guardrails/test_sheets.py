"""Rules and thresholds are imported and exported as sheets: strictly, all or nothing, and recorded (A02)."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from import_export.formats.base_formats import JSON
from tablib import Dataset

from audit.models import Event
from guardrails.models import ActionCap, ActionCeiling, EscalationRule, TicketPolicy
from guardrails.resources import (
    ActionCapResource,
    ActionCeilingResource,
    ActionMoneyCapResource,
    EscalationRuleResource,
    TicketPolicyResource,
)
from portal.sheets import GovernedResource, SafeCSV, sentences
from tests.factories import Cast
from tests.guardrails.test_policy_admin import client_of

CONDITION = '{"field": "customer.is_vip", "op": "eq", "value": true}'
RULES = ("name", "priority", "condition", "outcome", "assign_to", "is_active")
CEILINGS = ("action", "currency", "auto_minor", "block_minor")


def load(resource: type[GovernedResource], headers: tuple[str, ...], *rows: tuple) -> list[str]:
    """Import rows as the admin does; return every error as a sentence."""
    result = resource().import_data(Dataset(*rows, headers=headers), rollback_on_validation_errors=True)
    return sentences(result)


@pytest.mark.requirement("A02", part="imports of rules and thresholds")
def test_each_imported_row_is_an_edit_with_its_event(northlight: Cast) -> None:
    said = load(ActionCeilingResource, CEILINGS, ("refund", "USD", "4000", "20000"), ("refund", "EUR", "4500", "18000"))
    assert said == []
    changed = Event.objects.get(type="action_ceiling.changed")
    assert (changed.data["source"], changed.before, changed.after) == (
        "import",
        {"auto_minor": 5_000},
        {"auto_minor": 4_000},
    )
    assert Event.objects.get(type="action_ceiling.created").after["currency"] == "EUR"
    whole = Event.objects.get(type="sheet.imported")
    assert (whole.rows, whole.data["added"], whole.data["changed"]) == (2, 1, 1)


def test_one_bad_row_changes_nothing_and_is_named(northlight: Cast) -> None:
    before = Event.objects.count()
    said = load(
        ActionCeilingResource, CEILINGS, ("refund", "USD", "4000", "20000"), ("cancel", "USD", "25000", "20000")
    )
    assert said == [
        "row 2: auto_minor: `25000` is above the block ceiling of `20000`; lower it or raise the block ceiling"
    ]
    assert ActionCeiling.objects.get(action="refund").auto_minor == 5_000
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("resource", "headers", "row", "said"),
    [
        (ActionCeilingResource, CEILINGS, ("refund", "USD", "49.99", "20000"), "auto_minor: `49.99` is not a whole"),
        (ActionCeilingResource, CEILINGS, ("refund", "USD", "-1", "20000"), "auto_minor: `-1` is not between 0"),
        (ActionCeilingResource, CEILINGS, ("refund", "USD", "", "20000"), "auto_minor: is empty"),
        (ActionCeilingResource, CEILINGS, ("gift", "USD", "1", "2"), "action: `gift` is not an action"),
        (ActionCeilingResource, CEILINGS, ("refund", "usd", "1", "2"), "currency: give an ISO 4217 code"),
        (ActionCapResource, ("action", "org_count"), ("refund", "many"), "org_count: `many` is not a whole number"),
        (ActionMoneyCapResource, ("action", "curency"), ("refund", "USD"), "column `curency` is not known; use action"),
        (ActionCeilingResource, ("auto_minor",), ("1",), "not present in the file headers: action, currency"),
        (EscalationRuleResource, RULES, ("a", "1", "{", "human", "", "yes"), "condition: `{` is not JSON"),
        (EscalationRuleResource, RULES, ("a", "1", '{"x": 1}', "human", "", "yes"), "give `field`, `op` and `value`"),
        (EscalationRuleResource, RULES, ("a", "1", CONDITION, "human", "", "maybe"), "is_active: `maybe` is neither"),
        (EscalationRuleResource, RULES, ("a\x00", "1", CONDITION, "human", "", "yes"), "name: holds a NUL"),
        (TicketPolicyResource, ("shadow_refund",), ("",), "shadow_refund: is empty"),
        (TicketPolicyResource, ("classification_threshold",), ("0,9",), "classification_threshold: `0,9` is not a"),
        (TicketPolicyResource, ("classification_threshold",), ("0.1",), "classification_threshold: `0.1"),
    ],
)
def test_a_cell_is_read_strictly(northlight: Cast, resource: type, headers: tuple, row: tuple, said: str) -> None:
    before = Event.objects.count()
    assert any(said in sentence for sentence in load(resource, headers, row)), load(resource, headers, row)
    assert Event.objects.count() == before


def test_two_rows_about_the_same_thing_are_refused(northlight: Cast) -> None:
    said = load(ActionCapResource, ("action", "org_count"), ("refund", "1"), ("refund", "2"))
    assert "row 2: action `refund` stands in row 1 already; keep one" in said
    assert ActionCap.objects.get(action="refund").org_count == 20


def test_the_one_ticket_policy_is_changed_by_columns_that_are_there(northlight: Cast) -> None:
    assert load(TicketPolicyResource, ("shadow_refund", "vip_factor"), ("yes", "3")) == []
    policy = TicketPolicy.objects.get()
    assert (policy.shadow_refund, policy.shadow_cancel, policy.vip_factor, policy.revision) == (True, True, 3, 2)
    assert load(TicketPolicyResource, ("vip_factor",), ("3",), ("4",))


@pytest.mark.parametrize("form", [SafeCSV, JSON])
def test_what_is_exported_imports_as_no_change(northlight: Cast, form: type) -> None:
    names = ("=cmd|' /C calc'!A0", "'=x", "plain", "+1", '"quoted", with comma', "@a", "-x", "'tis")
    assert (
        load(EscalationRuleResource, RULES, *((n, i, CONDITION, "human", "", "yes") for i, n in enumerate(names))) == []
    )
    text = form().export_data(EscalationRuleResource().export())
    if form is SafeCSV:
        assert not [line for line in text.splitlines() if line.lstrip('"')[:1] in "=+-@"]
    before = Event.objects.filter(type__startswith="escalation_rule").count()
    result = EscalationRuleResource().import_data(form(encoding="utf-8").create_dataset(text))
    assert (sentences(result), result.totals["skip"]) == ([], len(names))
    assert Event.objects.filter(type__startswith="escalation_rule").count() == before
    for resource in (ActionCeilingResource, ActionCapResource, ActionMoneyCapResource, TicketPolicyResource):
        again = resource().import_data(form(encoding="utf-8").create_dataset(form().export_data(resource().export())))
        assert (sentences(again), again.totals["update"], again.totals["new"]) == ([], 0, 0)


def upload(client: Client, text: str, *, name: str = "escalationrule", kind: str = "0") -> object:
    given = {"import_file": SimpleUploadedFile("rules.csv", text.encode()), "format": kind, "resource": ""}
    return client.post(f"/admin/guardrails/{name}/import/", given)


def confirm(client: Client, shown: object, *, name: str = "escalationrule") -> object:
    form = shown.context["confirm_form"]
    return client.post(f"/admin/guardrails/{name}/process_import/", form.initial, follow=True)


def sheet(*rows: str) -> str:
    return "name,priority,condition,outcome,assign_to,is_active\n" + "\n".join(rows)


GOOD = f'VIPs,1,"{CONDITION.replace(chr(34), chr(34) * 2)}",human,,yes'


def test_an_officer_uploads_sees_and_confirms(cast: Cast) -> None:
    client = client_of(cast.ada)
    shown = upload(client, sheet(GOOD))
    assert shown.status_code == 200
    with cast.ada.inside():
        assert not EscalationRule.objects.exists(), "nothing is written before it is confirmed"
    assert confirm(client, shown).status_code == 200
    with cast.ada.inside():
        assert EscalationRule.objects.get().condition == json.loads(CONDITION)
        assert Event.objects.get(type="escalation_rule.created").data["source"] == "import"
    assert "gone after ten minutes" in confirm(client, shown).content.decode()


def test_a_bad_row_is_shown_with_its_number_and_cannot_be_confirmed(cast: Cast) -> None:
    shown = upload(client_of(cast.ada), sheet(GOOD, 'Broken,2,"{}",human,,yes'))
    assert "confirm_form" not in shown.context
    page = shown.content.decode()
    assert "is not a condition; give `field`, `op` and `value`" in page
    assert shown.context["result"].invalid_rows[0].number == 2
    assert "Traceback" not in upload(client_of(cast.ada), "colour\nred").content.decode()


def test_what_changed_between_upload_and_confirmation_stops_the_import(cast: Cast) -> None:
    client = client_of(cast.ada)
    shown = upload(client, sheet(GOOD.replace("VIPs,1", "Still fine,2"), GOOD))
    with cast.ada.inside():
        load(EscalationRuleResource, RULES, ("Other", "1", CONDITION, "human", "", "yes"))
    answer = confirm(client, shown).content.decode()
    assert "Nothing was imported" in answer
    assert "row 2: priority: another rule has it already" in answer
    with cast.ada.inside():
        assert EscalationRule.objects.get().name == "Other"


def test_a_file_waits_for_its_own_person_only(cast: Cast) -> None:
    shown = upload(client_of(cast.ada), sheet(GOOD))
    assert "gone after ten minutes" in confirm(client_of(cast.cleo), shown).content.decode()
    with cast.cleo.inside():
        assert not EscalationRule.objects.exists()


@pytest.mark.requirement("I03", part="import and export of policies")
@pytest.mark.parametrize("path", ["import/", "export/", "process_import/"])
def test_only_officers_import_and_export(cast: Cast, path: str) -> None:
    url = f"/admin/guardrails/actionceiling/{path}"
    for person in (cast.paul, cast.ana, cast.mia):
        assert client_of(person).post(url, follow=True).status_code == 403
    assert client_of(cast.ada).post(url).status_code == 200


@pytest.mark.requirement("A02", part="exports of rules and thresholds")
def test_an_export_is_recorded_and_holds_the_organizations_rows_only(cast: Cast) -> None:
    with cast.cleo.inside():
        load(EscalationRuleResource, RULES, ("Cleo's canary", "1", CONDITION, "human", "", "yes"))
    for name, rows in (("actionceiling", 3), ("escalationrule", 0)):
        answer = client_of(cast.ada).post(f"/admin/guardrails/{name}/export/", {"format": "0", "resource": ""})
        assert answer["Content-Disposition"].endswith('.csv"')
        assert len(answer.content.decode().splitlines()) == rows + 1
        assert "canary" not in answer.content.decode()
    with cast.ada.inside():
        events = Event.objects.filter(type="sheet.exported")
        assert {(event.data["kind"], event.rows, event.data["format"]) for event in events} == {
            ("action_ceiling", 3, "csv"),
            ("escalation_rule", 0, "csv"),
        }


def test_a_file_that_is_too_big_is_refused_before_it_is_read(cast: Cast) -> None:
    shown = upload(client_of(cast.ada), "x" * (2 * 1024 * 1024 + 1))
    assert "are more than 2097152; split it" in str(shown.context["form"].errors)
